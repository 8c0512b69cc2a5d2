"""LangChain and LiteLLM's SDK as clients of the gateway: plain, streamed, and a stream that breaks off."""

# mypy: ignore-errors
# what it needs is installed by `make gateway-clients` alone, in an environment of its own

from __future__ import annotations

import sys

ROOT, KEY = sys.argv[1:3]
WORDS = "word0 word1"


def langchain() -> None:
    from langchain_openai import ChatOpenAI

    def model(name: str) -> ChatOpenAI:
        return ChatOpenAI(model=name, base_url=ROOT, api_key=KEY, max_retries=0)

    assert model("ok").invoke("Hello").content.startswith(WORDS)
    assert "".join(piece.content for piece in model("ok").stream("Hello")).startswith(WORDS)
    assert fails(lambda: list(model("cut").stream("Hello")))


def litellm() -> None:
    import litellm as library

    def ask(model: str, **more):
        asked = [{"role": "user", "content": "Hello"}]
        return library.completion(model=f"openai/{model}", api_base=ROOT, api_key=KEY, messages=asked, **more)

    assert ask("ok").choices[0].message.content.startswith(WORDS)
    pieces = [piece.choices[0].delta.content or "" for piece in ask("ok", stream=True)]
    assert "".join(pieces).startswith(WORDS)
    assert fails(lambda: list(ask("cut", stream=True)))


def fails(call) -> bool:
    try:
        call()
    except Exception:
        return True
    return False


for client in (langchain, litellm):
    client()
    sys.stdout.write(f"{client.__name__}: all as it should be\n")
