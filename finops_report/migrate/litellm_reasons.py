"""Say why a setting of LiteLLM's has no place in finops.toml, and what takes its place if anything does."""

from __future__ import annotations

import re

REASONS = (  # the end of a setting's path -> why; the first that fits
    (r"litellm_params\.(temperature|top_p|max_tokens|max_completion_tokens|seed|stop|n)", "callers say it"),
    (r"litellm_params\.(presence_penalty|frequency_penalty|reasoning_effort|thinking|tools|user)", "callers say it"),
    (r"litellm_params\.(max_budget|budget_duration)", "budgets are [[budgets]] and those of keys, not of targets"),
    (r"litellm_params\.api_version", "the address of Azure that is written, /openai/v1/, needs none"),
    (r"litellm_params\.(vertex_\w+)", "Vertex AI is not reached: the Gemini API is (provider gcp.gemini)"),
    (r"litellm_params\.(aws_access_key_id|aws_secret_access_key|aws_session_token|aws_profile_name|aws_role_name)",
     "AWS's own credentials of the environment are used"),
    (r"litellm_params\.(azure_ad_token|tenant_id|client_id|client_secret)", "Azure is reached by key alone"),
    (r"litellm_params\.(organization|extra_headers|headers|extra_body)", "no headers or fields are added to requests"),
    (r"litellm_params\.(tags|order)", "targets are chosen by strategy, weight, region and capabilities"),
    (r"litellm_params\.(num_retries|max_retries)", "a target is tried once more after a 500; then the next one is"),
    (r"model_info\.base_model", "prices are found by the model's name, or given in [[router.prices]]"),
    (r"model_info\.\w+", "it describes the model to LiteLLM alone"),
    (r"router_settings\.(num_retries|retry_policy|retry_after|max_fallbacks)",
     "each target has its turn, within deadline_s"),
    (r"litellm_settings\.num_retries", "each target has its turn, within deadline_s"),
    (r"(router_settings|litellm_settings)\.(allowed_fails|cooldown_time|allowed_fails_policy|disable_cooldowns)",
     "a target is asked less by its share of failures and rests for seconds: [router.health]"),
    (r"router_settings\.redis_\w+", "workers share a folder, hosts PostgreSQL: [gateway]"),
    (r"router_settings\.enable_pre_call_checks", "requests are always checked: context_tokens of targets"),
    (r"(router_settings|litellm_settings)\.content_policy_fallbacks", "an answer that is refused is the answer"),
    (r"router_settings\.(enable_tag_filtering|tag_filtering_match_any)", "targets are not chosen by tags"),
    (r"litellm_settings\.(success_callback|failure_callback|callbacks|service_callbacks)",
     "every request is in the telemetry; /metrics and OpenTelemetry are there for others (docs/opentelemetry.md)"),
    (r"litellm_settings\.drop_params", "what a target cannot be asked goes to one that can, or is an error"),
    (r"litellm_settings\.(cache|cache_params)", "answers are not cached"),
    (r"litellm_settings\.(guardrails|guardrail_\w+)", "guardrails have settings of their own (docs/gateway.md)"),
    (r"litellm_settings\.(turn_off_message_logging|redact_\w+)", "no text is ever kept"),
    (r"litellm_settings\.(set_verbose|json_logs|debug)", "it is about LiteLLM's own log"),
    (r"litellm_settings\.(max_budget|budget_duration)", "write it as one of [[budgets]]"),
    (r"general_settings\.master_key", "make keys with `finops-report keys add`: only their hashes are kept"),
    (r"general_settings\.(database_url|database_\w+|store_\w+)",
     "what it recorded comes in by `finops-report ingest --from litellm`"),
    (r"general_settings\.alert\w*", "who is told of budgets is written as [[alerts]]"),
    (r"general_settings\.(max_parallel_requests|global_max_parallel_requests)",
     "max_concurrency is of a target, concurrency of a key"),
    (r"environment_variables(\.\w+)?", "set it where the gateway is started"),
    (r"guardrails.*", "guardrails have settings of their own (docs/gateway.md)"),
    (r"include.*", "give the included files one by one"),
)  # fmt: skip
OTHER = "there is no such setting here"


def reason(path: str) -> str:
    """Return why the setting at `path` cannot be carried over."""
    return next((why for pattern, why in REASONS if re.search(rf"(^|\.){pattern}$", path)), OTHER)
