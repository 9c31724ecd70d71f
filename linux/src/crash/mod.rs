//! A fault of this program: what is known of it is written into the state directory, and the program ends.
//!
//! [`hook`] runs when something panics. It allocates nothing, and nothing in it can panic. It writes what the core's
//! [`crash`](haos_analytics_core::crash) allows to be said, with a [`memory`] look at where the program was; what
//! machine this is has been noted beforehand. Whether it is ever sent is another matter: see [`diagnostics`](crate::diagnostics).

mod calls;
mod hook;
mod memory;
mod note;

pub use calls::{follows_call, Processor};
pub use hook::{random, RELEASE, SENDING};
pub use note::{arm, command, disarm, levels, machine, opened};

use haos_analytics_core::crash::Trace;

use crate::error::Error;

/// From here on a panic ends the program with [`Exit::Internal`](crate::error::Exit::Internal), on one line that quotes nothing.
pub fn install() {
    std::panic::set_hook(Box::new(hook::panicked));
}

/// Keeps an error that must not happen. Its text comes from our own source, so it is kept whole.
pub fn unexpected(error: &Error) {
    // What became of it has no influence on how the program ends; a panic would have told.
    let _ = hook::keep("error", &error.to_string(), None, Trace::Addresses(&[]), None);
}
