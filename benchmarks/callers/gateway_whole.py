"""The official OpenAI SDK before our gateway, which is asked to send streamed answers only once they are whole."""

from __future__ import annotations

from typing import ClassVar

from benchmarks.callers.calling import serve
from benchmarks.callers.gateway import VERSION, Gateway


class GatewayWhole(Gateway):
    """As Gateway, with the header that has streams whole."""

    headers: ClassVar = {"x-finops-stream": "whole"}


if __name__ == "__main__":
    serve(VERSION, GatewayWhole)
