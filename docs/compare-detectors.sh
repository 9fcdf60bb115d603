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
datasets=$PWD/datasets
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
say() { echo "$(basename "$0"): $*" >&2; }
for set in "${sets[@]}"; do
  name=$(basename "$set")
  attack=attack.h5
  if [ -d "$set" ]; then
    echo "== traces of $name"
    say "$name: importing"
    for part in train normal attack; do
      label=normal
      [ $part != attack ] || label=attack
      mle-trainer import "$set/$part" --label $label -o "$part.h5"
    done
  else
    echo "== $set"
    mle-trainer split "$datasets/$set-normal.h5" --at 0.7 --first train.h5 --rest normal.h5
    attack=$datasets/$set-attack.h5
  fi
  say "$name: training"
  mle-trainer train train.h5 -o model.ckpt.h5 --quiet "$@"
  say "$name: scoring by the network, STIDE and the n-gram"
  mle-trainer bench-detectors train.h5 --normal normal.h5 --attack "$attack" \
    --checkpoint model.ckpt.h5 --scores "${SCORES:-window:5,window:10,window:50,ewma:400,mean}"
  rm -f ./*
done
