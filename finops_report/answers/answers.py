"""Answer the five executive questions in words, each with a verdict and the rule behind it."""

from __future__ import annotations

from finops_report.analysis.totals import Facts
from finops_report.calendar.comparison import new_stretch, old_stretch
from finops_report.model import Answer, Verdict
from finops_report.wording import formats

SPEND_RULE = (
    "Good: spend per request and total spend rose by at most 10 % and at most 1 % of requests have no known price. "
    "Watch: up to 25 % or 5 %. Bad: more. A rise with equally more requests is watched, not bad."
)
MIX_RULE = (
    "Good: no provider carries more than 80 % of spend. Watch: one does, or there is only one. "
    "Bad: the provider of over 20 % of requests is not recorded."
)
STRATEGY_RULE = (
    "On the same work (equal model group, equal size of input and output; cost a token, time an output token): "
    "good when cost-first costs less and performance-first answers faster, each by over 2 %. Bad when either is over "
    "2 % the wrong way round. Watch in between. At least 30 comparable requests of each are needed, and a difference "
    "beyond its 95 % interval."
)
LATENCY_RULE = (
    "Good: on the same work cost-first takes at most 1.5 times as long as performance-first, and the 95th percentile "
    "rose by at most 10 %. Watch: up to 2.5 times or 25 %. Bad: more."
)
RESILIENCE_RULE = (
    "Of the requests that met a failed provider: good when at least 99 % were answered all the same, "
    "watch from 95 %, bad below. Good as well when no attempt failed."
)
ENOUGH_REQUESTS = 30
ORDER: tuple[Verdict, ...] = ("good", "watch", "bad")


def answers(facts: Facts) -> tuple[Answer, ...]:
    """The five answers in the order executives ask them; all 'not enough data' when nothing is recorded."""
    return (_spend(facts), _mix(facts), _strategies(facts), _latency(facts), _resilience(facts))


def graded(value: float, watch: float, bad: float) -> Verdict:
    """Good up to `watch`, watch up to `bad`, bad above."""
    return "good" if value <= watch else "watch" if value <= bad else "bad"


def worst(*verdicts: Verdict) -> Verdict:
    """The gravest of several verdicts."""
    return max(verdicts, key=ORDER.index)


def _spend(facts: Facts) -> Answer:
    question = "How much are we spending on LLMs?"
    evidence = ("total_spend", "comparison")
    if not facts.requests:
        return Answer(
            question,
            "Nothing was recorded in this period.",
            "not enough data",
            SPEND_RULE,
            evidence,
        )
    said = [f"{facts.money(facts.cost_usd)} for {formats.plural(facts.requests, 'request')}."]
    if facts.cost_change is not None:
        said.append(_spend_change(facts, facts.cost_change))
    said.append(_unpriced(facts))
    return Answer(question, " ".join(filter(None, said)), _spend_verdict(facts), SPEND_RULE, evidence)


def _spend_change(facts: Facts, change: float) -> str:
    new, old = new_stretch(facts.period), old_stretch(facts.period)
    cost = formats.compared(change, "more than", "less than", "as much as")
    volume = formats.compared(facts.volume_change or 0.0, "more", "fewer", "equally many")
    return f"{new[0].upper()}{new[1:]} cost {cost} {old}, with {volume} requests."


def _unpriced(facts: Facts) -> str:
    if not facts.unpriced_requests:
        return ""
    return (
        f"{formats.count(facts.unpriced_requests)} requests ({formats.percent(facts.unpriced_share)}) have "
        "no known price and are not in it."
    )


def _spend_verdict(facts: Facts) -> Verdict:
    if facts.cost_change is None:
        return "not enough data"
    rise = graded(facts.cost_change, 0.10, 0.25)
    per_request = graded((1 + facts.cost_change) / (1 + (facts.volume_change or 0.0)) - 1, 0.10, 0.25)
    if rise == "bad" and per_request == "good":
        rise = "watch"
    return worst(rise, per_request, graded(facts.unpriced_share, 0.01, 0.05))


def _mix(facts: Facts) -> Answer:
    question = "Which providers and models are being used?"
    evidence = ("spend_by_provider", "spend_by_model")
    if not facts.requests:
        return Answer(question, "None was recorded in this period.", "not enough data", MIX_RULE, evidence)
    top, model = facts.views["spend_by_provider"][0], facts.views["spend_by_model"][0]
    said = [f"{formats.plural(facts.providers, 'provider')} and {formats.plural(facts.models, 'model')}."]
    if top["share"] is None:
        said.append("None of their requests has a known price.")
        return Answer(question, " ".join(said), "not enough data", MIX_RULE, evidence)
    moved = ""
    if facts.old is not None and top["old_share"] is not None and top["new_share"] is not None:
        moved = f", {formats.points(top['new_share'] - top['old_share'])} on {old_stretch(facts.period)}"
    said.append(f"{formats.shortened(top['provider'])} takes {formats.percent(top['share'])} of spend{moved}.")
    said.append(f"The dearest model is {formats.shortened(model['model'])} with {formats.percent(model['share'])}.")
    return Answer(question, " ".join(said), _mix_verdict(facts, top["share"]), MIX_RULE, evidence)


def _mix_verdict(facts: Facts, top_share: float) -> Verdict:
    unnamed = sum(r["requests"] for r in facts.views["spend_by_provider"] if r["provider"] == formats.NOT_RECORDED)
    if unnamed > 0.2 * facts.requests:
        return "bad"
    return graded(top_share, 0.80, 1.0)


def _comparable(facts: Facts) -> bool:
    work = facts.one("same_work")
    return bool(min(work["cost_requests"], work["performance_requests"]) >= ENOUGH_REQUESTS)


def _strategies(facts: Facts) -> Answer:
    question = "Are cost-first and performance-first routing working as expected?"
    evidence = ("requests_by_strategy", "same_work", "strategy_regret")
    work = facts.one("same_work")
    dear, slow = work["performance_first_usd"], work["cost_first_ms"]
    if not _comparable(facts) or not dear or not slow or work["cost_first_usd"] is None:
        return Answer(question, _too_little_to_compare(facts), "not enough data", STRATEGY_RULE, evidence)
    saving, speed = 1 - work["cost_first_usd"] / dear, 1 - work["performance_first_ms"] / slow
    saving_doubt, speed_doubt = (work["interval_usd"] or 0) / float(dear), (work["interval_ms"] or 0) / float(slow)
    compared = work["cost_requests"] + work["performance_requests"]
    answer = (
        f"On the same work cost-first costs {_less(saving, saving_doubt, 'less', 'more')} than performance-first, and "
        f"performance-first answers {_less(speed, speed_doubt, 'faster', 'slower')} than cost-first "
        f"({formats.count(compared)} comparable requests; ± is the 95 % interval)."
    )
    kept = (_promise(saving, saving_doubt), _promise(speed, speed_doubt))
    return Answer(question, answer, _kept(*kept), STRATEGY_RULE, evidence)


def _kept(*promises: Verdict) -> Verdict:
    """A broken promise is bad whatever is known of the other; both must be known to be good."""
    if "bad" in promises:
        return "bad"
    return "not enough data" if "not enough data" in promises else worst(*promises)


def _less(gain: float, doubt: float, better: str, worse: str) -> str:
    return f"{formats.percent(abs(gain))} (±{formats.percent(doubt)}) {better if gain >= 0 else worse}"


def _promise(gain: float, doubt: float) -> Verdict:
    if abs(gain) < doubt:
        return "not enough data"
    return "good" if gain > 0.02 else "bad" if gain < -0.02 else "watch"


def _too_little_to_compare(facts: Facts) -> str:
    intents = {row["intent"] for row in facts.views["requests_by_strategy"]} - {"other"}
    if len(intents) == 2:
        return (
            "Both ran, but too few requests of equal group and size to compare (under "
            f"{ENOUGH_REQUESTS} of one of them)."
        )
    if intents == {"cost"}:
        return "Only cost-first requests were recorded, so there is nothing to compare them with."
    if intents == {"performance"}:
        return "Only performance-first requests were recorded, so there is nothing to compare them with."
    return "Neither strategy was recorded."


def _latency(facts: Facts) -> Answer:
    question = "What is the latency impact of routing decisions?"
    evidence = ("latency_by_strategy", "latency_compared", "same_work", "troubled_requests")
    rows = [row for row in facts.views["requests_by_strategy"] if row["p50_ms"] is not None]
    if not rows:
        return Answer(question, "No latencies were recorded.", "not enough data", LATENCY_RULE, evidence)
    each = [f"{formats.shortened(row['strategy'], 30)} {formats.duration(row['p50_ms'])}" for row in rows[:3]]
    said = [f"Half of all answers arrive within: {formats.listed(each)}."]
    verdicts: list[Verdict] = []
    work = facts.one("same_work")
    if _comparable(facts) and work["performance_first_ms"] and work["cost_first_ms"]:
        ratio = work["cost_first_ms"] / work["performance_first_ms"]
        said.append(f"On the same work cost-first takes {_times(ratio)} as performance-first.")
        verdicts.append(graded(ratio, 1.5, 2.5))
    if facts.old and facts.new and facts.old.p95_ms and facts.new.p95_ms:
        change = facts.new.p95_ms / facts.old.p95_ms - 1
        said.append(
            f"The 95th percentile is {formats.duration(facts.new.p95_ms)}, {formats.change(change)} on "
            f"{old_stretch(facts.period)}."
        )
        verdicts.append(graded(change, 0.10, 0.25))
    return Answer(
        question,
        " ".join(said),
        worst(*verdicts) if verdicts else "not enough data",
        LATENCY_RULE,
        evidence,
    )


def _times(ratio: float) -> str:
    return "about as long" if 0.95 <= ratio <= 1.05 else f"{ratio:.2g} times as long"


def _resilience(facts: Facts) -> Answer:
    question = "How resilient is the system under provider failure?"
    evidence = ("failover_events", "troubled_requests", "incidents")
    events = sum(row["events"] for row in facts.views["failover_events"])
    if facts.has_attempts:
        return _resilience_recorded(facts, question, evidence, events)
    if not events:
        answer = "Attempts are not recorded and no request appears with two providers, so failovers cannot be seen."
        return Answer(question, answer, "not enough data", RESILIENCE_RULE, evidence)
    recovered = sum(row["recovered"] for row in facts.views["failover_events"])
    answer = (
        f"{formats.plural(events, 'failover')} inferred from requests with rows of several providers; "
        f"{formats.reached(recovered / events)} ended with an answer. Failed attempts as such are not recorded."
    )
    return Answer(question, answer, _recovery(recovered / events), RESILIENCE_RULE, evidence)


def _resilience_recorded(facts: Facts, question: str, evidence: tuple[str, ...], events: int) -> Answer:
    troubled = facts.one("troubled_requests")
    if not troubled["requests"]:
        verdict: Verdict = "good" if facts.requests else "not enough data"
        return Answer(question, "No attempt at a provider failed.", verdict, RESILIENCE_RULE, evidence)
    rate = troubled["answered"] / troubled["requests"]
    said = [
        f"{formats.plural(troubled['requests'], 'request')} met a failing provider; {formats.reached(rate)} "
        "were answered all the same,"
        f" by {formats.plural(events, 'failover')} and by retries."
    ]
    if facts.views["incidents"]:
        worst_one = facts.views["incidents"][0]
        hit = worst_one["failed_attempts"] + worst_one["requests_rerouted"]
        said.append(
            f"The largest incident: {formats.shortened(worst_one['provider'])}, "
            f"{formats.moment(worst_one['started_at'])}, "
            f"{formats.plural(worst_one['hours'], 'hour')}, {formats.plural(hit, 'attempt')} failed or rerouted."
        )
    return Answer(question, " ".join(said), _recovery(rate), RESILIENCE_RULE, evidence)


def _recovery(rate: float) -> Verdict:
    return "good" if rate >= 0.99 else "watch" if rate >= 0.95 else "bad"
