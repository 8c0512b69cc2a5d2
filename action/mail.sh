#!/usr/bin/env bash
# Mail the report if there are receivers.
set -euo pipefail
[ -n "$FINOPS_MAIL_TO" ] || exit 0
options=(--to "$FINOPS_MAIL_TO" --from "$FINOPS_MAIL_FROM" --tls "$FINOPS_SMTP_TLS" --attach "$FINOPS_MAIL_ATTACH")
[ -z "${FINOPS_FIGURES:-}" ] || options+=(--json "$FINOPS_FIGURES")
[ -z "$FINOPS_SMTP_PORT" ] || options+=(--port "$FINOPS_SMTP_PORT")
[ -z "$FINOPS_SMTP_USER" ] || options+=(--user "$FINOPS_SMTP_USER")
[ -z "$FINOPS_MAIL_LINK" ] || options+=(--link "$FINOPS_MAIL_LINK")
"${FINOPS_BIN:-}finops-report" mail --report "$FINOPS_OUT" "${options[@]}"
