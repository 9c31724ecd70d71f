# shellcheck shell=bash
# What the stages share. Sourced first by each; from then on the working directory is the project's root.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
# Everything that a stage fetches or builds beside cargo's own target directory. Ignored by git, safe to delete.
WORK=$ROOT/.cross
mkdir -p "$WORK"

# stage WORDS: prints the heading, and at the end of the script the seconds that it took.
stage() {
  printf '\n== %s: %s\n' "$(basename "$0")" "$*"
  SECONDS=0
  trap finish EXIT
}

finish() {
  printf -- '-- %s: %d s\n' "$(basename "$0")" "$SECONDS"
}

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
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
