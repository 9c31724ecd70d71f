//! The real program, for commands that end by themselves.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// Feeds it with text; gives what it printed.
pub fn run(words: &[&str], stdin: &str) -> String {
    let output = output(words, stdin);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// It has to fail with this exit code; gives what it said.
pub fn refused(code: i32, words: &[&str]) -> String {
    let output = output(words, "");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(code), 0), "{words:?}: {said}");
    said
}

/// Feeds it with text; gives all that came of it.
pub fn output(words: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_haos-analytics-receiver"))
        .args(words)
        .env("HAOS_ANALYTICS_RECEIVER_LISTEN", "127.0.0.1:0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that fails does not read it.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}
