# shellcheck shell=bash
# Zig: the linker and the C compiler for every processor that the images have.

# zig: from here on `cargo zigbuild` is there.
zig() {
  local zig=$WORK/zig-0.15.2
  if [ ! -e "$zig/ready" ]; then
    python3 -c 'import ensurepip' 2>/dev/null || packages python3-venv
    python3 -m venv --clear "$zig"
    quietly "$zig/bin/pip" install --quiet --disable-pip-version-check ziglang==0.15.2 cargo-zigbuild==0.24.0
    touch "$zig/ready"
  fi
  export PATH=$zig/bin:$PATH
}
