"""What tokens went for: output to input, caches, reasoning, and attempts that failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from finops_report.analysis.totals import Facts
from finops_report.model import Section, Table
from finops_report.sections.columns import each, percent, text
from finops_report.sections.shared_columns import IN, OUT
from finops_report.sections.tables import Field, table
from finops_report.warehouse import View
from finops_report.wording import formats


@dataclass(frozen=True, slots=True)
class TokenUse:
    """One model of one provider, or all of them (no provider); None is what is not recorded.

    `output_per_input` are output tokens a token of input, `cache_hit_rate` and `reasoning_share` are of the requests
    that record them. `wasted_tokens` are those of attempts that failed, of all `attempt_tokens` on record.
    """

    provider: str | None
    model: str | None
    requests: int
    input_tokens: int
    output_tokens: int
    output_per_input: float | None
    cache_hit_rate: float | None
    reasoning_share: float | None
    attempt_tokens: int | None
    wasted_tokens: int | None
    wasted_share: float | None


TOKEN_USE = View("token_use", TokenUse)
LEAST_RATIO = 0.01
HOW_TO_READ = (
    "Input read from a provider's cache is charged at less. Reasoning is output that no reader sees, at the price of "
    "output. Attempts that failed or were cut used tokens for nothing, as far as they are on record."
)


def section(facts: Facts) -> Section | None:
    """Return what tokens went for, by model; None if no tokens are recorded."""
    whole, *rows = facts.rows(TOKEN_USE)
    if not whole.input_tokens + whole.output_tokens:
        return None
    fields: tuple[Field[TokenUse], ...] = (
        text("Model", lambda row: _name(facts, row)),
        IN,
        OUT,
        Field("Output per input", lambda row: row.output_per_input, each(_ratio), numeric=True),
        percent("Input from caches", lambda row: row.cache_hit_rate),
        percent("Reasoning in output", lambda row: row.reasoning_share),
        percent("Used by failed attempts", lambda row: row.wasted_share),
    )
    return Section(
        view=TOKEN_USE.name,
        title="Use of tokens",
        finding=_finding(whole),
        how_to_read=HOW_TO_READ,
        table=_table(whole, rows, fields),
    )


def _table(whole: TokenUse, rows: Sequence[TokenUse], fields: Sequence[Field[TokenUse]]) -> Table:
    """Return a row a model; the shares of the total are of all models, and not of their shares."""
    made = table(rows, fields)
    (total,) = table((whole,), fields).rows
    return replace(made, total=("Total", *total[1:]) if made.total else ())


def _finding(whole: TokenUse) -> str:
    parts = {
        "of input came from caches": whole.cache_hit_rate,
        "of output was reasoning": whole.reasoning_share,
        "of tokens went to failed attempts": whole.wasted_share,
    }
    known = [f"{formats.percent(share)} {what}" for what, share in parts.items() if share is not None]
    return formats.listed(known) if known else _per_input(whole)


def _per_input(whole: TokenUse) -> str:
    if whole.output_per_input is None:
        return "Caches, reasoning and failed attempts are not recorded"
    return f"{_ratio(whole.output_per_input)} tokens of output for each token of input"


def _ratio(value: float | None) -> str:
    if value is None:
        return formats.NOT_RECORDED
    return f"under {formats.exact(LEAST_RATIO)}" if 0 < value < LEAST_RATIO else formats.hundredths(value)


def _name(facts: Facts, row: TokenUse) -> str:
    return facts.model_of(row.provider or "", row.model or formats.NOT_RECORDED)
