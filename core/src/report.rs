//! One report, in the only order that there is.

use core::fmt;

use crate::{payload, BoardInfo, HomeAssistant, Preferences};

/// The two ways by which a payload leaves the core.
pub trait Transport {
    /// What goes wrong on the way out.
    type Error;

    /// Shows the payload to the owner of the device, as a rule in its log.
    ///
    /// # Errors
    ///
    /// The payload could not be shown. It will not be posted.
    fn print(&mut self, payload: &[u8]) -> Result<(), Self::Error>;

    /// Hands the payload to the receiver; returns when the receiver has confirmed it.
    ///
    /// # Errors
    ///
    /// There is no proof that the receiver took the payload.
    fn post(&mut self, payload: &[u8]) -> Result<(), Self::Error>;
}

/// How a report ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'b> {
    /// The user has not opted in; nothing was written, printed or posted.
    Declined,
    /// The receiver confirmed this payload.
    Delivered(&'b [u8]),
}

/// Why a report was not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error<E> {
    /// The payload could not be written; trying again does not help.
    Payload(payload::Error),
    /// The payload could not be printed, so it was not posted.
    Print(E),
    /// The payload was printed, and the receiver did not confirm it.
    Post(E),
}

/// Reports once: consent, write, print, post.
///
/// # Errors
///
/// [`Error`] says at which step it ended; the steps after that one have not begun.
pub fn report<'b, T: Transport>(
    preferences: Preferences,
    board: &impl BoardInfo,
    home: &impl HomeAssistant,
    transport: &mut T,
    buffer: &'b mut [u8],
) -> Result<Outcome<'b>, Error<T::Error>> {
    let Some(base) = preferences.base else {
        return Ok(Outcome::Declined);
    };
    let payload = payload::write(base, board, home, buffer).map_err(Error::Payload)?;
    transport.print(payload).map_err(Error::Print)?;
    transport.post(payload).map_err(Error::Post)?;
    Ok(Outcome::Delivered(payload))
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Payload(error) => error.fmt(f),
            Error::Print(error) | Error::Post(error) => error.fmt(f),
        }
    }
}
