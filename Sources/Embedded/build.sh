#!/usr/bin/env bash
# Builds the player for devices: build.sh DIRECTORY [TARGET[+CPU]...]
#
# Targets: x86_64-linux aarch64-linux armv7-linux riscv64-linux (mle-player and mle-player-score,
# which has only `score` and `info`, for glibc, and both with -static, which need nothing) and
# cortex-m4f (the scoring core as a static library).
# With a CPU they use its instructions and run on no lesser one: x86_64-linux+x86-64-v3,
# aarch64-linux+cortex-a76, armv7-linux+cortex-a7 (clang's names of -march on x86 and RISC-V, of -mcpu on Arm).
# All targets without a TARGET. The same commit and compiler give the same bytes in any directory.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 64; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
. Sources/Embedded/packages.sh
toolchain=$(dirname "$(readlink -f "$(command -v swiftc)")")
[ $# -gt 0 ] || set -- x86_64-linux aarch64-linux armv7-linux riscv64-linux cortex-m4f

# What the compilers are told of a target's CPU: cpu_flags TARGET[+CPU]
cpu_flags() {
  case $1 in
    armv7-linux) echo -mfpu=vfpv3-d16 ;;
    x86_64-linux+* | riscv64-linux+*) echo "-march=${1#*+}" ;;
    *+*) echo "-mcpu=${1#*+}" ;;
  esac
}

build() { # TARGET[+CPU] SWIFT_TRIPLE ARGUMENTS...
  local target=$1 triple=$2 flag cpu=()
  shift 2
  for flag in $(cpu_flags "$target"); do cpu+=(-Xcc "$flag"); done
  swift build -c release --jobs 2 --omit-frame-pointers -debug-info-format none --triple "$triple" \
    --toolset "Sources/Embedded/toolsets/${target%%+*}.json" --scratch-path ".build-embedded/$target" \
    "${cpu[@]}" -Xswiftc -file-prefix-map -Xswiftc "$root=." "$@" >"$out/$target/build.log" 2>&1 \
    || { cat "$out/$target/build.log" >&2; exit 70; }
}

# Links the objects of the build once more with a C library of their own: as options of the build
# this would compile everything again.
link_static() { # OBJECTS PLAYER LINKER_ARGUMENTS...
  local objects=$1 player=$2
  shift 2
  "$toolchain/clang" "$@" -static -fuse-ld=lld \
    -Wl,--gc-sections,--icf=all,--build-id=none,-z,noseparate-code "@$objects" -o "$player"
}

# Of musl far less comes along than of glibc. The C files are compiled with its own headers; Swift
# sees no header's layouts, only functions whose arguments are the same.
link_musl() { # OBJECTS PLAYER
  local library=/usr/lib/x86_64-linux-musl objects=$1.musl compiled=() file
  for file in Sources/CPlatform/*.c; do
    compiled+=("$2.$(basename "$file").o")
    "$toolchain/clang" -nostdlibinc -isystem /usr/include/x86_64-linux-musl \
      -ISources/CPlatform/include -Os -fno-asynchronous-unwind-tables -fomit-frame-pointer \
      -ffunction-sections -c "$file" -o "${compiled[-1]}"
  done
  grep -v CPlatform.build "$1" >"$objects"
  link_static "$objects" "$2" -nostdlib "$library"/{crt1.o,crti.o} "${compiled[@]}" \
    "$library"/{libc.a,crtn.o}
}

# Nobody unwinds the stack of glibc's functions; the tables for it are a fifteenth of a player.
link_glibc() { # OBJECTS PLAYER LINKER_ARGUMENTS...
  local objects=$1 player=$2 library=$2.libc
  shift 2
  mkdir -p "$library"
  "$toolchain/llvm-objcopy" -R .eh_frame "$("$toolchain/clang" "$@" -print-file-name=libc.a)" \
    "$library/libc.a"
  link_static "$objects" "$player" "$@" -L"$library"
}

build_player() { # TARGET[+CPU] SWIFT_TRIPLE PRODUCT PLAYER LINKER_ARGUMENTS...
  local products=.build-embedded/$1/release target=$1 player=$4 objects file
  build "$1" "$2" --product "$3"
  objects=$products/$3.product/Objects.LinkFileList
  [ "$3" = "$player" ] || cp "$products/$3" "$products/$player"
  shift 4
  case $target in
    x86_64-linux*) link_musl "$objects" "$products/$player-static" ;;
    *) link_glibc "$objects" "$products/$player-static" "$@" ;;
  esac
  # Nothing looks at section headers on a device.
  for file in "$player" "$player-static"; do
    "$toolchain/llvm-objcopy" --strip-all -R .comment --strip-sections "$products/$file" \
      "$out/$target/$file"
  done
}

build_linux() { # TARGET[+CPU] SWIFT_TRIPLE LINKER_ARGUMENTS...
  build_player "$1" "$2" mle-player-embedded mle-player "${@:3}"
  build_player "$1" "$2" mle-player-score mle-player-score "${@:3}"
}

build_library() { # TARGET SWIFT_TRIPLE
  build "$1" "$2" --product mle-scoring
  "$toolchain/llvm-objcopy" --strip-debug ".build-embedded/$1/release/libmle-scoring.a" \
    "$out/$1/libmle-scoring.a"
  build "$1" "$2" --target DeviceReplay
}

build_target() { # TARGET[+CPU]
  mkdir -p "$out/$1"
  case ${1%%+*} in
    x86_64-linux) build_linux "$1" x86_64-unknown-linux-gnu ;;
    aarch64-linux) build_linux "$1" aarch64-none-none-elf --target=aarch64-linux-gnu ;;
    armv7-linux) build_linux "$1" armv7-none-none-eabi --target=arm-linux-gnueabihf ;;
    riscv64-linux) build_linux "$1" riscv64-none-none-eabi --target=riscv64-linux-gnu \
      -march=rv64gc -mabi=lp64d ;;
    cortex-m4f) build_library "$1" armv7em-none-none-eabi ;;
  esac
}

packages=()
for target; do
  needed=$(target_packages "${target%%+*}")
  # shellcheck disable=SC2206 # a list
  packages+=($needed)
done
install_packages "${packages[@]}"

# Two at a time: one often waits for a single thread of the compiler.
running=()
for target; do
  [ ${#running[@]} -lt 2 ] || { wait "${running[0]}"; running=("${running[@]:1}"); }
  build_target "$target" &
  running+=($!)
done
for job in "${running[@]}"; do wait "$job"; done

for target; do
  for file in "$target"/mle-player{,-static,-score,-score-static} "$target"/libmle-scoring.a; do
    [ -f "$out/$file" ] || continue
    printf '%8d  %s  %s\n' "$(stat -c %s "$out/$file")" \
      "$(sha256sum <"$out/$file" | cut -d' ' -f1)" "$file"
  done
done
