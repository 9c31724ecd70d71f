//! Which proxy the environment asks for: the variables, which of them counts, and how they are
//! read, are those of curl.

use core::fmt;
use std::ffi::OsString;

use base64::prelude::{Engine, BASE64_STANDARD};
use percent_encoding::percent_decode_str;
use ureq::http::Uri;

use super::{names_a_server, no_proxy};
use crate::error::{Error, Exit};

/// An HTTP proxy. It shows itself as `host:port` and the variable that names it, never with its
/// credentials.
pub struct Proxy {
    /// Whether the proxy itself is spoken to by TLS.
    pub is_secure: bool,
    /// `http` or `https`, host and port.
    pub(super) uri: Uri,
    /// The value of `Proxy-Authorization`.
    pub(super) authorization: Option<String>,
    variable: &'static str,
}

impl Proxy {
    pub(super) fn host(&self) -> &str {
        self.uri.host().unwrap_or_default()
    }

    /// Reads the value of a variable.
    ///
    /// # Errors
    ///
    /// Why it is no proxy that can be used. Nothing of the value is quoted, for there may be a
    /// password in it.
    fn parse(value: &str, variable: &'static str) -> Result<Self, &'static str> {
        const NO_ADDRESS: &str = "not the address of a proxy";
        let (scheme, rest) = value.split_once("://").unwrap_or(("http", value));
        // The ports are those of curl.
        let (is_secure, default_port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => (false, 1080),
            "https" => (true, 443),
            scheme if scheme.starts_with("socks") => return Err("SOCKS is not supported, only HTTP proxies are"),
            _ => return Err(NO_ADDRESS),
        };
        let scheme = if is_secure { "https" } else { "http" };
        let given: Uri = format!("{scheme}://{rest}").parse().map_err(|_| NO_ADDRESS)?;
        let authority = given.authority().filter(|authority| names_a_server(authority)).ok_or(NO_ADDRESS)?;
        let port = authority.port_u16().unwrap_or(default_port);
        let uri = format!("{scheme}://{}:{port}", authority.host()).parse().map_err(|_| NO_ADDRESS)?;
        let credentials = authority.as_str().rsplit_once('@').map(|(credentials, _)| credentials);
        Ok(Proxy { is_secure, uri, authorization: credentials.map(basic), variable })
    }
}

/// The header for `user:password`, of which either may have `%` escapes.
fn basic(credentials: &str) -> String {
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let mut plain: Vec<u8> = percent_decode_str(user).collect();
    plain.push(b':');
    plain.extend(percent_decode_str(password));
    format!("Basic {}", BASE64_STANDARD.encode(plain))
}

/// Every variable that is read here.
pub const VARIABLES: [&str; 7] =
    ["https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"];

/// The proxy for an endpoint. A proxy that cannot be used is an error: going around it would be worse.
///
/// # Errors
///
/// The variable's value is no HTTP proxy, or the list of exceptions is not understood.
pub fn for_endpoint(endpoint: &Uri, variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Option<Proxy>, Error> {
    // HTTP_PROXY in capitals is not read: in a CGI program a stranger sets it.
    let names: &[&str] = match endpoint.scheme_str() {
        Some("https") => &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
        _ => &["http_proxy", "all_proxy", "ALL_PROXY"],
    };
    let Some((name, value)) = first_set(names, variable)? else { return Ok(None) };
    let wrong = |name: &str, why: &dyn fmt::Display| {
        Error::new(Exit::Configuration, format_args!("the variable {name}: {why}"))
        //
    };
    let proxy = Proxy::parse(&value, name).map_err(|why| wrong(name, &why))?;
    let Some((name, exceptions)) = first_set(&["no_proxy", "NO_PROXY"], variable)? else { return Ok(Some(proxy)) };
    match no_proxy::is_exempt(&exceptions, endpoint.host().unwrap_or_default()) {
        Ok(exempt) => Ok((!exempt).then_some(proxy)),
        Err(entry) => Err(wrong(name, &format_args!("entry {entry} is no host, address, network or *"))),
    }
}

/// The first of some variables that is set to something.
fn first_set(
    names: &[&'static str],
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Option<(&'static str, String)>, Error> {
    let set = names.iter().find_map(|name| Some((*name, variable(name).filter(|value| !value.is_empty())?)));
    let Some((name, value)) = set else { return Ok(None) };
    let value = value
        .into_string()
        .map_err(|_| Error::new(Exit::Configuration, format_args!("the variable {name}: not UTF-8")))?;
    Ok(Some((name, value)))
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        write!(f, "{authority} ({})", self.variable)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(endpoint: &str, variables: &[(&str, &str)]) -> Result<Option<String>, Exit> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
        let proxy = for_endpoint(&endpoint.parse().unwrap(), &variable).map_err(|error| error.exit)?;
        Ok(proxy.map(|proxy| proxy.uri.to_string()))
    }

    #[test]
    fn variables() {
        let https = "https://analytics.example/v1";
        let http = "http://analytics.example/v1";
        let found = |text: &str| Ok(Some(format!("{text}/")));
        assert_eq!(asked(https, &[]), Ok(None));
        assert_eq!(asked(https, &[("https_proxy", "http://a.example:3128")]), found("http://a.example:3128"));
        assert_eq!(asked(https, &[("HTTPS_PROXY", "a.example:3128")]), found("http://a.example:3128"));
        assert_eq!(asked(https, &[("HTTPS_PROXY", "a.example/")]), found("http://a.example:1080"));
        assert_eq!(asked(https, &[("HTTPS_PROXY", "HTTPS://a.example")]), found("https://a.example:443"));
        assert_eq!(asked(https, &[("HTTPS_PROXY", "[::1]:3128")]), found("http://[::1]:3128"));
        assert_eq!(asked(https, &[("http_proxy", "http://a.example:3128")]), Ok(None));
        assert_eq!(asked(http, &[("http_proxy", "http://a.example:3128")]), found("http://a.example:3128"));
        assert_eq!(asked(http, &[("HTTP_PROXY", "http://a.example:3128")]), Ok(None));
        assert_eq!(asked(https, &[("ALL_PROXY", "http://u:p@a.example:1")]), found("http://a.example:1"));
        assert_eq!(asked(https, &[("https_proxy", ""), ("ALL_PROXY", "a.example:1")]), found("http://a.example:1"));
        assert_eq!(asked(https, &[("ALL_PROXY", "socks5://a.example:1080")]), Err(Exit::Configuration));
        for value in ["http://", "http://a.example:99999", "http://a.example:0", "ftp://a.example", "a b", "http:/a"] {
            assert_eq!(asked(https, &[("ALL_PROXY", value)]), Err(Exit::Configuration), "{value}");
        }
    }

    #[test]
    fn exceptions() {
        let asked = |exceptions: &[(&str, &str)]| {
            asked("https://analytics.example/v1", &[&[("https_proxy", "http://a.example:1")], exceptions].concat())
        };
        let found = Ok(Some("http://a.example:1/".to_owned()));
        assert_eq!(asked(&[("no_proxy", ""), ("NO_PROXY", "analytics.example")]), Ok(None));
        assert_eq!(asked(&[("no_proxy", "b.example"), ("NO_PROXY", "*")]), found);
        assert_eq!(asked(&[("no_proxy", "b.example, .example")]), Ok(None));
        assert_eq!(asked(&[("NO_PROXY", "10.0.0.0/33")]), Err(Exit::Configuration));
    }

    #[test]
    fn credentials() {
        for (value, expected) in [
            ("http://a.example", None),
            ("Aladdin:open%20sesame@a.example", Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")),
            ("http://a%3Ab@a.example", Some("Basic YTpiOg==")),
            ("http://a:b:c@a.example", Some("Basic YTpiOmM=")),
        ] {
            let proxy = Proxy::parse(value, "ALL_PROXY").unwrap();
            assert_eq!(proxy.authorization.as_deref(), expected, "{value}");
            assert_eq!(format!("{proxy} {proxy:?}"), "a.example:1080 (ALL_PROXY) a.example:1080 (ALL_PROXY)");
        }
    }
}
