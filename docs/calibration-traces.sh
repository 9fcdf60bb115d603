#!/usr/bin/env bash
# What each rule does on traces of numbers, one a file, such as ADFA-LD's: which share of attack traces it
# finds and of normal ones it flags, by the channels window 10, ewma 400 and both. Traces are directories.
# Build first: swift build -c release
#
#   docs/calibration-traces.sh TRAIN NORMAL ATTACK DIRECTORY     may be stopped, and goes on where it was
set -euo pipefail
[ $# -eq 4 ] || { echo "usage: $0 TRAIN NORMAL ATTACK DIRECTORY" >&2; exit 64; }
train=$(realpath "$1") normal=$(realpath "$2") attack=$(realpath "$3") work=$(realpath -m "$4")
cd "$(dirname "$0")/.."
PATH="$(swift build -c release --show-bin-path):$PATH"
mkdir -p "$work"
cd "$work"
say() { echo "$(basename "$0"): $*" >&2; }
say "importing"
[ -e train.h5 ] || mle-trainer import "$train" -o train.h5 --label normal
[ -e normal.h5 ] || mle-trainer import "$normal" -o normal.h5 --label normal
[ -e attack.h5 ] || mle-trainer import "$attack" -o attack.h5 --label normal
[ -e trained ] || {
  say "training"
  rm -f ckpt.h5
  mle-trainer train train.h5 -o ckpt.h5 --quiet
  touch trained
}
say "scoring out of fold"
resume=()
[ -e scores.h5 ] && resume=(--resume)
mle-trainer calibrate ckpt.h5 train.h5 -o scores.h5 --quiet "${resume[@]}"
# What is warned of is in the figures; errors are told.
unwarned() { "$@" 2> >(grep -v ': warning: ' >&2); }
freeze() {
  unwarned mle-export ckpt.h5 --calibrate train.h5 --calibration scores.h5 --ewma 400 --rule "$1" \
    -o model.mle
}
# The largest scores of each trace: window 10 from 10 events on, ewma 400 from 50 on.
say "scoring each trace"
freeze article > /dev/null
for part in normal attack; do
  mle-trainer capture "$part.h5" -o "$part.mlt"
  unwarned mle-player score model.mle "$part.mlt" --scores | awk '
    !/"scores"/ { next }
    { match($0, /"pid":[0-9]+/); pid = substr($0, RSTART + 6, RLENGTH - 6); n[pid]++ }
    { sub(/.*"scores":./, ""); split($0, score, ",") }
    n[pid] >= 10 && score[1] + 0 > a[pid] { a[pid] = score[1] + 0 }
    n[pid] >= 50 && score[2] + 0 > b[pid] { b[pid] = score[2] + 0 }
    END { for (pid in n) print a[pid] + 0, b[pid] + 0 }' > "$part.peaks"
done
for column in 1 2; do
  awk -v c=$column '{ print $c, FILENAME ~ /attack/ }' normal.peaks attack.peaks \
    | sort -g | awk -v c=$column '
      { if ($1 != last) { below += tied; tied = 0; last = $1 } }
      $2 == 0 { tied++; normals++ } $2 == 1 { attacks++; value[attacks] = $1; under[attacks] = below }
      { count[$1] += $2 == 0 }
      END {
        for (i = 1; i <= attacks; i++) area += under[i] + count[value[i]] / 2
        printf "%s: area under the curve %.3f\n", c == 1 ? "window 10" : "ewma 400",
          area / attacks / normals
      }'
done
say "counting by rule"
for rule in article max:1.5 max:1 quantile:0.99 quantile:0.95 quantile:0.9; do
  thresholds=$(freeze "$rule" | awk '/: threshold .* nats; largest/ { print $4 }' | xargs)
  awk -v rule=$rule -v thresholds="$thresholds" '
    BEGIN { split(thresholds, t) }
    { part = FILENAME ~ /attack/; n[part]++ }
    $1 > t[1] { window[part]++ } $2 > t[2] { ewma[part]++ } $1 > t[1] || $2 > t[2] { both[part]++ }
    END {
      printf "%s, over %s: window 10 %.3f / %.3f, ewma 400 %.3f / %.3f, both %.3f / %.3f\n", rule,
        thresholds, window[1] / n[1], window[0] / n[0], ewma[1] / n[1], ewma[0] / n[0],
        both[1] / n[1], both[0] / n[0]
    }' normal.peaks attack.peaks
done
