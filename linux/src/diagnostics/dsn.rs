//! Where reports go, and under which key: Sentry's "data source name".

use core::fmt;

use ureq::http::Uri;

use crate::http;

/// The one that the program was built with, which may be empty.
pub const BUILT_IN: Option<&str> = option_env!("HAOS_ANALYTICS_DSN");

/// `https://KEY@HOST[:PORT][/PATH]/PROJECT`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dsn {
    /// Where to post.
    pub endpoint: String,
    /// Which project; it is no secret.
    pub key: String,
}

/// What is wrong with a DSN. It is not quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADsn(&'static str);

impl Dsn {
    /// Takes it apart.
    ///
    /// # Errors
    ///
    /// It has not that form, to the letter.
    pub fn parse(text: &str) -> Result<Self, NotADsn> {
        let uri: Uri = text.parse().map_err(|_| NotADsn("not a URL"))?;
        let (Some(scheme @ ("https" | "http")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(NotADsn("not a URL of https or http"));
        };
        let (key, place) = authority.as_str().split_once('@').ok_or(NotADsn("without a key in front of the host"))?;
        if key.is_empty() || key.len() > 64 || !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(NotADsn("the key is not of up to 64 letters and digits"));
        }
        if !http::names_a_server(authority) || place.contains('@') {
            return Err(NotADsn("a URL without a valid host and port"));
        }
        let (path, project) = uri.path().rsplit_once('/').ok_or(NotADsn("without a project"))?;
        if project.is_empty() || project.len() > 20 || !project.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotADsn("the project, which is last, is not a number"));
        }
        if !path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.')) {
            return Err(NotADsn("the path is not of letters, digits, -, _ and ."));
        }
        // The parser drops what is behind a `#`.
        if uri.query().is_some() || text.contains('#') {
            return Err(NotADsn("there is something behind the project"));
        }
        Ok(Dsn { endpoint: format!("{scheme}://{place}{path}/api/{project}/envelope/"), key: key.to_owned() })
    }
}

impl fmt::Display for NotADsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (text, endpoint, key) in [
            ("https://0a1b@o1.ingest.sentry.example/42", "https://o1.ingest.sentry.example/api/42/envelope/", "0a1b"),
            ("http://k@127.0.0.1:9000/1", "http://127.0.0.1:9000/api/1/envelope/", "k"),
            ("https://k@s.example/a/b/7", "https://s.example/a/b/api/7/envelope/", "k"),
            ("https://k@[::1]:80/7", "https://[::1]:80/api/7/envelope/", "k"),
        ] {
            assert_eq!(Dsn::parse(text), Ok(Dsn { endpoint: endpoint.to_owned(), key: key.to_owned() }), "{text}");
        }
        for text in [
            "",
            "k",
            "ftp://k@s.example/1",
            "https://s.example/1",
            "https://@s.example/1",
            "https://k:secret@s.example/1",
            "https://k@l@s.example/1",
            "https://k,x@s.example/1",
            "https://k@/1",
            "https://k@s.example",
            "https://k@s.example/",
            "https://k@s.example/x",
            "https://k@s.example/1/",
            "https://k@s.example/a@b/1",
            "https://k@s.example/%41/1",
            "https://k@s.example/1?a=b",
            "https://k@s.example/1#a",
            "https://k@s.example:99999/1",
            "https://k@s.example:0/1",
            "https://k@s.example/111111111111111111111",
        ] {
            assert!(Dsn::parse(text).is_err(), "{text}");
        }
    }
}
