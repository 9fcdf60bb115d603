#!/usr/bin/env bash
# Builds the player for every device, plays seeded recordings on each (under qemu where the machine
# is another) and compares every byte of the output with what the ordinary build prints here:
# embedded.sh [DIRECTORY]. What cannot be installed is skipped and said so.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
. Sources/Embedded/packages.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=${1:-$work/out}
failures=0

swift build -c release --jobs 2 --product replay-maker 2>&1 | tail -1
swift build -c release --jobs 2 --product mle-player 2>&1 | tail -1
swift build -c release --jobs 2 --product mle-player-embedded 2>&1 | tail -1
bin=$(swift build -c release --show-bin-path)
"$bin/replay-maker" "$work"
replays=(tcn gated window denormal)

# All that a player prints for a recording: COMMAND... OPTIONS of score
play() { "$@" --processes 40 --digest 2>/dev/null || echo "exit code $?"; }

for replay in "${replays[@]}"; do
  for kind in mlt txt; do
    play "$bin/mle-player" score "$work/$replay.mle" "$work/$replay.$kind" >"$work/$replay.$kind.want"
  done
done

compare() { # NAME KINDS COMMAND...
  local name=$1 kinds=$2 replay kind
  shift 2
  for replay in "${replays[@]}"; do
    for kind in $kinds; do
      play "$@" score "$work/$replay.mle" "$work/$replay.$kind" >"$work/got"
      cmp -s "$work/got" "$work/$replay.$kind.want" && continue
      echo "DIFFERS: $name on $replay.$kind: $(tail -1 "$work/got")," \
        "here $(tail -1 "$work/$replay.$kind.want")"
      failures=$((failures + 1))
      return
    done
  done
  echo "same: $name"
}

compare "Embedded Swift on this machine" "mlt txt" "$bin/mle-player-embedded"
Sources/Embedded/build.sh "$out"

emulated() { # TARGET EMULATOR SYSROOT
  [ -x "$out/$1/mle-player" ] || return 0
  install_or_skip "$1" qemu-user || return 0
  compare "$1" "mlt txt" "$2" -L "$3" "$out/$1/mle-player"
  compare "$1, static" txt "$2" "$out/$1/mle-player-static"
}
compare x86_64-linux "mlt txt" "$out/x86_64-linux/mle-player"
compare "x86_64-linux, static" "mlt txt" "$out/x86_64-linux/mle-player-static"
emulated aarch64-linux qemu-aarch64 /usr/aarch64-linux-gnu
emulated armv7-linux qemu-arm /usr/arm-linux-gnueabihf
emulated riscv64-linux qemu-riscv64 /usr/riscv64-linux-gnu

# 65,536 threads of a wide network are over 4 GiB: no memory (exit code 70), never a wrong number.
narrow() {
  local player=$out/armv7-linux/mle-player-static status=0
  [ -x "$player" ] && command -v qemu-arm >/dev/null || return 0
  qemu-arm "$player" score "$work/wide.mle" "$work/window.txt" --processes 65536 \
    >/dev/null 2>"$work/log" || status=$?
  if [ $status -eq 70 ]; then
    echo "refused on 32 bits: $(sed 's/.*wide.mle: //' "$work/log" | tail -1)"
  else
    echo "DIFFERS: armv7-linux takes more memory than it can address: exit code $status"
    failures=$((failures + 1))
  fi
}
narrow

# A Cortex-M4F: the core alone, without a heap, from flash.
cortex() {
  local objects=.build-embedded/cortex-m4f/release replay want got
  install_or_skip cortex-m4f gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm || return 0
  for replay in "${replays[@]}"; do
    cp "$work/$replay.mle" "$work/recording.mle"
    cp "$work/$replay.txt" "$work/recording.txt"
    arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -Os -ffreestanding \
      -nostartfiles --specs=nano.specs -T Tests/CortexM/image.ld -Wa,-I"$work" \
      -Wl,--gc-sections,--no-enum-size-warning,--no-warn-execstack -o "$work/image.elf" \
      Tests/CortexM/image.c Tests/CortexM/recording.S \
      $objects/{DeviceReplay,ScoringEmbedded,ModelFormatEmbedded,KernelTraceEmbedded}.build/*.o
    got=$(timeout 100 qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
      -semihosting-config enable=on,target=native -kernel "$work/image.elf" </dev/null 2>&1)
    want=$(sed -n 's/.*"digest":"\([0-9a-f]*\)".*/\1/p' "$work/$replay.txt.want")
    if [ "${got%% alarms*}" != "digest $want" ]; then
      echo "DIFFERS: cortex-m4f on $replay: $got, here digest $want"
      failures=$((failures + 1))
      return
    fi
  done
  echo "same: cortex-m4f; code and constants $(arm-none-eabi-size "$work/image.elf" \
    | awk -v data=$(($(stat -c %s "$work/recording.mle") + $(stat -c %s "$work/recording.txt"))) \
      'NR == 2 { print $1 - data }') bytes"
}
cortex

# That the recordings would notice a machine that takes denormal numbers for 0.
control() {
  swift build -c release --jobs 2 --toolset Sources/Embedded/toolsets/x86_64-linux.json \
    --scratch-path .build-embedded/x86_64-linux --product mle-player-embedded \
    -Xswiftc -Xclang-linker -Xswiftc -ffast-math >"$work/log" 2>&1 || { cat "$work/log"; exit 70; }
  play .build-embedded/x86_64-linux/release/mle-player-embedded score "$work/denormal.mle" \
    "$work/denormal.txt" --skip-self-test >"$work/got"
  if cmp -s "$work/got" "$work/denormal.txt.want"; then
    echo "DIFFERS NOT: a player that flushes denormal numbers to 0 passes unnoticed"
    failures=$((failures + 1))
  else
    echo "noticed: a player that flushes denormal numbers to 0"
  fi
}
[ "$(uname -m)" != x86_64 ] || control

# The same bytes from another directory.
again() {
  local copy=$work/a/copy/elsewhere
  mkdir -p "$copy"
  git ls-files -z -co --exclude-standard | xargs -0 cp -P --parents -t "$copy"
  "$copy/Sources/Embedded/build.sh" "$work/again" x86_64-linux cortex-m4f >/dev/null
  for file in x86_64-linux/mle-player x86_64-linux/mle-player-static cortex-m4f/libmle-scoring.a; do
    if cmp "$out/$file" "$work/again/$file"; then
      echo "same bytes from another directory: $file"
    else
      failures=$((failures + 1))
    fi
  done
}
again

[ $failures -eq 0 ] || { echo "$failures comparisons failed"; exit 1; }
