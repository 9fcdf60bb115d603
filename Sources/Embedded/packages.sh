# Sourced by the scripts that need packages of Debian.

# Installs Debian packages where they are missing: install_packages PACKAGE...
install_packages() {
  local package missing=() as_root=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' \
      || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  echo "installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq >/dev/null \
    && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
      --no-install-recommends "${missing[@]}" >/dev/null && return 0
  echo "cannot install ${missing[*]}; install them first, or do without what needs them" >&2
  return 69
}

# What the compiler and linker for a target need besides Swift: target_packages TARGET
target_packages() {
  case $1 in
    aarch64-linux) echo gcc-aarch64-linux-gnu libc6-dev-arm64-cross ;;
    armv7-linux) echo gcc-arm-linux-gnueabihf libc6-dev-armhf-cross ;;
    riscv64-linux) echo gcc-riscv64-linux-gnu libc6-dev-riscv64-cross ;;
    x86_64-linux) echo musl-dev ;;
    cortex-m4f) ;;
    *) echo "unknown target $1" >&2; return 64 ;;
  esac
}
