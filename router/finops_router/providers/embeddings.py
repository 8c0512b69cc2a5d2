"""Read the vectors of embeddings: one for each input, all of one length, and none but finite numbers."""

from __future__ import annotations

import binascii
import math
import sys
from array import array
from collections.abc import Sequence

import msgspec

from finops_router.calls import EmbeddingReply, EmbeddingRequest, Vector
from finops_router.errors import StreamCut
from finops_router.providers.streamed_reply import StreamedReply

NUMBERS = msgspec.json.Decoder(list[float])
TEXT = msgspec.json.Decoder(str)
FLOAT32 = "f"


def embedded(answer: StreamedReply, request: EmbeddingRequest, sent: Sequence[msgspec.Raw]) -> EmbeddingReply:
    """Return the whole answer with its vectors, `sent` as JSON in the order of the inputs of `request`.

    A vector is a list of numbers, or the text of its 32-bit floats in base64. What nobody counted is estimated. Raises
    StreamCut, with what was used, if a vector is missing or cannot be one.
    """
    try:
        vectors = _vectors(request, sent)
    except (msgspec.MsgspecError, ValueError, RecursionError) as err:
        reason = str(err)
    else:
        return EmbeddingReply(
            model=answer.model or answer.target.model,
            usage=answer.usage_of(request, 0),
            vectors=vectors,
            response_id=answer.response_id,
            served=answer.served,
        )
    raise unreadable(answer, reason)


def unreadable(answer: StreamedReply, reason: str) -> StreamCut:
    """Return the error of an answer whose vectors cannot be used for `reason`; it is paid for all the same."""
    answer.add_stop("stop")  # nothing more will come: the counts are final
    return StreamCut(f"The embeddings of {answer.target.name} cannot be read: {reason}", partial=answer.so_far())


def _vectors(request: EmbeddingRequest, sent: Sequence[msgspec.Raw]) -> tuple[Vector, ...]:
    if len(sent) != len(request.inputs):
        raise ValueError(f"{len(sent)} vectors for {len(request.inputs)} inputs")
    vectors = tuple(_vector(bytes(one)) for one in sent)
    length = request.dimensions or len(vectors[0])
    for vector in vectors:
        if not length or len(vector) != length:
            raise ValueError(f"a vector of {len(vector)} numbers, not {length or 'any'}")
        if not math.isfinite(sum(vector)):  # 32-bit floats do not overflow in this sum of 64-bit ones
            raise ValueError("a number is not finite")
    return vectors


def _vector(content: bytes) -> Vector:
    if content[:1] != b'"':
        return array(FLOAT32, NUMBERS.decode(content))
    vector: Vector = array(FLOAT32)
    vector.frombytes(binascii.a2b_base64(TEXT.decode(content), strict_mode=True))
    if sys.byteorder == "big":
        vector.byteswap()
    return vector
