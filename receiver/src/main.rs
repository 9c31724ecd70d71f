//! See [`haos_analytics_receiver`].

use haos_analytics_receiver::command::run;
use haos_analytics_receiver::options::{Options, Unusable, PREFIX};
use std::io::Write as _;
use std::process::ExitCode;

/// The command line makes no sense.
const USAGE: u8 = 64;

fn main() -> ExitCode {
    // As systemd leaves them where a file of settings has a name without a value.
    for (name, value) in std::env::vars_os() {
        if value.is_empty() && name.to_string_lossy().starts_with(PREFIX) {
            std::env::remove_var(name);
        }
    }
    match Options::parse_from_all(std::env::args_os()) {
        Err(Unusable::Asked(text)) => said(&text),
        Err(Unusable::Wrong(line)) => failed(USAGE, &line),
        Ok(options) => {
            run(options).map_or_else(|failure| failed(failure.code(), &failure.to_string()), |()| ExitCode::SUCCESS)
        }
    }
}

fn said(text: &str) -> ExitCode {
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn failed(code: u8, error: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "haos-analytics-receiver: {error}");
    ExitCode::from(code)
}
