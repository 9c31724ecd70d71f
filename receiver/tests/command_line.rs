//! What a person types, and what the program says to it: one line, and an exit code.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::process::{Command, Output, Stdio};

fn run(words: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_haos-analytics-receiver"));
    command.args(words).env_clear().envs(environment.iter().copied());
    command.stdin(Stdio::null()).output().unwrap()
}

#[test]
fn what_makes_no_sense_is_said_in_a_line() {
    for (words, environment, expected) in [
        (&[][..], &[][..], "a command is missing, such as serve; see --help"),
        (&["serv"], &[], "unrecognized subcommand 'serv'; a similar subcommand exists: 'serve'; see --help"),
        (
            &["serve", "--lisen", "1"],
            &[],
            "unexpected argument '--lisen' found; a similar argument exists: '--listen'; see --help",
        ),
        (&["serve", "--least"], &[], "a value is required for '--least <K>' but none was supplied; see --help"),
        (&["serve", "--least", "ten"], &[], "--least: \"ten\" is no whole number"),
        (&["serve", "--refresh", "0"], &[], "--refresh: \"0\" is less than 1"),
        (
            &["serve", "--listen", "8080"],
            &[],
            "--listen: \"8080\" is not of the form ADDRESS:PORT, such as 127.0.0.1:8080",
        ),
        (
            &["serve", "--trusted-proxy", "::1, 10.0.0.0/99"],
            &[],
            "--trusted-proxy: \"::1, 10.0.0.0/99\" has \"10.0.0.0/99\", which is no network such as 10.0.0.0/8: \
             invalid address: 10.0.0.0/99",
        ),
        (&["serve"], &[("LEAST", "few\n")], "HAOS_ANALYTICS_RECEIVER_LEAST: \"few\\n\" is no whole number"),
        (&["serve", "--least=x"], &[("LEAST", "10")], "--least: \"x\" is no whole number"),
        (
            &["sample"],
            &[("LISTENS", "127.0.0.1:1")],
            "\"HAOS_ANALYTICS_RECEIVER_LISTENS\": there is no such setting. \
             Did you mean HAOS_ANALYTICS_RECEIVER_LISTEN?",
        ),
    ] {
        let names: Vec<_> =
            environment.iter().map(|(name, value)| (format!("HAOS_ANALYTICS_RECEIVER_{name}"), *value)).collect();
        let environment: Vec<_> = names.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let output = run(words, &environment);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, format!("haos-analytics-receiver: {expected}\n"), "{words:?}");
        assert_eq!(output.status.code(), Some(64), "{words:?}");
        assert!(output.stdout.is_empty(), "{words:?}");
    }
}

#[test]
fn a_password_in_the_address_of_a_store_is_not_said() {
    for (words, environment) in [
        (&["export", "--store", "redis:/user:secret@host"][..], &[][..]),
        (&["export"], &[("HAOS_ANALYTICS_RECEIVER_STORE", "user:secret@host")]),
        (&["export", "--help"], &[("HAOS_ANALYTICS_RECEIVER_STORE", "redis://user:secret@host")]),
    ] {
        let output = run(words, environment);
        let said = [output.stdout, output.stderr].concat();
        assert!(!String::from_utf8(said).unwrap().contains("secret"), "{words:?}");
    }
}

#[test]
fn settings_that_cannot_work_are_78() {
    for (words, expected) in [
        (&["serve", "--geoip", "/no/such/file"][..], "--geoip: /no/such/file: "),
        (&["serve", "--domains", "/no/such/file"], "--domains: /no/such/file: "),
        (&["aggregate", "--store", "redis://localhost:1"], "--mirror: the file with the copy of the store is missing"),
    ] {
        let output = run(words, &[]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with(&format!("haos-analytics-receiver: {expected}")), "{said}");
        assert_eq!((said.lines().count(), output.status.code()), (1, Some(78)), "{said}");
    }
}

#[test]
fn help_and_version_are_answers() {
    for words in [&["--help"][..], &["-h"], &["help"], &["serve", "--help"], &["help", "import"]] {
        let output = run(words, &[]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains("Usage: haos-analytics-receiver"), "{said}");
        assert!(said.lines().all(|line| line.chars().count() <= 100), "{said}");
        assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()), "{words:?}");
    }
    for words in [["--version"], ["-V"]] {
        let output = run(&words, &[]);
        assert_eq!(output.stdout, concat!("haos-analytics-receiver ", env!("CARGO_PKG_VERSION"), "\n").as_bytes());
    }
}

#[test]
fn an_empty_variable_is_none() {
    let output = run(&["sample"], &[("HAOS_ANALYTICS_RECEIVER_COUNT", ""), ("HAOS_ANALYTICS_RECEIVER_GEOIP", "")]);
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 1000);
    let output = run(&["sample"], &[("HAOS_ANALYTICS_RECEIVER_COUNT", "3")]);
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 3);
}
