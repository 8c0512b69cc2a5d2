#!/usr/bin/env bash
# Add the report to the archive if a site is asked for.
set -euo pipefail
[ -n "$FINOPS_SITE" ] || exit 0
options=(--report "$FINOPS_OUT" --json "$FINOPS_FIGURES" --site "$FINOPS_SITE" --base-url "$FINOPS_BASE_URL")
[ -z "$FINOPS_SITE_TITLE" ] || options+=(--title "$FINOPS_SITE_TITLE")
[ -z "$FINOPS_CONFIG" ] || options+=(--config "$FINOPS_CONFIG")
[ -z "$FINOPS_KEEP" ] || options+=(--keep "$FINOPS_KEEP")
if [ "$FINOPS_ENCRYPT" = true ]; then
  options+=(--encrypt)
else
  echo "::warning::Whoever can open the site can read these figures. A Pages site is public unless the organisation has private Pages; so is a branch or a release of a public repository."
fi
"${FINOPS_BIN}finops-report" publish "${options[@]}"
