# shellcheck shell=bash
# The receiver's program, for the stages that run it or tests that do.

# receiver_program: builds it as it is tested, and prints its path. Only cargo knows where it puts it.
receiver_program() {
  local target
  cargo build --quiet --locked --manifest-path receiver/Cargo.toml
  target=$(cargo metadata --locked --no-deps --format-version 1 --manifest-path receiver/Cargo.toml |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
  echo "$target/debug/haos-analytics-receiver"
}
