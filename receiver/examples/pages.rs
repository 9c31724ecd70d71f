//! Writes the manual pages and the completions of the program into `man/` and `completions/` below
//! the directory given, `receiver/` if none is. They are made of what `--help` is made of.
//! `.ci/pages` fails when the committed ones are not these.

use clap::{Command, CommandFactory as _};
use clap_complete::{generate_to, Shell};
use clap_mangen::Man;
use haos_analytics_receiver::options::Options;
use roff::{bold, roman, Roff};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const NAME: &str = "haos-analytics-receiver";

/// How it is used, and what that does.
const EXAMPLES: [(&str, &str); 4] = [
    (
        "serve --store sqlite:/var/lib/haos-analytics-receiver/store.sqlite --trusted-proxy 127.0.0.1",
        "Takes reports on 127.0.0.1:8080 from a proxy on this machine, which speaks TLS.",
    ),
    ("export >reports.jsonl", "Writes every installation of the store, also while a receiver serves it."),
    ("import <reports.jsonl", "Reads them into a store. What is there and newer stays."),
    ("sample --count 100000 | haos-analytics-receiver import", "Fills a store with made-up installations."),
];

const FILES: [(&str, &str); 3] = [
    (
        "/var/lib/haos-analytics-receiver/store.sqlite",
        "The store, as the unit sets it: one SQLite file, with -wal and -shm beside it while it is open.",
    ),
    ("/usr/lib/systemd/system/haos-analytics-receiver.service", "The unit."),
    ("/usr/share/doc/haos-analytics-receiver/README.md", "How to set it up, and what each answer means."),
];

const STATUS: [(&str, &str); 4] = [
    ("0", "It did what it was told to."),
    ("1", "It could not; the line on standard error says why."),
    ("64", "The command line or a variable makes no sense."),
    ("78", "A setting cannot work, such as a file that is not there. The unit does not start it again."),
];

fn main() -> io::Result<()> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory = env::args_os().nth(1).map_or_else(|| own.to_owned(), PathBuf::from);
    let (man, completions) = (directory.join("man"), directory.join("completions"));
    fs::create_dir_all(&man)?;
    fs::create_dir_all(&completions)?;

    let mut command = Options::command().disable_help_subcommand(true);
    command.build();
    fs::write(man.join(format!("{NAME}.8")), page(&command)?)?;
    for command in command.get_subcommands() {
        let name = format!("{NAME}-{}", command.get_name());
        let mut text = Vec::new();
        manual(command).render(&mut text)?;
        fs::write(man.join(format!("{name}.8")), text)?;
    }
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        generate_to(shell, &mut Options::command(), NAME, &completions)?;
    }
    Ok(())
}

fn manual(command: &Command) -> Man {
    let source = format!("{NAME} {}", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).section("8").source(source).manual("System administration").date("")
}

/// The page of the program: what clap knows, and what only a page has.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let man = manual(command);
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    man.render_subcommands_section(&mut text)?;
    let mut rest = Roff::new();
    let environment = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    rest.control("SH", ["ENVIRONMENT"]).text([roman(environment)]);
    rest.control("SH", ["EXAMPLES"]);
    for (words, about) in EXAMPLES {
        rest.control("TP", []).text([bold(format!("{NAME} {words}"))]).text([roman(about)]);
    }
    for (heading, rows) in [("FILES", &FILES[..]), ("EXIT STATUS", &STATUS[..])] {
        rest.control("SH", [heading]);
        for (term, about) in rows {
            rest.control("TP", []).text([bold(*term)]).text([roman(*about)]);
        }
    }
    rest.control("SH", ["SEE ALSO"]);
    rest.control("BR", ["haos-analytics", "(8)"]);
    rest.to_writer(&mut text)?;
    Ok(text)
}
