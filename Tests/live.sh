#!/usr/bin/env bash
# Measures the live source on this kernel, and what is too long for every run of the tests: a million
# events in a row, ten thousand processes, what being watched costs. Needs root; a minute.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
worker= recorder=
clean() {
  for process in $worker $recorder; do kill "$process" 2>/dev/null || true; done
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM
failures=0
swift build -c release --jobs 2 --product mle-player 2>&1 | tail -1
swift build -c release --jobs 2 --product live-child 2>&1 | tail -1
bin=$(swift build -c release --show-bin-path)

# record NAME OPTIONS...: prints the summary; skips everything where the kernel cannot be watched.
record() {
  local name=$1 status=0
  shift
  "$bin/mle-player" record -o "$work/$name.mlt" "$@" 2>"$work/$name.log" || status=$?
  if [ $status -eq 77 ]; then
    echo "skipped: $(cat "$work/$name.log")"
    exit 0
  fi
  cat "$work/$name.log"
  [ $status -eq 0 ] || { echo "FAILED: record ends with $status"; exit 1; }
}

check() { # WHAT EXPECTED FOUND
  if [ "$2" -eq "$3" ]; then echo "  right: $1 $3"; else
    echo "  WRONG: $1 $3, expected $2"
    failures=$((failures + 1))
  fi
}
number() { sed -n "s/.*[^0-9]\([0-9][0-9]*\) $2.*/\1/p" "$work/$1.log" | tail -1; }

echo "== a million calls in a row"
record one --exec "$bin/live-child" storm 1
base=$(number one "events")
record storm --exec "$bin/live-child" storm 1000000
check "events besides those of its start" 999999 $(($(number storm "events") - base))
check "records lost" 0 "$(number storm "records lost")"

echo "== ten thousand processes, one after the other"
"$bin/mle-player" record -o "$work/forks.mlt" --exec "$bin/live-child" forks 10000 \
  2>"$work/forks.log" &
recorder=$!
smallest=0 largest=0 fds=0 samples=0
while kill -0 $recorder 2>/dev/null; do
  memory=$(awk '/^RssAnon/ { print $2 }' /proc/$recorder/status 2>/dev/null || true)
  count=$(ls /proc/$recorder/fd 2>/dev/null | wc -l || true)
  if [ -n "$memory" ] && [ "$count" -gt 0 ]; then
    samples=$((samples + 1))
    [ $smallest -ne 0 ] || smallest=$memory
    [ "$memory" -le $largest ] || largest=$memory
    [ "$count" -le $fds ] || fds=$count
  fi
  sleep 0.05
done
wait $recorder
recorder=
cat "$work/forks.log"
check "processes" 10001 "$(number forks "processes")"
check "records lost" 0 "$(number forks "records lost")"
echo "  memory of its own $smallest to $largest KiB, at most $fds descriptors, in $samples samples"
[ $((largest - smallest)) -lt 2048 ] || { echo "  WRONG: it grows"; failures=$((failures + 1)); }

echo "== CPU time of getppid, called in a row"
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
tick=$((1000000000 / $(getconf CLK_TCK)))
TIMEFORMAT='%U %S'
unwatched() { # WHEN
  local spent
  spent=$({ time "$bin/live-child" storm 4000000 >/dev/null; } 2>&1)
  awk -v when="$1" '{ printf "  %s %d ns a call\n", when, ($1 + $2) * 1e9 / 4e6 }' <<<"$spent"
}
unwatched "unwatched"
"$bin/live-child" work 100000 &
worker=$!
"$bin/mle-player" record -o "$work/other.mlt" --pid $worker 2>/dev/null &
recorder=$!
sleep 1
unwatched "unwatched, while somebody else is recorded"
kill $recorder $worker
wait $recorder $worker 2>/dev/null || true
recorder=
"$bin/live-child" work &
worker=$!
before=$(ticks $worker)
"$bin/mle-player" record -o "$work/cost.mlt" --pid $worker 2>"$work/cost.log" &
recorder=$!
sleep 3
recording=$(ticks $recorder)
kill $recorder
wait $recorder
recorder=
after=$(ticks $worker)
kill $worker
wait $worker 2>/dev/null || true
worker=
calls=$(number cost "events")
echo "  recorded $(((after - before) * tick / calls)) ns a call," \
  "and $((recording * tick / calls)) ns of the player"
echo "  $(($(stat -c %s "$work/cost.mlt") / calls)) bytes an event in the capture"
[ $failures -eq 0 ] || { echo "$failures checks failed"; exit 1; }
