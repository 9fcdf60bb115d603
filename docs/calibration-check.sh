#!/usr/bin/env bash
# Does the promise hold? For each of ten seeds and both shipped servers, deals the processes of the
# normal recording to ten folds: five make thresholds, each scored by a network trained on the other
# four; five are new data, scored by a network trained on the first five. Counts how often the false
# alarms on the new data are in the 90 % interval that the first half promises. Small networks and two
# epochs, to be done in about ten minutes on two cores. Build first: swift build -c release
#
#   docs/calibration-check.sh DIRECTORY      may be stopped, and goes on where it was
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
  data=$datasets/$server-normal.h5
  checkpoint=$server.ckpt.h5
  [ -e "$checkpoint.done" ] || {
    say "$server: training"
    rm -f "$checkpoint"
    mle-trainer train "$data" -o "$checkpoint" --epochs 2 --channels 16 --dilations 1,2,4,8 \
      --quiet
    touch "$checkpoint.done"
  }
  for seed in 1 2 3 4 5 6 7 8 9 10; do
    result=$server.$seed.txt
    scores=$server.$seed.h5
    [ -e "$result" ] && continue
    say "$server, seed $seed of 10: scoring out of fold"
    resume=()
    [ -e "$scores" ] && resume=(--resume)
    mle-trainer calibrate "$checkpoint" "$data" -o "$scores" --folds 10 --unseen 5 --seed "$seed" \
      --quiet "${resume[@]}"
    # 30 false alarms a day are counted off; 3 are extrapolated.
    for rate in 30 3; do
      # What is warned of is not the question here; errors are told.
      mle-export "$checkpoint" --calibrate "$data" --calibration "$scores" --ewma 400 \
        --rule "false-alarms:$rate" --events-per-day 250000 -o blob.mle \
        2> >(grep -v ': warning: ' >&2)
    done > "$result.tmp"
    mv "$result.tmp" "$result"
  done
done
awk '
  FNR == 1 { split(FILENAME, part, "."); server = part[1] }
  /unseen data:/ {
    rule = $1
    match($0, /unseen data: [0-9]+, [0-9]+ to [0-9]+/)
    split(substr($0, RSTART + 13, RLENGTH - 13), n, /, | to /)
    if (seen[FILENAME, rule]++) next
    key = server " " rule
    total[key]++
    if (n[1] + 0 >= n[2] + 0 && n[1] + 0 <= n[3] + 0) inside[key]++
    list[key] = list[key] " " n[1] "(" n[2] "-" n[3] ")"
  }
  END {
    for (key in total) printf "%s in %d of %d:%s\n", key, inside[key], total[key], list[key]
  }' *.txt | sort
