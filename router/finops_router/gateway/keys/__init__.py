"""Know who calls: keys that applications present, what each may do, and where they are kept."""

from finops_router.gateway.keys.key import Key, KeyBudget, KeyRefused
from finops_router.gateway.keys.known import Keys
from finops_router.gateway.keys.store import KeyStore

__all__ = ["Key", "KeyBudget", "KeyRefused", "KeyStore", "Keys"]
