//! A matcher for regular expressions that are written as Rust: which positions of a short text can
//! be reached.
//!
//! A set of positions is one number, so a choice is an `|`, and an expression that matches in many
//! ways needs no backtracking. Nothing in it can fail or panic, which is not so of the searching
//! functions of `str`.

/// Which bytes are meant.
pub(super) type Class = fn(u8) -> bool;

/// A text of at most 64 bytes.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a>(pub(super) &'a str);

/// Positions in a text, from 0, which is before the first byte, to its length.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Positions(u128);

impl Subject<'_> {
    /// Whether an expression, from the beginning, can reach the end.
    pub(super) fn is(self, expression: impl Fn(Self, Positions) -> Positions) -> bool {
        let end = self.0.bytes().fold(1, |bit: u128, _| bit << 1);
        expression(self, Positions(1)).0 & end != 0
    }

    /// One byte of a class.
    pub(super) fn one(self, from: Positions, class: Class) -> Positions {
        self.step(from, &class)
    }

    /// Any number of bytes of a class, also none.
    #[inline(never)]
    pub(super) fn any(self, from: Positions, class: Class) -> Positions {
        repeated(from, |from| self.step(from, &class))
    }

    /// A number of at most so many digits, without a zero before it.
    #[inline(never)]
    pub(super) fn number(self, from: Positions, most: usize) -> Positions {
        let first = self.one(from, |byte| matches!(byte, b'1'..=b'9'));
        let more = |reached: Positions, _| reached.or(self.one(reached, |byte| byte.is_ascii_digit()));
        self.word(from, "0").or((1..most).fold(first, more))
    }

    /// One or more bytes of a class.
    pub(super) fn some(self, from: Positions, class: Class) -> Positions {
        self.any(self.one(from, class), class)
    }

    /// These bytes.
    #[inline(never)]
    pub(super) fn word(self, from: Positions, word: &str) -> Positions {
        word.bytes().fold(from, |from, wanted| self.step(from, &|byte| byte == wanted))
    }

    /// The one loop over the text. It is built once: an expression has dozens of steps, and the
    /// program is to be small.
    #[inline(never)]
    fn step(self, from: Positions, class: &dyn Fn(u8) -> bool) -> Positions {
        let mut bit = 1_u128;
        let mut matching = 0;
        for byte in self.0.bytes() {
            if class(byte) {
                matching |= bit;
            }
            bit <<= 1;
        }
        Positions((from.0 & matching) << 1)
    }

    /// One of several words.
    pub(super) fn word_of(self, from: Positions, words: &[&str]) -> Positions {
        words.iter().fold(Positions(0), |reached, word| reached.or(self.word(from, word)))
    }
}

impl Positions {
    /// What either of two expressions reaches.
    pub(super) fn or(self, other: Self) -> Self {
        Positions(self.0 | other.0)
    }
}

/// An expression any number of times, also not at all.
pub(super) fn repeated(from: Positions, once: impl Fn(Positions) -> Positions) -> Positions {
    let mut reached = from;
    loop {
        let more = reached.or(once(reached));
        if more == reached {
            return reached;
        }
        reached = more;
    }
}
