# Sets `python` to one that has PyTorch; to be sourced after common.sh. MLE_TORCH_PYTHON may name it.

python=${MLE_TORCH_PYTHON:-$work/torch/bin/python}
if ! is_complete "$python" Tests/Benchmarks/torch-requirements.txt; then
  [ -z "${MLE_TORCH_PYTHON:-}" ] ||
    skip "$python has not what Tests/Benchmarks/torch-requirements.txt lists"
  echo "installing PyTorch in $work/torch" >&2
  make_venv "$work/torch"
  # The build without CUDA is a tenth of the other one's size.
  wheels=https://download.pytorch.org/whl/cpu
  "$work/torch/bin/pip" install -q --index-url "$wheels" "torch==2.13.0+cpu" >"$work/pip.log" 2>&1 ||
    "$work/torch/bin/pip" install -q torch==2.13.0 >>"$work/pip.log" 2>&1 ||
    skip "PyTorch cannot be had ($work/pip.log)"
  "$work/torch/bin/pip" install -q -r Tests/Benchmarks/torch-requirements.txt >>"$work/pip.log" 2>&1 ||
    skip "PyTorch's companions cannot be had ($work/pip.log)"
fi
