#!/usr/bin/env bash
# Takes the picture of the report that docs/quickstart.sh made (Debian; installs a browser).
#
#   docs/report.sh [DIRECTORY] [PICTURE]     default: .build/quickstart, docs/report.png
set -euo pipefail
root=$(realpath "$(dirname "$0")/..")
out=$(realpath "${1:-$root/.build/quickstart}")
picture=$(realpath -m "${2:-$root/docs/report.png}")
cd "$root"
docs/install-dependencies.sh chromium fonts-dejavu-core
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --disable-background-networking \
  --no-first-run --user-data-dir="$profile" --window-size=1160,2196 --screenshot="$picture" \
  "file://$out/report.html" 2>"$profile/log" || { cat "$profile/log"; exit 70; }
echo "$picture"
