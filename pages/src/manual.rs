//! The manual page, section 8.

use std::fmt::Write;
use std::io;

use roff::{bold, italic, roman, Inline, Roff};

use crate::help::{OptionHelp, ABOUT, COMMANDS, EXITS, OPTIONS, PRINTS, SEND, SETTINGS, SWITCHES};
use crate::only::text_of;
use crate::platform;

const DESCRIPTION: [&str; 4] = [
    "In the image of a Home Assistant OS, `haos-analytics.timer` starts `haos-analytics send`. It finds out the board \
     and the version of the operating system, adds what Home Assistant's analytics reports at the level that the owner \
     opted in to, prints that, and posts the very same bytes.",
    "Everything is opt-in, in Home Assistant itself (Settings, System, Analytics), and that decision is read at every \
     run. Without a clear yes nothing is sent, no connection is opened and no name is looked up. To turn reports off, \
     turn them off there.",
    "`haos-analytics show --explain` prints what would be sent now, and where each field comes from. What was sent is \
     in the journal: `journalctl -u haos-analytics`. `haos-analytics status` says what you agreed to, where reports go \
     and how the last one ended; `show --last` prints it, and `show --diff` says what the next one changes.",
    "Serial numbers, MAC addresses, the machine id and host names are never sent and never read.",
];

const OWN_FILES: [(&str, &str); 2] = [
    ("haos-analytics.timer", "When a report is sent: `systemctl list-timers haos-analytics.timer` tells the next."),
    ("haos-analytics.service", "One run of `haos-analytics send`, without privileges."),
];

/// What a person does first, in the order of doing it.
const EXAMPLES: [(&str, &str); 7] = [
    ("haos-analytics status", "What you agreed to, where reports go, and how the last one ended."),
    ("haos-analytics show", "The report that `send` would post now. Nothing is sent."),
    ("haos-analytics show --explain", "The same, with the file that each value comes from."),
    ("haos-analytics show --as all", "What would be sent if you agreed to everything. Nothing is sent."),
    ("haos-analytics show --diff", "What the next report changes against the last one."),
    ("echo HAOS_ANALYTICS_SEND=no >>/etc/default/haos-analytics", "Turns this program off, and nothing else."),
    (
        "haos-analytics forget --endpoint https://analytics.example.org/v1",
        "Has that receiver delete what it keeps of this installation, and deletes the reports that are kept here.",
    ),
];

/// The whole page in roff.
pub fn page(version: &str, platform: &str) -> io::Result<String> {
    let mut page = Roff::new();
    // No date: the page changes only with what it says. The name of a command is not to be divided.
    page.control("TH", ["haos-analytics", "8", "\"\"", &format!("haos-analytics {version}"), "System administration"]);
    page.control("nh", []).control("ad", ["l"]);
    page.control("SH", ["NAME"]).text([roman(format!("haos-analytics - {}", lower(ABOUT)))]);
    synopsis(&mut page);
    page.control("SH", ["DESCRIPTION"]);
    for paragraph in DESCRIPTION {
        page.control("PP", []).text(inline(paragraph));
    }
    page.control("SH", ["COMMANDS"]);
    for (name, about) in COMMANDS {
        entry(&mut page, [bold(name)], &sentence(about));
    }
    options(&mut page);
    page.control("SH", ["EXAMPLES"]);
    for (line, about) in EXAMPLES {
        entry(&mut page, [bold(line)], about);
    }
    page.control("SH", ["EXIT STATUS"]);
    for (code, about) in EXITS {
        entry(&mut page, [bold(code.to_string())], &sentence(about));
    }
    environment(&mut page, platform)?;
    files(&mut page, platform)?;
    page.control("SH", ["SEE ALSO"]);
    page.text(inline("`systemctl`(1), `journalctl`(1), `os-release`(5), `systemd.timer`(5), `systemd.exec`(5)"));
    Ok(ascii(&page.render()))
}

fn synopsis(page: &mut Roff) {
    page.control("SH", ["SYNOPSIS"]);
    for (command, _) in COMMANDS {
        let mut line = vec![bold("haos-analytics"), roman(" "), bold(command)];
        let fits = |option: &&OptionHelp| option.command().is_none_or(|only| only == command);
        for OptionHelp { name, value, .. } in OPTIONS.iter().filter(fits) {
            line.extend([roman(" ["), bold(*name)]);
            if !value.is_empty() {
                line.extend([roman(" "), italic(*value)]);
            }
            line.push(roman("]"));
        }
        page.text(line).control("br", []);
    }
    let [version, help] = PRINTS.map(|(long, ..)| bold(long));
    page.text([bold("haos-analytics"), roman(" "), version, roman(" | "), help]);
}

fn options(page: &mut Roff) {
    page.control("SH", ["OPTIONS"]);
    page.text([roman(
        "Options stand before or after the command. Each has an environment variable that does the same.",
    )]);
    for option in &OPTIONS {
        let mut about = sentence(text_of(option));
        if let Some(command) = option.command() {
            about = format!("With `{command}` only. {about}");
        }
        let mut head = vec![bold(option.name)];
        if !option.value.is_empty() {
            head.extend([roman(" "), italic(option.value)]);
        }
        entry(page, head, &format!("{about} Environment: `{}`.", option.variable));
    }
    for (long, short, about) in PRINTS {
        entry(page, [bold(long), roman(", "), bold(short)], &sentence(about));
    }
}

fn environment(page: &mut Roff, platform: &str) -> io::Result<()> {
    page.control("SH", ["ENVIRONMENT"]);
    for OptionHelp { name, value, variable, .. } in OPTIONS {
        entry(page, [bold(variable)], &sentence(format!("As `{name}` {value}").trim_end()));
    }
    entry(page, [bold(SEND.0)], &sentence(SEND.1));
    page.control("PP", []).text(inline(&SETTINGS.join(" ")));
    page.control("PP", []).text(inline(&format!("A variable that is empty is not set. {SWITCHES}")));
    for [variable, about] in platform::table(platform, "Environment")? {
        // Those of the options are above, and those of the build are nothing for a user.
        if !variable.contains("HAOS_ANALYTICS_") && !about.starts_with("at build time") {
            entry(page, inline(variable), &sentence(about));
        }
    }
    Ok(())
}

fn files(page: &mut Roff, platform: &str) -> io::Result<()> {
    page.control("SH", ["FILES"]);
    for (file, about) in OWN_FILES {
        entry(page, [bold(file)], about);
    }
    page.control("PP", [])
        .text(inline("Read below `--root`; nothing is ever written but in `/var/lib/haos-analytics`."))
        .control("PP", [])
        .text(inline(
            "`DATA` is the Supervisor's data directory, on Home Assistant OS `/mnt/data/supervisor`. Home Assistant \
             sees its directories `homeassistant`, `ssl`, `share` and `media` as `/config`, `/ssl`, `/share` and \
             `/media`, and so they are named here.",
        ));
    contacts(page, platform, "Files, read below")?;
    page.control("PP", []).text(inline("Of the running machine:"));
    contacts(page, platform, "Files of the running machine")
}

fn contacts(page: &mut Roff, platform: &str, heading: &str) -> io::Result<()> {
    for [path, by, consent, how, what] in platform::table(platform, heading)? {
        entry(page, inline(path), &format!("{} How: {how}. By: {by}. Consent: {consent}.", sentence(what)));
    }
    Ok(())
}

/// A tagged paragraph.
fn entry(page: &mut Roff, head: impl Into<Vec<Inline>>, about: &str) {
    page.control("TP", []).text(head).text(inline(about));
}

/// What stands in backticks becomes bold; stress is left out.
fn inline(text: &str) -> Vec<Inline> {
    let part = |(index, part): (usize, &str)| if index % 2 == 1 { bold(part) } else { roman(part.replace("**", "")) };
    text.split('`').enumerate().filter(|(_, part): &(usize, &str)| !part.is_empty()).map(part).collect()
}

/// With a capital letter, unless it begins with a name or number, and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let end = if text.ends_with(['.', '?']) { "" } else { "." };
    format!("{}{}{end}", first.map(String::from).unwrap_or_default(), letters.as_str())
}

/// As a manual page's NAME has it.
fn lower(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// Whatever the encoding that the page is read in.
fn ascii(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut page, letter| {
        if letter.is_ascii() {
            page.push(letter);
        } else {
            // Writing to a String does not fail.
            let _ = write!(page, "\\[u{:04X}]", u32::from(letter));
        }
        page
    })
}
