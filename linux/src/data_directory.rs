//! Where the Supervisor keeps its files.

use std::path::PathBuf;

use serde::Deserialize;

use crate::json_object;
use crate::log::Log;
use crate::os::{Os, System};
use crate::root::Root;
use crate::shown;

/// On Home Assistant OS.
const HOME_ASSISTANT_OS: &str = "/mnt/data/supervisor";
/// Where the installer for other distributions puts it if nobody says otherwise.
const SUPERVISED: &str = "/var/lib/homeassistant";
/// What that installer writes.
const HASSIO: &str = "/etc/hassio.json";
const LIMIT: usize = 16 * 1024;

/// The directory, below the root.
pub struct DataDirectory {
    /// As the root's machine knows it.
    pub path: PathBuf,
    /// As a person on this machine would write it.
    pub shown: PathBuf,
    /// Whether it is there.
    pub exists: bool,
}

/// Finds the directory. On other systems than Home Assistant OS the installer's file decides, then what exists.
pub fn find(root: &Root, os: &Os, log: &mut Log<'_>) -> DataDirectory {
    let path = match os.system {
        System::HomeAssistantOs => PathBuf::from(HOME_ASSISTANT_OS),
        _ => installed(root, log).unwrap_or_else(|| {
            let usual = if root.exists(HOME_ASSISTANT_OS) { HOME_ASSISTANT_OS } else { SUPERVISED };
            PathBuf::from(usual)
        }),
    };
    // On its own system its absence is found out when its files are read.
    let exists = os.system == System::HomeAssistantOs || root.exists(&path);
    DataDirectory { shown: root.path(&path), path, exists }
}

#[derive(Deserialize)]
struct Hassio {
    data: Option<PathBuf>,
}

/// What the installer's file says, if that is a place.
///
/// # Errors
///
/// It is no JSON object. The text says why, and nothing out of the file.
pub fn told(hassio: &[u8]) -> Result<Option<PathBuf>, String> {
    let hassio: Hassio = json_object::read(hassio)?;
    Ok(hassio.data.filter(|path| path.is_absolute()))
}

fn installed(root: &Root, log: &mut Log<'_>) -> Option<PathBuf> {
    let bytes = root.read_optional(HASSIO, LIMIT, log)?;
    told(&bytes).unwrap_or_else(|why| {
        let path = root.path(HASSIO);
        log.warning(format_args!("{}: {why}; passed over", shown::path(&path)));
        None
    })
}
