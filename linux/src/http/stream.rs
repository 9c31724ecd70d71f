//! A TCP connection as `ureq` wants it.

use core::fmt;
use core::time::Duration;
use std::io::{self, Read, Write};
use std::net::TcpStream;

use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};
use ureq::Error;

use super::answer::AnswerBuffers;

/// What is left of the time is told to the kernel again only when it has shrunk by this much: each telling is a system
/// call, and the whole exchange may be late by no more than this.
const COARSE: Duration = Duration::from_secs(1);

/// Output waits until there is this much of it, or until an answer is waited for: a request leaves in one piece, and so
/// nothing in it waits for a confirmation of what went before.
const PIECE: usize = 8 * 1024;

/// A connection and its buffers.
pub(super) struct TcpTransport {
    stream: TcpStream,
    buffers: AnswerBuffers,
    output: Vec<u8>,
    reads_within: Option<Duration>,
    writes_within: Option<Duration>,
}

impl TcpTransport {
    pub(super) fn new(stream: TcpStream, buffers: AnswerBuffers) -> Self {
        TcpTransport { stream, buffers, output: Vec::new(), reads_within: None, writes_within: None }
    }

    /// From here on the input is another answer.
    pub(super) fn expect_head(&mut self) {
        self.buffers.expect_head();
    }

    fn write_out(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        limit(|left| self.stream.set_write_timeout(left), &mut self.writes_within, timeout)?;
        self.stream.write_all(&self.output).map_err(|error| timed_out(error, timeout))?;
        self.output.clear();
        Ok(())
    }
}

/// Sets a time limit of the socket if the one that it has is no longer right.
fn limit(
    set: impl FnOnce(Option<Duration>) -> io::Result<()>,
    now: &mut Option<Duration>,
    timeout: NextTimeout,
) -> Result<(), Error> {
    let left = *timeout.after;
    if left.is_zero() {
        return Err(Error::Timeout(timeout.reason));
    }
    if now.is_none_or(|now| now.saturating_sub(left) >= COARSE || left < COARSE) {
        set(Some(left))?;
        *now = Some(left);
    }
    Ok(())
}

/// The kernel says "would block" where it means that the time is up.
fn timed_out(error: io::Error, timeout: NextTimeout) -> Error {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Error::Timeout(timeout.reason),
        _ => Error::Io(error),
    }
}

impl Transport for TcpTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.output.extend_from_slice(output);
        if self.output.len() < PIECE {
            return Ok(());
        }
        self.write_out(timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        if !self.output.is_empty() {
            self.write_out(timeout)?;
        }
        let TcpTransport { stream, buffers, reads_within, .. } = self;
        buffers.fill(timeout, |buffer, timeout| {
            limit(|left| stream.set_read_timeout(left), reads_within, timeout)?;
            stream.read(buffer).map_err(|error| timed_out(error, timeout))
        })
    }

    /// Connections are never kept for a second exchange.
    fn is_open(&mut self) -> bool {
        false
    }
}

impl fmt::Debug for TcpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TcpTransport").finish_non_exhaustive()
    }
}
