#!/usr/bin/env bash
# Install finops-report into an environment of this use of the action, and add it to the path of later steps.
# What is installed runs code: it sees the machine's settings and pip's, and none of the job's secrets.
set -euo pipefail
for name in $(compgen -e); do
  case "$name" in
  PATH | HOME | USER | LANG | LC_* | TMPDIR | TMP | TEMP | PIP_* | *_proxy | *_PROXY | SSL_CERT_* | *_CA_BUNDLE) ;;
  RUNNER_* | GITHUB_PATH | GITHUB_OUTPUT | GITHUB_ACTION_PATH | FINOPS_PACKAGE | FINOPS_PLACE) ;;
  LD_LIBRARY_PATH | DYLD_* | pythonLocation | Python*_ROOT_DIR | MSYS* | SHELL | PWD | TERM) ;;
  [Ss][Yy][Ss][Tt][Ee][Mm]* | [Ww][Ii][Nn][Dd][Ii][Rr] | COMSPEC | PATHEXT | USERPROFILE | *APPDATA) ;;
  OS | NUMBER_OF_PROCESSORS | PROCESSOR_*) ;;
  *) unset "$name" ;;
  esac
done
python=python3
command -v "$python" >/dev/null || python=python
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "::error::Python 3.11 or newer is needed: add actions/setup-python before this action"
  exit 1
}
"$python" -m venv "$FINOPS_PLACE/venv"
bin="$FINOPS_PLACE/venv/bin"
[ -d "$bin" ] || bin="$FINOPS_PLACE/venv/Scripts" # Windows
package="${FINOPS_PACKAGE:-${GITHUB_ACTION_PATH}[encrypt]}"
"$bin/python" -m pip install --quiet --disable-pip-version-check "$package"
echo "$bin" >>"$GITHUB_PATH"
echo "bin=$bin/" >>"$GITHUB_OUTPUT"
