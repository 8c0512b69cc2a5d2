"""Let no call begin that could go beyond a hard budget: money is reserved before a call and settled after it."""

from finops_router.gateway.budgets.attribution import Attribution, Budget, budget_of, key_budgets
from finops_router.gateway.budgets.expected import most_usd
from finops_router.gateway.budgets.ledger import Ledger, Reservation, Use
from finops_router.gateway.budgets.refusals import BudgetSpent, PriceUnknown

__all__ = [
    "Attribution",
    "Budget",
    "BudgetSpent",
    "Ledger",
    "PriceUnknown",
    "Reservation",
    "Use",
    "budget_of",
    "key_budgets",
    "most_usd",
]
