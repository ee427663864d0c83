#!/bin/bash
# Tells which actions/runner is current and pins it in image.py: version and SHA-256 together.
#
#   bump-runner.sh            pin the newest release
#   bump-runner.sh --check    change nothing; exit 1 if the pin is behind (for a weekly job)
#   bump-runner.sh 2.338.0    pin that release (a GitHub Enterprise Server accepts only a range of its own)
#
# GitHub gives no jobs to a runner that has been outdated for 30 days. After a change: `modal deploy` again.
# GITHUB_TOKEN, if set, lifts GitHub's limit of 60 anonymous requests an hour. GITHUB_API_URL: another API base.
set -euo pipefail

image="$(dirname "${BASH_SOURCE[0]}")/image.py"
releases="${GITHUB_API_URL:-https://api.github.com}/repos/actions/runner/releases"
die() { echo "bump-runner: $*" >&2; exit 2; }

check=false
path=latest
case "${1:-}" in
  "") ;;
  --check) check=true ;;
  *[!0-9.]*) die "usage: bump-runner.sh [--check | VERSION]" ;;
  *) path="tags/v$1" ;;
esac

pinned=$(sed -n 's/^RUNNER_VERSION = "\(.*\)"$/\1/p' "$image")
[[ $pinned ]] || die "no RUNNER_VERSION in $image"

# The token goes in by standard input: the command line of a process is everybody's to read.
release=$(printf '%s' "${GITHUB_TOKEN:+header = \"Authorization: Bearer $GITHUB_TOKEN\"}" |
  curl --fail --silent --show-error --location --max-time 30 --config - \
    --header 'Accept: application/vnd.github+json' --user-agent modal-github-runner "$releases/$path") ||
  die "$releases/$path cannot be read"

# The checksum stands in the release notes; where the API tells the file's digest too, the two must agree.
found=$(python3 -c '
import json, re, sys
release = json.load(sys.stdin)
version = re.fullmatch(r"v(\d+\.\d+\.\d+)", release["tag_name"]).group(1)
noted = re.search(r"<!-- BEGIN SHA linux-x64 -->\s*([0-9a-f]{64})\s*<!-- END SHA linux-x64 -->", release["body"]).group(1)
name = f"actions-runner-linux-x64-{version}.tar.gz"
digests = {asset.get("digest") for asset in release.get("assets", []) if asset["name"] == name} - {None}
if digests - {f"sha256:{noted}"}:
    sys.exit("the release notes and the file differ in their checksum")
print(version, noted, release["published_at"][:10])
' <<< "$release" 2> /dev/null) || die "the release does not look as expected, or its checksums disagree: $releases/$path"
read -r version sha256 published <<< "$found"

echo "pinned $pinned, found $version of $published"
if [[ $version == "$pinned" ]] && grep -q "^RUNNER_SHA256 = \"$sha256\"" "$image"; then
  echo "nothing to do"
elif $check; then
  exit 1
else
  sed -i -e "s/^RUNNER_VERSION = \".*\"$/RUNNER_VERSION = \"$version\"/" \
    -e "s/^RUNNER_SHA256 = \"[0-9a-f]*\"/RUNNER_SHA256 = \"$sha256\"/" "$image"
  echo "pinned $version ($sha256); deploy the launcher again"
fi
