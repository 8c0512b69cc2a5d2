#!/usr/bin/env bash
# Show the answers on the job's page and hand the figures to later steps: of a sealed report its days alone.
set -euo pipefail
summary=("${FINOPS_BIN}finops-report" summary --json "$FINOPS_FIGURES")
code=0
"${summary[@]}" --fail-on-breach >/dev/null 2>&1 || code=$?
[ "$code" = 3 ] || [ "$code" = 0 ] || exec "${summary[@]}" >/dev/null # for its error
if [ "$code" = 3 ] || [ "$FINOPS_BREACHED" = true ]; then breached=true; else breached=false; fi
echo "breached=$breached" >>"$GITHUB_OUTPUT"
if [ "$FINOPS_ENCRYPT" = true ]; then
  echo "The report is sealed: its figures are in the site, and open with the passphrase." >>"$GITHUB_STEP_SUMMARY"
  "${summary[@]}" --format outputs | grep '^period=' >>"$GITHUB_OUTPUT"
else
  "${summary[@]}" >>"$GITHUB_STEP_SUMMARY"
  "${summary[@]}" --format outputs >>"$GITHUB_OUTPUT"
fi
