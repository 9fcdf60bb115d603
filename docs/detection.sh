#!/usr/bin/env bash
# What the defaults find on the two shipped servers: trains on the first 70 % of the normal traffic by
# time, then evaluates on the rest of it and on the attacks. Build first: swift build -c release
#
#   docs/detection.sh [TRAIN OPTION ...]
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$(swift build -c release --show-bin-path):$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for server in busybox-httpd lighttpd; do
  echo "== $server"
  mle-trainer split "datasets/$server-normal.h5" --at 0.7 \
    --first "$work/train.h5" --rest "$work/rest.h5"
  mle-trainer train "$work/train.h5" -o "$work/model.ckpt.h5" --quiet "$@"
  mle-export "$work/model.ckpt.h5" --calibrate "$work/train.h5" -o "$work/model.mle"
  mle-trainer evaluate "$work/model.mle" --normal "$work/rest.h5" \
    --attack "datasets/$server-attack.h5" --multiples 1.5,1
  rm -f "$work"/*
done
