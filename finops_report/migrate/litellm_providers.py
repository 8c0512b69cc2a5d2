"""Collect how the providers of LiteLLM's deployments are reached: each address and key once, under a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from finops_report.migrate.litellm_models import KnownProvider, address, deployment_of, variable
from finops_report.migrate.toml_text import Plain, table
from finops_report.migrate.yaml_lines import Value


class Named(NamedTuple):
    """A setting that is not carried over, or not as it was: its line, its path, and why."""

    line: int
    path: str
    why: str


class _Reached(NamedTuple):
    base_url: str
    base_url_env: str
    key_env: str
    region: str


class Providers:
    """The providers that deployments use; what cannot be said of them is put into `left`."""

    def __init__(self, root: Value, left: list[Named]) -> None:
        self._left = left
        self._names: dict[tuple[str, _Reached], str] = {}
        self._known: dict[str, KnownProvider] = {}
        self._credentials = _credentials(root)

    def place(self, deployment: Value, params: Value) -> tuple[str, str] | None:
        """Return the provider's name in finops.toml and the model; None, with a line in `left`, if it has no place."""
        called = params.get("model")
        name = called.text() if called is not None else ""
        base = self._text(params, "api_base") or self._text(params, "base_url")
        custom = params.get("custom_llm_provider")
        found = deployment_of(name, base, custom.text() if custom is not None else "")
        at = called or deployment
        if "*" in name or not found.model:
            why = "each model is named here: write a group for those you use" if "*" in name else "it names no model"
            self._left.append(Named(at.line, at.path, why))
            return None
        if found.provider is None:
            why = f"no provider {found.prefix or f'of {name}'} is known: write [router.providers] with its base_url"
            self._left.append(Named(at.line, at.path, why))
            return None
        return self._name(found.provider, params, base, at), found.model

    def _name(self, provider: KnownProvider, params: Value, base: str, at: Value) -> str:
        base_env = variable(base)
        region = self._text(params, "aws_region_name") if provider.name == "aws.bedrock" else ""
        reached = _Reached(
            base_url=address(base, provider) if base and not base_env else "",
            base_url_env=base_env or "",
            key_env=self._key(params, provider),
            region="" if variable(region) else region,
        )
        known = self._names.get((provider.name, reached))
        if known is None:
            others = sum(name == provider.name for name, _ in self._names)
            known = f"{provider.name}-{others + 1}" if others else provider.name
            self._names[provider.name, reached], self._known[known] = known, provider
            if others:
                why = f"another address or key of {provider.name}: it is {known}, whose models need [[router.prices]]"
                self._left.append(Named(at.line, at.path, why))
            if base_env or (provider.needs_address and not base):
                why = f"its address is in {base_env}: write it as base_url" if base_env else "it has no address"
                self._left.append(Named(at.line, at.path, f"{why} of [router.providers.{known!r}]"))
        return known

    def _key(self, params: Value, provider: KnownProvider) -> str:
        """Return the variable that holds a deployment's key; one that stands in the file is to be put there."""
        written, found = self._text(params, "api_key"), self._value(params, "api_key")
        env = variable(written)
        if env is not None or not written or found is None:
            return env or ""
        if written.lower() in {"none", "dummy", "fake", "fake-key", "anything", "empty"}:
            return ""
        named = provider.key_env or f"{''.join(c if c.isalnum() else '_' for c in provider.name).upper()}_API_KEY"
        self._left.append(Named(found.line, found.path, f"a key in the file is not written: put it into {named}"))
        return named

    def _text(self, params: Value, name: str) -> str:
        found = self._value(params, name)
        return found.text() if found is not None else ""

    def _value(self, params: Value, name: str) -> Value | None:
        """Return a parameter, of the deployment or of the credential that it names."""
        own = params.get(name)
        if own is not None:
            return own
        named = params.get("litellm_credential_name")
        credential = self._credentials.get(named.text()) if named is not None else None
        return credential.get(name) if credential is not None else None

    def lines(self) -> Iterator[str]:
        """Yield the tables of providers that are not reached as usual."""
        for (of, reached), name in self._names.items():
            values: dict[str, Plain] = {}
            if name != of or (reached.base_url and of not in USUAL):
                values["wire"] = WIRES.get(of, "openai")
            values |= {"base_url": reached.base_url} if reached.base_url else {}
            usual_key = self._known[name].key_env if name == of else None
            values |= {"api_key_env": reached.key_env} if reached.key_env and reached.key_env != usual_key else {}
            values |= {"region": reached.region} if reached.region else {}
            if values:
                yield from table(("router", "providers", name), values)


WIRES = {"anthropic": "anthropic", "gcp.gemini": "gemini", "aws.bedrock": "bedrock"}
USUAL = {*WIRES, "openai", "azure.ai.openai", "mistral_ai", "groq", "deepseek", "together_ai", "x_ai", "openrouter"} | {
    "ollama",
    "vllm",
}


def _credentials(root: Value) -> dict[str, Value]:
    found: dict[str, Value] = {}
    listed = root.get("credential_list")
    for one in listed.items() if listed is not None else []:
        name, values, described = one.get("credential_name"), one.get("credential_values"), one.get("credential_info")
        if described is not None:
            described.entries()
            for inner in described.entries().values():
                inner.text()
        if name is not None and values is not None:
            found[name.text()] = values
    return found
