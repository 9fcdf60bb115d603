#!/usr/bin/env bash
# Builds the player for every device, plays seeded recordings on each (under qemu where the machine
# is another) and compares every byte of the output with what the ordinary build prints here. Then:
# limits of size and memory, that 32 bits refuse what they cannot address, that the recordings would
# notice other arithmetic, and that another directory gives the same bytes.
#
#   Tests/embedded.sh [DIRECTORY]   keeps what was built in DIRECTORY
#
# On x86-64; installs compilers and emulators where they are missing (Debian, root or sudo).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$(realpath -m "${1:-$work/out}")
cd "$(dirname "$0")/.."
. Sources/Embedded/packages.sh
targets=(x86_64-linux aarch64-linux armv7-linux riscv64-linux cortex-m4f)
# Those whose products of integers are other instructions than the baseline's.
cpus=(aarch64-linux+cortex-a76 armv7-linux+cortex-a7)
! grep -qw avx2 /proc/cpuinfo || cpus+=(x86_64-linux+x86-64-v3)
! grep -qw avx512_vnni /proc/cpuinfo || cpus+=(x86_64-linux+cascadelake)

packages=(qemu-user qemu-system-arm gcc-arm-none-eabi libnewlib-arm-none-eabi)
for target in "${targets[@]}"; do
  # shellcheck disable=SC2207 # a list
  packages+=($(target_packages "$target"))
done
install_packages "${packages[@]}"

host_build() { # PRODUCT
  swift build -c release --jobs 2 --product "$1" >"$work/log" 2>&1 || { cat "$work/log"; exit 70; }
}
for product in replay-maker mle-player mle-player-embedded; do host_build $product; done
bin=$(swift build -c release --show-bin-path)
"$bin/replay-maker" "$work"
replays=(tcn gated window denormal tcn-int8 gated-int8 window-int8)

# Each check is a function that says what it found and fails where that is wrong. Two run at a time;
# `results` waits for all of them.
checks=()
check() { # NAME FUNCTION ARGUMENTS...
  local log=$work/check-${#checks[@]}
  while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n || true; done
  checks+=("$log")
  { if "${@:2}" >"$log.text" 2>&1; then echo "ok: $1"; else echo "FAILED: $1"; fi
    sed 's/^/  /' "$log.text"; } >"$log" &
}
results() {
  wait
  cat "${checks[@]}"
  ! grep -q '^FAILED' "${checks[@]}" || { echo "device checks failed"; exit 1; }
}

# All that a player prints for a recording: REPLAY KIND COMMAND...
play() {
  "${@:3}" score "$work/$1.mle" "$work/$1.$2" --processes 40 --digest 2>/dev/null \
    || echo "exit code $?"
}
for replay in "${replays[@]}"; do
  for kind in mlt txt; do
    play $replay $kind "$bin/mle-player" >"$work/$replay.$kind.want"
    grep -q verdict "$work/$replay.$kind.want" || { echo "$replay.$kind: no verdict"; exit 1; }
  done
done
wanted() { sed -n 's/.*"digest":"\([0-9a-f]*\)".*/\1/p' "$work/$1.$2.want"; }

compare() { # RECORDINGS COMMAND...
  local recording got
  for recording in $1; do
    got=$(play "${recording%.*}" "${recording#*.}" "${@:2}")
    [ "$got" = "$(cat "$work/$recording.want")" ] && continue
    echo "$recording: $(tail -1 <<<"$got"), here $(tail -1 "$work/$recording.want")"
    return 1
  done
}

# The blobs of every version of the format.
goldens() { # COMMAND...
  local blob digest got
  while read -r blob digest; do
    got=$("$@" score "models/golden/$blob" models/golden/recording.txt --processes 24 --digest \
      2>/dev/null | tail -1) || true
    [ "$got" = "{\"digest\":\"$digest\",\"events\":1500}" ] && continue
    echo "$blob: $got instead of $digest"
    return 1
  done <models/golden/digests.txt
}

texts=${replays[*]/%/.txt}
captures=${replays[*]/%/.mlt}
check "same output: Embedded Swift on this machine" compare "$texts $captures" \
  "$bin/mle-player-embedded"
check "golden blobs: ordinary Swift on this machine" goldens "$bin/mle-player"

echo "== sizes (bytes), SHA-256"
Sources/Embedded/build.sh "$out" "${targets[@]}" "${cpus[@]}"

# In thousands of bytes, next to what they weigh: a player that grows must say so here.
limits() {
  local target limits player size
  while read -r target limits; do
    for player in mle-player{,-static,-score,-score-static}; do
      size=$(stat -c %s "$out/$target/$player")
      [ "$size" -le "${limits%% *}000" ] \
        || { echo "$target/$player has $size bytes, over ${limits%% *} kB"; return 1; }
      limits=${limits#* }
    done
  done <<'LIMITS'
x86_64-linux 292 298 116 125
aarch64-linux 285 760 110 590
armv7-linux 214 570 80 435
riscv64-linux 245 640 90 490
LIMITS
}
check "no player is over its limit of size" limits

on_linux() { # TARGET EMULATOR...
  local player=$out/$1/mle-player
  check "same output: $1" compare "$texts tcn.mlt" "${@:2}" "$player"
  check "same output: $1, static" compare "tcn.txt window-int8.txt" "${2:-env}" "$player-static"
  check "golden blobs: $1" goldens "${@:2}" "$player"
  check "same output: $1, score only" compare "tcn.mlt gated.txt" "${@:2}" "$player-score"
  check "same output: $1, score only, static" compare tcn.txt "${2:-env}" "$player-score-static"
}
on_linux x86_64-linux
on_linux aarch64-linux qemu-aarch64 -L /usr/aarch64-linux-gnu
on_linux armv7-linux qemu-arm -L /usr/arm-linux-gnueabihf
on_linux riscv64-linux qemu-riscv64 -L /usr/riscv64-linux-gnu

for target in "${cpus[@]}"; do
  emulator=()
  case $target in
    aarch64*) emulator=(qemu-aarch64 -L /usr/aarch64-linux-gnu) ;;
    armv7*) emulator=(qemu-arm -L /usr/arm-linux-gnueabihf) ;;
  esac
  check "same output: $target" compare "$texts" "${emulator[@]}" "$out/$target/mle-player"
done
[[ ${cpus[*]} == *v3* ]] || echo "skipped: x86_64-linux+x86-64-v3, which this CPU has not"
[[ ${cpus[*]} == *cascadelake* ]] || echo "skipped: x86_64-linux+cascadelake, whose VNNI this CPU has not"

# 65,536 threads of a wide network are over 4 GiB: no memory (exit code 70), never a wrong number.
narrow() {
  local status=0
  qemu-arm "$out/armv7-linux/mle-player-static" score "$work/wide.mle" "$work/window.txt" \
    --processes 65536 >/dev/null 2>"$work/narrow" || status=$?
  tail -1 "$work/narrow" | sed 's/.*: //'
  [ $status -eq 70 ] || { echo "exit code $status"; return 1; }
}
check "32 bits refuse more memory than they can address" narrow

# A Cortex-M4F: the core alone, without a heap, from flash.
cortex() {
  local objects=.build-embedded/cortex-m4f/release replay got want image=$work/cortex
  mkdir -p "$image"
  for replay in "${replays[@]}"; do
    cp "$work/$replay.mle" "$image/recording.mle"
    cp "$work/$replay.txt" "$image/recording.txt"
    arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -Os -ffreestanding \
      -nostartfiles --specs=nano.specs -T Tests/CortexM/image.ld -Wa,-I"$image" \
      -Wl,--gc-sections,--no-enum-size-warning,--no-warn-execstack -o "$image/image.elf" \
      Tests/CortexM/image.c Tests/CortexM/recording.S \
      $objects/{DeviceReplay,ScoringEmbedded,ModelFormatEmbedded,KernelTraceEmbedded}.build/*.o
    got=$(timeout 200 qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
      -semihosting-config enable=on,target=native -kernel "$image/image.elf" </dev/null 2>&1) || true
    want=$(wanted "$replay" txt)
    [ "${got%% alarms*}" = "digest $want" ] || { echo "$replay: $got, here $want"; return 1; }
  done
  echo "code and constants without blob and recording: $(arm-none-eabi-size "$image/image.elf" \
    | awk -v data="$(cat "$image"/recording.* | wc -c)" 'NR == 2 { print $1 - data }') bytes"
}
check "same digests: cortex-m4f" cortex

# That the recordings would notice a machine that takes denormal numbers for 0: -ffast-math asks the
# CPU for that when the program starts.
control() {
  local clang
  clang=$(dirname "$(readlink -f "$(command -v swiftc)")")/clang
  "$clang" -ffast-math -fuse-ld=lld -Wl,--gc-sections -o "$work/control" \
    "@.build-embedded/x86_64-linux/release/mle-player-embedded.product/Objects.LinkFileList"
  "$work/control" --version >/dev/null || return 1
  ! compare denormal.txt flushing_player || { echo "it passed"; return 1; }
}
flushing_player() { "$work/control" "$@" --skip-self-test; }
check "a player that takes denormal numbers for 0 is noticed" control

# The same bytes from another directory.
again() {
  local copy=$work/a/copy/elsewhere file
  mkdir -p "$copy"
  git ls-files -z -co --exclude-standard | xargs -0 cp -P --parents -t "$copy"
  "$copy/Sources/Embedded/build.sh" "$work/again" x86_64-linux
  for file in mle-player{,-static,-score,-score-static}; do
    cmp "$out/x86_64-linux/$file" "$work/again/x86_64-linux/$file" || return 1
  done
}
check "same bytes from another directory" again
results

echo "== digests of the recordings, the same everywhere"
for replay in "${replays[@]}"; do
  echo "$replay $(wanted $replay txt) $(wanted $replay mlt)"
done
echo "== start and memory"
Tests/footprint.sh "$out"/x86_64-linux/mle-player{,-static,-score,-score-static}
