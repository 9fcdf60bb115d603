#!/usr/bin/env bash
# What mle-trainer and PyTorch have learnt after the same epochs with the same settings: cross entropy on
# unseen traces, computed for both by PyTorch.
#
#   Tests/Benchmarks/quality.sh [DIR [--adfa DIRECTORY] [OPTIONS OF quality.py]]
#
# DIR and MLE_TORCH_PYTHON as for train.sh. ADFA-LD is not shipped: name a directory with train/ and
# normal/, a trace a file. Without other options this makes the table of
# docs/training.md.
set -euo pipefail
start=$PWD
work=${1:+$(realpath -m "$1")}
cd "$(dirname "$0")/../.."
work=${work:-.build/benchmarks}
shift || true
mkdir -p "$work"
adfa=
if [ "${1:-}" = --adfa ]; then
  adfa=$(cd "$start" && cd "${2:?--adfa needs a directory}" && pwd)
  shift 2
fi
. Tests/Benchmarks/common.sh
docs/install-dependencies.sh || skip "the packages cannot be installed"
. Tests/Benchmarks/torch.sh
build .build mle-trainer
trainer=.build/release/mle-trainer

compare() { # NAME TRAIN REST [OPTIONS]
  local name=$1 train=$2 rest=$3
  shift 3
  "$python" Tests/Benchmarks/quality.py --name "$name" --train "$train" --rest "$rest" --work "$work" \
    --trainer "$trainer" "$@"
}

shipped() { # SERVER [OPTIONS]
  local server=$1
  shift
  "$trainer" split "datasets/$server-normal.h5" --at 0.7 \
    --first "$work/$server-train.h5" --rest "$work/$server-rest.h5"
  compare "$server" "$work/$server-train.h5" "$work/$server-rest.h5" "$@"
}

shipped busybox-httpd --seeds 2 "$@"
shipped lighttpd "$@"
if [ -z "$adfa" ]; then
  echo "skipped: ADFA-LD, no directory was named"
else
  "$trainer" import "$adfa/train" --label normal -o "$work/adfa-train.h5"
  "$trainer" import "$adfa/normal" --label normal -o "$work/adfa-rest.h5"
  compare ADFA-LD "$work/adfa-train.h5" "$work/adfa-rest.h5" "$@"
fi
