//! What is set outside of the command line: in the environment, by the owner, by the image.
//!
//! The program reads the two files itself, so that a run by hand goes by the same settings as the
//! service, and a mistake in them is told with its line. The strongest place that names a setting
//! decides; empty means there "as if it was set nowhere".

pub mod environment_file;
pub mod names;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use haos_analytics_core::Foreign;

pub use self::names::{ROOT, SEND};

use self::environment_file::Assignment;
use crate::error::{Error, Exit};
use crate::root::Root;
use crate::shown;
use crate::source::Source;

/// The owner's, and the image's; the former is stronger. On Home Assistant OS `/etc/default` is the
/// owner's alone: what an image has there is hidden by a mount.
const FILES: [&str; 2] = ["/etc/default/haos-analytics", "/usr/lib/haos-analytics/environment"];
/// Each of them.
const LIMIT: usize = 64 * 1024;

/// The variables that the process was started with.
pub type Environment<'a> = &'a [(OsString, OsString)];

/// All that is set outside of the command line.
pub struct Settings<'a> {
    environment: Environment<'a>,
    /// Each with its path, the strongest first.
    files: Vec<(PathBuf, Vec<Assignment>)>,
}

/// The value of a variable. Where there are two, the C library takes the first.
pub fn variable<'a>(environment: Environment<'a>, name: &str) -> Option<&'a OsStr> {
    environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_os_str())
}

/// The same, if it is not empty.
pub fn set<'a>(environment: Environment<'a>, name: &str) -> Option<&'a OsStr> {
    variable(environment, name).filter(|value| !value.is_empty())
}

impl<'a> Settings<'a> {
    /// Reads the files of a root.
    ///
    /// # Errors
    ///
    /// A file cannot be read; or those of [`Settings::of`].
    pub fn read(environment: Environment<'a>, root: &Root) -> Result<Self, Error> {
        let mut files = Vec::new();
        for file in FILES {
            match root.read(file, LIMIT) {
                Ok(bytes) => files.push((root.path(file), bytes)),
                Err(error) if error.is_missing() => {}
                Err(error) => return Err(Error::new(Exit::Configuration, error)),
            }
        }
        Settings::of(environment, files)
    }

    /// Reads an environment and what is in files, the strongest first.
    ///
    /// # Errors
    ///
    /// [`Exit::Configuration`]: a file is malformed, or there is a name that sets nothing.
    pub fn of(
        environment: Environment<'a>,
        texts: impl IntoIterator<Item = (PathBuf, Vec<u8>)>,
    ) -> Result<Self, Error> {
        let own = names::own();
        for name in environment.iter().filter_map(|(name, _)| name.to_str()).filter(|name| names::is_own(name)) {
            known(name, &own, None)?;
        }
        let of_files = names::of_files();
        let mut files = Vec::new();
        for (path, bytes) in texts {
            let assignments = environment_file::parse(&bytes)
                .map_err(|why| Error::new(Exit::Configuration, format_args!("{}: {why}", shown::path(&path))))?;
            for Assignment { name, line, .. } in &assignments {
                known(name, &of_files, Some((&path, *line)))?;
            }
            files.push((path, assignments));
        }
        Ok(Settings { environment, files })
    }

    /// What the strongest place says, and which that is.
    pub fn find(&self, name: &'static str) -> Option<(OsString, Source)> {
        let (value, file) = self.strongest(name)?;
        let source = match file {
            Some((path, line)) => Source::File { path: path.to_owned(), line },
            None => Source::Variable(name),
        };
        Some((value.to_owned(), source))
    }

    /// The same without its source.
    pub fn variable(&self, name: &str) -> Option<OsString> {
        self.strongest(name).map(|(value, _)| value.to_owned())
    }

    /// The value, and the line of the file that has it, where that is not the environment.
    fn strongest(&self, name: &str) -> Option<(&OsStr, Option<(&Path, usize)>)> {
        let environment = || Some((variable(self.environment, name)?, None));
        let in_files = || {
            self.files.iter().find_map(|(path, assignments)| {
                let Assignment { value, line, .. } = assignments.iter().rfind(|it| it.name == name)?;
                Some((OsStr::new(value), Some((path.as_path(), *line))))
            })
        };
        environment().or_else(in_files).filter(|(value, _)| !value.is_empty())
    }
}

/// A name that is not known sets nothing, and who wrote it believes that it does.
fn known(name: &str, known: &[&'static str], file: Option<(&Path, usize)>) -> Result<(), Error> {
    if known.contains(&name) {
        return Ok(());
    }
    let why = match names::nearest(name, known) {
        _ if name == ROOT => "not in this file, which is below that directory",
        Some(nearest) => &format!("no such setting; did you mean {nearest}?"),
        None => "no such setting (see --help)",
    };
    let shown = Foreign(name).to_string();
    let shown = match file {
        Some((path, line)) => Source::File { path: path.to_owned(), line }.of(&shown),
        None => shown,
    };
    Err(Error::new(Exit::Configuration, format_args!("{shown}: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(variables: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        variables.iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    fn files(owner: &str, image: &str) -> [(PathBuf, Vec<u8>); 2] {
        [("/owner".into(), owner.into()), ("/image".into(), image.into())]
    }

    #[test]
    fn the_strongest_place_that_names_it_decides() {
        const NAME: &str = "HAOS_ANALYTICS_DSN";
        let set = |value: &str| format!("# x\n{NAME}={value}\n");
        for (environment, owner, image, expected) in [
            (Some("e"), set("o"), set("i"), Some(("e", "the variable HAOS_ANALYTICS_DSN"))),
            (None, set("o"), set("i"), Some(("o", "/owner: line 2"))),
            (None, String::new(), set("i"), Some(("i", "/image: line 2"))),
            (None, set("o") + &set("p"), set("i"), Some(("p", "/owner: line 4"))),
            (None, String::new(), String::new(), None),
            // Nothing takes back what a weaker place sets.
            (Some(""), set("o"), set("i"), None),
            (None, set(""), set("i"), None),
        ] {
            let variables: Vec<_> = environment.map(|value| (NAME, value)).into_iter().collect();
            let environment = pairs(&variables);
            let settings = Settings::of(&environment, files(&owner, &image)).unwrap();
            let found = settings.find(NAME).map(|(value, source)| (value, source.to_string()));
            let expected = expected.map(|(value, source)| (OsString::from(value), source.to_owned()));
            assert_eq!(found, expected, "{variables:?} {owner:?} {image:?}");
        }
    }

    #[test]
    fn a_name_that_sets_nothing_is_a_mistake() {
        for (environment, owner, image, expected) in [
            (
                "HAOS_ANALYTICS_ENPOINT",
                "",
                "",
                "HAOS_ANALYTICS_ENPOINT: no such setting; did you mean HAOS_ANALYTICS_ENDPOINT?",
            ),
            ("HAOS_ANALYTICS_BIN", "", "", "HAOS_ANALYTICS_BIN: no such setting (see --help)"),
            ("HOME", "\nhttp_prox=x", "", "/owner: line 2: http_prox: no such setting; did you mean http_proxy?"),
            ("HOME", "", "HOME=/", "/image: line 1: HOME: no such setting (see --help)"),
            (
                "HAOS_ANALYTICS_ROOT",
                "HAOS_ANALYTICS_ROOT=/",
                "",
                "/owner: line 1: HAOS_ANALYTICS_ROOT: not in this file, which is below that directory",
            ),
            ("HOME", "", "\nexport", "/image: line 2: no NAME=VALUE"),
        ] {
            let environment = pairs(&[(environment, "")]);
            let error = Settings::of(&environment, files(owner, image)).err().unwrap();
            assert_eq!((error.exit, error.to_string().as_str()), (Exit::Configuration, expected));
        }
        let all: String = names::of_files().into_iter().map(|name| format!("{name}=\n")).collect();
        assert!(Settings::of(&[], files(&all, &all)).is_ok());
    }
}
