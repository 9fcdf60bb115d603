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
datasets=$PWD/datasets
mkdir -p "$work"
cd "$work"
say() { echo "$(basename "$0"): $*" >&2; }
for server in busybox-httpd lighttpd; do
  [ -e "$server.trained" ] || {
    say "$server: training"
    mle-trainer split "$datasets/$server-normal.h5" --at 0.7 \
      --first "$server.train.h5" --rest "$server.rest.h5"
    rm -f "$server.ckpt.h5"
    mle-trainer train "$server.train.h5" -o "$server.ckpt.h5" --quiet
    touch "$server.trained"
  }
  say "$server: scoring out of fold"
  resume=()
  [ -e "$server.scores.h5" ] && resume=(--resume)
  mle-trainer calibrate "$server.ckpt.h5" "$server.train.h5" -o "$server.scores.h5" --quiet "${resume[@]}"
  for rule in article max:1.5 max:1 quantile:0.99 quantile:0.999 quantile:1 false-alarms:1 \
    "article --ewma 400"; do
    echo "== $server, $rule"
    say "$server, $rule: calibrating, evaluating"
    # What is warned of is in the figures; errors are told.
    # shellcheck disable=SC2086 # the last one has an option behind it
    mle-export "$server.ckpt.h5" --calibrate "$server.train.h5" --calibration "$server.scores.h5" \
      --events-per-day 300000 -o "$server.mle" --rule $rule 2> >(grep -v ': warning: ' >&2)
    mle-trainer evaluate "$server.mle" --normal "$server.rest.h5" --attack "$datasets/$server-attack.h5"
  done
done
