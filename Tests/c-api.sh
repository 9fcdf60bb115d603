#!/usr/bin/env bash
# Builds docs/c-api/example.c against the static library, without a warning, and compares what it
# prints with what mle-player prints for the same events, byte for byte: on this machine, then on an
# emulated Cortex-M4F. Installs what is missing (Debian, root or sudo).
set -euo pipefail
cd "$(dirname "$0")/.."
out=.build/c-api
mkdir -p "$out"
warnings=(-std=c99 -Wall -Wextra -Wpedantic -Werror)
include=(-I Sources/CMLEPlayer/include -I "$out")

compare() { # NAME GOT EXPECTED
  cmp "$2" "$3"
  echo "$1: the same $(grep -c verdict "$2") verdicts; $(tail -n 1 "$2")"
}

docs/install-dependencies.sh gcc libc6-dev binutils
swift build -c release
bin=$(swift build -c release --show-bin-path)
library=$bin/libmleplayer.a
"$bin/mle-export" emit-c models/busybox-httpd.mle -o "$out/model.c"
"$bin/mle-trainer" capture datasets/busybox-httpd-attack.h5 --text > "$out/all.txt"

echo "== host"
"${CC:-cc}" -O2 "${warnings[@]}" "${include[@]}" docs/c-api/example.c "$out/model.c" "$library" \
  -Wl,--gc-sections -o "$out/example"
"$out/example" "$out/all.txt" > "$out/host.jsonl"
"$bin/mle-player" score models/busybox-httpd.mle "$out/all.txt" --digest > "$out/expected.jsonl"
compare host "$out/host.jsonl" "$out/expected.jsonl"

# Every function at once: what do they need from outside?
roots=$(grep -oE '\bmle_player_[a-z_]+\(' Sources/CMLEPlayer/include/mle_player.h | tr -d '(' | sort -u)
ld --gc-sections --entry mle_player_open $(printf -- '-u %s ' $roots) \
  --unresolved-symbols=ignore-all "$library" -o "$out/whole"
needs=$(nm -u "$out/whole" | awk '{print $2}' | sort -u | tr '\n' ' ')
echo "needs: $needs"
for symbol in $needs; do
  case $symbol in
    memcpy | memmove | memset | __stack_chk_fail) ;;
    *) echo "the library needs $symbol" && exit 1 ;;
  esac
done

echo "== Cortex-M4F (qemu mps2-an386)"
packages=(gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm)
docs/install-dependencies.sh "${packages[@]}" \
  || { echo "skipped: ${packages[*]} cannot be installed" && exit 0; }
board=docs/c-api/cortex-m
swift build -c release --triple armv7em-none-none-eabi \
  --toolset Sources/Embedded/toolsets/cortex-m4f.json \
  --scratch-path .build-cortex-m4f --product mleplayer
# The first 12,000 lines have the first verdicts.
head -n 12000 "$out/all.txt" > "$out/first.txt"
cpu=(-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16)
arm-none-eabi-gcc "${cpu[@]}" -Os "${warnings[@]}" "${include[@]}" -ffunction-sections \
  -DTHREADS=32 -DMEMORY_SIZE='(320u << 10)' -DEVENTS="\"$out/first.txt\"" \
  docs/c-api/example.c "$out/model.c" "$board/startup.c" \
  "$(arm-none-eabi-gcc "${cpu[@]}" -print-file-name=rdimon-crt0.o)" \
  .build-cortex-m4f/release/libmleplayer.a --specs=rdimon.specs -nostartfiles \
  -T "$board/mps2-an386.ld" -Wl,--gc-sections -Wl,--no-enum-size-warning -Wl,-z,noexecstack \
  -Wl,-Map="$out/firmware.map" -o "$out/firmware.elf"
timeout 300 qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
  -semihosting-config enable=on,target=native -kernel "$out/firmware.elf" \
  < /dev/null > "$out/firmware.jsonl"
"$bin/mle-player" score models/busybox-httpd.mle "$out/first.txt" --processes 32 --digest \
  > "$out/expected.jsonl"
compare cortex-m4f "$out/firmware.jsonl" "$out/expected.jsonl"
arm-none-eabi-size "$out/firmware.elf"
# What of it is the library's: the sizes of its symbols.
flash=0 ram=0
while read -r _ size type _; do
  case $type in
    [tTrRvVwW]) flash=$((flash + 16#$size)) ;;
    [dDbB]) ram=$((ram + 16#$size)) ;;
  esac
done < <(arm-none-eabi-nm -S "$out/firmware.elf" | grep -E '^[0-9a-f]+ [0-9a-f]+ . (\$e|mle_player_)')
echo "the library: $flash bytes of flash, $ram bytes of RAM"
