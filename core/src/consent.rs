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

impl Base {
    /// Whether all that `other` allows is allowed by this as well.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        (self.usage || !other.usage) && (self.statistics || !other.statistics)
    }
}

#[cfg(test)]
mod tests {
    use super::Base;

    #[test]
    fn what_covers_what() {
        let all = [(false, false), (false, true), (true, false), (true, true)];
        let all = all.map(|(usage, statistics)| Base { usage, statistics });
        for (index, now) in all.into_iter().enumerate() {
            for (other, then) in all.into_iter().enumerate() {
                // As sets of two levels, by their bits.
                assert_eq!(now.covers(then), index & other == other, "{now:?} {then:?}");
            }
        }
    }
}
