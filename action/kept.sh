#!/usr/bin/env bash
# What restore.sh and keep.sh share: where the repository is, and how to ask for what is kept there.
# git takes the token from the environment of its own settings: no process list shows it.
# shellcheck disable=SC2034 # this and what follows is read by the scripts that source this one
repository="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY"
export GH_TOKEN="${FINOPS_TOKEN:-${GH_TOKEN:-}}" GIT_TERMINAL_PROMPT=0
if [ -n "$GH_TOKEN" ]; then
  export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader"
  GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $(printf 'x-access-token:%s' "$GH_TOKEN" | base64 | tr -d '\n')"
  export GIT_CONFIG_VALUE_0
fi
# shellcheck disable=SC2034
NEWEST='[.assets[] | select(.name | startswith("site-"))] | sort_by(.createdAt) | last | .name // empty'
# shellcheck disable=SC2034
ALL='.assets[] | select(.name | startswith("site-")) | .name'
# shellcheck disable=SC2034
RUN_OF='[.artifacts[] | select(.expired | not)][0].workflow_run.id // empty'
needs() {
  command -v "$1" >/dev/null || {
    echo "::error::$1 is not installed: it is needed to keep the archive in $FINOPS_ARCHIVE"
    exit 1
  }
}
unknown() {
  echo "::error::Not a place for the archive: '$(printf %s "$FINOPS_ARCHIVE" | tr -d '\r\n')'; write branch:NAME, release:TAG, artifact:NAME, s3://..., gs://... or none"
  exit 1
}
