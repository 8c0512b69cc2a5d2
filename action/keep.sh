#!/usr/bin/env bash
# Keep the site for the next run, before anything that may still fail.
set -euo pipefail
[ -n "$FINOPS_SITE" ] || exit 0
source "$GITHUB_ACTION_PATH/action/kept.sh"
case "$FINOPS_ARCHIVE" in
none) ;;
branch:?*) # one commit without a parent: the branch is as large as the site, whatever was published before
  branch="${FINOPS_ARCHIVE#branch:}"
  tree="$FINOPS_PLACE/keep"
  git init --quiet "$tree"
  cp -R "$FINOPS_SITE/." "$tree/"
  git -C "$tree" add --all --force
  git -C "$tree" -c user.name=finops-report -c user.email=finops-report@users.noreply.github.com \
    commit --quiet --message "The reports, $(date -u +%Y-%m-%d)"
  seen="$(git ls-remote "$repository" "refs/heads/$branch")"
  git -C "$tree" push --quiet --force-with-lease="refs/heads/$branch:${seen%%[[:space:]]*}" \
    "$repository" "HEAD:refs/heads/$branch" || {
    echo "::error::The reports cannot be kept in the branch $branch: give the job 'permissions: contents: write', or set archive"
    exit 1
  }
  ;;
release:?*) # the new asset is there before the old ones go
  tag="${FINOPS_ARCHIVE#release:}"
  asset="site-${GITHUB_RUN_ID:-0}-${GITHUB_RUN_ATTEMPT:-1}-$(basename "$FINOPS_PLACE").tar.gz"
  tar -czf "$FINOPS_PLACE/$asset" -C "$FINOPS_SITE" .
  gh release view "$tag" --repo "$GITHUB_REPOSITORY" >/dev/null 2>&1 ||
    gh release create "$tag" --repo "$GITHUB_REPOSITORY" --title "$tag" --notes "The archive of reports." --latest=false
  old="$(gh release view "$tag" --repo "$GITHUB_REPOSITORY" --json assets --jq "$ALL")"
  gh release upload "$tag" "$FINOPS_PLACE/$asset" --repo "$GITHUB_REPOSITORY"
  for name in $old; do gh release delete-asset "$tag" "$name" --repo "$GITHUB_REPOSITORY" --yes; done
  ;;
artifact:?*) ;; # the next step of the action uploads it
s3://*) aws s3 sync --only-show-errors --delete "$FINOPS_SITE" "$FINOPS_ARCHIVE" ;;
gs://*) gcloud storage rsync --recursive --delete-unmatched-destination-objects "$FINOPS_SITE" "$FINOPS_ARCHIVE" ;;
*) unknown ;;
esac
