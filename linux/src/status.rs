//! `status`: what the owner agreed to, where reports go, and how the last one ended.

use core::fmt::{Display, Write as _};
use std::io::Write;
use std::path::Path;

use haos_analytics_core::Escaped;
use haos_analytics_home_assistant::Files;

use crate::clock;
use crate::container::Container;
use crate::data_directory;
use crate::diagnostics::consent::{self, Consent};
use crate::error::{Error, Exit};
use crate::history::History;
use crate::log::Log;
use crate::options::Options;
use crate::os;
use crate::root::Root;
use crate::send::{endpoint, print};
use crate::service_manager;
use crate::settings::SEND;
use crate::shown;
use crate::storage::{self, unread};

/// Prints a line for each, and changes nothing.
///
/// # Errors
///
/// [`Exit::NoInput`]: one of them cannot be told; its line says why.
pub fn status(
    options: &Options,
    root: &Root,
    history: &History<'_>,
    stdout: &mut dyn Write,
    log: &mut Log<'_>,
) -> Result<(), Error> {
    let system = os::read(root, log);
    let data = data_directory::find(root, &system, log).path;
    let files = Container::new(root, &data);
    let mut page = Page { text: String::new(), unknown: false };
    page.consent(root, &files);
    match (&options.endpoint, storage::version(&files)) {
        (None, Err(error)) => page.unknown("sends to", &error),
        (Some(url), Err(_)) => page.sends_to(url, options),
        (_, Ok((version, _))) => page.sends_to(endpoint(options, version.lend()), options),
    }
    page.last(history);
    page.next(root);
    page.line(
        "to turn it off",
        &"in Home Assistant, Settings → System → Analytics; \
          this program alone by HAOS_ANALYTICS_SEND=no in /etc/default/haos-analytics",
    );
    print(stdout, page.text.trim_end().as_bytes())?;
    if page.unknown {
        return Err(Error::new(
            Exit::NoInput,
            "not all of it can be told, see above; where permission is denied, run this with sudo",
        ));
    }
    Ok(())
}

struct Page {
    text: String,
    /// Whether anything cannot be told.
    unknown: bool,
}

impl Page {
    fn line(&mut self, what: &str, answer: &dyn Display) {
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{what}: {}", Escaped(answer));
    }

    fn unknown(&mut self, what: &str, why: &dyn Display) {
        self.unknown = true;
        self.line(what, &format_args!("cannot tell: {why}"));
    }

    fn consent(&mut self, root: &Root, files: &Container<'_>) {
        let path = files.shown(Path::new(storage::ANALYTICS));
        let path = shown::path(&path);
        match storage::decision(files) {
            Err(error) if error.is_missing() => self.line("consent", &format_args!("no ({})", unread(files, &error))),
            Err(error) => self.unknown("consent", &error),
            Ok(Err(why)) => self.unknown("consent", &format_args!("{path}: {why}")),
            Ok(Ok(decision)) => {
                let preferences = decision.preferences;
                let word = |yes| if yes { "yes" } else { "no" };
                let of = |level: fn(haos_analytics_core::Base) -> bool| word(preferences.base.is_some_and(level));
                let why = if preferences.base.is_some() { "" } else { decision.why_not };
                let semicolon = if why.is_empty() { "" } else { "; " };
                self.line(
                    "consent",
                    &format_args!(
                        "basic {}, usage {}, statistics {} ({path}{semicolon}{why})",
                        of(|_| true),
                        of(|base| base.usage),
                        of(|base| base.statistics)
                    ),
                );
            }
        }
        match consent::ask(root) {
            Consent::Yes => self.line("crash reports", &"yes"),
            Consent::No(why) => self.line("crash reports", &format_args!("no ({why})")),
            Consent::Unknown(why) => self.unknown("crash reports", &why),
        }
    }

    fn sends_to(&mut self, url: &str, options: &Options) {
        match &options.off {
            Some(source) => self.line("sends to", &format_args!("nobody ({SEND} is off in {})", source.place())),
            None => self.line("sends to", &format_args!("{} ({})", shown::url(url), options.endpoint_source)),
        }
    }

    /// Where systemd runs, as sd_booted(3) finds out; of a root that nothing runs from, it knows nothing.
    fn next(&mut self, root: &Root) {
        let runs = root.exists("/run/systemd/system");
        match runs.then(service_manager::next_report).flatten() {
            Some(Some(time)) => self.line("next report", &clock::minute(time)),
            Some(None) => self.line("next report", &format_args!("none: {} is not running", service_manager::TIMER)),
            None => {
                self.line("next report", &format_args!("systemctl list-timers {} tells when", service_manager::TIMER))
            }
        }
    }

    fn last(&mut self, history: &History<'_>) {
        match history.told() {
            Err(why) => self.unknown("last report", &why),
            Ok((_, None)) => self.line("last report", &"none is recorded"),
            Ok((0, Some(record))) => self.line("last report", &record),
            Ok((count, Some(record))) => {
                self.line("last report", &record);
                self.line("kept here", &format_args!("{count}, for show --last and show --diff"));
            }
        }
    }
}
