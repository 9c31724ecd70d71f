//! `forget`: a receiver deletes at once what it keeps of this installation.
//!
//! A person asks for it, so it needs no consent to reports; opting out is when it is wanted. Home Assistant's own receiver
//! takes no such request, so nothing is sent without `--endpoint`, and nothing to that one.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;

use haos_analytics_core::InstallationId;
use haos_analytics_home_assistant::Files;
use ureq::http::Uri;

use crate::container::Container;
use crate::delivery;
use crate::detect;
use crate::error::{Error, Exit};
use crate::log::Log;
use crate::options::Options;
use crate::root::Root;
use crate::send::{agent, print, DEVELOPMENT_ENDPOINT, ENDPOINT};
use crate::shown;
use crate::storage;

/// Prints the request and makes it.
///
/// # Errors
///
/// No receiver is named, the installation id is not known, or it is not certain that anything was deleted.
pub fn forget(
    options: &Options,
    root: &Root,
    variable: &dyn Fn(&str) -> Option<OsString>,
    stdout: &mut dyn Write,
    log: &mut Log<'_>,
) -> Result<(), Error> {
    let Some(endpoint) = &options.endpoint else {
        return Err(Error::new(
            Exit::Configuration,
            "no --endpoint: Home Assistant's own receiver forgets an installation by itself, 60 days after its last report",
        ));
    };
    if is_home_assistants(endpoint) {
        return Err(Error::new(
            Exit::Configuration,
            format_args!(
                "{}: takes no such request; it forgets an installation by itself, 60 days after its last report",
                shown::url(endpoint)
            ),
        ));
    }
    let data_directory = detect::detect(root, log).data_directory;
    let files = Container::new(root, &data_directory);
    let decision = storage::decision(&files).map_err(|error| Error::new(Exit::Data, error))?;
    let path = files.shown(Path::new(storage::ANALYTICS));
    let decision = decision.map_err(|why| Error::new(Exit::Data, format_args!("{}: {why}", shown::path(&path))))?;
    if decision.uuid.is_none() {
        log.notice(format_args!(
            "{}: there is no installation id yet, so nothing was ever reported",
            shown::path(&path)
        ));
        return Ok(());
    }
    let is_on = decision.preferences.base.is_some();
    let consent = storage::Consent { decision, path };
    let url = url(endpoint, consent.installation_id()?);
    let agent = agent(options, root, endpoint, delivery::TIMEOUT, variable, log)?;
    print(stdout, format!("DELETE {}", shown::url(&url)).as_bytes())?;
    let shown = shown::url(endpoint);
    // A person asks for it now: there is no consent that could be withdrawn meanwhile.
    delivery::deliver("DELETE", shown, &options.endpoint_source, log, || Ok(()), || agent.delete(&url).call())?;
    log.notice(format_args!("{shown}: nothing is kept of this installation any more"));
    if is_on {
        log.warning(format_args!(
            "analytics is on, so the next report makes it known again: to turn it off, Settings → System → Analytics"
        ));
    }
    Ok(())
}

/// Whatever scheme, port and path the URL has.
fn is_home_assistants(endpoint: &str) -> bool {
    let host = |url: &str| Some(url.parse::<Uri>().ok()?.host()?.trim_end_matches('.').to_ascii_lowercase());
    [ENDPOINT, DEVELOPMENT_ENDPOINT].into_iter().any(|own| host(own) == host(endpoint))
}

/// The installation's own address below that of the receiver's reports. An id has nothing that a
/// path would escape.
fn url(endpoint: &str, uuid: InstallationId<'_>) -> String {
    let (place, query) = endpoint.find(['?', '#']).map_or((endpoint, ""), |at| endpoint.split_at(at));
    let place = place.trim_end_matches('/');
    // A receiver that takes reports at its root has the rest below the path of the contract.
    let path = place.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let version = if path.is_none() { "/v1" } else { "" };
    format!("{place}{version}/{uuid}{query}")
}

#[cfg(test)]
mod tests {
    use super::{is_home_assistants, url, InstallationId};

    #[test]
    fn never_home_assistants_own() {
        for (endpoint, expected) in [
            ("https://analytics-api.home-assistant.io/v1", true),
            ("http://Analytics-API.home-assistant.io.:8080", true),
            ("https://analytics-api-dev.home-assistant.io/v1?a", true),
            ("https://analytics.example.org/analytics-api.home-assistant.io", false),
            ("http://127.0.0.1:8080/v1", false),
        ] {
            assert_eq!(is_home_assistants(endpoint), expected, "{endpoint}");
        }
    }

    #[test]
    fn below_the_path_of_reports() {
        const ID: &str = "0123456789abcdef0123456789abcdef";
        for (endpoint, expected) in [
            ("https://a.example/v1", "https://a.example/v1/ID"),
            ("https://a.example/v1/", "https://a.example/v1/ID"),
            ("http://a.example:81/in/v1", "http://a.example:81/in/v1/ID"),
            ("https://a.example", "https://a.example/v1/ID"),
            ("https://a.example/", "https://a.example/v1/ID"),
            ("https://[::1]:8443/", "https://[::1]:8443/v1/ID"),
            ("https://a.example/v1?key=x", "https://a.example/v1/ID?key=x"),
        ] {
            let uuid = InstallationId::parse(ID).unwrap();
            assert_eq!(url(endpoint, uuid), expected.replace("ID", ID), "{endpoint}");
        }
    }
}
