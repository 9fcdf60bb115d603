#!/usr/bin/env bash
# The network beside STIDE and a Kneser-Ney n-gram: all learn the same normal traces and are scored under
# the same aggregations. Build first: swift build -c release
#
#   docs/compare-detectors.sh [SET ...] [-- TRAIN OPTION ...]     default: busybox-httpd lighttpd
#
# A set is one of these two, or a directory with train/, normal/ and attack/, a trace a file: ADFA-LD
# (Creech and Hu, UNSW), which is not shipped. What is behind -- goes to mle-trainer train. SCORES=LIST asks
# for other aggregations.
set -euo pipefail
sets=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  case $1 in
    busybox-httpd | lighttpd) sets+=("$1") ;;
    *)
      for part in train normal attack; do
        [ -d "$1/$part" ] || { echo "$1: neither a shipped set nor a directory with $part/" >&2; exit 66; }
      done
      sets+=("$(cd "$1" && pwd)")
      ;;
  esac
  shift
done
if [ "${1:-}" = -- ]; then shift; fi
[ ${#sets[@]} -gt 0 ] || sets=(busybox-httpd lighttpd)
cd "$(dirname "$0")/.."
PATH="$(swift build -c release --show-bin-path):$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for set in "${sets[@]}"; do
  attack=$work/attack.h5
  if [ -d "$set" ]; then
    echo "== traces of $(basename "$set")"
    for part in train normal attack; do
      label=normal
      [ $part != attack ] || label=attack
      mle-trainer import "$set/$part" --label $label -o "$work/$part.h5"
    done
  else
    echo "== $set"
    mle-trainer split "datasets/$set-normal.h5" --at 0.7 \
      --first "$work/train.h5" --rest "$work/normal.h5"
    attack=datasets/$set-attack.h5
  fi
  mle-trainer train "$work/train.h5" -o "$work/model.ckpt.h5" --quiet "$@"
  mle-trainer bench-detectors "$work/train.h5" --normal "$work/normal.h5" --attack "$attack" \
    --checkpoint "$work/model.ckpt.h5" --scores "${SCORES:-window:5,window:10,window:50,ewma:400,mean}"
  rm -f "$work"/*
done
