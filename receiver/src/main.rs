//! See [`haos_analytics_receiver`].

use haos_analytics_receiver::command::run;
use haos_analytics_receiver::options::Options;
use std::io::Write as _;
use std::process::ExitCode;

/// The command line makes no sense.
const USAGE: u8 = 64;

fn main() -> ExitCode {
    let failed = |code, error: &str| {
        let _ = writeln!(std::io::stderr(), "haos-analytics-receiver: {error}");
        ExitCode::from(code)
    };
    match Options::parse(std::env::args_os().skip(1), |name| std::env::var_os(name)) {
        Err(error) => failed(USAGE, &error),
        Ok(options) => match run(options) {
            Err(error) => failed(1, &error),
            Ok(()) => ExitCode::SUCCESS,
        },
    }
}
