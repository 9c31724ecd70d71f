//! `secrets.yaml`, recognised by what it is: under another name it is the same file.

use core::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use haos_analytics_home_assistant::files::container::{CONFIG, SECRETS};

use super::look::{Identity, Seen};
use super::Container;

/// Which file is the `secrets.yaml` of a directory, of each that was asked for.
#[derive(Default)]
pub struct Secrets(RefCell<BTreeMap<PathBuf, Option<Identity>>>);

impl Container<'_> {
    /// Whether this is `secrets.yaml`: of its own directory or of one above it, where Home
    /// Assistant looks for one too, or of the configuration directory; or whether it has that name
    /// or a link of that name led to it.
    pub(super) fn is_secret(&self, seen: &Seen<'_>) -> bool {
        let above = seen.path.ancestors().skip(1).filter(|directory| directory.parent().is_some());
        seen.is_named(SECRETS)
            || above.chain([Path::new(CONFIG)]).any(|directory| self.secrets_of(directory) == Some(seen.identity()))
    }

    fn secrets_of(&self, directory: &Path) -> Option<Identity> {
        if let Some(known) = self.secrets.0.borrow().get(directory) {
            return *known;
        }
        let found = self.look(&directory.join(SECRETS)).ok().map(|seen| seen.identity());
        self.secrets.0.borrow_mut().insert(directory.to_owned(), found);
        found
    }
}
