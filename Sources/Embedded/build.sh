#!/usr/bin/env bash
# Builds the player for devices: build.sh DIRECTORY [TARGET...]
#
# Targets: x86_64-linux aarch64-linux armv7-linux riscv64-linux (mle-player for glibc, and
# mle-player-static that needs nothing) and cortex-m4f (the scoring core as a static library).
# All of them without a TARGET. The same commit and compiler give the same bytes in any directory.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 64; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
. Sources/Embedded/packages.sh
objcopy=$(dirname "$(readlink -f "$(command -v swiftc)")")/llvm-objcopy
[ $# -gt 0 ] || set -- x86_64-linux aarch64-linux armv7-linux riscv64-linux cortex-m4f

build() { # TARGET SWIFT_TRIPLE ARGUMENTS...
  local target=$1 triple=$2
  shift 2
  swift build -c release --jobs 2 --triple "$triple" \
    --toolset "Sources/Embedded/toolsets/$target.json" --scratch-path ".build-embedded/$target" \
    -Xswiftc -file-prefix-map -Xswiftc "$root=." "$@" >"$out/$target/build.log" 2>&1 \
    || { cat "$out/$target/build.log" >&2; exit 70; }
}

build_linux() { # TARGET SWIFT_TRIPLE
  local program=.build-embedded/$1/release/mle-player-embedded
  build "$1" "$2" --product mle-player-embedded
  "$objcopy" --strip-all -R .comment "$program" "$out/$1/mle-player"
  build "$1" "$2" --product mle-player-embedded -Xswiftc -Xclang-linker -Xswiftc -static
  "$objcopy" --strip-all -R .comment "$program" "$out/$1/mle-player-static"
}

build_library() { # TARGET SWIFT_TRIPLE
  build "$1" "$2" --product mle-scoring
  "$objcopy" --strip-debug ".build-embedded/$1/release/libmle-scoring.a" \
    "$out/$1/libmle-scoring.a"
  build "$1" "$2" --target DeviceReplay
}

for target; do
  mkdir -p "$out/$target"
  case $target in
    x86_64-linux) build_linux "$target" x86_64-unknown-linux-gnu ;;
    aarch64-linux) install_or_skip "$target" gcc-aarch64-linux-gnu libc6-dev-arm64-cross || continue
      build_linux "$target" aarch64-none-none-elf ;;
    armv7-linux) install_or_skip "$target" gcc-arm-linux-gnueabihf libc6-dev-armhf-cross || continue
      build_linux "$target" armv7-none-none-eabi ;;
    riscv64-linux) install_or_skip "$target" gcc-riscv64-linux-gnu libc6-dev-riscv64-cross || continue
      build_linux "$target" riscv64-none-none-eabi ;;
    cortex-m4f) build_library "$target" armv7em-none-none-eabi ;;
    *) echo "build.sh: unknown target $target" >&2; exit 64 ;;
  esac
done

cd "$out"
find . -name 'mle-player*' -o -name '*.a' | sed 's|^\./||' | LC_ALL=C sort | while read -r file; do
  printf '%8d  %s  %s\n' "$(stat -c %s "$file")" "$(sha256sum <"$file" | cut -d' ' -f1)" "$file"
done
