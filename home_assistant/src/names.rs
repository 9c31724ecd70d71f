//! A sorted set of short names, such as the domains of integrations.

use core::fmt;

use haos_analytics_core::Text;

use crate::json::Error;

/// Each name once, in ascending order, each of at most 64 bytes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Names(Vec<Name>);

#[derive(Clone, PartialEq, Eq)]
struct Name {
    head: u128,
    text: Text,
}

impl Names {
    /// The most that are kept. Home Assistant has 1,400 integrations, its community store 2,000 more.
    pub const LIMIT: usize = 4096;

    /// Adds a name that may be there already. `false`: it is no name (empty, too long, a control character).
    ///
    /// # Errors
    ///
    /// There are too many.
    pub fn insert(&mut self, name: &[u8]) -> Result<bool, Error> {
        let head = head(name);
        let Err(place) = self.find(head, name) else { return Ok(true) };
        let Ok(text) = Text::parse(name) else { return Ok(false) };
        if self.0.len() == Self::LIMIT {
            return Err(Error::TooMany { what: "names", limit: Self::LIMIT });
        }
        self.0.insert(place, Name { head, text });
        Ok(true)
    }

    /// Whether it is there.
    pub fn contains(&self, name: &[u8]) -> bool {
        self.find(head(name), name).is_ok()
    }

    /// All of them, in ascending order.
    pub fn into_texts(self) -> impl Iterator<Item = Text> {
        self.0.into_iter().map(|name| name.text)
    }

    /// The same.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|name| name.text.as_str())
    }

    /// Where it is, or belongs.
    fn find(&self, head: u128, name: &[u8]) -> Result<usize, usize> {
        let mut place = self.0.partition_point(|known| known.head < head);
        // Hardly ever is there more than one name with such a beginning.
        while let Some(known) = self.0.get(place).filter(|known| known.head == head) {
            if known.is(head, name) {
                return Ok(place);
            }
            if known.text.as_bytes() > name {
                break;
            }
            place += 1;
        }
        Err(place)
    }
}

impl Name {
    fn is(&self, head: u128, name: &[u8]) -> bool {
        let known = self.text.as_bytes();
        self.head == head && known.len() == name.len() && (name.len() <= HEAD || known == name)
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// How many bytes the beginning of a name is.
const HEAD: usize = size_of::<u128>();

/// The beginning of a name as a number, in the order of the names.
fn head(name: &[u8]) -> u128 {
    let (first, behind) = name.split_at_checked(8).unwrap_or((name, &[]));
    u128::from(half(first)) << 64 | u128::from(half(behind))
}

fn half(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(all) => u64::from_be_bytes(*all),
        None => bytes.iter().zip([56, 48, 40, 32, 24, 16, 8]).fold(0, |half, (byte, by)| half | u64::from(*byte) << by),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_and_once() {
        let mut domains = Names::default();
        for (name, taken) in [("sun", true), ("hue", true), ("sun", true), ("", false), ("a\n", false), ("é", true)] {
            assert_eq!(domains.insert(name.as_bytes()).unwrap(), taken, "{name:?}");
        }
        assert!(domains.insert(&[b'x'; 64]).unwrap());
        assert!(!domains.insert(&[b'x'; 65]).unwrap());
        assert!(domains.contains(b"hue") && !domains.contains(b"hu"));
        assert_eq!(domains.iter().map(str::len).collect::<Vec<_>>(), [3, 3, 64, 2]);
        for name in ["homekit_controller", "homekit", "homekit_", "homekit_bridge", "h", "homeassi", "homeassistant"] {
            assert!(domains.insert(name.as_bytes()).unwrap() && domains.contains(name.as_bytes()), "{name}");
        }
        assert!(domains.iter().is_sorted());
    }

    #[test]
    fn bounded() {
        let mut domains = Names::default();
        for number in 0..Names::LIMIT {
            assert!(domains.insert(number.to_string().as_bytes()).unwrap());
        }
        assert!(domains.insert(b"7").unwrap(), "what is there already takes no room");
        assert_eq!(domains.insert(b"more").unwrap_err().to_string(), "more than 4096 names");
    }
}
