#!/usr/bin/env bash
# Add the report to the archive if a site is asked for.
set -euo pipefail
[ -n "$FINOPS_SITE" ] || exit 0
options=(--site "$FINOPS_SITE" --title "$FINOPS_SITE_TITLE" --base-url "$FINOPS_BASE_URL")
[ -z "$FINOPS_KEEP" ] || options+=(--keep "$FINOPS_KEEP")
if [ "$FINOPS_ENCRYPT" = true ]; then
  options+=(--encrypt)
else
  echo "::warning::Whoever can open the site can read these figures. A Pages site is public unless the organisation has private Pages."
fi
finops-report publish --report "$FINOPS_OUT" "${options[@]}"
