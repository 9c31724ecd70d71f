# shellcheck shell=bash source-path=SCRIPTDIR/..
# The oldest Rust of Debian that can build what goes into an image: near the one that the images are built with.

. .ci/debian.sh

# old_rust: OLD_RUST becomes a directory that has usr/bin/cargo and usr/bin/rustc, or nothing where Debian has none that
# is old enough to be of use; OLD_LIBRARIES is what LD_LIBRARY_PATH needs for them.
old_rust() {
  local least compiler found version package number kind parts libraries library
  least=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
  OLD_RUST='' OLD_LIBRARIES='' compiler=''
  # Debian has no Rust for every version. The oldest that is not too old compiles what goes into an image.
  archive own
  found=$(apt-cache "${APT[@]}" madison rustc rustc-web | awk '{ print $3, $1 }' | sort -V)
  while read -r version package; do
    if dpkg --compare-versions "$version" ge "$least"; then
      compiler=$package=$version
      break
    fi
  done <<<"$found"
  [ -n "$compiler" ] || return 0

  number=${version%%[+~-]*}
  OLD_RUST=$WORK/rust-$number
  if [ ! -e "$OLD_RUST" ]; then
    kind=${package#rustc} # Debian keeps two, one of them for browsers: rustc-web
    parts=("$compiler" "cargo$kind=$version" "libstd-rust$kind-dev=$version" "libstd-rust$kind-${number%.*}=$version")
    # The libraries that they need and the machine does not have.
    # Of this version, and then theirs.
    libraries=$(apt-cache "${APT[@]}" show "${parts[@]}" | grep '^Depends:' | grep -o '\blib[a-z0-9.+-]*' |
      grep -v '^libstd-rust' | sort -u)
    # shellcheck disable=SC2086 # one argument per name
    libraries=$(apt-cache "${APT[@]}" depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
      --no-replaces --no-enhances $libraries | grep -o '^lib[a-z0-9.+-]*' | sort -u)
    for library in $libraries; do
      case $library in
      libstd-rust* | libc-dev* | libc6* | libgcc* | libcrypt*) ;;
      *) installed "$library" || parts+=("$library") ;;
      esac
    done
    unpack "$OLD_RUST" "${parts[@]}"
  fi
  OLD_LIBRARIES=$(dirname "$OLD_RUST"/usr/lib/*/librustc_driver-*.so)
  OLD_LIBRARIES+=:${OLD_LIBRARIES/usr\/lib/lib}
}
