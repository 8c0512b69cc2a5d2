"""Answer which providers and models are used, and how much hangs on the largest."""

from __future__ import annotations

from finops_report.analysis.rules import MixRule
from finops_report.analysis.totals import Facts
from finops_report.answers.question import Question
from finops_report.model import Answer
from finops_report.sections.compared import share_moved
from finops_report.sections.spend_by_model import SPEND_BY_MODEL
from finops_report.sections.spend_by_provider import SPEND_BY_PROVIDER, ProviderSpend
from finops_report.wording import formats

QUESTION = Question(
    "mix", "Providers", "Which providers and models are being used?", ("spend_by_provider", "spend_by_model")
)
UNKNOWN = "no known price"


def mix(facts: Facts, rule: MixRule) -> Answer:
    """Answer with the number of both, the largest provider and the dearest model."""
    if not facts.requests:
        return QUESTION.answered(
            rule.text, answer="None was recorded in this period.", brief=UNKNOWN, verdict="not enough data"
        )
    providers = facts.rows(SPEND_BY_PROVIDER)
    top = providers[0]
    unrecorded = sum(provider.requests for provider in providers if provider.provider == formats.NOT_RECORDED)
    verdict = rule.verdict(
        largest_share=top.share, unrecorded_share=unrecorded / facts.requests, providers=facts.providers
    )
    counted = f"{formats.plural(facts.providers, 'provider')} and {formats.plural(facts.models, 'model')}."
    if top.share is None:
        nothing = f"{counted} None of their requests has a known price."
        return QUESTION.answered(rule.text, answer=nothing, brief=UNKNOWN, verdict=verdict)
    return QUESTION.answered(
        rule.text,
        answer=f"{counted} {_largest(facts, top)} {_dearest(facts)}",
        brief=f"{formats.shortened(top.provider, 14)} {formats.percent(top.share)}",
        verdict=verdict,
    )


def _largest(facts: Facts, top: ProviderSpend) -> str:
    moved = share_moved(facts, top.old_share, top.new_share)
    return f"{formats.shortened(top.provider)} takes {formats.percent(top.share)} of spend{moved}."


def _dearest(facts: Facts) -> str:
    model = facts.rows(SPEND_BY_MODEL)[0]
    return f"The dearest model is {formats.shortened(model.model)} with {formats.percent(model.share)}."
