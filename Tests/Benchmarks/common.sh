# What the benchmark scripts share; to be sourced at the top of the project, after `work=DIR`.

skip() {
  echo "skipped: $*"
  exit 0
}

# Whether a Python has exactly what a list of requirements asks for; importing would take a minute.
is_complete() { # PYTHON REQUIREMENTS
  "$1" - "$2" <<'PYTHON' 2>/dev/null
import importlib.metadata, sys
for line in open(sys.argv[1]):
    name, _, version = line.strip().partition("==")
    found = importlib.metadata.version(name).partition("+")[0]
    assert not version or found == version
PYTHON
}

# Makes a virtual environment.
make_venv() { # VENV
  python3 -m venv "$1" >"$work/venv.log" 2>&1 ||
    { docs/install-dependencies.sh python3-venv && python3 -m venv "$1"; } >>"$work/venv.log" 2>&1 ||
    skip "no virtual environment can be made ($work/venv.log)"
}

build() { # SCRATCH PRODUCT [OPTIONS]
  local scratch=$1 product=$2
  shift 2
  swift build -c release --jobs 2 --scratch-path "$scratch" --product "$product" "$@" >&2
}
