# shellcheck shell=bash
# The programs as the images have them, for the stages that run or pack them.

# static_program TARGET: prints the path of the program that .ci/cross builds, and has it built if the source is newer.
static_program() {
  local program=$WORK/target/$1/release/haos-analytics
  if [ ! -e "$program" ] || [ -n "$(find Cargo.toml Cargo.lock core boards home_assistant linux/{Cargo.toml,build.rs,src} .ci/cross -newer "$program" -print -quit)" ]; then
    quietly .ci/cross >&2
  fi
  echo "$program"
}
