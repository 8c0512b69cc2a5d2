"""Put an answer together: what is asked, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.analysis.verdict import Verdict
from finops_report.model import Answer


@dataclass(frozen=True, slots=True)
class Question:
    """One of the executive questions: its key, its topic in a word, its text, and the views its answer rests on."""

    key: str
    topic: str
    text: str
    evidence: tuple[str, ...]

    def answered(self, rule: str, *, answer: str, brief: str, verdict: Verdict) -> Answer:
        """Return the answer in a sentence or more, in about three words, and judged, with the rule it is judged by."""
        return Answer(self.key, self.topic, self.text, answer, brief, verdict, rule, self.evidence)
