#!/usr/bin/env bash
# Build the report. A breach (exit code 3) is handed on to the last step; any other failure ends the job here.
# A log of a public repository is public: of a report that is to be sealed it has no figure.
set -euo pipefail
if [ "$FINOPS_ENCRYPT" = true ]; then exec 3>/dev/null; else exec 3>&1; fi
if [ "$FINOPS_DB" = demo ]; then
  FINOPS_DB="$FINOPS_PLACE/demo.duckdb" # of this use alone; then it is a database like others, with month and zone
  "${FINOPS_BIN}finops-report" demo --days 62 --seed 7 --db "$FINOPS_DB" --out "$FINOPS_PLACE/demo.html" >&3
fi
options=(--db "$FINOPS_DB" --out "$FINOPS_OUT" --json "$FINOPS_FIGURES")
[ -z "$FINOPS_TABLE" ] || options+=(--table "$FINOPS_TABLE")
[ -z "$FINOPS_CONFIG" ] || options+=(--config "$FINOPS_CONFIG")
[ -z "$FINOPS_WEEK" ] || options+=(--week "$FINOPS_WEEK")
[ -z "$FINOPS_MONTH" ] || options+=(--month "$FINOPS_MONTH")
[ -z "$FINOPS_QUARTER" ] || options+=(--quarter "$FINOPS_QUARTER")
[ -z "$FINOPS_YEAR" ] || options+=(--year "$FINOPS_YEAR")
[ -z "$FINOPS_SINCE" ] || options+=(--since "$FINOPS_SINCE")
[ -z "$FINOPS_UNTIL" ] || options+=(--until "$FINOPS_UNTIL")
[ -z "$FINOPS_TIMEZONE" ] || options+=(--timezone "$FINOPS_TIMEZONE")
[ "$FINOPS_ALLOW_EMPTY" = false ] || options+=(--allow-empty)
code=0
"${FINOPS_BIN}finops-report" build "${options[@]}" >&3 || code=$?
if [ "$code" = 3 ]; then
  echo "breached=true" >>"$GITHUB_OUTPUT"
elif [ "$code" != 0 ]; then
  exit "$code"
else
  echo "breached=false" >>"$GITHUB_OUTPUT"
fi
