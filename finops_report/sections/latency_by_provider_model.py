"""How long answers take, model by model."""

from __future__ import annotations

from dataclasses import dataclass

from finops_report.warehouse.views import View


@dataclass(frozen=True, slots=True)
class ModelLatency:
    """Quantiles of one model in milliseconds; those of the first token are None if it is not recorded."""

    provider: str
    model: str
    requests: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    ttft_p50_ms: float | None
    ttft_p95_ms: float | None


LATENCY_BY_PROVIDER_MODEL = View("latency_by_provider_model", ModelLatency)
