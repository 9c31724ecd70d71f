//! Which proxy the environment asks for: the variables, and which of them counts, are those of curl.

use std::ffi::OsString;

use ureq::http::Uri;
use ureq::{Proxy, ProxyProtocol};

use super::names_a_server;
use crate::error::{Error, Exit};

/// The proxy for an endpoint. A proxy that cannot be used is an error: going around it would be worse.
///
/// # Errors
///
/// The variable's value is no HTTP proxy.
pub fn for_endpoint(endpoint: &Uri, variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Option<Proxy>, Error> {
    // HTTP_PROXY in capitals is not read: in a CGI program a stranger sets it.
    let names: &[&str] = match endpoint.scheme_str() {
        Some("https") => &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
        _ => &["http_proxy", "all_proxy", "ALL_PROXY"],
    };
    let Some((name, value)) = first_set(names, variable)? else { return Ok(None) };
    let unusable = |why: &str| Error::new(Exit::Configuration, format_args!("the variable {name}: {why}"));
    let proxy = Proxy::new(&value).map_err(|_| unusable(NO_ADDRESS))?;
    if !matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https) {
        return Err(unusable("SOCKS is not supported, only HTTP proxies are"));
    }
    if !proxy.uri().authority().is_some_and(names_a_server) {
        return Err(unusable(NO_ADDRESS));
    }
    // The library would send the escapes as they are.
    if [proxy.username(), proxy.password()].into_iter().flatten().any(|credential| credential.contains('%')) {
        return Err(unusable("credentials with % escapes are not supported"));
    }
    let mut builder = Proxy::builder(proxy.protocol()).host(proxy.host()).port(proxy.port());
    if let Some(username) = proxy.username() {
        builder = builder.username(username);
    }
    if let Some(password) = proxy.password() {
        builder = builder.password(password);
    }
    let (_, exceptions) = first_set(&["no_proxy", "NO_PROXY"], variable)?.unwrap_or_default();
    for host in exceptions.split(',').map(str::trim).filter(|host| !host.is_empty()) {
        // A name stands for the hosts below it as well.
        builder = builder.no_proxy(host).no_proxy(&format!(".{}", host.trim_start_matches('.')));
    }
    builder.build().map(Some).map_err(|_| unusable(NO_ADDRESS))
}

const NO_ADDRESS: &str = "not the address of a proxy";

/// The first of some variables that is set to something.
fn first_set<'n>(
    names: &[&'n str],
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Option<(&'n str, String)>, Error> {
    let set = names.iter().find_map(|name| Some((*name, variable(name).filter(|value| !value.is_empty())?)));
    let Some((name, value)) = set else { return Ok(None) };
    let value = value
        .into_string()
        .map_err(|_| Error::new(Exit::Configuration, format_args!("the variable {name}: not UTF-8")))?;
    Ok(Some((name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(endpoint: &str, variables: &[(&str, &str)]) -> Result<Option<String>, Exit> {
        let endpoint = endpoint.parse().unwrap();
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
        let proxy = for_endpoint(&endpoint, &variable).map_err(|error| error.exit)?;
        Ok(proxy
            .filter(|proxy| !proxy.is_no_proxy(&endpoint))
            .map(|proxy| format!("{}:{}", proxy.host(), proxy.port())))
    }

    #[test]
    fn variables() {
        let https = "https://analytics.example/v1";
        let http = "http://analytics.example/v1";
        let found = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(asked(https, &[]), Ok(None));
        assert_eq!(asked(https, &[("https_proxy", "http://a.example:3128")]), found("a.example:3128"));
        assert_eq!(asked(https, &[("HTTPS_PROXY", "a.example:3128")]), found("a.example:3128"));
        assert_eq!(asked(https, &[("http_proxy", "http://a.example:3128")]), Ok(None));
        assert_eq!(asked(http, &[("http_proxy", "http://a.example:3128")]), found("a.example:3128"));
        assert_eq!(asked(http, &[("HTTP_PROXY", "http://a.example:3128")]), Ok(None));
        assert_eq!(asked(https, &[("ALL_PROXY", "http://u:p@a.example:3128")]), found("a.example:3128"));
        assert_eq!(asked(https, &[("https_proxy", ""), ("ALL_PROXY", "http://a.example:1")]), found("a.example:1"));
        let both = [("https_proxy", "http://a.example:3128"), ("no_proxy", "b.example, .example")];
        assert_eq!(asked(https, &both), Ok(None));
        assert_eq!(asked(https, &[("ALL_PROXY", "socks5://a.example:1080")]), Err(Exit::Configuration));
        for name in ["analytics.example", "example", "*"] {
            let both = [("https_proxy", "http://a.example:3128"), ("no_proxy", ""), ("NO_PROXY", name)];
            assert_eq!(asked(https, &both), Ok(None), "{name}");
        }
        let both = [("https_proxy", "http://a.example:3128"), ("no_proxy", "ample")];
        assert_eq!(asked(https, &both), found("a.example:3128"));
        for value in ["http://", "http://a.example:99999", "http://a.example:0", "http://u:p%40@a.example:3128"] {
            assert_eq!(asked(https, &[("ALL_PROXY", value)]), Err(Exit::Configuration), "{value}");
        }
    }
}
