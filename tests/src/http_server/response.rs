//! Answers, and the ways of not quite giving one.

use super::stream::Stream;
use crate::listener::Stop;
use core::time::Duration;
use serde_json::Value;
use std::io::{self, Read as _, Write as _};

/// A whole answer. Its length is always said.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Headers beyond `content-length` and `connection`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What becomes of a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// The answer, and the connection stays open if the client wants it so.
    Full(Response),
    /// The answer, one byte at a time with a pause before each.
    Drip(Response, Duration),
    /// The answer up to the middle of its body, then the end of the connection.
    Half(Response),
    /// Nothing, until the client goes away.
    Never,
    /// The end of the connection.
    Close,
}

impl Response {
    /// An answer without a body.
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// An answer in JSON.
    pub fn json(status: u16, value: &Value) -> Self {
        Self::with_body(status, "application/json; charset=utf-8", value.to_string())
    }

    /// An answer in words.
    pub fn text(status: u16, text: &str) -> Self {
        Self::with_body(status, "text/plain; charset=utf-8", text.to_owned())
    }

    /// A web page.
    pub fn html(status: u16, page: &str) -> Self {
        Self::with_body(status, "text/html; charset=utf-8", page.to_owned())
    }

    fn with_body(status: u16, content_type: &str, body: String) -> Self {
        Self { body: body.into_bytes(), ..Self::new(status).header("content-type", content_type) }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The answer as it goes over the wire.
    pub fn bytes(&self, keep_alive: bool) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !keep_alive {
            head += "connection: close\r\n";
        }
        head += &format!("content-length: {}\r\n\r\n", self.body.len());
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

impl Reply {
    /// The status line that the client will get to see, sooner or later.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Full(response) | Self::Drip(response, _) | Self::Half(response) => Some(response.status),
            Self::Never | Self::Close => None,
        }
    }

    /// Does it. Tells whether the connection is good for another request.
    pub(super) fn send(&self, stream: &mut Stream, keep_alive: bool, stop: &Stop) -> io::Result<bool> {
        match self {
            Self::Full(response) => {
                stream.write_all(&response.bytes(keep_alive))?;
                stream.flush()?;
                if !keep_alive {
                    stream.finish();
                }
                return Ok(keep_alive);
            }
            Self::Drip(response, pause) => {
                for byte in response.bytes(false) {
                    if !stop.sleep(*pause) {
                        break;
                    }
                    stream.write_all(&[byte])?;
                    stream.flush()?;
                }
                stream.finish();
            }
            Self::Half(response) => {
                let bytes = response.bytes(false);
                stream.write_all(&bytes[..bytes.len() - response.body.len().div_ceil(2)])?;
                stream.flush()?;
            }
            Self::Never => while stream.read(&mut [0; 1024])? > 0 {},
            Self::Close => {}
        }
        Ok(false)
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        411 => "Length Required",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        // The phrase may be empty; the code is what counts.
        _ => "",
    }
}
