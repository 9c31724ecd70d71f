//! The head of an answer, checked before `ureq` sees it.
//!
//! `ureq-proto` 0.5.3 panics at a status below 100 and takes 103 for the answer, and `ureq` reports
//! a head that does not fit its buffer as a closed connection. So a head is handed on only when it
//! is whole, valid and final.

use core::fmt;
use std::io;
use std::time::Instant;

use httparse::Status;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, LazyBuffers, NextTimeout};
use ureq::Error;

/// As many headers as `ureq-proto` takes.
const HEADERS: usize = 128;

/// What came instead of an answer. It would come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadAnswer {
    /// The bytes are not HTTP/1.
    NoHttp,
    /// The head has more than 128 headers, or does not fit the input buffer.
    LargeHead,
}

impl fmt::Display for BadAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadAnswer::NoHttp => f.write_str("the answer is not HTTP"),
            BadAnswer::LargeHead => {
                write!(f, "the header of the answer is too large: more than {HEADERS} lines or {} bytes", super::BUFFER)
            }
        }
    }
}

impl core::error::Error for BadAnswer {}

impl From<BadAnswer> for Error {
    fn from(bad: BadAnswer) -> Self {
        Error::Other(Box::new(bad))
    }
}

/// A whole head: its status, 100 to 999, and its length in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) length: usize,
}

impl Head {
    /// Reads the head at the begin of `input`; `None` if more of it is to come.
    ///
    /// # Errors
    ///
    /// It will never be one.
    pub(super) fn read(input: &[u8]) -> Result<Option<Self>, BadAnswer> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let length = match response.parse(input) {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => return Err(BadAnswer::LargeHead),
            Err(_) => return Err(BadAnswer::NoHttp),
        };
        match response.code {
            Some(status @ 100..=999) => Ok(Some(Head { status, length })),
            _ => Err(BadAnswer::NoHttp),
        }
    }

    /// Whether another head follows (RFC 9110 §15.2). After 101 another protocol would.
    fn is_interim(self) -> bool {
        self.status != 101 && (100..200).contains(&self.status)
    }
}

/// The buffers of a connection. While a head is awaited, nothing can be read from them before it is
/// whole.
pub(super) struct AnswerBuffers {
    buffers: LazyBuffers,
    awaits_head: bool,
}

impl AnswerBuffers {
    /// With `awaits_head`, the input begins with the head of an answer; else it is passed on as it
    /// comes.
    pub(super) fn new(details: &ConnectionDetails<'_>, awaits_head: bool) -> Self {
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        AnswerBuffers { buffers, awaits_head }
    }

    /// From here on the input is another answer.
    pub(super) fn expect_head(&mut self) {
        self.awaits_head = true;
    }

    /// Reads from the connection: once, or until there is a head. `false` if the connection has
    /// ended.
    ///
    /// # Errors
    ///
    /// Those of `read`; or what comes is no answer, or is not there in time.
    pub(super) fn fill(
        &mut self,
        timeout: NextTimeout,
        mut read: impl FnMut(&mut [u8], NextTimeout) -> Result<usize, Error>,
    ) -> Result<bool, Error> {
        if !self.awaits_head {
            return self.append(timeout, &mut read);
        }
        let deadline = Instant::now().checked_add(*timeout.after);
        loop {
            match Head::read(self.buffers.input())? {
                Some(head) if head.is_interim() => self.buffers.input_consume(head.length),
                Some(_) => {
                    self.awaits_head = false;
                    return Ok(true);
                }
                None => {
                    // Every read succeeds where a server goes on and on, so no read by itself is
                    // ever late.
                    let left = deadline.map_or(*timeout.after, |end| end.saturating_duration_since(Instant::now()));
                    if left.is_zero() {
                        return Err(Error::Timeout(timeout.reason));
                    }
                    if !self.append(NextTimeout { after: left.into(), ..timeout }, &mut read)? {
                        return Err(closed());
                    }
                }
            }
        }
    }

    fn append(
        &mut self,
        timeout: NextTimeout,
        read: &mut impl FnMut(&mut [u8], NextTimeout) -> Result<usize, Error>,
    ) -> Result<bool, Error> {
        let free = self.buffers.input_append_buf();
        if free.is_empty() && self.awaits_head {
            return Err(BadAnswer::LargeHead.into());
        }
        let amount = read(free, timeout)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }
}

fn closed() -> Error {
    Error::Io(io::Error::new(io::ErrorKind::UnexpectedEof, "the connection was closed before an answer"))
}

impl Buffers for AnswerBuffers {
    fn output(&mut self) -> &mut [u8] {
        self.buffers.output()
    }

    fn input(&self) -> &[u8] {
        if self.awaits_head {
            &[]
        } else {
            self.buffers.input()
        }
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        self.buffers.input_append_buf()
    }

    fn input_appended(&mut self, amount: usize) {
        self.buffers.input_appended(amount);
    }

    fn input_consume(&mut self, amount: usize) {
        self.buffers.input_consume(amount);
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.buffers.tmp_and_output()
    }

    fn can_use_input(&self) -> bool {
        !self.awaits_head && self.buffers.can_use_input()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::time::Duration;
    use ureq::Timeout;

    #[test]
    fn heads() {
        let many = |lines: usize| format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(lines));
        let whole = |status, length| Ok(Some(Head { status, length }));
        for (input, expected) in [
            ("HTTP/1.1 200 OK\r\n\r\nbody", whole(200, 19)),
            ("HTTP/1.0 999\n\n", whole(999, 14)),
            ("HTTP/1.1 100 Continue\r\n\r\n", whole(100, 25)),
            (&many(HEADERS), whole(200, 17 + 6 * HEADERS + 2)),
            ("HTTP/1.1 200 OK\r\nx: y\r\n", Ok(None)),
            ("HTTP/1.1 000", Ok(None)),
            ("", Ok(None)),
            ("HTTP/1.1 000 x\r\n\r\n", Err(BadAnswer::NoHttp)),
            ("HTTP/1.1 099 x\r\n\r\n", Err(BadAnswer::NoHttp)),
            ("HTTP/1.1 20x\r\n\r\n", Err(BadAnswer::NoHttp)),
            ("HTTP/2 200\r\n\r\n", Err(BadAnswer::NoHttp)),
            ("SSH-2.0-OpenSSH_9.9\r\n", Err(BadAnswer::NoHttp)),
            (&many(HEADERS + 1), Err(BadAnswer::LargeHead)),
        ] {
            assert_eq!(Head::read(input.as_bytes()), expected, "{input:.40}");
        }
    }

    /// What is handed on of bytes that arrive `step` at a time, and whether that was all right.
    fn handed_on(bytes: &[u8], step: usize) -> Result<Vec<u8>, String> {
        let buffers = LazyBuffers::new(super::super::BUFFER, super::super::BUFFER);
        let mut answer = AnswerBuffers { buffers, awaits_head: true };
        let timeout = NextTimeout { after: Duration::from_secs(60).into(), reason: Timeout::Global };
        let mut pieces = bytes.chunks(step);
        let mut read = |buffer: &mut [u8], _: NextTimeout| {
            let piece = pieces.next().unwrap_or_default();
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        };
        assert!(answer.input().is_empty() && !answer.can_use_input());
        answer.fill(timeout, &mut read).map_err(|error| error.to_string())?;
        let mut whole = Vec::new();
        loop {
            whole.extend_from_slice(answer.input());
            let amount = answer.input().len();
            answer.input_consume(amount);
            if !answer.fill(timeout, &mut read).unwrap() {
                return Ok(whole);
            }
        }
    }

    #[test]
    fn the_final_head_and_what_follows() {
        let last = "HTTP/1.1 200 OK\r\nx: y\r\n\r\nHTTP/1.1 000 x\r\n\r\n";
        for interim in [
            "".to_owned(),
            "HTTP/1.1 100 Continue\r\n\r\n".to_owned(),
            "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n".to_owned(),
            "HTTP/1.1 100 \r\n\r\n".repeat(10_000),
        ] {
            for step in [1, 7, 4096] {
                let answer = format!("{interim}{last}");
                assert_eq!(handed_on(answer.as_bytes(), step).as_deref(), Ok(last.as_bytes()), "{interim:.40} {step}");
            }
        }
        for (bad, why) in [
            ("HTTP/1.1 103 \r\n\r\nHTTP/1.1 042 x\r\n\r\n".to_owned(), "not HTTP"),
            (format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(10_000)), "too large"),
            ("HTTP/1.1 100 \r\n\r\n".to_owned(), "closed before an answer"),
            (String::new(), "closed before an answer"),
        ] {
            let error = handed_on(bad.as_bytes(), 4096).unwrap_err();
            assert!(error.contains(why), "{bad:.40}: {error}");
        }
    }

    #[test]
    fn interim_answers_without_end_are_no_answer_in_time() {
        let buffers = LazyBuffers::new(super::super::BUFFER, super::super::BUFFER);
        let mut answer = AnswerBuffers { buffers, awaits_head: true };
        let timeout = NextTimeout { after: Duration::from_millis(50).into(), reason: Timeout::Global };
        let endless = |buffer: &mut [u8], _: NextTimeout| {
            let interim = b"HTTP/1.1 100 \r\n\r\n";
            let amount = interim.len().min(buffer.len());
            buffer[..amount].copy_from_slice(&interim[..amount]);
            Ok(amount)
        };
        assert!(matches!(answer.fill(timeout, endless), Err(Error::Timeout(_))));
    }
}
