#!/usr/bin/env bash
# Fetch telemetry from another place with the tool of that place; the output `db` is its path on the runner.
# An earlier step has settled who may read it: OIDC for clouds, GH_TOKEN for artifacts.
set -euo pipefail
place="$FINOPS_PLACE/telemetry"
needs() {
  command -v "$1" >/dev/null || {
    echo "::error::$1 is not installed: it is needed to fetch $FINOPS_DB"
    exit 1
  }
}
case "$(printf %s "$FINOPS_DB" | tr '[:upper:]' '[:lower:]')" in
*://*.duckdb | *://*.ddb | *://*.db | *://*.parquet | *://*.parq | *://*.pq) # one file
  file="$place/${FINOPS_DB##*/}"
  ;;
*) file="" ;;
esac
mkdir -p "$place"
case "$FINOPS_DB" in
s3://*)
  needs aws
  if [ -n "$file" ]; then
    aws s3 cp --only-show-errors "$FINOPS_DB" "$file"
  else
    aws s3 sync --only-show-errors "$FINOPS_DB" "$place"
  fi
  ;;
gs://*)
  needs gcloud
  if [ -n "$file" ]; then
    gcloud storage cp "$FINOPS_DB" "$file"
  else
    gcloud storage rsync --recursive "$FINOPS_DB" "$place"
  fi
  ;;
az://*) # az://ACCOUNT/CONTAINER/FOLDER
  needs az
  IFS=/ read -r account container folder <<<"${FINOPS_DB#az://}"
  if [ -n "$file" ]; then
    az storage blob download --account-name "$account" --container-name "$container" --name "$folder" \
      --file "$file" --auth-mode login --only-show-errors --output none
  else
    az storage blob download-batch --account-name "$account" --source "$container" \
      --pattern "${folder:+$folder/}*" --destination "$place" --auth-mode login --only-show-errors --output none
    place="$place${folder:+/$folder}"
  fi
  ;;
artifact:*) # artifact:RUN/NAME
  needs gh
  IFS=/ read -r run name <<<"${FINOPS_DB#artifact:}"
  gh run download "$run" --repo "$GITHUB_REPOSITORY" --name "$name" --dir "$place" # without it gh asks the checkout
  ;;
*)
  rmdir "$place"
  place="$FINOPS_DB"
  ;;
esac
if [ -n "$file" ]; then
  place="$file"
elif [ "$place" != "$FINOPS_DB" ]; then
  shopt -s nullglob nocaseglob
  files=("$place"/*.{duckdb,ddb,db}) # an artifact may hold the one file
  if [ ${#files[@]} = 1 ] && [ -f "${files[0]}" ]; then place="${files[0]}"; fi
fi
echo "db=$place" >>"$GITHUB_OUTPUT"
