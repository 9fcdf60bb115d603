#!/usr/bin/env bash
# Runs all tests; installs what they need first (Debian, root or sudo).
set -euo pipefail
cd "$(dirname "$0")/.."
docs/install-dependencies.sh
swift build --build-tests
swift test --skip-build
