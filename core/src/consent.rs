//! What the user agreed to.

/// The user's choices, in a form in which nothing can be written down that may not be sent.
///
/// *Usage* and *statistics* each need *base*, so they live inside it. *Diagnostics* is a switch of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Basic analytics; `None`: the user has not opted in, and nothing is sent.
    pub base: Option<Base>,
    /// Crash reports.
    pub diagnostics: bool,
}

/// The levels on top of basic analytics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// Integrations, add-ons, energy, certificate, recorder.
    pub usage: bool,
    /// Counts of states, automations, integrations, add-ons and users.
    pub statistics: bool,
}
