#!/usr/bin/env bash
# Fail in the last step, after the report is built, published and mailed.
set -euo pipefail
if [ "$FINOPS_BREACHED" = true ] && [ "$FINOPS_FAIL_ON_BREACH" = true ]; then
  echo "::error::A verdict is bad or a budget is breached: see the report"
  exit 3
fi
