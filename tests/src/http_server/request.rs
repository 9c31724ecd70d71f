//! Reading a request: whole, exact and bounded.

use std::io::Read;

/// Bytes of request line and headers.
const HEAD: usize = 16 * 1024;
/// Number of headers.
const HEADERS: usize = 64;
/// Bytes of body.
const BODY: usize = 1024 * 1024;

/// A request as it came in.
#[derive(Clone, Debug)]
pub struct Request {
    /// `POST`
    pub method: String,
    /// The target as sent, with its query: `/v1`
    pub path: String,
    /// Names and values as sent, in order.
    pub headers: Vec<(String, String)>,
    /// The exact bytes of the body.
    pub body: Vec<u8>,
    /// The status of the answer that it got, if any.
    pub answer: Option<u16>,
    http10: bool,
}

/// Why a request was not read.
pub struct Refused {
    /// The status that says so.
    pub status: u16,
    /// The reason for the test's log.
    pub reason: &'static str,
}

impl Request {
    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn keeps_alive(&self) -> bool {
        !self.http10 && !self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// Reads one request; `None` at the end of the connection. `ahead` keeps what was read beyond it.
pub fn read(stream: &mut impl Read, ahead: &mut Vec<u8>) -> Result<Option<Request>, Refused> {
    let (mut request, head) = loop {
        match parse(ahead)? {
            Some(parsed) if parsed.1 <= HEAD => break parsed,
            None if ahead.len() <= HEAD => {}
            _ => return Err(Refused { status: 431, reason: "the headers are too long" }),
        }
        match fill(stream, ahead) {
            0 if ahead.is_empty() => return Ok(None),
            0 => return Err(Refused { status: 400, reason: "the connection ended within the headers" }),
            _ => {}
        }
    };
    let length = body_length(&request)?;
    while ahead.len() < head + length {
        if fill(stream, ahead) == 0 {
            return Err(Refused { status: 400, reason: "the connection ended within the body" });
        }
    }
    request.body = ahead[head..head + length].to_vec();
    ahead.drain(..head + length);
    Ok(Some(request))
}

/// A connection that fails is one that ended: to a double both are "the client is gone".
fn fill(stream: &mut impl Read, ahead: &mut Vec<u8>) -> usize {
    let mut chunk = [0; 8 * 1024];
    let read = stream.read(&mut chunk).unwrap_or(0);
    ahead.extend_from_slice(&chunk[..read]);
    read
}

/// The request without its body and the length of its head, once the head is complete.
fn parse(bytes: &[u8]) -> Result<Option<(Request, usize)>, Refused> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    match parsed.parse(bytes) {
        Ok(httparse::Status::Partial) => Ok(None),
        Ok(httparse::Status::Complete(head)) => {
            let request = Request {
                method: parsed.method.unwrap_or_default().to_owned(),
                path: parsed.path.unwrap_or_default().to_owned(),
                headers: parsed.headers.iter().map(|h| (h.name.to_owned(), text(h.value))).collect(),
                body: Vec::new(),
                answer: None,
                http10: parsed.version == Some(0),
            };
            Ok(Some((request, head)))
        }
        Err(httparse::Error::TooManyHeaders) => Err(Refused { status: 431, reason: "too many headers" }),
        Err(_) => Err(Refused { status: 400, reason: "not an HTTP request" }),
    }
}

/// The collector knows the length of what it sends, so a body without one is a mistake worth seeing.
fn body_length(request: &Request) -> Result<usize, Refused> {
    if request.header("transfer-encoding").is_some() {
        return Err(Refused { status: 411, reason: "a body without content-length" });
    }
    let Some(length) = request.header("content-length") else { return Ok(0) };
    match length.parse() {
        Ok(length) if length <= BODY => Ok(length),
        Ok(_) => Err(Refused { status: 413, reason: "the body is over 1 MiB" }),
        Err(_) => Err(Refused { status: 400, reason: "content-length is no number" }),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
