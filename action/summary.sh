#!/usr/bin/env bash
# Show the five answers on the job's page and hand the figures to the steps after this one.
set -euo pipefail
figures="${FINOPS_OUT%.html}.json"
finops-report summary --json "$figures" >>"$GITHUB_STEP_SUMMARY"
finops-report summary --json "$figures" --format outputs >>"$GITHUB_OUTPUT"
