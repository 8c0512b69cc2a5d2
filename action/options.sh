#!/usr/bin/env bash
# Settle what the other steps share, before anything is installed or read: a folder of this use of the action alone, and
# what is true or false. Whatever is neither stops here: a report must not be published in the clear by a typing error.
set -euo pipefail
truth() { # name, value
  case "$(printf %s "$2" | tr '[:upper:]' '[:lower:]')" in
  true | yes | on | 1) echo true ;;
  false | no | off | 0) echo false ;;
  *)
    echo "::error::$1 is neither true nor false: '$(printf %s "$2" | tr -d '\r\n')'" >&2
    exit 1
    ;;
  esac
}
encrypt=$(truth encrypt "$FINOPS_ENCRYPT")
fail_on_breach=$(truth fail-on-breach "$FINOPS_FAIL_ON_BREACH")
allow_empty=$(truth allow-empty "$FINOPS_ALLOW_EMPTY")
if [ "$encrypt" = true ] && [ -z "${FINOPS_PASSPHRASE:-}${FINOPS_PASSPHRASE_FILE:-}" ]; then
  echo "::error::encrypt is true and there is no passphrase: set FINOPS_PASSPHRASE in the env of this step"
  exit 1
fi
temp="$RUNNER_TEMP"
if command -v cygpath >/dev/null; then temp="$(cygpath -u "$temp")"; fi
mkdir -p "$temp"
place="$(mktemp -d "$temp/finops-report-XXXXXX")"
if command -v cygpath >/dev/null; then place="$(cygpath -m "$place")"; fi # read by bash and by Windows programs
folder="$(dirname -- "$FINOPS_OUT")"
name="$(basename -- "$FINOPS_OUT")"
case "$name" in ?*.*) stem="${name%.*}" ;; *) stem="$name" ;; esac
figures="$folder/$stem.json"
if [ "$folder/$name" = "$figures" ]; then figures="$folder/$stem.figures.json"; fi
{
  echo "place=$place"
  echo "figures=$figures"
  echo "encrypt=$encrypt"
  echo "fail_on_breach=$fail_on_breach"
  echo "allow_empty=$allow_empty"
  case "$FINOPS_ARCHIVE" in artifact:*) echo "artifact=${FINOPS_ARCHIVE#artifact:}" ;; esac
} >>"$GITHUB_OUTPUT"
