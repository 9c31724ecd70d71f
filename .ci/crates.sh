# shellcheck shell=bash
# Tools that are crates, built from the registry's source with the versions that they were released with.

# crate_tool NAME VERSION [OPTION...]: from here on `NAME` is there. Built as fast as can be: nothing
# is optimised, unless an option says so.
crate_tool() {
  local root=$WORK/$1-$2
  if [ ! -e "$root/ready" ]; then
    CARGO_TARGET_DIR=$root-target CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 \
      quietly cargo install --quiet --locked --profile dev --root "$root" "${@:3}" "$1@$2"
    rm -rf "$root-target"
    touch "$root/ready"
  fi
  PATH=$root/bin:$PATH
}

# What images and packages are built for.
# shellcheck disable=SC2034 # for those that source this
GNU='aarch64-unknown-linux-gnu armv7-unknown-linux-gnueabihf x86_64-unknown-linux-gnu'
# shellcheck disable=SC2034
MUSL='aarch64-unknown-linux-musl armv7-unknown-linux-musleabihf x86_64-unknown-linux-musl'

# linked FOLDER TARGET...: prints name and version of each package that the program in it is linked
# with on any of them. What only the compiler, a build script or a test needs is not among them.
linked() {
  local options=() target
  for target in "${@:2}"; do
    options+=(--target "$target")
  done
  cargo tree --quiet --locked --manifest-path "$1/Cargo.toml" --edges normal,no-proc-macro "${options[@]}" \
    --prefix none --no-dedupe --format '{p}' | sed -n 's/^\([^ ]*\) v\([^ ]*\).*/\1 \2/p' | sort -u
}
