"""The same vectors as each protocol that has embeddings sends them."""

from __future__ import annotations

import asyncio
import base64
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from finops_router.calls import EmbeddingReply, EmbeddingRequest, Target
from finops_router.providers import Embedder
from finops_router.providers.known import connect
from finops_router.providers.settings import ProviderSettings

from tests.finops_router.providers.conftest import Server
from tests.finops_router.providers.wires import Json, closed

VECTORS = ((0.5, -0.25, 3.0), (1.0, 2.0, -0.125))
TEXTS = ("a red fox", "a grey goose")
EMBED = EmbeddingRequest(request_id="q", group="vectors", inputs=TEXTS)


def encoded(vector: Sequence[float]) -> str:
    return base64.b64encode(array("f", vector).tobytes()).decode()


def openai_embeddings(vectors: Sequence[Any] = VECTORS, used: int = 8) -> Json:
    """Texts stand as they are; numbers are sent in base64, as is asked."""
    data = [
        {"object": "embedding", "index": place, "embedding": encoded(one) if isinstance(one, tuple) else one}
        for place, one in enumerate(vectors)
    ]
    usage = {"prompt_tokens": used, "total_tokens": used}
    return {"object": "list", "model": "text-embedding-3-small", "data": data, "usage": usage}


def gemini_embeddings(vectors: Sequence[Any] = VECTORS, used: int = 8) -> Json:
    embeddings = [{"values": list(one) if isinstance(one, tuple) else one} for one in vectors]
    return {"embeddings": embeddings, "usageMetadata": {"promptTokenCount": used}}


@dataclass(frozen=True, kw_only=True)
class EmbeddingWire:
    """One protocol; `answer` takes vectors (a tuple as its kind sends them, anything else as it stands) and tokens."""

    wire: str
    target: Target
    answer: Callable[..., Json]
    place: str  # of the vectors in the answer
    value: str  # the key of a vector
    error: Callable[[str], Json]
    path: str = ""

    def provider(self, server: Server) -> Embedder:
        name = self.target.provider
        settings = ProviderSettings(provider=name, wire=self.wire, base_url=server.root + self.path)
        found = connect(name, settings)
        assert isinstance(found, Embedder)
        return found

    def embed(self, server: Server, request: EmbeddingRequest = EMBED, target: Target | None = None) -> EmbeddingReply:
        async def run() -> EmbeddingReply:
            provider = self.provider(server)
            try:
                return await provider.embed(target or self.target, request)
            finally:
                await closed(provider)

        return asyncio.run(run())


OPENAI_TARGET = Target(provider="openai", model="text-embedding-3-small")
OPENAI = EmbeddingWire(
    wire="openai",
    target=OPENAI_TARGET,
    answer=openai_embeddings,
    place="data",
    value="embedding",
    error=lambda message: {"error": {"code": "x", "message": message, "type": "x"}},
    path="/v1",
)
RESPONSES = EmbeddingWire(
    wire="responses",
    target=OPENAI_TARGET,
    answer=openai_embeddings,
    place="data",
    value="embedding",
    error=OPENAI.error,
    path="/v1",
)
GEMINI = EmbeddingWire(
    wire="gemini",
    target=Target(provider="gcp.gemini", model="gemini-embedding-001"),
    answer=gemini_embeddings,
    place="embeddings",
    value="values",
    error=lambda message: {"error": {"code": 0, "message": message, "status": "X"}},
)
EMBEDDING_WIRES = (OPENAI, RESPONSES, GEMINI)
