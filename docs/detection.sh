#!/usr/bin/env bash
# What the defaults find on the two shipped servers: trains on the first 70 % of the normal traffic by
# time, then evaluates on the rest of it and on the attacks. Build first: swift build -c release
#
#   docs/detection.sh [TRAIN OPTION ...]
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$(swift build -c release --show-bin-path):$PATH"
datasets=$PWD/datasets
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
say() { echo "$(basename "$0"): $*" >&2; }
for server in busybox-httpd lighttpd; do
  echo "== $server"
  mle-trainer split "$datasets/$server-normal.h5" --at 0.7 --first train.h5 --rest rest.h5
  say "$server: training"
  mle-trainer train train.h5 -o model.ckpt.h5 --quiet "$@"
  say "$server: calibrating"
  mle-export model.ckpt.h5 --calibrate train.h5 -o model.mle
  say "$server: evaluating"
  mle-trainer evaluate model.mle --normal rest.h5 --attack "$datasets/$server-attack.h5" \
    --multiples 1.5,1
  rm -f ./*
done
