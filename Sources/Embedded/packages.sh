# Sourced by the scripts that build for devices and test on them.

# Installs Debian packages where they are missing: install_or_skip WHAT PACKAGE...
# Prints why and fails where that is not possible.
install_or_skip() {
  local what=$1 package missing=() as_root=()
  shift
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' \
      || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  if "${as_root[@]}" apt-get update -qq >/dev/null 2>&1 \
    && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
      --no-install-recommends "${missing[@]}" >/dev/null 2>&1; then
    return 0
  fi
  echo "skipped: $what needs the Debian packages ${missing[*]}, which cannot be installed"
  return 1
}
