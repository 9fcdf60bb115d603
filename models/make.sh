#!/usr/bin/env bash
# Makes the shipped model again from the shipped data and compares the bytes, which are the same on every
# x86-64.
#
#   models/make.sh              fails where they differ
#   models/make.sh --replace    puts the new bytes in the old ones' place
set -euo pipefail
cd "$(dirname "$0")/.."
grep -qw avx2 /proc/cpuinfo || { echo "skipped: without AVX2 it takes half an hour"; exit 0; }
docs/install-dependencies.sh
swift build -c release
PATH="$(swift build -c release --show-bin-path):$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mle-trainer split datasets/busybox-httpd-normal.h5 --at 0.7 \
  --first "$work/train.h5" --rest "$work/unseen.h5"
mle-trainer train "$work/train.h5" -o "$work/model.ckpt.h5"
mle-export "$work/model.ckpt.h5" --calibrate "$work/train.h5" -o "$work/busybox-httpd.mle"
if [ "${1:-}" = --replace ]; then
  cp "$work/busybox-httpd.mle" models/
  (cd models && sha256sum busybox-httpd.mle > SHA256SUMS)
fi
cmp "$work/busybox-httpd.mle" models/busybox-httpd.mle
echo "models/busybox-httpd.mle: the same bytes"
