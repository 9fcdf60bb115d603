#!/usr/bin/env bash
# Installs the Debian packages that the build needs, and those named as arguments; does nothing where
# they are there.
set -euo pipefail
. "$(dirname "$0")/../Sources/Embedded/packages.sh"
install_packages libhdf5-dev zlib1g-dev pkg-config xz-utils "$@"
