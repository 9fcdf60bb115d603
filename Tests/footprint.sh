#!/usr/bin/env bash
# What a player takes on this machine: from its start to the first verdict, and resident memory with
# 256 processes of a network of 256 states, 32 channels and five blocks.
#
#   Tests/footprint.sh [PLAYER...]   without one, the Embedded player of a release build
#
# Fails where a process has 3 MB or more of its own, or a static player (one whose name ends so) with
# what it has of files. Times are printed and no more: machines are noisy.
set -euo pipefail
players=()
for player; do players+=("$(realpath "$player")"); done
set -- "${players[@]}"
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
swift build -c release --jobs 2 --product replay-maker >"$work/log" 2>&1 || { cat "$work/log"; exit 70; }
bin=$(swift build -c release --show-bin-path)
if [ $# -eq 0 ]; then
  swift build -c release --jobs 2 --product mle-player-embedded >"$work/log" 2>&1 \
    || { cat "$work/log"; exit 70; }
  set -- "$bin/mle-player-embedded"
fi
"$bin/replay-maker" "$work"
# The toolchain brings it.
clang=$(dirname "$(readlink -f "$(command -v swiftc)")")/clang
"$clang" -O2 -Wall -Wextra -Werror Tests/Footprint/footprint.c -o "$work/footprint"

# A state that no network knows is over every threshold at once.
echo "1 1 nonsense" >"$work/one.txt"
for round in 1 2 3; do
  for process in {1..256}; do echo "$process $process state$((process * 7 % 250 + round))"; done
done >"$work/all.txt"
echo "1 1 nonsense" >>"$work/all.txt"

printf '%-40s %8s %8s %8s %8s\n' player "least us" "median" "own KiB" "files"
failures=0
for player; do
  for model in tcn tcn-int8; do
    read -r least median _ < <("$work/footprint" 100 "$work/one.txt" "$player" score "$work/$model.mle")
    read -r _ _ own files < <("$work/footprint" 1 "$work/all.txt" "$player" score "$work/$model.mle")
    printf '%-40s %8d %8d %8d %8d\n' "${player##*/} $model" "$least" "$median" "$own" "$files"
    case $player in
      *-static) counted=$((own + files)) ;;
      *) counted=$own ;;
    esac
    [ $((counted * 1024)) -lt 3000000 ] || failures=$((failures + 1))
  done
done
[ $failures -eq 0 ] || { echo "$failures of them take more than 3 MB"; exit 1; }
