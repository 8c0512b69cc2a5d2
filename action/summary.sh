#!/usr/bin/env bash
# Show the answers on the job's page and hand the figures to later steps.
set -euo pipefail
figures="${FINOPS_OUT%.html}.json"
finops-report summary --json "$figures" >>"$GITHUB_STEP_SUMMARY"
finops-report summary --json "$figures" --format outputs >>"$GITHUB_OUTPUT"
