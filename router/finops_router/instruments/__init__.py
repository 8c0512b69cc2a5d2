"""Record the calls that an application makes without our router: of its clients, its spans, LiteLLM, LangChain.

Each reads what is there anyway and changes nothing for whoever calls; no text is kept.
"""

from finops_router.instruments.instrument import instrument

__all__ = ["instrument"]
