"""Define what travels through the router: plain frozen values without behaviour.

Most are `msgspec.Struct`s and not dataclasses: to define one takes an eighth of the time, and so does to make one.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

if TYPE_CHECKING:
    Vector = array[float]
else:
    Vector = array  # which has no subscript at run time

NOTHING_ELSE: Mapping[str, int | float] = MappingProxyType({})
NOTHING_BESIDE: Mapping[str, str] = MappingProxyType({})


class ToolCall(msgspec.Struct, frozen=True, kw_only=True):
    """A tool the model wants called; `arguments` is the JSON text as the model wrote it."""

    id: str
    name: str
    arguments: str


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One turn of the conversation; its text is sent to the provider and never recorded.

    `role` is 'system', 'user', 'assistant' or 'tool'. `image_urls` (https or data:) belong to a user's
    turn, `tool_calls` to an assistant's, `tool_call_id` to a tool's answer.
    """

    role: str
    text: str
    image_urls: tuple[str, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """A function the model may call; `parameters` is its JSON Schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]


class Native(msgspec.Struct, frozen=True, kw_only=True):
    """A request as its client wrote it, for targets that speak the client's own wire: they get it as it is.

    `wire` is the name of that wire, `fields` the body, each value the JSON that came; a target puts its model's name
    in. `headers` go with it. `needs` are the capabilities that it takes. `bound_by` is what no other wire can carry,
    '' if all of it can be: then the request says the same once more in our own values. `counts` is whether the client
    asked for the counts of a stream.
    """

    wire: str
    fields: Mapping[str, msgspec.Raw]
    headers: Mapping[str, str] = NOTHING_BESIDE
    needs: frozenset[str] = frozenset()
    bound_by: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedRequest:
    """What every request says, whatever it asks for: a model group and a way to choose in it, never a provider.

    `group` names a table under [router.groups]; `strategy` is one of finops_router.choice.strategies.STRATEGIES or None
    for the group's own. `estimated_input_tokens` is the caller's count of what is sent, before any provider has
    tokenised it. Only targets are asked that are in `region`, and that are expected to cost at most `max_cost_usd` and
    to take at most `max_latency_ms`. `operation` is an OpenTelemetry `gen_ai.operation.name`.
    `team`, `project` and `tags` left out are those of `finops_router.attribution` around the call. `native` is the same
    request as a client of a provider's wire wrote it.
    """

    request_id: str
    group: str
    strategy: str | None = None
    estimated_input_tokens: int = 0
    region: str | None = None
    max_cost_usd: Decimal | None = None
    max_latency_ms: float | None = None
    operation: str = "chat"
    team: str | None = None
    project: str | None = None
    environment: str | None = None
    end_user: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    native: Native | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(RoutedRequest):
    """Messages to answer.

    `json_schema` asks for an answer in that shape; `max_output_tokens` bounds the answer, and it ends before any of the
    texts of `stop`. `tool_choice` is 'auto', 'none', 'required', or '=' and the name of the tool that must be called;
    None leaves it to the provider. `service_tier` is the provider's word ('flex', 'priority').
    """

    messages: tuple[Message, ...] = ()
    tools: tuple[Tool, ...] = ()
    json_schema: Mapping[str, Any] | None = None
    tool_choice: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    max_output_tokens: int | None = None
    stream: bool = False
    service_tier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingRequest(RoutedRequest):
    """Texts, or lists of the model's own tokens, to make one vector of each; its texts are never recorded.

    `dimensions` is the length of the vectors, None for the model's own. If its caller has not counted them, its tokens
    are estimated. Raises TypeError for one text or one list of tokens instead of a list of them, ValueError for none.
    """

    stream: ClassVar[bool] = False
    max_output_tokens: ClassVar[int] = 0
    service_tier: ClassVar[None] = None  # nobody offers another one

    inputs: Sequence[str | Sequence[int]]
    dimensions: int | None = None
    operation: str = "embeddings"

    def __post_init__(self) -> None:
        if isinstance(self.inputs, str) or not all(isinstance(one, str | Sequence) for one in self.inputs):
            raise TypeError("inputs is a list: of texts, or of lists of tokens")
        frozen = tuple(one if isinstance(one, str) else tuple(one) for one in self.inputs)
        if not frozen:
            raise ValueError("inputs is empty: there is nothing to embed")
        object.__setattr__(self, "inputs", frozen)


AnyRequest = Request | EmbeddingRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One model at one provider that can answer for a group, and what to expect of it before any answer.

    `provider` is an OpenTelemetry `gen_ai.provider.name`. `expected_ttft_ms` and
    `expected_ms_per_output_token` are the configured speed that counts until there are observations;
    `expected_output_tokens` is the length of answer its group usually gets. What bounds one try, each by itself
    (call/timeouts.py has what None stands for): `attempt_timeout_s` the time of a plain answer; of a streamed one
    `first_token_timeout_s` the silence before its first token and `stall_timeout_s` every later one; `total_timeout_s`
    the whole of either. `context_tokens` is the model's window, None if not known. `capabilities` are of 'tools',
    'vision', 'json' and 'embeddings', None if it has them all; `prefill`: the model continues the text of a last
    message of the assistant's. `region` is where it runs. `weight` is its share under the strategy 'weighted'.
    `max_concurrency`, `requests_per_minute` and `tokens_per_minute` are what its provider grants, None without bound.
    """

    provider: str
    model: str
    expected_ttft_ms: float = 800.0
    expected_ms_per_output_token: float = 15.0
    expected_output_tokens: int = 256
    attempt_timeout_s: float | None = None
    first_token_timeout_s: float | None = None
    stall_timeout_s: float | None = None
    total_timeout_s: float | None = None
    context_tokens: int | None = None
    capabilities: frozenset[str] | None = None
    prefill: bool = False
    region: str | None = None
    weight: float = 1.0
    max_concurrency: int | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    name: str = field(init=False, compare=False)  # what health and messages call the target: provider/model

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"{self.provider}/{self.model}")  # asked for a dozen times a call


class Usage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one answer used, inclusive as in OpenTelemetry.

    `input_tokens` includes cache reads and writes, `cache_write_input_tokens` includes the 1-hour
    writes, `output_tokens` includes reasoning. Providers count differently: their module converts.
    `other_units` is everything else that is charged for, by the name that genai-prices has for it: tokens of further
    kinds ('output_image_tokens', 'cache_audio_read_tokens': they are within the counts above), searches
    ('web_searches'), 'input_document_pages', 'audio_seconds', 'input_characters'.
    `charged_usd` is the amount the provider itself charged; None if it did not say. `source` is 'provider' for counts
    that the provider reported, 'estimated' for ours, and 'none' if nobody knows: the counts then mean nothing.
    A `msgspec.Struct` and not a dataclass because one is made for every target that is considered.
    """

    input_tokens: int
    output_tokens: int
    cache_read_input_tokens: int = 0
    cache_write_input_tokens: int = 0
    cache_write_1h_input_tokens: int = 0
    reasoning_output_tokens: int = 0
    input_audio_tokens: int = 0
    output_audio_tokens: int = 0
    other_units: Mapping[str, int | float] = NOTHING_ELSE
    charged_usd: Decimal | None = None
    source: str = "provider"


UNKNOWN_USAGE = Usage(input_tokens=0, output_tokens=0, source="none")


class Served(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a provider served an answer, as far as its price depends on it; None: it did not say, or the standard way.

    Each is the provider's own word: `service_tier` 'flex', 'priority' or 'batch', `speed` 'fast', `inference_region`
    'us', `search_type` 'web' (Perplexity), `route` 'mistral/eu' (OpenRouter).
    """

    service_tier: str | None = None
    speed: str | None = None
    inference_region: str | None = None
    search_type: str | None = None
    route: str | None = None


STANDARD = Served()


class Delta(msgspec.Struct, frozen=True, kw_only=True):
    """The next piece of a streamed answer's text; to a native request `raw` are the provider's events that brought it.

    Those may bring no text, but reasoning or a part of a tool call.
    """

    text: str
    raw: bytes = b""


class Restart(msgspec.Struct, frozen=True, kw_only=True):
    """A live stream starts anew with another attempt: every Delta sent before is void."""


class RoutedReply(msgspec.Struct, frozen=True, kw_only=True):
    """What every answer says: the `model` that gave it and what it used; `ttft_ms` is None if it was not streamed.

    The router adds the `provider` that answered, the `request_id` it was asked under, what the call cost with all its
    attempts (`cost_usd`, as its record has it; None if no price is known), and these `attempts` in the order they
    ended. To a native request `raw` is the answer as its provider sent it, of a streamed one the events that no Delta
    has brought; empty if its target speaks another wire.
    """

    model: str
    usage: Usage
    response_id: str | None = None
    ttft_ms: float | None = None
    served: Served = STANDARD
    provider: str | None = None
    request_id: str | None = None
    cost_usd: Decimal | None = None
    attempts: tuple[Attempt, ...] = ()
    raw: bytes = b""


class Reply(RoutedReply, frozen=True, kw_only=True):
    """An answer to messages; `finish_reason` is the provider's word in OpenTelemetry's terms.

    That is 'stop', 'length' or 'tool_calls'.
    """

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str | None = None


class EmbeddingReply(RoutedReply, frozen=True, kw_only=True):
    """A vector for each input, in the order of the inputs; all have the same length and none but finite numbers.

    Each is an `array` of 32-bit floats: as providers send them and vector stores keep them, in an eighth of a list's
    memory, and read by numpy without a copy. Only vectors of the same `model` can be compared.
    """

    vectors: tuple[Vector, ...]


class Partial(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an answer that is not whole, beside the text it has sent; it is paid for all the same.

    `usage` is what the provider has counted so far, None before it has counted anything; `is_final`: it counts the
    whole answer. `unseen_characters` is the length of what came beside the text: reasoning and tool calls.
    """

    model: str | None = None
    usage: Usage | None = None
    is_final: bool = False
    unseen_characters: int = 0
    response_id: str | None = None
    ttft_ms: float | None = None
    served: Served = STANDARD


Piece = Delta | Restart | Reply  # of a live stream


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One finished attempt at a target; `started_s` and `ended_s` are seconds of the event loop's clock.

    `outcome` is 'ok', 'error', 'timeout', 'cancelled' or 'skipped' (cooling down after failures, or at its limits).
    `message` is what its provider answered instead, in its own words. `reply` is the answer; of an attempt that failed
    it has only what the attempt used, and it is None if that is nothing. `hedge`: it was started beside another one
    that was late. `cost_usd` is what it cost, None if that is nothing or not known. `silent_s` is how long nothing had
    come when it ended.
    """

    target: Target
    outcome: str
    started_s: float
    ended_s: float
    error_type: str | None = None
    http_status: int | None = None
    reply: RoutedReply | None = None
    hedge: bool = False
    message: str | None = None
    silent_s: float = 0.0
    cost_usd: Decimal | None = None
