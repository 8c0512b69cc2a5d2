"""The kinds of files that can be read, and which kind a file is of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from finops_report.errors import ConfigError
from finops_report.ingest import (
    anthropic_usage,
    azure_gateway,
    bedrock,
    bifrost,
    claude_code,
    clickhouse_spans,
    codex,
    gemini_cli,
    helicone,
    langfuse,
    litellm,
    openai_usage,
    openrouter,
    otlp,
    portkey,
    vertex,
)
from finops_report.ingest.bills.kinds import BILL_NAMES
from finops_report.ingest.mapped import MappedRows
from finops_report.ingest.mapping import Mapped, as_options, check_columns, of_our_own, proposed
from finops_report.ingest.outcomes import Outcomes, ReadRow, row_by_row
from finops_report.ingest.rows import Row, TornRow
from finops_report.nearest import did_you_mean

TABLE = "table"
Rows = Iterable[Row | TornRow]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its word on the command line, what it is called, and how its rows become requests.

    `columns` says which of its columns fill which of ours; the file is of this kind if it has all `telling` ones of a
    set.
    """

    name: str
    title: str
    columns: Mapping[str, str]
    read: Callable[[Rows], Outcomes]
    telling: tuple[Collection[str], ...] = ()

    def fits(self, names: Collection[str]) -> bool:
        """Return whether a file with columns of these names is of this kind."""
        return any(set(one) <= set(names) for one in self.telling)


def _by_row(request_of: ReadRow, shown: Collection[str]) -> Callable[[Rows], Outcomes]:
    """Return what reads a request a row; of a row set aside, what is `shown` is kept."""
    return lambda rows: row_by_row(rows, request_of, shown)


KINDS = (
    Kind("otlp", "OpenTelemetry spans (OTLP in JSON)", otlp.COLUMNS, otlp.outcomes, otlp.TELLING),
    Kind(
        "litellm", "LiteLLM SpendLogs", litellm.COLUMNS, _by_row(litellm.request_of, litellm.SHOWN), (litellm.TELLING,)
    ),
    Kind(
        "langfuse",
        "Langfuse observations",
        langfuse.COLUMNS,
        _by_row(langfuse.request_of, langfuse.SHOWN),
        langfuse.TELLING,
    ),
    Kind(
        "openrouter",
        "OpenRouter activity",
        openrouter.COLUMNS,
        _by_row(openrouter.request_of, openrouter.SHOWN),
        (openrouter.TELLING,),
    ),
    Kind(
        "bedrock",
        "Bedrock's model invocation log",
        bedrock.COLUMNS,
        _by_row(bedrock.request_of, bedrock.SHOWN),
        (bedrock.TELLING,),
    ),
    Kind("claude-code", "sessions of Claude Code", claude_code.COLUMNS, claude_code.outcomes, claude_code.TELLING),
    Kind("codex", "sessions of Codex", codex.COLUMNS, codex.outcomes, codex.TELLING),
    Kind("gemini-cli", "sessions of Gemini CLI", gemini_cli.COLUMNS, gemini_cli.outcomes, gemini_cli.TELLING),
    Kind(
        "helicone",
        "Helicone requests",
        helicone.COLUMNS,
        _by_row(helicone.request_of, helicone.SHOWN),
        helicone.TELLING,
    ),
    Kind("portkey", "Portkey logs", portkey.COLUMNS, _by_row(portkey.request_of, portkey.SHOWN), (portkey.TELLING,)),
    Kind("bifrost", "Bifrost logs", bifrost.COLUMNS, _by_row(bifrost.request_of, bifrost.SHOWN), bifrost.TELLING),
    Kind(
        "openlit",
        "OpenTelemetry spans in ClickHouse",
        clickhouse_spans.COLUMNS,
        clickhouse_spans.outcomes,
        clickhouse_spans.TELLING,
    ),
    Kind("openai-usage", "OpenAI's usage report", openai_usage.COLUMNS, openai_usage.outcomes, openai_usage.TELLING),
    Kind(
        "anthropic-usage",
        "Anthropic's usage report",
        anthropic_usage.COLUMNS,
        anthropic_usage.outcomes,
        anthropic_usage.TELLING,
    ),
    Kind(
        "azure",
        "Azure API Management's log of models",
        azure_gateway.COLUMNS,
        _by_row(azure_gateway.request_of, azure_gateway.SHOWN),
        (azure_gateway.TELLING,),
    ),
    Kind(
        "vertex",
        "Vertex AI's request-response log",
        vertex.COLUMNS,
        _by_row(vertex.request_of, vertex.SHOWN),
        (vertex.TELLING,),
    ),
)
NAMES = (*(kind.name for kind in KINDS), TABLE, *BILL_NAMES)


def kind_of(shown: str, names: Collection[str], mapped: Mapped, said: str | None = None) -> Kind:
    """Return which kind a file with columns of these names is of: the one that was `said`, else what it looks like.

    `shown` says where it is. With a mapping it is a table. Raises ConfigError if its kind is not to be told, with the
    mapping that its columns suggest.
    """
    for kind in KINDS:
        if kind.name == said:
            return kind
    if mapped.is_given:
        check_columns(mapped, names, shown)
        return table(mapped)
    known = {*names, *map(langfuse.api_name, names)}
    for kind in KINDS if said is None else ():
        if kind.fits(known):
            return kind
    own = of_our_own(names)
    if own is not None:
        return table(own)
    suggestion = proposed(names)
    missing = [f"--map {ours}=COLUMN" for ours in ("timestamp",) if ours not in suggestion]
    missing += [] if "model" in {*suggestion, *mapped.values} else ["--map model=COLUMN (or --set model=NAME)"]
    wanted = " ".join((as_options(suggestion), *missing)).strip()
    raise ConfigError(
        f"No known kind of file: {shown} has {', '.join(names)}", f"say which columns are which of ours, as: {wanted}"
    )


def table(mapped: Mapped) -> Kind:
    """Return the kind of a table that is read by a mapping."""
    reader = MappedRows(mapped)
    shown = tuple(mapped.columns.values())

    def read(rows: Rows) -> Outcomes:
        return row_by_row(rows, reader.request_of, shown)

    return Kind(TABLE, "a table by its mapping", {theirs: ours for ours, theirs in mapped.columns.items()}, read)


def checked_name(name: str, mapped: Mapped) -> str:
    """Return the name of a kind. Raises ConfigError if there is none of it, or if it has no use for a mapping."""
    known = name.lower()
    if known not in NAMES:
        raise ConfigError(f"No such kind: {name}", did_you_mean(name, NAMES, "kinds"))
    if mapped.is_given and known != TABLE:
        raise ConfigError(f"A mapping is for tables: {name} is read by its own", "leave --from out, or the mapping")
    return known
