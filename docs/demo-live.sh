#!/usr/bin/env bash
# A web server under the player's eyes, live: records busybox httpd under normal load, trains on that,
# watches under enforcement, and attacks the server in nine ways. Everything happens on loopback and
# in a directory of its own, and is gone in the end.
#
#   docs/demo-live.sh [ROUNDS [DIRECTORY]]
#
# makes ROUNDS attacks of each kind (default: 5). What it makes is kept in DIRECTORY, if one is named,
# and a model that is there already is used. Needs root, Debian, and ten minutes. MLE_BIN may name a
# directory with built programs; without it they are built.
set -euo pipefail
rounds=${1:-5}
kept=${2:+$(realpath -m "$2")}
bin=${MLE_BIN:+$(realpath "$MLE_BIN")}
cd "$(dirname "$0")/.."
port=${MLE_DEMO_PORT:-8931}
[ "$(id -u)" -eq 0 ] || { echo "docs/demo-live.sh: needs root, to watch the kernel" >&2; exit 77; }

if [ -n "$kept" ]; then
  out=$kept
  mkdir -p "$out"
else
  out=$(mktemp -d "${TMPDIR:-/tmp}/mle-demo.XXXXXX")
fi
site=$out/site
server= player= load= cgroup=
clean() {
  for process in $player $load $server; do
    kill "$process" 2>/dev/null || true
    kill -CONT "$process" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  if [ -n "$cgroup" ]; then
    while read -r process; do kill -9 "$process" 2>/dev/null || true; done < "$cgroup/cgroup.procs"
    for _ in 1 2 3 4 5 6 7 8 9 10; do rmdir "$cgroup" 2>/dev/null && break; sleep 0.1; done
  fi
  [ -n "$kept" ] || rm -rf "$out"
}
trap clean EXIT
trap 'exit 130' INT TERM
step() { printf '\n== %s\n' "$*"; }
traffic() { docs/demo-live/traffic.py "$@"; }

step "1. Programs"
docs/install-dependencies.sh busybox python3
docs/demo-live/site.sh "$site" "$(command -v busybox)"
if [ -n "$bin" ]; then
  PATH="$bin:$PATH"
else
  for product in mle-trainer mle-export; do swift build -c release --product $product; done
  PATH="$(swift build -c release --show-bin-path):$PATH"
  # The player is built for the CPU that it is for, as for a device.
  native=(-c release --scratch-path .build/native -Xswiftc -Xcc -Xswiftc -march=native)
  swift build "${native[@]}" --product mle-player
  PATH="$(swift build "${native[@]}" --show-bin-path):$PATH"
fi

# A cgroup of version 2, wherever it is mounted.
root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
if [ -n "$root" ] && mkdir "$root/mle-demo.$$" 2>/dev/null; then
  cgroup=$root/mle-demo.$$
  whom=(--cgroup "$cgroup")
  echo "the server runs in $cgroup"
else
  echo "no cgroup of version 2 can be made: the player watches the server's process instead"
fi

start_server() {
  # The shell that moves into the cgroup becomes the server.
  (
    [ -z "$cgroup" ] || echo "$BASHPID" > "$cgroup/cgroup.procs"
    # As an init system starts it: what its descriptors are is a part of what is learned.
    exec "$site/bin/httpd" -f -p "127.0.0.1:$port" -h "$site/www" < /dev/null > /dev/null 2>&1
  ) &
  server=$!
  for _ in $(seq 50); do
    (: < "/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
    sleep 0.1
  done
  echo "the server does not answer" >&2
  exit 70
}
stop_server() {
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
}
stop_player() {
  kill "$player"
  wait "$player"
  player=
}
memory() { awk '/^VmRSS/ { print $2 }' "/proc/$player/status"; }

step "2. Record normal load: eight starts of the server, 1200 requests each"
record() {
  for session in 1 2 3 4 5 6 7 8; do
    if [ -n "$cgroup" ]; then
      mle-player record -o "$out/normal$session.mlt" "${whom[@]}" 2> "$out/record.txt" &
      player=$!
      sleep 0.5
      start_server
    else
      start_server
      mle-player record -o "$out/normal$session.mlt" --pid "$server" 2> "$out/record.txt" &
      player=$!
      sleep 0.5
    fi
    # Every second session has two clients at a time.
    if [ $((session % 2)) -eq 0 ]; then
      traffic normal "$port" 600 "$session" & load=$!
      traffic normal "$port" 600 "1$session"
      wait "$load"
      load=
    else
      traffic normal "$port" 1200 "$session"
    fi
    stop_server
    kill "$player" 2>/dev/null || true
    wait "$player"
    player=
    cat "$out/record.txt"
  done
}
if [ -e "$out/model.mle" ]; then echo "$out/model.mle is there"; else record; fi

step "3. Import, train, export"
if [ ! -e "$out/model.mle" ]; then
  mle-trainer import "$out"/normal*.mlt -o "$out/normal.h5"
  rm -f "$out/model.ckpt.h5"
  mle-trainer train "$out/normal.h5" -o "$out/model.ckpt.h5" --epochs "${MLE_DEMO_EPOCHS:-8}"
  mle-export "$out/model.ckpt.h5" --calibrate "$out/normal.h5" --precision int8 \
    -o "$out/model.mle"
fi

step "4. Requests a second, without and with the player"
start_server
[ -n "$cgroup" ] || whom=(--pid "$server")
start_player() {
  mle-player watch "httpd=$out/model.mle" --mode enforce --kill-budget 1000 --explain \
    --alerts "$out/alerts.jsonl" --metrics "$out/metrics.prom" "${whom[@]}" &
  player=$!
  sleep 1
}
# The kernel records every call, and nobody reads it: a recorder that is stopped, with rings for all.
start_unread() {
  local ring=131072
  [ "$(nproc)" -le 4 ] || ring=16384
  mle-player record -o "$out/unread.mlt" --ring-kib "$ring" "${whom[@]}" 2> "$out/unread.txt" &
  player=$!
  sleep 1
  kill -STOP "$player"
}
stop_unread() {
  kill -CONT "$player"
  stop_player
  rm -f "$out/unread.mlt"
  grep -q '; 0 records lost' "$out/unread.txt" || echo "the next line: not all was recorded"
}
failed=0
# measure SEED: sets rate to the requests a second, as many as one client gets answered.
measure() {
  traffic steady "$port" 5 "$1" > "$out/steady.txt" || failed=1
  rate=$(awk '{ print $5 }' "$out/steady.txt")
}
pace=${MLE_DEMO_PACE:-150}
paced() {
  local answers
  answers=$(traffic paced "$port" "$pace" 10 7) || failed=1
  echo "at $pace requests a second, $1 the player: $answers"
}
: > "$out/rates.txt"
: > "$out/alerts.jsonl"
for round in 1 2 3 4 5 6; do
  # The order changes, so that a machine that gets slower is unfair to neither.
  [ $((round % 2)) -eq 0 ] || { measure "$round"; without=$rate; }
  start_player
  measure "$round"
  with=$rate
  stop_player
  start_unread
  measure "$round"
  unread=$rate
  stop_unread
  [ $((round % 2)) -eq 1 ] || { measure "$round"; without=$rate; }
  echo "$without without, $unread with nobody reading the records, $with with the player"
  echo "$without $with $unread" >> "$out/rates.txt"
done
awk '{ without += $1; with += $2; unread += $3 }
  END {
    printf "as fast as one client can, over %d rounds, of without the player: ", NR
    printf "%.0f %% with nobody reading the records, ", 100 * unread / without
    printf "%.0f %% with the player\n", 100 * with / without
  }' \
  "$out/rates.txt"
paced without
start_player
paced with
stop_player
[ -s "$out/alerts.jsonl" ] && cp "$out/alerts.jsonl" "$out/alerts-normal.jsonl"

step "5. Watch under enforcement; nine kinds of attack, $rounds of each, under normal load"
: > "$out/alerts.jsonl"
start_player
before=$(memory)
traffic normal "$port" 300 77 || failed=1
alarms=$(wc -l < "$out/alerts.jsonl")
echo "alerts under normal load: $alarms"
rm -f "$out/attacked"
traffic until "$port" "$out/attacked" 78 > "$out/during.txt" & load=$!
verdict=0
traffic attack "$port" "$site" "$out/alerts.jsonl" "$rounds" || verdict=1
touch "$out/attacked"
wait "$load" || failed=1
load=
echo "normal load during the attacks: $(cat "$out/during.txt")"
after=$(traffic normal "$port" 300 79) || failed=1
echo "normal load after the attacks:  $after"
sleep 1.5
echo "from the event that raises an alarm:"
traffic delays "$out/alerts.jsonl"
echo "the player's memory: $before KiB before, $(memory) KiB after"
stop_player
grep -E '^mle_(lost_records|events_scored|processes_killed|scoring_seconds)' "$out/metrics.prom"

step "6. Verdict"
[ "$alarms" -eq 0 ] || echo "there were alerts under normal load"
[ "$failed" -eq 0 ] || echo "normal requests failed"
if [ "$verdict" -eq 0 ]; then
  echo "every attack was stopped before it came to its end"
else
  echo "not every attack was stopped before it came to its end"
fi
[ "$alarms" -eq 0 ] && [ "$failed" -eq 0 ] && [ "$verdict" -eq 0 ]
