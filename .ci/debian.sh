# shellcheck shell=bash
# Packages of Debian, by name: added to the machine, or unpacked into the work directory without touching it.

SOURCES=/etc/apt/sources.list.d/debian.sources

# archive SUITE...: a private view of the archive that the machine itself uses; APT becomes apt's options for it.
# The suite `own` stands for those that the machine is set to. With ARCHITECTURE it is the view of such a machine.
archive() {
  local dir suite
  [ -e "$SOURCES" ] || fail "$SOURCES is missing: it tells where this machine has its packages from"
  dir=$WORK/apt/$(printf '%s+' ${ARCHITECTURE:+"$ARCHITECTURE"} "$@")
  APT=(-q -oDir::State::Lists="$dir/lists" -oDir::Cache="$dir/cache"
    -oDir::Etc::SourceList=/dev/null -oDir::Etc::SourceParts="$dir/sources"
    -oAPT::Sandbox::User=root -oAPT::Update::Post-Invoke-Success::=true -oDPkg::Lock::Timeout=300)
  [ -z "${ARCHITECTURE:-}" ] || APT+=(-oAPT::Architecture="$ARCHITECTURE" -oAPT::Architectures="$ARCHITECTURE")
  mkdir -p "$dir"/{lists/partial,cache/archives/partial,sources}
  for suite in "$@"; do
    if [ "$suite" = own ]; then
      cp "$SOURCES" "$dir/sources/own.sources"
    else # the first stanza is the main archive
      sed '/^$/q' "$SOURCES" | sed "s/^Suites:.*/Suites: $suite/" >"$dir/sources/$suite.sources"
    fi
  done
  if [ -z "$(find "$dir/updated" -mmin -60 2>/dev/null)" ]; then
    quietly apt-get "${APT[@]}" -oAPT::Update::Error-Mode=any update
    touch "$dir/updated"
  fi
}

installed() {
  local states
  states=$(dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null) || return 1
  grep -qx installed <<<"$states"
}

# packages NAME...: adds what is missing. Nothing on the machine is removed or upgraded for it. Only
# where CI is set are other packages upgraded, if they are behind the release and it needs that.
packages() {
  local name backports way plan upgraded=0 missing=()
  for name in "$@"; do
    installed "$name" || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || fail "please install: ${missing[*]}"
  echo "adds by apt: ${missing[*]}" >&2
  # shellcheck source=/dev/null
  backports=$(. /etc/os-release && echo "$VERSION_CODENAME")-backports
  # Backports second: where a backported QEMU is there already, the release's own would replace it.
  for way in own backports ${CI:+upgrade}; do
    case $way in
    backports) archive own "$backports"; APT+=(-t "$backports") ;;
    upgrade) archive own; upgraded='[0-9]*' ;;
    *) archive own ;;
    esac
    if plan=$(LC_ALL=C apt-get "${APT[@]}" -s install --no-install-recommends "${missing[@]}" 2>&1) &&
      grep -q "^$upgraded upgraded, [0-9]* newly installed, 0 to remove" <<<"$plan"; then
      DEBIAN_FRONTEND=noninteractive quietly \
        apt-get "${APT[@]}" install -y --no-upgrade --no-remove --no-install-recommends "${missing[@]}"
      return 0
    fi
  done
  fail "cannot be added without upgrading or removing other packages: ${missing[*]}"$'\n'"$plan"
}

# unpack DIRECTORY NAME...: the packages' files, from the archive chosen last, as a new directory of ours.
unpack() {
  local target=$1 new deb
  shift
  new=$(mktemp -d "$WORK/unpack.XXXXXX")
  mkdir "$new/debs" "$new/files"
  (cd "$new/debs" && quietly apt-get "${APT[@]}" -oDir::State::Status=/dev/null download "$@")
  for deb in "$new"/debs/*.deb; do
    dpkg-deb -x "$deb" "$new/files"
  done
  mv "$new/files" "$target"
  rm -rf "$new"
}
