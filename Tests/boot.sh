#!/usr/bin/env bash
# Boots a device of every architecture: a kernel of Debian in an emulator, busybox and the static player.
# There the player records a fixed course of calls and a web server under normal load. A model is trained
# on that, and the device boots again: the player watches the server, has to leave normal requests alone
# and to stop an attack. The fixed course has to be the same states on every architecture.
#
#   Tests/boot.sh [TARGET...]      x86_64-linux aarch64-linux armv7-linux riscv64-linux; all if none is named
#
# MLE_SUITE=bookworm takes the kernels of another release of Debian (default: trixie), MLE_KERNEL=FILE one of
# your own for the only TARGET, which has to have a virtio console. On x86-64; installs compilers and emulators
# where they are missing (Debian, root or sudo).
set -euo pipefail
[ $# -gt 0 ] || set -- x86_64-linux aarch64-linux armv7-linux riscv64-linux
suite=${MLE_SUITE:-trixie}
own=${MLE_KERNEL:+$(realpath "$MLE_KERNEL")}
[ -z "$own" ] || [ $# -eq 1 ] || { echo "MLE_KERNEL is for one TARGET; name it" >&2; exit 64; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$(dirname "$0")/.."
. Sources/Embedded/packages.sh
failures=0
# run COMMAND...: shows what it prints only where it fails.
run() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 70; }; }
wrong() { echo "  WRONG: $*"; failures=$((failures + 1)); }

# machine TARGET: what the emulator and Debian call it.
machine() {
  case $1 in
    x86_64-linux) debian=amd64 kernel=cloud-amd64 console=ttyS0
      emulator=(qemu-system-x86_64 -cpu max) ;;
    aarch64-linux) debian=arm64 kernel=cloud-arm64 console=ttyAMA0
      emulator=(qemu-system-aarch64 -M virt -cpu cortex-a72) ;;
    armv7-linux) debian=armhf kernel=armmp console=ttyAMA0
      emulator=(qemu-system-arm -M virt,highmem=off -cpu cortex-a15) ;;
    riscv64-linux) debian=riscv64 kernel=riscv64 console=ttyS0
      emulator=(qemu-system-riscv64 -M virt) ;;
    *) echo "unknown target $1" >&2; exit 64 ;;
  esac
}

echo "== programs"
for target; do
  machine "$target"
  architectures="${architectures:-} $debian"
done
install_packages cpio dpkg debian-archive-keyring qemu-system-x86 qemu-system-arm qemu-system-misc
for product in mle-trainer mle-export mle-player; do
  run swift build -c release --jobs 2 --product $product
done
PATH="$(swift build -c release --show-bin-path):$PATH"
run Sources/Embedded/build.sh "$work/players" "$@"

echo "== kernel${own:+ $own}"
# A place of its own for packages of other architectures; nothing of them is installed.
apt=$work/apt
mkdir -p "$apt"/{lists/partial,cache/archives/partial} "$work/packages"
: >"$apt/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $suite main" \
  >"$apt/sources.list"
{
  echo "Dir::State \"$apt\"; Dir::State::status \"$apt/status\"; Dir::Cache \"$apt/cache\";"
  echo "Dir::Etc::sourcelist \"$apt/sources.list\"; Dir::Etc::sourceparts \"-\";"
  echo "APT::Sandbox::User \"root\"; APT::Architecture \"$debian\";"
  echo "APT::Architectures {$(printf ' "%s";' $architectures) };"
} >"$apt/apt.conf"
export APT_CONFIG=$apt/apt.conf
apt-get update -qq >"$work/log" 2>&1 || { cat "$work/log"; echo "skipped: no packages of $suite"; exit 0; }
targets=()
for target; do
  machine "$target"
  mkdir -p "$work/$target/boot"
  if [ -n "$own" ]; then
    image=
    cp "$own" "$work/$target/boot/vmlinuz"
  else
    image=$(apt-cache depends "linux-image-$kernel:$debian" \
      | sed -n 's/.*Depends: \(linux-image[^ :]*\).*/\1/p' | head -1)
    [ -n "$image" ] || { echo "skipped: $target, for $suite has no linux-image-$kernel"; continue; }
  fi
  for package in $image busybox-static; do
    (cd "$work/packages" && apt-get download -qq "$package:$debian")
    dpkg -x "$work/packages/${package}"_*_"$debian.deb" "$work/$target"
  done
  rm "$work"/packages/*
  targets+=("$target")
done
unset APT_CONFIG
[ ${#targets[@]} -gt 0 ] || exit 0
set -- "${targets[@]}"

# boot TARGET TASK: what the device leaves is in TARGET/TASK.
boot() {
  local files=$work/$1/files out=$work/$1/$2
  machine "$1"
  mkdir -p "$files/bin" "$out"
  cp -r Tests/Boot/init Tests/Boot/calls.sh "$files"
  cp -rT Tests/Boot/site "$files/www"
  cp "$(find "$work/$1" -path '*/bin/busybox' -type f ! -path "$files/*")" "$files/bin/busybox"
  cp "$work/players/$1/mle-player-static" "$files/bin/mle-player"
  (cd "$files" && find . | cpio -o -H newc 2>/dev/null | gzip -1) >"$work/$1/initrd"
  timeout 600 "${emulator[@]}" -accel tcg -smp 2 -m 512 -display none -monitor none -nic none -no-reboot \
    -serial "file:$out.log" -device virtio-serial-pci -chardev "file,id=out,path=$out.cpio" \
    -device virtconsole,chardev=out -kernel "$work/$1"/boot/vmlinu* -initrd "$work/$1/initrd" \
    -append "console=$console quiet panic=-1 task=$2" \
    || { tail -n 20 "$out.log"; echo "$1 does not end"; exit 1; }
  (cd "$out" && cpio -i --quiet <"$out.cpio") \
    || { tail -n 20 "$out.log"; echo "$1 leaves nothing; its kernel needs CONFIG_VIRTIO_CONSOLE=y"; exit 1; }
  grep ', up for' "$out.log"
}
# expect TARGET TASK NAME VALUE: a line of the device's results.
expect() {
  local found
  found=$(sed -n "s/^$3=//p" "$work/$1/$2/results")
  [ "$found" = "$4" ] || wrong "$1: $3 is ${found:-missing} and not $4"
}

for target; do
  echo "== $target records"
  boot "$target" record
  expect "$target" record calls 0
  # Of cgroups of version 2 no controller was on.
  grep -qE '^unprepared(2=66|1=0)$' "$work/$target/record/results" \
    || wrong "$target: a cgroup that perf events do not know is not refused"
  expect "$target" record normal 0
  for start in 1 2 3 4 5 6; do expect "$target" record answered$start 18; done
  for log in calls normal; do
    tail -n 1 "$work/$target/record/$log.log"
    grep -q ' 0 of unknown calls; 0 records lost' "$work/$target/record/$log.log" \
      || wrong "$target: calls that are not known, or lost"
  done
done

echo "== the same states everywhere"
run mle-trainer import "$work"/*/record/calls.mlt -o "$work/calls.h5"
run mle-trainer train "$work/calls.h5" -o "$work/calls.ckpt.h5" --epochs 1 --channels 4 --held-out 0
run mle-export "$work/calls.ckpt.h5" --calibrate "$work/calls.h5" -o "$work/calls.mle"
# Not compared: what a C library asks its kernel for at the start of a program; alarm(), a call of its own on
# x86-64; and what depends on when a signal or an answer comes.
chance='arch_prctl:|riscv_hwprobe:|alarm:|setitimer:|sigreturn|sigprocmask:|sigsuspend:|wait4:nohang:|write:file:small|read:inet:|poll:'
for target; do
  mle-player score "$work/calls.mle" "$work/$target/record/calls.mlt" --scores \
    >"$work/scores" 2>"$work/log" || { cat "$work/log"; exit 70; }
  sed -n 's/.*"state":"\([^"]*\)".*/\1/p' "$work/scores" >"$work/$target/course"
  grep -vE "$chance" "$work/$target/course" | sort | uniq -c >"$work/$target/states"
  echo "$target: $(awk '{ n += $1 } END { print n " events, " NR " states" }' "$work/$target/states")"
  diff "$work/$1/states" "$work/$target/states" || wrong "$target differs from $1"
  returns=$(grep -c sigreturn "$work/$target/course" || true)
  [ "$returns" -ge 5 ] || wrong "$target: five signals were sent, and $returns returned from"
done
for state in mkdir:nopath:ok rename:nopath:ok rmdir:nopath:ok; do
  grep -q " 11 $state\$" "$work/$1/states" || wrong "$1: not 11 times $state"
done

for target; do
  echo "== $target watches"
  at=$work/$target
  run mle-trainer import "$at/record/normal.mlt" -o "$at/normal.h5"
  # Small, for an emulator is slow.
  run mle-trainer train "$at/normal.h5" -o "$at/model.ckpt.h5" --channels 12 --dilations 1,2,4,8 \
    --epochs 25 --held-out 0
  run mle-export "$at/model.ckpt.h5" --calibrate "$at/normal.h5" --precision int8 \
    -o "$at/files/model.mle"
  grep '^window' "$work/log"
  boot "$target" watch
  expect "$target" watch before 60
  expect "$target" watch after 30
  expect "$target" watch watch 0
  expect "$target" watch owned ""
  ! grep '"verdict"' "$at/watch/before.jsonl" || wrong "$target: normal requests alarm"
  stopped=$(grep -c '"action":"stopped"' "$at/watch/alerts.jsonl" || true)
  [ "$stopped" -gt 0 ] || { cat "$at/watch/watch.log"; wrong "$target: the attack is not stopped"; }
  sed -n 's/.*"name":"\([^"]*\)".*"score":\([0-9.]*\).*"action":"stopped","delay_us":\([0-9]*\).*/stopped \1, score \2, after \3 us/p' \
    "$at/watch/alerts.jsonl" | head -n 3
done
[ $failures -eq 0 ] || { echo "$failures checks failed"; exit 1; }
echo "all devices do what they should"
