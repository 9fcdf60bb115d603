#!/usr/bin/env bash
# Runs all tests; installs what they need first (Debian, root or sudo).
set -euo pipefail
cd "$(dirname "$0")/.."
# h5py for the tests that exchange files with it; another Python may be named instead. A browser for
# those that read the report as people do; without one they say that they are skipped.
if [ -z "${MLE_PYTHON:-}" ]; then
  docs/install-dependencies.sh python3-h5py
  export MLE_PYTHON=/usr/bin/python3
else
  docs/install-dependencies.sh
fi
docs/install-dependencies.sh chromium || echo "skipped: no chromium to read reports with"
docs/install-dependencies.sh qemu-user || echo "skipped: no emulator of an older CPU"
swift build --build-tests
swift test --skip-build
