"""Map the columns of any table to ours: as the reader says, or as their names suggest."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from finops_report.errors import ConfigError
from finops_report.nearest import did_you_mean

# Our columns that a table can fill, and what others call them, in lower letters without punctuation.
NAMES: Mapping[str, tuple[str, ...]] = {
    "timestamp": ("time", "createdat", "starttime", "startedat", "datetime", "date", "ts", "requesttime", "created"),
    "model": ("modelname", "modelid", "responsemodel", "llmmodel", "deployment", "engine"),
    "provider": ("vendor", "providername", "llmprovider", "customllmprovider", "system"),
    "input_tokens": (
        "prompttokens",
        "tokensin",
        "inputtokencount",
        "contexttokens",
        "tokensprompt",
        "prompttokencount",
    ),
    "output_tokens": (
        *("completiontokens", "tokensout", "outputtokencount", "generatedtokens", "tokenscompletion"),
        "completiontokencount",
    ),
    "cost_estimated": ("cost", "costusd", "totalcost", "spend", "price", "usd", "amount", "totalcostusd"),
    "latency_ms": ("latency", "durationms", "responsetimems", "elapsedms", "delayms", "latencymilliseconds"),
    "latency_s": ("duration", "durations", "responsetime", "elapsed", "latencyseconds", "durationseconds"),
    "request_id": ("id", "requestid", "callid", "traceid", "uuid"),
    "response_id": ("completionid", "generationid", "responseid"),
    "cache_read_input_tokens": (
        "cachedtokens",
        "cachereadtokens",
        "cacheread",
        "tokenscached",
        "promptcachereadtokens",
    ),
    "cache_write_input_tokens": ("cachecreationinputtokens", "cachewritetokens", "promptcachewritetokens"),
    "cache_write_1h_input_tokens": ("ephemeral1hinputtokens",),
    "reasoning_output_tokens": ("reasoningtokens", "thinkingtokens", "tokensreasoning", "thoughtstokens"),
    "ttft_ms": ("timetofirsttokenms", "timetofirsttoken", "ttft", "firsttokenms"),
    "ttft_s": ("timetofirsttokenseconds", "ttftseconds"),
    "team": ("teamname", "department", "group", "costcenter", "costcentre", "squad"),
    "project": ("projectname", "application", "app", "appname", "service", "feature", "product"),
    "environment": ("env", "stage", "deploymentenvironment"),
    "end_user": ("user", "userid", "customer", "customerid", "enduser", "tenant"),
    "operation": ("calltype", "requesttype", "endpoint", "operationname"),
    "requested_model": ("modelgroup", "modelalias", "requestmodel"),
    "strategy": ("routingstrategy", "route"),
    "stream": ("streamed", "isstream", "streaming"),
    "status": ("state", "outcome", "success", "statuscode", "httpstatus", "responsestatus"),
    "error_type": ("error", "errorcode", "errorclass", "exception"),
    "attempts": ("tries", "attemptcount"),
    "service_tier": ("tier", "pricingclass"),
    "tags": ("labels", "properties", "requesttags"),
    "cost_source": (),
    "price_source": (),
    "usage_source": (),
}
FILLING = ("team", "project", "environment", "end_user", "strategy", "operation")  # given for a file of any kind
NEAR = 0.84  # how alike names have to be to be proposed; all above it in real exports are the same thing
RULES = ("cached", "reasoning")
PLACES = ("within", "beside")
FILE_KEYS = ("columns", "values", *RULES)
OF_SECONDS = {"latency_s": "latency_ms", "ttft_s": "ttft_ms"}
PUNCTUATION = re.compile(r"[^a-z0-9]")
CONTRACT = (
    *("timestamp", "request_id", "strategy", "provider", "model"),
    *("input_tokens", "output_tokens", "cost_estimated", "latency_ms"),
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which column of a file fills which of ours; `values` fills what no column does.

    `cached` and `reasoning` say whether these tokens are counted 'within' the input and the output, or 'beside' them.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    cached: str = "within"
    reasoning: str = "within"

    @property
    def is_given(self) -> bool:
        """Whether it names a column at all."""
        return bool(self.columns)


def mapping_from(pairs: Sequence[str], values: Sequence[str], file: Path | None, rules: Mapping[str, str]) -> Mapped:
    """Return the mapping of a file, with what options (`ours=theirs`) say over it. Raises ConfigError."""
    read = Mapped() if file is None else _read(file)
    columns = {**read.columns, **_pairs(pairs, "--map")}
    filled = {**read.values, **_pairs(values, "--set")}
    for name in (*columns, *filled):
        _known(name)
    return replace(read, columns=columns, values=filled, **rules)


def proposed(names: Iterable[str]) -> dict[str, str]:
    """Return which of a file's columns may fill which of ours: of the same name, one of those known, or a near one."""
    left = {PUNCTUATION.sub("", name.lower()): name for name in names}
    found: dict[str, str] = {}
    for ours, others in NAMES.items():
        for name in (PUNCTUATION.sub("", ours), *others):
            if name in left:
                found[ours] = left.pop(name)
                break
    for ours, others in NAMES.items():
        if ours in found or OF_SECONDS.get(ours) in found:
            continue
        for name in (PUNCTUATION.sub("", ours), *others[:3]):
            if near := difflib.get_close_matches(name, left, n=1, cutoff=NEAR):
                found[ours] = left.pop(near[0])
                break
    if "latency_ms" in found:
        found.pop("latency_s", None)
    if "ttft_ms" in found:
        found.pop("ttft_s", None)
    return {ours: found[ours] for ours in NAMES if ours in found}


def as_options(columns: Mapping[str, str]) -> str:
    """Return a mapping as options of the command line."""
    return " ".join(f"--map {ours}={_quoted(theirs)}" for ours, theirs in columns.items())


def of_our_own(names: Iterable[str]) -> Mapped | None:
    """Return the mapping of a file that has our own nine columns; None if it has not."""
    have = {name.lower(): name for name in names}
    if not all(name in have for name in CONTRACT):
        return None
    return Mapped({ours: have[ours] for ours in NAMES if ours in have})


def check_columns(mapped: Mapped, names: Iterable[str], shown: str) -> None:
    """Raise ConfigError if the file lacks a column that is named, or has no moment or no model."""
    known = list(names)
    for theirs in mapped.columns.values():
        if theirs not in known:
            raise ConfigError(f"No such column in {shown}: {theirs}", did_you_mean(theirs, known, "its columns"))
    given = {*mapped.columns, *mapped.values}
    if "timestamp" not in mapped.columns or "model" not in given:
        lacking = "timestamp" if "timestamp" not in mapped.columns else "model"
        rest = proposed(name for name in known if name not in mapped.columns.values())
        near = f"--map {lacking}={_quoted(rest[lacking])}" if lacking in rest else f"--map {lacking}=COLUMN"
        hint = f"add {near}; its columns: {', '.join(known)}"
        raise ConfigError(f"No column of {shown} is mapped to {lacking}", hint)


def _read(file: Path) -> Mapped:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        raise ConfigError(
            f"The mapping cannot be read: {file}: {err}", 'write TOML: [columns], model = "Model"'
        ) from err
    for name, value in raw.items():
        if name not in FILE_KEYS:
            raise ConfigError(f"Unknown key in {file}: {name}", did_you_mean(name, FILE_KEYS, "keys"))
        if name in RULES and value not in PLACES:
            raise ConfigError(f"Neither within nor beside in {file}: {name}", f'write {name} = "within" or "beside"')
        if name not in RULES and not (isinstance(value, dict) and all(isinstance(one, str) for one in value.values())):
            raise ConfigError(f"No table of texts in {file}: {name}", f'write [{name}] and lines as model = "Model"')
    return Mapped(
        raw.get("columns", {}), raw.get("values", {}), raw.get("cached", "within"), raw.get("reasoning", "within")
    )


def _pairs(pairs: Sequence[str], option: str) -> dict[str, str]:
    found = {}
    for pair in pairs:
        ours, equals, theirs = pair.partition("=")
        if not equals or not theirs:
            raise ConfigError(f"No pair after {option}: {pair}", f"write it as {option} model=Model: ours first")
        found[ours.strip()] = theirs
    return found


def _known(name: str) -> None:
    if name not in NAMES:
        raise ConfigError(f"No column of ours: {name}", did_you_mean(name, NAMES, "columns"))


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[\w.-]+", name) else f"'{name}'"
