"""The official SDKs as clients of a gateway: one question in each of their wires, and what each reads of an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import anthropic
import openai
from google import genai
from google.genai import types

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}
QUESTION = "Look at this"


class Read(NamedTuple):
    """What a client has read: the text, the tool calls by name and arguments, why it ended, and the counts."""

    text: str
    calls: list[tuple[str, Any]]
    stop: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int


class Client(NamedTuple):
    """A way to ask: `wire` is the name of the client's wire, `ask(root, model)` asks plainly, `listen` streams."""

    wire: str
    ask: Callable[[str, str], Read]
    listen: Callable[[str, str], Read]
    errors: tuple[type[Exception], ...]


def chat(root: str) -> Any:
    client = openai.OpenAI(base_url=f"{root}/v1", api_key="x", max_retries=0)
    tools: Any = [{"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": SCHEMA}}]
    return lambda model, **more: client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": QUESTION}], tools=tools, max_tokens=99, **more
    )  # fmt: skip


def ask_chat(root: str, model: str) -> Read:
    answer = chat(root)(model)
    choice = answer.choices[0]
    calls = [(one.function.name, json.loads(one.function.arguments)) for one in choice.message.tool_calls or ()]
    return chat_read(choice.message.content or "", calls, choice.finish_reason, answer.usage)


def listen_chat(root: str, model: str) -> Read:
    text, stop, usage, names, arguments = "", "", None, [], ""
    for chunk in chat(root)(model, stream=True, stream_options={"include_usage": True}):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            stop = choice.finish_reason or stop
            for call in choice.delta.tool_calls or ():
                names += [call.function.name] if call.function.name else []
                arguments += call.function.arguments or ""
    return chat_read(text, [(name, json.loads(arguments)) for name in names], stop, usage)


def chat_read(text: str, calls: list[tuple[str, Any]], stop: str, usage: Any) -> Read:
    cached = usage.prompt_tokens_details.cached_tokens
    return Read(text, calls, stop, usage.prompt_tokens, cached, usage.completion_tokens)


def responses(root: str) -> Any:
    client = openai.OpenAI(base_url=f"{root}/v1", api_key="x", max_retries=0)
    tools: Any = [{"type": "function", "name": "look", "description": "Looks.", "parameters": SCHEMA, "strict": False}]
    return lambda model, **more: client.responses.create(
        model=model, input=QUESTION, instructions="Be brief.", tools=tools, max_output_tokens=99, **more
    )


def ask_responses(root: str, model: str) -> Read:
    return responses_read(responses(root)(model))


def listen_responses(root: str, model: str) -> Read:
    text, last = "", None
    for event in responses(root)(model, stream=True):
        text += event.delta if event.type == "response.output_text.delta" else ""
        last = event
    assert last is not None
    found = responses_read(last.response)
    assert found.text == text
    return found


def responses_read(answer: Any) -> Read:
    calls = [(one.name, json.loads(one.arguments)) for one in answer.output if one.type == "function_call"]
    usage = answer.usage
    cached = usage.input_tokens_details.cached_tokens
    return Read(answer.output_text, calls, answer.status, usage.input_tokens, cached, usage.output_tokens)


def messages(root: str) -> Any:
    client = anthropic.Anthropic(base_url=root, api_key="x", max_retries=0)
    tools: Any = [{"name": "look", "description": "Looks.", "input_schema": SCHEMA}]
    asked: Any = [{"role": "user", "content": QUESTION}]
    return client, {"messages": asked, "tools": tools, "max_tokens": 99, "system": "Be brief."}


def ask_messages(root: str, model: str) -> Read:
    client, asked = messages(root)
    return messages_read(client.messages.create(model=model, **asked))


def listen_messages(root: str, model: str) -> Read:
    client, asked = messages(root)
    with client.messages.stream(model=model, **asked) as stream:
        text = "".join(stream.text_stream)
        found = messages_read(stream.get_final_message())
    assert found.text == text
    return found


def messages_read(answer: Any) -> Read:
    text = "".join(one.text for one in answer.content if one.type == "text")
    calls = [(one.name, one.input) for one in answer.content if one.type == "tool_use"]
    usage = answer.usage
    cached = usage.cache_read_input_tokens or 0
    tokens = usage.input_tokens + cached + (usage.cache_creation_input_tokens or 0)
    return Read(text, calls, answer.stop_reason, tokens, cached, usage.output_tokens)


def gemini(root: str) -> Any:
    client = genai.Client(api_key="x", http_options=types.HttpOptions(base_url=root, api_version="v1beta"))
    declared = types.FunctionDeclaration(name="look", description="Looks.", parameters_json_schema=SCHEMA)
    config = types.GenerateContentConfig(
        max_output_tokens=99, system_instruction="Be brief.",
        tools=[types.Tool(function_declarations=[declared])],
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )  # fmt: skip
    return client, {"contents": QUESTION, "config": config}


def ask_gemini(root: str, model: str) -> Read:
    client, asked = gemini(root)
    return gemini_read([client.models.generate_content(model=model, **asked)])


def listen_gemini(root: str, model: str) -> Read:
    client, asked = gemini(root)
    return gemini_read(list(client.models.generate_content_stream(model=model, **asked)))


def gemini_read(chunks: list[Any]) -> Read:
    parts = [part for chunk in chunks for part in chunk.candidates[0].content.parts or ()]
    text = "".join(part.text or "" for part in parts if not part.thought)
    calls = [(part.function_call.name, part.function_call.args) for part in parts if part.function_call]
    usage = chunks[-1].usage_metadata
    output = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
    stop = chunks[-1].candidates[0].finish_reason.value
    return Read(text, calls, stop, usage.prompt_token_count, usage.cached_content_token_count or 0, output)


CLIENTS = (
    Client("openai", ask_chat, listen_chat, (openai.APIError,)),
    Client("responses", ask_responses, listen_responses, (openai.APIError,)),
    Client("anthropic", ask_messages, listen_messages, (anthropic.APIError,)),
    Client("gemini", ask_gemini, listen_gemini, (genai.errors.APIError,)),
)
