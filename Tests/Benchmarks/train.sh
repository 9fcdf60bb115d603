#!/usr/bin/env bash
# Training steps per second of mle-trainer beside PyTorch, eager and compiled, on the same weights and
# batches, in one run.
#
#   Tests/Benchmarks/train.sh [DIR [OPTIONS OF train.py]]
#
# DIR (default .build/benchmarks) gets a Python environment and train.json. MLE_TORCH_PYTHON may name a
# Python that has PyTorch, numpy and h5py already. On Debian, what is missing is installed (root or sudo).
set -euo pipefail
work=${1:+$(realpath -m "$1")}
cd "$(dirname "$0")/../.."
work=${work:-.build/benchmarks}
shift || true
mkdir -p "$work"
. Tests/Benchmarks/common.sh
docs/install-dependencies.sh g++ || skip "the packages cannot be installed"
. Tests/Benchmarks/torch.sh
build .build mle-trainer
export TORCHINDUCTOR_CACHE_DIR="$work/inductor"
exec "$python" Tests/Benchmarks/train.py --work "$work" --trainer .build/release/mle-trainer "$@"
