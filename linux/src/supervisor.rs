//! What the Supervisor says about itself.
//!
//! Its API answers on a network of its own inside the machine. The token is that of the observer, which may ask for states
//! and nothing else; it is made anew whenever the observer starts, so it is read at each run.

use core::fmt;
use core::time::Duration;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use haos_analytics_core::form::OwnedLabel;
use haos_analytics_core::{Foreign, Label, Supervisor};
use haos_analytics_home_assistant::addons::installed::{self, Versions};
use serde::Deserialize;
use ureq::http::{HeaderValue, StatusCode};

use crate::delivery::{coding, Unconfirmed};
use crate::detect::label_or_remark;
use crate::evidence::Evidence;
use crate::http::{self, bridge, NoAnswer, Way};
use crate::json_object::{self, Object};
use crate::log::Log;
use crate::root::{ReadError, Root};
use crate::shown;

/// Where the Supervisor is, unless somebody says otherwise.
pub const DEFAULT: &str = "http://172.30.32.2";

/// For the question, and for a second one where the token has just changed.
pub const TIMEOUT: Duration = Duration::from_secs(5);
/// A Supervisor with 200 add-ons answers with 60 kB.
const ANSWER_LIMIT: u64 = 1024 * 1024;
const TOKEN_LIMIT: usize = 64 * 1024;

/// The Supervisor's state as it told it.
pub struct State {
    healthy: bool,
    supported: bool,
    /// The architecture that it was built for.
    pub arch: Option<OwnedLabel>,
    /// The installed add-ons and their versions, where they were asked for.
    pub addons: Option<Versions>,
}

impl State {
    /// For the payload. An answer without an architecture is completed by what was detected.
    pub fn as_reported<'a>(&'a self, detected: Option<Label<'a>>) -> Supervisor<'a> {
        let arch = self.arch.as_ref().map(OwnedLabel::lend).or(detected);
        Supervisor { healthy: self.healthy, supported: self.supported, arch }
    }
}

/// Why the Supervisor's state is not known. The report goes out without it.
pub enum Trouble {
    /// The file with the token cannot be read.
    Token(ReadError),
    /// There is none in it.
    NoToken(PathBuf),
    /// The token was refused, which a newer one may not be.
    Refused(StatusCode),
    /// There is no way to it.
    NoBridge(io::Error),
    /// It did not answer.
    Request(NoAnswer),
    /// The answer is in another coding.
    Coded(Unconfirmed),
    /// It says no. Its reason is not quoted.
    Status(StatusCode),
    /// The answer does not say what was asked.
    Answer(String),
}

/// Asks for the state; `None`, and a remark, if it does not become known.
///
/// The list of add-ons is kept only `with_addons`; without, it is skipped as everything else that is not needed.
pub fn state(
    root: &Root,
    data_directory: &Path,
    url: Option<&str>,
    with_addons: bool,
    log: &mut Log<'_>,
) -> Option<State> {
    let url = url.unwrap_or(DEFAULT);
    let answer = answer(root, data_directory, url).and_then(|body| {
        let info = Info::read(&body).map_err(Trouble::Answer)?;
        let addons = if with_addons { listed(&body, log) } else { None };
        Ok(info.checked(addons, log))
    });
    match answer {
        Ok(state) => Some(state),
        Err(trouble) => {
            log.notice(format_args!("the report goes without the Supervisor's state: {trouble}"));
            None
        }
    }
}

/// The answer, asked for once more where the token has become another.
fn answer(root: &Root, data_directory: &Path, url: &str) -> Result<Vec<u8>, Trouble> {
    // Where it is known beforehand that the address cannot be called, the token is not even read.
    if url == DEFAULT {
        bridge::check().map_err(Trouble::NoBridge)?;
    }
    let begin = Instant::now();
    let token = bearer(root, data_directory)?;
    match ask(url, &token, TIMEOUT) {
        // The observer may have been started anew between our reading and asking.
        Err(Trouble::Refused(status)) => match bearer(root, data_directory)? {
            unchanged if unchanged == token => Err(Trouble::Refused(status)),
            newer => ask(url, &newer, TIMEOUT.saturating_sub(begin.elapsed())),
        },
        answer => answer,
    }
}

/// The body of an answer that says yes, from one question.
///
/// # Errors
///
/// There is none.
pub fn ask(url: &str, token: &HeaderValue, timeout: Duration) -> Result<Vec<u8>, Trouble> {
    let agent = http::agent(timeout, Way::Bridge, None);
    let answer = agent
        .get(format!("{}/supervisor/info", url.trim_end_matches('/')))
        .header("authorization", token)
        .call()
        .map_err(|error| Trouble::Request(NoAnswer::new(error, TIMEOUT)))?;
    let status = answer.status();
    let coding = coding(&answer);
    let mut body = answer.into_body().into_reader().take(ANSWER_LIMIT);
    match status {
        StatusCode::OK => {
            let mut whole = Vec::new();
            body.read_to_end(&mut whole).map_err(|error| Trouble::Request(NoAnswer::new(error, TIMEOUT)))?;
            coding.map_or(Ok(whole), |coding| Err(Trouble::Coded(coding)))
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Trouble::Refused(status)),
        // What it says of that is its own text, and is not read.
        _ => Err(Trouble::Status(status)),
    }
}

/// The `Authorization` header; the token is nowhere else.
fn bearer(root: &Root, data_directory: &Path) -> Result<HeaderValue, Trouble> {
    let path = data_directory.join("observer.json");
    let file = root.read(&path, TOKEN_LIMIT).map_err(Trouble::Token)?;
    bearer_of(&file).ok_or_else(|| Trouble::NoToken(root.path(&path)))
}

/// The header that the bytes of `observer.json` give.
pub fn bearer_of(file: &[u8]) -> Option<HeaderValue> {
    #[derive(Deserialize)]
    struct Observer {
        access_token: String,
    }
    let observer: Observer = json_object::read(file).ok()?;
    if observer.access_token.is_empty() {
        return None;
    }
    let mut header = HeaderValue::try_from(format!("Bearer {}", observer.access_token)).ok()?;
    header.set_sensitive(true);
    Some(header)
}

#[derive(Deserialize)]
struct Envelope {
    result: String,
    data: Option<Object<Info>>,
}

/// `/supervisor/info` says much more; the rest is skipped and never kept.
#[derive(Deserialize)]
pub struct Info {
    healthy: bool,
    supported: bool,
    arch: Option<String>,
}

/// The add-ons. A list that is not understood is none: their file then tells what there is.
fn listed(body: &[u8], log: &mut Log<'_>) -> Option<Versions> {
    installed::read(&mut &*body)
        .map_err(|why| {
            log.warning(format_args!("the Supervisor's list of add-ons is not understood: {why}; its file counts"));
        })
        .ok()
}

impl Info {
    /// Reads the body of an answer.
    ///
    /// # Errors
    ///
    /// It is not such an answer. The text says why, and nothing out of the answer.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        let envelope: Envelope = json_object::read(body)?;
        match envelope.data {
            Some(Object(info)) if envelope.result == "ok" => Ok(info),
            _ => Err("it holds no data".to_owned()),
        }
    }

    fn checked(self, addons: Option<Versions>, log: &mut Log<'_>) -> State {
        let evidence = Evidence::Supervisor;
        let arch = self.arch.and_then(|arch| label_or_remark(arch.as_bytes(), &evidence, log));
        State { healthy: self.healthy, supported: self.supported, arch, addons }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Token(error) => error.fmt(f),
            Trouble::NoToken(path) => write!(f, "{}: no usable access_token in it", shown::path(path)),
            Trouble::Refused(status) => write!(f, "it refuses the observer's token: {status}"),
            Trouble::NoBridge(error) => write!(f, "it was not asked: {error}"),
            Trouble::Request(error) => write!(f, "it did not answer: {}", Foreign(error)),
            Trouble::Coded(why) => why.fmt(f),
            Trouble::Status(status) => status.fmt(f),
            Trouble::Answer(why) => write!(f, "its answer is not understood: {why}"),
        }
    }
}
