//! The command line's own description: `--help` is made of it, and by `pages` the manual page and the completions.

use core::fmt;

/// An option, the variable that mirrors it, and what it does.
pub struct OptionHelp {
    /// With its dashes.
    pub name: &'static str,
    /// What follows it; empty for a switch.
    pub value: &'static str,
    /// The environment variable.
    pub variable: &'static str,
    /// One line; begins with the command and a colon where the option is for one command only.
    pub about: &'static str,
}

impl OptionHelp {
    /// The only command that it is for.
    pub fn command(&self) -> Option<&'static str> {
        let (command, _) = self.about.split_once(": ")?;
        COMMANDS.iter().any(|(name, _)| *name == command).then_some(command)
    }
}

/// Every option.
pub const OPTIONS: [OptionHelp; 15] = [
    OptionHelp {
        name: "--root",
        value: "DIR",
        variable: "HAOS_ANALYTICS_ROOT",
        about: "read the machine below this directory instead of /",
    },
    OptionHelp {
        name: "--endpoint",
        value: "URL",
        variable: "HAOS_ANALYTICS_ENDPOINT",
        about: "post to this receiver instead of Home Assistant's; forget needs it",
    },
    OptionHelp {
        name: "--supervisor",
        value: "URL",
        variable: "HAOS_ANALYTICS_SUPERVISOR",
        about: "ask the Supervisor here instead of at http://172.30.32.2",
    },
    OptionHelp {
        name: "--ca",
        value: "FILE",
        variable: "HAOS_ANALYTICS_CA",
        about: "trust the certificates of this PEM file, and no others",
    },
    OptionHelp {
        name: "--explain",
        value: "",
        variable: "HAOS_ANALYTICS_EXPLAIN",
        about: "show: for each field its value, its source, and the consent that allows it (stderr)",
    },
    OptionHelp {
        name: "--all",
        value: "",
        variable: "HAOS_ANALYTICS_ALL",
        about: "show: with --explain on a terminal, lists in full",
    },
    OptionHelp {
        name: "--raw",
        value: "",
        variable: "HAOS_ANALYTICS_RAW",
        about: "show: exactly the bytes on a terminal too, where JSON is indented otherwise",
    },
    OptionHelp {
        name: "--as",
        value: "LEVEL",
        variable: "HAOS_ANALYTICS_AS",
        about: "show: what basic, usage, statistics or all would send, whatever was agreed to",
    },
    OptionHelp {
        name: "--dsn",
        value: "URL",
        variable: "HAOS_ANALYTICS_DSN",
        about: "send crash reports here, if the owner opted in to diagnostics",
    },
    OptionHelp {
        name: "--state",
        value: "DIR",
        variable: "HAOS_ANALYTICS_STATE",
        about: "keep crash reports and the last reports here instead of in STATE_DIRECTORY or /var/lib/haos-analytics",
    },
    OptionHelp {
        name: "--diagnostics",
        value: "",
        variable: "HAOS_ANALYTICS_DIAGNOSTICS",
        about: "show: the crash reports that send would post now, instead of the payload",
    },
    OptionHelp {
        name: "--board-crashes",
        value: "",
        variable: "HAOS_ANALYTICS_BOARD_CRASHES",
        about: "send: crash reports of the kernel and of systemd's services too",
    },
    OptionHelp {
        name: "--last",
        value: "",
        variable: "HAOS_ANALYTICS_LAST",
        about: "show: the last report that arrived, as it is kept on this device, instead of the next one",
    },
    OptionHelp {
        name: "--diff",
        value: "",
        variable: "HAOS_ANALYTICS_DIFF",
        about: "show: what the next report changes against the last one, instead of the payload",
    },
    OptionHelp { name: "--json", value: "", variable: "HAOS_ANALYTICS_JSON", about: "detect: one JSON object" },
];

/// The commands and what they do.
pub const COMMANDS: [(&str, &str); 5] = [
    ("send", "print the report and post it; this is what the timer runs"),
    ("show", "print what send would post now, indented on a terminal, and send nothing"),
    ("status", "print what the owner agreed to, where reports go and how the last one ended; sends nothing"),
    ("detect", "print board, OS version, architecture, machine and how they are known; needs no consent"),
    ("forget", "have the receiver that --endpoint names delete what it keeps of this installation, and delete what is kept here"),
];

/// The exit codes and what they mean.
pub const EXITS: [(u8, &str); 8] = [
    (0, "done"),
    (64, "the command line makes no sense"),
    (65, "an input is broken or too large, so nothing may be sent"),
    (66, "what the user decided, or what is asked for, cannot be read or is not there"),
    (70, "a fault of this program"),
    (75, "not delivered; the next run tries again"),
    (77, "the user has not opted in, Home Assistant is not on this machine, or HAOS_ANALYTICS_SEND is off"),
    (78, "configuration: a setting, a path that is given, or a receiver that was chosen and refuses"),
];

/// What the program does.
pub const ABOUT: &str = "Reports this installation to Home Assistant's analytics, if its owner opted in.";

/// What may be in the variable of an option without a value.
pub const SWITCHES: &str = "A switch's variable is on for 1, true or yes, off for 0, false, no or nothing.";

/// The setting that no option mirrors.
pub const SEND: (&str, &str) = ("HAOS_ANALYTICS_SEND", "with no, send sends nothing, whatever the owner opted in to");

/// Where a variable may be set, in lines.
pub const SETTINGS: [&str; 3] = [
    "A variable may be set in /usr/lib/haos-analytics/environment, by the image; in",
    "/etc/default/haos-analytics, by the owner; and in the environment. The later is the stronger,",
    "and an option is the strongest. A name that sets nothing is a mistake (78).",
];

/// The options that do nothing else, with their short forms and what they print.
pub const PRINTS: [(&str, &str, &str); 2] =
    [("--version", "-V", "print the version"), ("--help", "-h", "print this help")];

/// The whole text of `--help`.
pub struct Help;

impl fmt::Display for Help {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{ABOUT}\n")?;
        writeln!(f, "Usage: haos-analytics [OPTIONS] send | show | status | detect | forget\n\nCommands:")?;
        for (name, about) in COMMANDS {
            writeln!(f, "  {name:18}{about}")?;
        }
        writeln!(f, "\nOptions, each with the environment variable that does the same:")?;
        for OptionHelp { name, value, variable, about } in OPTIONS {
            writeln!(f, "  {:18}{about}\n  {:18}{variable}", format_args!("{name} {value}").to_string(), "")?;
        }
        for (long, short, about) in PRINTS {
            writeln!(f, "  {:18}{about}", format_args!("{long}, {short}").to_string())?;
        }
        writeln!(f, "\nVariable without an option:\n  {} {}", SEND.0, SEND.1)?;
        writeln!(f, "\n{}\n{SWITCHES}", SETTINGS.join("\n"))?;
        writeln!(f, "https_proxy, all_proxy and no_proxy are honoured.\n\nExit codes:")?;
        for (code, about) in EXITS {
            writeln!(f, "  {code:<4}{about}")?;
        }
        Ok(())
    }
}
