#!/usr/bin/env bash
# Fetch telemetry from another place with the tool of that place; the output `db` is its path on the runner.
# An earlier step has settled who may read it: OIDC for clouds, GH_TOKEN for artifacts.
set -euo pipefail
place="$RUNNER_TEMP/telemetry"
needs() {
  command -v "$1" >/dev/null || {
    echo "::error::$1 is not installed: it is needed to fetch $FINOPS_DB"
    exit 1
  }
}
case "$FINOPS_DB" in
s3://*)
  needs aws
  aws s3 sync --only-show-errors "$FINOPS_DB" "$place"
  ;;
gs://*)
  needs gcloud
  mkdir -p "$place"
  gcloud storage rsync --recursive "$FINOPS_DB" "$place"
  ;;
az://*) # az://ACCOUNT/CONTAINER/FOLDER
  needs az
  mkdir -p "$place"
  IFS=/ read -r account container folder <<<"${FINOPS_DB#az://}"
  az storage blob download-batch --account-name "$account" --source "$container" \
    --pattern "${folder:+$folder/}*" --destination "$place" --auth-mode login --only-show-errors --output none
  place="$place${folder:+/$folder}"
  ;;
artifact:*) # artifact:RUN/NAME
  needs gh
  IFS=/ read -r run name <<<"${FINOPS_DB#artifact:}"
  gh run download "$run" --name "$name" --dir "$place"
  ;;
*)
  place="$FINOPS_DB"
  ;;
esac
if [ "$place" != "$FINOPS_DB" ]; then
  files=("$place"/*.duckdb) # an artifact may hold the one file
  if [ ${#files[@]} = 1 ] && [ -f "${files[0]}" ]; then place="${files[0]}"; fi
fi
echo "db=$place" >>"$GITHUB_OUTPUT"
