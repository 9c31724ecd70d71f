//! The Supervisor's add-ons: its file says how each is set, its answer what is installed.

pub mod apps;
pub mod installed;

use haos_analytics_core::form::OwnedAddonVersion;
use haos_analytics_core::Misfit;

use self::apps::App;
use self::installed::Versions;

/// The version of an add-on as it was found: none, or one, or something of another form, which is
/// not reported.
pub type FoundVersion = Option<Result<OwnedAddonVersion, Misfit>>;

/// What an error calls it. A list without it would be too short.
const NAME: &str = "the name of an add-on";

/// The add-ons that the Supervisor `told` of, with the settings of its file; and how many the file
/// does not have.
///
/// The Supervisor knows best what is installed in which version.
#[must_use]
pub fn merge(mut apps: Vec<App>, told: &Versions) -> (Vec<App>, usize) {
    apps.retain(|app| told.contains_key(&app.slug));
    for app in &mut apps {
        app.version = told.get(&app.slug).cloned().flatten();
    }
    let unknown = told.len().saturating_sub(apps.len());
    (apps, unknown)
}
