"""Speak the protocols of providers: the contract, one file a wire, and what the wires share."""

from finops_router.providers.contract import ALIVE, IDLE, Alive, Closing, Embedder, Progress, Provider

__all__ = ["ALIVE", "IDLE", "Alive", "Closing", "Embedder", "Progress", "Provider"]
