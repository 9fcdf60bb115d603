#!/usr/bin/env bash
# What each rule does on the two shipped servers: trains on the first 70 % of the normal traffic by time,
# scores it out of fold, then evaluates every rule on the rest of it and on the attacks; at last the
# article's rule with a second channel. Ten minutes on two cores. Build first: swift build -c release
#
#   docs/calibration-rules.sh DIRECTORY      may be stopped, and goes on where it was
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 DIRECTORY" >&2; exit 64; }
work=$(realpath -m "$1")
cd "$(dirname "$0")/.."
PATH="$(swift build -c release --show-bin-path):$PATH"
mkdir -p "$work"
for server in busybox-httpd lighttpd; do
  at=$work/$server
  [ -e "$at.trained" ] || {
    mle-trainer split "datasets/$server-normal.h5" --at 0.7 \
      --first "$at.train.h5" --rest "$at.rest.h5"
    rm -f "$at.ckpt.h5"
    mle-trainer train "$at.train.h5" -o "$at.ckpt.h5" --quiet
    touch "$at.trained"
  }
  resume=()
  [ -e "$at.scores.h5" ] && resume=(--resume)
  mle-trainer calibrate "$at.ckpt.h5" "$at.train.h5" -o "$at.scores.h5" --quiet "${resume[@]}"
  for rule in article max:1.5 max:1 quantile:0.99 quantile:0.999 quantile:1 false-alarms:1 \
    "article --ewma 400"; do
    echo "== $server, $rule"
    # shellcheck disable=SC2086 # the last one has an option behind it
    mle-export "$at.ckpt.h5" --calibrate "$at.train.h5" --calibration "$at.scores.h5" \
      --events-per-day 300000 -o "$at.mle" --rule $rule
    mle-trainer evaluate "$at.mle" --normal "$at.rest.h5" --attack "datasets/$server-attack.h5"
  done
done
