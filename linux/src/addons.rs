//! The add-ons: how each is set the Supervisor's file tells, what is installed the Supervisor
//! itself.

use std::path::{Path, PathBuf};

use haos_analytics_home_assistant::addons::apps::{self, App};
use haos_analytics_home_assistant::addons::installed::Versions;
use haos_analytics_home_assistant::addons::merge;
use haos_analytics_home_assistant::Error;

use crate::log::Log;
use crate::root::{ReadError, Root};
use crate::shown;

/// The file, and its name until June 2026. The Supervisor renames it when it starts.
const FILES: [&str; 2] = ["apps.json", "addons.json"];
/// Some 100 kB as a rule.
const LIMIT: u64 = 256 * 1024 * 1024;

/// What is known of the add-ons.
#[derive(Default)]
pub struct Addons {
    /// The list, in ascending order.
    pub list: Option<Vec<App>>,
    /// How many there are, which may be known without the list.
    pub count: Option<u64>,
    /// The file that tells how they are set.
    pub path: Option<PathBuf>,
}

/// Reads the file below the Supervisor's data directory; `told` is what the Supervisor said when it
/// was asked.
///
/// A list that would be too short is left out, and a line says why.
pub fn read(root: &Root, data_directory: &Path, told: Option<&Versions>, log: &mut Log<'_>) -> Addons {
    let file = path(root, data_directory);
    let mut list = match apps(root, &file) {
        Ok(apps) => Some(apps),
        Err(why) => {
            log.warning(format_args!("{why}; left out: addons"));
            None
        }
    };
    let mut count = list.as_ref().map(Vec::len);
    if let Some(told) = told {
        count = Some(told.len());
        if let Some((merged, unknown)) = list.take().map(|apps| merge(apps, told)) {
            if unknown == 0 {
                list = Some(merged);
            } else {
                log.warning(format_args!("{unknown} add-ons of the Supervisor are not in its file; left out: addons"));
            }
        }
    }
    if let Some(apps) = &list {
        remark_on_versions(apps, log);
    }
    Addons { list, count: count.map(|count| count as u64), path: Some(root.path(&file)) }
}

fn remark_on_versions(apps: &[App], log: &mut Log<'_>) {
    let mut misfits = apps.iter().filter_map(|app| app.version.as_ref()?.as_ref().err());
    if let Some(why) = misfits.next() {
        let count = misfits.count() + 1;
        log.warning(format_args!("the versions of {count} add-ons are left out: {why}"));
    }
}

/// A newer one that cannot be opened counts as well: the other one may be years old.
fn path(root: &Root, data_directory: &Path) -> PathBuf {
    let [newer, older] = FILES.map(|name| data_directory.join(name));
    if root.lacks(&newer) {
        older
    } else {
        newer
    }
}

fn apps(root: &Root, path: &Path) -> Result<Vec<App>, String> {
    let shown_path = root.path(path);
    let opened = root.open_file(path).map_err(|cause| ReadError { path: shown_path.clone(), cause }.to_string())?;
    apps::read(&mut std::io::Read::take(opened.file, LIMIT)).map_err(|error| match error {
        Error::Truncated if opened.size > LIMIT => format!("{}: larger than {LIMIT} bytes", shown::path(&shown_path)),
        error => format!("{}: {error}", shown::path(&shown_path)),
    })
}
