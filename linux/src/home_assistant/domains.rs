//! A sorted set of short names, such as the domains of integrations.

use haos_analytics_core::Text;
use haos_analytics_stream::Error;

/// Each name once, in ascending order, each of at most 64 bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Domains(Vec<Text>);

impl Domains {
    /// The most that are kept. Home Assistant has 1,400 integrations, its community store 2,000 more.
    pub const LIMIT: usize = 4096;

    /// Adds a name that may be there already. `false`: it is no name (empty, too long, a control character).
    ///
    /// # Errors
    ///
    /// There are too many.
    pub fn insert(&mut self, name: &str) -> Result<bool, Error> {
        let Err(place) = self.find(name) else { return Ok(true) };
        let Ok(text) = Text::parse(name.as_bytes()) else { return Ok(false) };
        if self.0.len() == Self::LIMIT {
            return Err(Error::TooMany { what: "names", limit: Self::LIMIT });
        }
        self.0.insert(place, text);
        Ok(true)
    }

    /// Whether it is there.
    pub fn contains(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// All of them, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Text::as_str)
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        // Names differ early: a call of the C library's comparison takes longer.
        self.0.binary_search_by(|text| text.bytes().cmp(name.bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_and_once() {
        let mut domains = Domains::default();
        for (name, taken) in [("sun", true), ("hue", true), ("sun", true), ("", false), ("a\n", false), ("é", true)] {
            assert_eq!(domains.insert(name).unwrap(), taken, "{name:?}");
        }
        assert!(domains.insert(&"x".repeat(64)).unwrap());
        assert!(!domains.insert(&"x".repeat(65)).unwrap());
        assert!(domains.contains("hue") && !domains.contains("hu"));
        assert_eq!(domains.iter().map(str::len).collect::<Vec<_>>(), [3, 3, 64, 2]);
    }

    #[test]
    fn bounded() {
        let mut domains = Domains::default();
        for number in 0..Domains::LIMIT {
            assert!(domains.insert(&number.to_string()).unwrap());
        }
        assert!(domains.insert("7").unwrap(), "what is there already takes no room");
        assert_eq!(domains.insert("more").unwrap_err().to_string(), "more than 4096 names");
    }
}
