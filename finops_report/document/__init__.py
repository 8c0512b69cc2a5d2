"""Write report.json and read it back; who only reads does not pay for importing the report's model."""

from finops_report.document.bars import Bar
from finops_report.document.budgets import BudgetLine
from finops_report.document.reading import AnswerLine, Digest, digest_of, read_digest

__all__ = ["AnswerLine", "Bar", "BudgetLine", "Digest", "digest_of", "read_digest"]
