# shellcheck shell=bash source-path=SCRIPTDIR/..
# What the stages share. Sourced first by each; from then on the working directory is the project's root.
#
# A script that sources it ends at the first failure that nothing handles, in $(...) too, and says
# where and why. .ci/selftest tries that, and looks for pipes whose reader may stop early: SIGPIPE
# then ends the writer, or not, as the two are timed.
set -Eeuo pipefail
shopt -s inherit_errexit

cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
# Everything that a stage fetches or builds beside cargo's own target directory. Ignored by git, safe to delete.
WORK=$ROOT/.cross
mkdir -p "$WORK"

# stage WORDS: prints the heading, and at the end of the script the seconds that it took.
stage() {
  printf '\n== %s: %s\n' "$(basename "$0")" "$*"
  SECONDS=0
  STAGE=yes
  tools
}
STAGE=

# tools: adds what every stage needs beside Rust: a linker and C compiler, git, Python, and the
# certificates with which cargo and pip check their registries.
tools() {
  local tool
  for tool in cc git python3; do
    command -v "$tool" >/dev/null || {
      . .ci/debian.sh
      packages gcc libc6-dev git python3 ca-certificates
      return 0
    }
  done
}

# quietly COMMAND...: its output is shown only if it fails.
quietly() {
  local log
  log=$(mktemp "$WORK/log.XXXXXX")
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    local status=$?
    cat "$log" >&2
    rm -f "$log"
    return "$status"
  fi
}

# at_exit COMMAND: to be run when the script ends, however it ends. Not for use in a subshell.
at_exit() {
  AT_EXIT+=("$1")
}
AT_EXIT=()

# fail WORDS...: ends the script with them.
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  frames 1
  told 1
  builtin exit 1
}

# exit [STATUS]: as bash's own, which does not tell a trap the line that it is on.
exit() {
  local status=${1:-$?}
  [ "$status" = 0 ] || failed "$status" 2
  builtin exit "$status"
}

# failed STATUS [FRAMES]: says where that is: in the caller, or FRAMES functions further up. A
# subshell of the same line that ended with the same status has said so already.
failed() {
  local file line text=()
  frames "${2:-1}"
  if [[ $(cat "$TOLD" 2>/dev/null) != "$1: "*"$FRAMES" ]]; then
    IFS=': ' read -r file line _ <<<"$FRAMES"
    [ ! -e "$ROOT/$file" ] || mapfile -t -s $((line - 1)) -n 1 text <"$ROOT/$file"
    read -r text <<<"${text[*]}"
    printf '%s: %s: %s: %s\n' "$(basename "$0")" "${FRAMES// / < }" "$(status "$1")" "${text[0]}" >&2
  fi
  told "$1"
}

# frames NUMBER: FRAMES becomes the lines that called each other, innermost first, but for NUMBER.
frames() {
  local i
  FRAMES=
  for ((i = $1 + 1; i < ${#FUNCNAME[@]}; i++)); do
    FRAMES+="${FRAMES:+ }.ci/${BASH_SOURCE[i]##*/}:${BASH_LINENO[i - 1]}"
  done
}

# told STATUS: what the parents of a subshell need not say again. In a file, because a subshell
# cannot set their variables.
told() {
  HERE=yes
  echo "$1: $FRAMES" >"$TOLD"
}
TOLD=$WORK/told.$$
HERE=

# status NUMBER: prints it, with the name of the signal.
status() {
  local signal=
  [ "$1" -le 128 ] || signal=$(kill -l "$(($1 - 128))" 2>/dev/null) || true
  echo "status $1${signal:+ (SIG$signal)}"
}

# ended STATUS COMMAND: the end of the script. What ends it without ERR, such as an unset variable,
# has not been told yet; bash has named its line.
ended() {
  local command
  trap - ERR
  set +e
  for command in "${AT_EXIT[@]}"; do
    eval "$command"
  done
  if [ "$1" != 0 ] && [ -z "$HERE" ]; then
    printf '%s: %s: %s\n' "$(basename "$0")" "$(status "$1")" "${2%%$'\n'*}" >&2
  fi
  rm -f "$TOLD"
  [ -z "$STAGE" ] || printf -- '-- %s: %d s\n' "$(basename "$0")" "$SECONDS"
}
rm -f "$TOLD"
trap 'failed "$?"' ERR
trap 'ended "$?" "$BASH_COMMAND"' EXIT
