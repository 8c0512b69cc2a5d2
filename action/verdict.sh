#!/usr/bin/env bash
# Fail last, when the report is built, published and mailed already.
set -euo pipefail
if [ "$FINOPS_BREACHED" = true ] && [ "$FINOPS_FAIL_ON_BREACH" = true ]; then
  echo "::error::A budget or threshold is breached: see the report"
  exit 3
fi
