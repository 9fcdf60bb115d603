#!/usr/bin/env bash
# The network beside STIDE and a Kneser-Ney n-gram on three data sets: all learn the same normal traces
# and are scored under the same aggregations. Build first: swift build -c release
#
#   docs/compare-detectors.sh [ADFA-LD DIRECTORY] [-- TRAIN OPTION ...]
#
# ADFA-LD (Creech and Hu, UNSW) is not shipped: name a directory with train/, normal/ and attack/, a
# trace a file. What is behind -- goes to mle-trainer train.
set -euo pipefail
adfa=
if [ $# -gt 0 ] && [ "$1" != -- ]; then
  adfa=$(cd "$1" 2> /dev/null && pwd) || adfa=$1
  shift
fi
if [ "${1:-}" = -- ]; then shift; fi
cd "$(dirname "$0")/.."
PATH="$(swift build -c release --show-bin-path):$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Trains on the first data set, compares on the others; the rest are options of train.
compare() {
  local train=$1 normal=$2 attack=$3
  shift 3
  mle-trainer train "$train" -o "$work/model.ckpt.h5" --quiet "$@"
  mle-trainer bench-detectors "$train" --normal "$normal" --attack "$attack" \
    --checkpoint "$work/model.ckpt.h5" --scores window:10,window:50,ewma:400,mean
  rm "$work/model.ckpt.h5"
}

for server in busybox-httpd lighttpd; do
  echo "== $server"
  mle-trainer split "datasets/$server-normal.h5" --at 0.7 \
    --first "$work/train.h5" --rest "$work/rest.h5"
  compare "$work/train.h5" "$work/rest.h5" "datasets/$server-attack.h5" "$@"
done

echo "== ADFA-LD"
if [ -z "$adfa" ]; then
  echo "skipped: no directory was named"
elif ! [ -d "$adfa/train" ] || ! [ -d "$adfa/normal" ] || ! [ -d "$adfa/attack" ]; then
  echo "skipped: $adfa has no train/, normal/ and attack/"
else
  mle-trainer import "$adfa/train" --label normal -o "$work/train.h5"
  mle-trainer import "$adfa/normal" --label normal -o "$work/normal.h5"
  mle-trainer import "$adfa/attack" --label attack -o "$work/attack.h5"
  compare "$work/train.h5" "$work/normal.h5" "$work/attack.h5" "$@"
fi
