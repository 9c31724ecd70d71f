# shellcheck shell=bash source-path=SCRIPTDIR/..
# Building the standard library for targets that the machine's toolchain does not bring.
#
# A person runs `rustup target add`. A machine that has only the compiler takes std's sources from Debian, where a
# package of exactly this version is, and lets cargo build them (-Zbuild-std, which needs the bootstrap variable).

. .ci/debian.sh

# std_sources: from here on cargo takes -Zbuild-std, and builds in the work directory.
std_sources() {
  local version sources suite found
  version=$(rustc --version | cut -d' ' -f2)
  sources=${__CARGO_TESTS_ONLY_SRC_ROOT:-$(rustc --print sysroot)/lib/rustlib/src/rust/library}
  if [ ! -e "$sources/Cargo.lock" ]; then
    sources=$WORK/std-$version
    for suite in trixie-backports sid; do
      [ ! -e "$sources/Cargo.lock" ] || break
      archive "$suite"
      found=$(apt-cache "${APT[@]}" madison rust-src)
      found=$(awk -v v="$version+" 'index($3, v) == 1 && !n++ { print $3 }' <<<"$found")
      [ -n "$found" ] || continue
      unpack "$WORK/rust-src" "rust-src=$found"
      mv "$WORK"/rust-src/usr/src/rustc-*/library "$sources"
      rm -rf "$WORK/rust-src"
      echo "std's sources: rust-src $found of $suite"
    done
    [ -e "$sources/Cargo.lock" ] || fail "no sources of std $version: run \`rustup component add rust-src\`"
    export __CARGO_TESTS_ONLY_SRC_ROOT=$sources
  fi
  export RUSTC_BOOTSTRAP=1
  # Build scripts see the variable, and a shared directory would be built anew at every change of it.
  export CARGO_TARGET_DIR=$WORK/target
}

# without_paths: after std_sources, prints the flags that keep this machine's folders out of a program. Where a panic would
# be said to come from then begins with the name of the package; the project's own files are relative anyway.
without_paths() {
  local std=${__CARGO_TESTS_ONLY_SRC_ROOT:-}
  quietly cargo fetch --quiet --locked
  printf -- '--remap-path-prefix=%s= ' "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/
  # Below the project cargo names it by a relative path, elsewhere by an absolute one.
  [ -z "$std" ] || printf -- '--remap-path-prefix=%s/= ' "$std" "${std#"$ROOT/"}"
}
