//! A fault of this program: what is known of it is written into the state directory, and the program ends.
//!
//! [`hook`] runs when something panics. It allocates nothing, and nothing in it can panic. It
//! writes what the core's [`crash`](haos_analytics_core::crash) allows to be said; what machine
//! this is has been noted beforehand. Whether it is ever sent is another matter: see
//! [`diagnostics`](crate::diagnostics).

mod hook;
mod note;

pub use hook::{random, RELEASE, SENDING};
pub use note::{arm, command, disarm, levels, machine, number, opened};

/// From here on a panic ends the program with [`Exit::Internal`](crate::error::Exit::Internal), on one line that quotes nothing.
pub fn install() {
    std::panic::set_hook(Box::new(hook::panicked));
}

/// Keeps an error that must not happen.
pub fn unexpected(fault: &'static str) {
    // What became of it has no influence on how the program ends; a panic would have told.
    let _ = hook::keep("error", fault, None);
}
