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
build .build mle-player
if [ "$(uname -m)" != x86_64 ]; then
  players=(--player "$(uname -m)=.build/release/mle-player")
else
  players=(--player "x86-64=.build/release/mle-player")
  if grep -qw avx2 /proc/cpuinfo; then
    build .build/v3 mle-player -Xswiftc -Xcc -Xswiftc -march=x86-64-v3
    players+=(--player "x86-64-v3=.build/v3/release/mle-player")
  else
    echo "skipped: x86-64-v3, which this CPU has not"
  fi
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
