#!/usr/bin/env bash
# Install finops-report into an environment of its own and add it to the path of later steps.
set -euo pipefail
place="$RUNNER_TEMP/finops-report"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "::error::Python 3.11 or newer is needed: add actions/setup-python before this action"
  exit 1
}
python3 -m venv "$place"
package="${FINOPS_PACKAGE:-${GITHUB_ACTION_PATH}[encrypt]}"
"$place/bin/pip" install --quiet --disable-pip-version-check "$package"
echo "$place/bin" >>"$GITHUB_PATH"
