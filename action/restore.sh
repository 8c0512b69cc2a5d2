#!/usr/bin/env bash
# Bring back the reports of earlier runs from where they are kept. Nothing there yet is fine; not reaching it is not.
set -euo pipefail
[ -n "$FINOPS_SITE" ] || exit 0
source "$GITHUB_ACTION_PATH/action/kept.sh"
if [ -e "$FINOPS_SITE/index.html" ]; then exit 0; fi # an earlier use of this action in the same job has them already
case "$FINOPS_ARCHIVE" in
none) ;;
branch:?*)
  branch="${FINOPS_ARCHIVE#branch:}"
  found="$(git ls-remote "$repository" "refs/heads/$branch")"
  echo "seen=${found%%[[:space:]]*}" >>"$GITHUB_OUTPUT"
  if [ -n "$found" ]; then
    git clone --quiet --depth 1 --branch "$branch" --single-branch "$repository" "$FINOPS_PLACE/kept"
    rm -rf "$FINOPS_PLACE/kept/.git"
    mkdir -p "$FINOPS_SITE"
    cp -R "$FINOPS_PLACE/kept/." "$FINOPS_SITE/"
  fi
  ;;
release:?*)
  tag="${FINOPS_ARCHIVE#release:}"
  if newest="$(gh release view "$tag" --repo "$GITHUB_REPOSITORY" --json assets --jq "$NEWEST" 2>"$FINOPS_PLACE/answer")"; then
    if [ -n "$newest" ]; then
      gh release download "$tag" --repo "$GITHUB_REPOSITORY" --pattern "$newest" --dir "$FINOPS_PLACE"
      mkdir -p "$FINOPS_SITE"
      tar -xzf "$FINOPS_PLACE/$newest" -C "$FINOPS_SITE"
    fi
  elif ! grep -qi 'not found' "$FINOPS_PLACE/answer"; then
    cat "$FINOPS_PLACE/answer"
    exit 1
  fi
  ;;
artifact:?*)
  name="${FINOPS_ARCHIVE#artifact:}"
  run="$(gh api "repos/$GITHUB_REPOSITORY/actions/artifacts?name=$name&per_page=1" --jq "$RUN_OF")"
  [ -z "$run" ] || gh run download "$run" --repo "$GITHUB_REPOSITORY" --name "$name" --dir "$FINOPS_SITE"
  ;;
s3://*)
  needs aws
  aws s3 sync --only-show-errors "$FINOPS_ARCHIVE" "$FINOPS_SITE"
  ;;
gs://*)
  needs gcloud
  mkdir -p "$FINOPS_SITE"
  gcloud storage rsync --recursive "$FINOPS_ARCHIVE" "$FINOPS_SITE"
  ;;
*) unknown ;;
esac
