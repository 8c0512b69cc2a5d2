"""The official SDKs as oracles: how each is asked, what it reads, and the requests and answers to compare."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from anthropic import AsyncAnthropic
from finops_router.calls import Message, Reply, Request, Target, Tool, ToolCall
from finops_router.providers import anthropic, openai, responses
from finops_router.providers.settings import ProviderSettings
from google.genai import Client
from google.genai.types import HttpOptions
from httpx2 import AsyncClient
from hypothesis import strategies as st
from openai import AsyncOpenAI

from tests.finops_router.providers.conftest import KEY, Server
from tests.finops_router.providers.wires import (
    ANTHROPIC_USAGE,
    GEMINI_USAGE,
    OPENAI_HEAD,
    OPENAI_USAGE,
    RESPONSES_CALL,
    RESPONSES_USAGE,
    Json,
    anthropic_answer,
    gemini_answer,
    openai_answer,
    responses_answer,
    responses_event,
    sse,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
said = texts.filter(bool)
names = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
objects = st.dictionaries(names, st.integers(0, 9) | said | st.booleans(), max_size=3)
calls = st.builds(ToolCall, id=names, name=names, arguments=objects.map(json.dumps))
tools = st.builds(Tool, name=names, description=texts, parameters=objects.map(lambda found: {"type": "object"} | found))
images = st.sampled_from(["data:image/png;base64,AAAA", "https://example.com/a.png"])
messages = st.one_of(
    st.builds(Message, role=st.just("system"), text=said),
    st.builds(Message, role=st.just("user"), text=said, image_urls=st.lists(images, max_size=2).map(tuple)),
    st.builds(Message, role=st.just("assistant"), text=said, tool_calls=st.lists(calls, max_size=2).map(tuple)),
    st.builds(Message, role=st.just("tool"), text=said, tool_call_id=names),
)
requests = st.builds(
    Request,
    request_id=st.just("q"),
    group=st.just("chat"),
    messages=st.lists(messages, min_size=1, max_size=5).map(
        lambda found: (Message(role="user", text="Hi"), *found)  # some SDKs want a first turn
    ),
    tools=st.lists(tools, max_size=2).map(tuple),
    json_schema=st.none() | st.just({"type": "object", "properties": {}, "additionalProperties": False}),
    temperature=st.none() | st.sampled_from([0.0, 0.5, 1.0]),
    max_output_tokens=st.none() | st.integers(1, 9999),
    service_tier=st.none() | st.just("flex"),
)


class Oracle(NamedTuple):
    """Our provider and the SDK's way to ask the same server, plain and streamed."""

    wire: str
    target: Target
    settings: ProviderSettings
    plain: Callable[[Request], Awaitable[Any]]
    streamed: Callable[[Request], AsyncGenerator[Any, None]]


def openai_oracle(server: Server) -> Oracle:
    target = Target(provider="openai", model="gpt-new-9")
    client = AsyncOpenAI(api_key=KEY, base_url=server.url, max_retries=0)

    async def plain(request: Request) -> Any:
        return await client.chat.completions.create(**openai.request_body(target, request))

    async def streamed(request: Request) -> AsyncGenerator[Any, None]:
        body = openai.request_body(target, request)
        async for chunk in await client.chat.completions.create(
            stream=True, stream_options={"include_usage": True}, **body
        ):
            yield chunk

    given = ProviderSettings(provider="openai", wire="openai", base_url=server.url)
    return Oracle("openai", target, given, plain, streamed)


def responses_oracle(server: Server) -> Oracle:
    target = Target(provider="openai", model="gpt-new-9")
    client = AsyncOpenAI(api_key=KEY, base_url=server.url, max_retries=0)

    async def plain(request: Request) -> Any:
        return await client.responses.create(**responses.request_body(target, request))

    async def streamed(request: Request) -> AsyncGenerator[Any, None]:
        async for event in await client.responses.create(stream=True, **responses.request_body(target, request)):
            yield event

    given = ProviderSettings(provider="openai", wire="responses", base_url=server.url)
    return Oracle("responses", target, given, plain, streamed)


def anthropic_oracle(server: Server) -> Oracle:
    target = Target(provider="anthropic", model="claude-new-9")
    client = AsyncAnthropic(api_key=KEY, base_url=server.root, max_retries=0)

    def body_of(request: Request) -> dict[str, Any]:
        body = anthropic.request_body(target, request)
        if "temperature" in body:  # newer models refuse it, so the SDK has dropped it
            body["extra_body"] = {"temperature": body.pop("temperature")}
        return body

    async def plain(request: Request) -> Any:
        return await client.messages.create(**body_of(request))

    async def streamed(request: Request) -> AsyncGenerator[Any, None]:
        async for event in await client.messages.create(stream=True, **body_of(request)):
            yield event

    given = ProviderSettings(provider="anthropic", wire="anthropic", base_url=server.root)
    return Oracle("anthropic", target, given, plain, streamed)


def gemini_config(request: Request) -> dict[str, Any]:
    """The request in the SDK's own words."""
    config: dict[str, Any] = {"automatic_function_calling": {"disable": True}}
    if system := [message.text for message in request.messages if message.role == "system"]:
        config["system_instruction"] = "\n\n".join(system)
    for name in ("max_output_tokens", "temperature", "service_tier"):
        if (value := getattr(request, name)) is not None:
            config[name] = value
    if request.json_schema is not None:
        config |= {"response_mime_type": "application/json", "response_json_schema": request.json_schema}
    if request.tools:
        declared = [
            {"name": tool.name, "description": tool.description, "parameters_json_schema": tool.parameters}
            for tool in request.tools
        ]
        config["tools"] = [{"function_declarations": declared}]
    return config


def gemini_contents(request: Request) -> list[Json]:
    contents: list[Json] = []
    known = {call.id: call.name for message in reversed(request.messages) for call in reversed(message.tool_calls)}
    for message in request.messages:
        if message.role == "system":
            continue
        parts: list[Json] = []
        for url in message.image_urls:
            data = url.partition("base64,")[2]
            parts.append(
                {"inline_data": {"mime_type": "image/png", "data": data}} if data else {"file_data": {"file_uri": url}}
            )
        if message.role == "tool":
            name = known.get(message.tool_call_id or "", message.tool_call_id)
            parts.append({"function_response": {"name": name, "response": {"result": message.text}}})
        else:
            parts.append({"text": message.text})
        for call in message.tool_calls:
            parts.append({"function_call": {"name": call.name, "args": json.loads(call.arguments)}})
        role = "model" if message.role == "assistant" else "user"
        if contents and contents[-1]["role"] == role:
            contents[-1]["parts"] += parts
        else:
            contents.append({"role": role, "parts": parts})
    return contents


def gemini_oracle(server: Server) -> Oracle:
    target = Target(provider="gcp.gemini", model="gemini-new-9")
    options = HttpOptions(base_url=server.root, httpx_async_client=AsyncClient())  # else it takes ours, and warns
    models = Client(api_key=KEY, http_options=options).aio.models

    def asked(request: Request) -> dict[str, Any]:
        return {"model": target.model, "contents": gemini_contents(request), "config": gemini_config(request)}

    async def plain(request: Request) -> Any:
        return await models.generate_content(**asked(request))

    async def streamed(request: Request) -> AsyncGenerator[Any, None]:
        async for chunk in await models.generate_content_stream(**asked(request)):
            yield chunk

    given = ProviderSettings(provider="gcp.gemini", wire="gemini", base_url=server.root)
    return Oracle("gemini", target, given, plain, streamed)


MAKE = {
    "openai": openai_oracle,
    "responses": responses_oracle,
    "anthropic": anthropic_oracle,
    "gemini": gemini_oracle,
}
ANSWERS: Mapping[str, Json] = {
    "openai": openai_answer(),
    "responses": responses_answer(),
    "anthropic": anthropic_answer(),
    "gemini": gemini_answer(),
}


def streams_of(wire: str, answer: Json) -> bytes:
    """The events that make up `answer`."""
    if wire == "gemini":
        return sse(answer)
    if wire == "responses":
        return responses_stream(answer)
    if wire == "openai":
        choice = answer["choices"][0]
        message = choice["message"]
        called = [call | {"index": index} for index, call in enumerate(message["tool_calls"] or [])]
        deltas = [{"role": "assistant", "content": message["content"]}, {"tool_calls": called}]
        chunks = [OPENAI_HEAD | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
        chunks.append(OPENAI_HEAD | {"choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]})
        return sse(*chunks, OPENAI_HEAD | {"choices": [], "usage": answer["usage"]}) + b"data: [DONE]\n\n"
    events: list[Json] = [{"type": "message_start", "message": answer | {"content": [], "stop_reason": None}}]
    for index, block in enumerate(answer["content"]):
        if block["type"] == "tool_use":
            start, delta = (
                block | {"input": {}},
                {"type": "input_json_delta", "partial_json": json.dumps(block["input"])},
            )
        elif block["type"] == "thinking":
            start, delta = block | {"thinking": ""}, {"type": "thinking_delta", "thinking": block["thinking"]}
        else:
            start, delta = block | {"text": ""}, {"type": "text_delta", "text": block["text"]}
        events.append({"type": "content_block_start", "index": index, "content_block": start})
        events.append({"type": "content_block_delta", "index": index, "delta": delta})
        events.append({"type": "content_block_stop", "index": index})
    end = {"stop_reason": answer["stop_reason"], "stop_sequence": None}
    counts = {"output_tokens": answer["usage"]["output_tokens"]}
    return sse(*events, {"type": "message_delta", "delta": end, "usage": counts}, {"type": "message_stop"})


def responses_stream(answer: Json) -> bytes:
    """The events that make up a response."""
    started = answer | {"output": [], "usage": None, "status": "in_progress"}
    events = [responses_event("created", response=started)]
    for index, item in enumerate(answer["output"]):
        if item["type"] == "message":
            for part in item["content"]:
                events.append(
                    responses_event(
                        "output_text.delta", output_index=index, content_index=0, item_id="o", delta=part["text"]
                    )
                )
        elif item["type"] == "function_call":
            events.append(responses_event("output_item.added", output_index=index, item=item | {"arguments": ""}))
            events.append(
                responses_event(
                    "function_call_arguments.delta", output_index=index, item_id="f", delta=item["arguments"]
                )
            )
    return sse(*events, responses_event("completed", response=answer))


def responses_answered(text: str, called: list[tuple[str, Any]], used: int, cached: int, made: int) -> Json:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    output: list[Json] = [
        {"type": "message", "id": "o", "role": "assistant", "status": "completed", "content": content}
    ]
    output += [
        RESPONSES_CALL | {"call_id": f"t{place}", "name": name, "arguments": json.dumps(arguments)}
        for place, (name, arguments) in enumerate(called)
    ]
    usage = RESPONSES_USAGE | {
        "input_tokens": used + cached, "input_tokens_details": {"cached_tokens": cached}, "output_tokens": made,
        "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": used + cached + made,
    }  # fmt: skip
    return responses_answer(output=output, usage=usage)


counts = st.integers(1, 10**6)


class Facts(NamedTuple):
    """What an answer says, however it is read: text, tool calls, model, id, and tokens in, cached, out."""

    text: str
    calls: list[tuple[str, Any]]
    model: str
    ident: str
    tokens: tuple[int, int, int]


@st.composite
def answers(draw: st.DrawFn, wire: str) -> Json:
    usage: Json
    text, called = draw(said), draw(st.lists(st.tuples(names, objects), max_size=3))
    used, cached, made = draw(counts), draw(counts), draw(counts)
    if wire == "responses":
        return responses_answered(text, called, used, cached, made)
    if wire == "openai":
        usage = OPENAI_USAGE | {
            "prompt_tokens": used + cached, "completion_tokens": made, "total_tokens": used + cached + made,
            "prompt_tokens_details": {"cached_tokens": cached}, "completion_tokens_details": {"reasoning_tokens": 0},
        }  # fmt: skip
        parts = [
            {"id": f"t{place}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
            for place, (name, arguments) in enumerate(called)
        ]
        return openai_answer("tool_calls" if called else "stop", content=text, tool_calls=parts) | {"usage": usage}
    if wire == "anthropic":
        blocks: list[Json] = [{"type": "text", "text": text}]
        blocks += [
            {"type": "tool_use", "id": f"t{place}", "name": name, "input": arguments}
            for place, (name, arguments) in enumerate(called)
        ]
        usage = {
            **ANTHROPIC_USAGE, **{
            "input_tokens": used, "cache_read_input_tokens": cached, "output_tokens": made,
            "cache_creation_input_tokens": 0, "cache_creation": None,
        }}  # fmt: skip
        return anthropic_answer("tool_use" if called else "end_turn") | {"content": blocks, "usage": usage}
    usage = GEMINI_USAGE | {
        "promptTokenCount": used + cached, "cachedContentTokenCount": cached, "candidatesTokenCount": made,
        "thoughtsTokenCount": 0, "totalTokenCount": used + cached + made,
    }  # fmt: skip
    parts = [{"functionCall": {"name": name, "args": arguments}} for name, arguments in called]
    return gemini_answer("STOP", {"text": text}, *parts) | {"usageMetadata": usage}


def facts_of(reply: Reply) -> Facts:
    usage = reply.usage
    return Facts(
        reply.text,
        [(call.name, json.loads(call.arguments)) for call in reply.tool_calls],
        reply.model,
        reply.response_id or "",
        (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens),
    )


def openai_facts(events: list[Any]) -> Facts:
    text, called = "", dict[int, list[str]]()
    for event in events:
        for choice in event.choices:
            part = getattr(choice, "message", None) or choice.delta
            text += part.content or ""
            for place, call in enumerate(part.tool_calls or []):
                known = called.setdefault(getattr(call, "index", place), ["", ""])
                known[0] += call.function.name or ""
                known[1] += call.function.arguments or ""
    used = next(event.usage for event in reversed(events) if event.usage)
    found = [(name, json.loads(arguments)) for name, arguments in called.values()]
    tokens = (used.prompt_tokens, used.prompt_tokens_details.cached_tokens, used.completion_tokens)
    return Facts(text, found, events[0].model, events[0].id, tokens)


def responses_facts(events: list[Any]) -> Facts:
    last = getattr(events[-1], "response", events[-1])  # the SDK reads a stream's end as the whole response
    called = [(item.name, json.loads(item.arguments)) for item in last.output if item.type == "function_call"]
    used = last.usage
    tokens = (used.input_tokens, used.input_tokens_details.cached_tokens, used.output_tokens)
    return Facts(last.output_text, called, last.model, last.id, tokens)


def anthropic_facts(events: list[Any]) -> Facts:
    first = events[0]
    message = first if first.type == "message" else first.message
    text = "".join(block.text for block in message.content if block.type == "text")
    called = {place: [block.name, json.dumps(block.input)] for place, block in enumerate(message.content)
              if block.type == "tool_use"}  # fmt: skip
    made = message.usage.output_tokens
    for event in events[1:]:
        if event.type == "content_block_start" and event.content_block.type == "tool_use":
            called[event.index] = [event.content_block.name, ""]
        elif event.type == "content_block_delta":
            text += getattr(event.delta, "text", "")
            if event.delta.type == "input_json_delta":
                called[event.index][1] += event.delta.partial_json
        elif event.type == "message_delta":
            made = event.usage.output_tokens
    cached = message.usage.cache_read_input_tokens
    found = [(name, json.loads(arguments)) for name, arguments in called.values()]
    return Facts(text, found, message.model, message.id, (message.usage.input_tokens + cached, cached, made))


def gemini_facts(events: list[Any]) -> Facts:
    parts = [part for event in events for part in event.candidates[0].content.parts]
    text = "".join(part.text or "" for part in parts)
    called = [(part.function_call.name, part.function_call.args or {}) for part in parts if part.function_call]
    used = events[-1].usage_metadata
    tokens = (used.prompt_token_count, used.cached_content_token_count, used.candidates_token_count)
    return Facts(text, called, events[-1].model_version, events[-1].response_id, tokens)


FACTS = {"openai": openai_facts, "responses": responses_facts, "anthropic": anthropic_facts, "gemini": gemini_facts}
ASK = Request(request_id="q", group="chat", messages=(Message(role="user", text="Hi"),))
