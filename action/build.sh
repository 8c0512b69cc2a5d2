#!/usr/bin/env bash
# Build the report. A breached budget (exit code 3) is handed on to the last step; any other failure ends the job here.
set -euo pipefail
options=(--out "$FINOPS_OUT")
if [ "$FINOPS_DB" = demo ]; then
  command=(finops-report demo --days 30 --seed 7 "${options[@]}")
else
  [ -z "$FINOPS_CONFIG" ] || options+=(--config "$FINOPS_CONFIG")
  [ -z "$FINOPS_MONTH" ] || options+=(--month "$FINOPS_MONTH")
  [ -z "$FINOPS_QUARTER" ] || options+=(--quarter "$FINOPS_QUARTER")
  [ -z "$FINOPS_SINCE" ] || options+=(--since "$FINOPS_SINCE")
  [ -z "$FINOPS_UNTIL" ] || options+=(--until "$FINOPS_UNTIL")
  [ -z "$FINOPS_TIMEZONE" ] || options+=(--timezone "$FINOPS_TIMEZONE")
  command=(finops-report build --db "$FINOPS_DB" "${options[@]}")
fi
code=0
"${command[@]}" || code=$?
if [ "$code" = 3 ]; then
  echo "breached=true" >>"$GITHUB_OUTPUT"
elif [ "$code" != 0 ]; then
  exit "$code"
else
  echo "breached=false" >>"$GITHUB_OUTPUT"
fi
