#!/usr/bin/env bash
# Events per second of mle-player beside LiteRT and ONNX Runtime, on the same weights, in one run.
#
#   Tests/Benchmarks/score.sh [DIR [OPTIONS OF score.py]]
#
# DIR (default .build/benchmarks) gets a Python environment, the networks' files and score.json.
# On Debian, python3-venv is installed where it is missing (root or sudo).
set -euo pipefail
work=${1:+$(realpath -m "$1")}
cd "$(dirname "$0")/../.."
work=${work:-.build/benchmarks}
shift || true
mkdir -p "$work"
venv=$work/venv

. Tests/Benchmarks/common.sh

docs/install-dependencies.sh || skip "the build's packages cannot be installed"
if ! is_complete "$venv/bin/python" Tests/Benchmarks/requirements.txt; then
  make_venv "$venv"
  "$venv/bin/pip" install -q -r Tests/Benchmarks/requirements.txt >"$work/pip.log" 2>&1 ||
    skip "the peers' packages cannot be had ($work/pip.log)"
fi

build .build mle-export
# What devices get: Embedded Swift, for the baseline and for the CPUs that have more.
if [ "$(uname -m)" != x86_64 ]; then
  build .build mle-player
  players=(--player "$(uname -m)=.build/release/mle-player")
else
  players=()
  cpus=(x86-64)
  add_cpu() { # CPU FLAG
    if grep -qw "$2" /proc/cpuinfo; then cpus+=("$1"); else echo "skipped: $1, for want of $2"; fi
  }
  add_cpu x86-64-v3 avx2
  add_cpu cascadelake avx512_vnni
  Sources/Embedded/build.sh "$work/players" "${cpus[@]/#/x86_64-linux+}" >&2
  for cpu in "${cpus[@]}"; do players+=(--player "$cpu=$work/players/x86_64-linux+$cpu/mle-player"); done
fi

export CUDA_VISIBLE_DEVICES='' TF_CPP_MIN_LOG_LEVEL=3
graphs() {
  [ "$work/$1.done" -nt "Tests/Benchmarks/$1.py" ] &&
    [ "$work/$1.done" -nt Tests/Benchmarks/networks.py ] && return
  "$venv/bin/python" "Tests/Benchmarks/$1.py" "$work" 2>"$work/$1.log" ||
    { cat "$work/$1.log" >&2; return 1; }
  touch "$work/$1.done"
}
graphs onnx_graphs
graphs litert_graphs
exec "$venv/bin/python" Tests/Benchmarks/score.py --work "$work" --export .build/release/mle-export \
  "${players[@]}" "$@"
