//! The integrations that are built into Home Assistant Core.
//!
//! The table is `built_in.txt`, which `tools/integrations/generate` writes from a wheel of Core.
//! It stays text and is searched in place, so it needs no memory and no initialization.
//!
//! Five lines come first: a remark, `core VERSION`, `platforms NAME…` (the base platforms, sorted),
//! `blocked DOMAIN[=VERSION]…` and `default DOMAIN…`. Each further line is an integration, and
//! these are sorted by domain as bytes: `DOMAIN KIND+FLAGS[ PLATFORMS[ DEPENDENCY,…]]`.
//!
//! * The kind is one capital letter, see [`BuiltIn::kind`].
//! * The flags are small letters: `c` config flow, `e` config entries, `s` setup, `x` disabled.
//! * A platform by which YAML loads the integration is one letter, its position among the base
//!   platforms: `A` to `Z`, then `a` to `z`. A `-` stands for none where dependencies follow.

#[cfg(test)]
mod tests;

const TABLE: &str = include_str!("built_in.txt");

/// Where a line of the table begins, counted from 0. A table that has fewer does not compile.
const fn line(number: usize) -> usize {
    let (mut at, mut lines) = (0, 0);
    while lines < number {
        if TABLE.as_bytes()[at] == b'\n' {
            lines += 1;
        }
        at += 1;
    }
    at
}

/// The lines before the rows.
const CORE: usize = 1;
const PLATFORMS: usize = 2;
const BLOCKED: usize = 3;
const DEFAULT: usize = 4;

/// Where these lines and the rows begin.
const LINES: [usize; 6] = [line(0), line(1), line(2), line(3), line(4), line(5)];

const ROWS: usize = LINES[5];

/// Where the rows begin whose first byte is this one or a later one.
const INDEX: [u16; 129] = {
    let table = TABLE.as_bytes();
    assert!(table.len() < u16::MAX as usize);
    let mut index = [0; 129];
    let (mut at, mut first) = (ROWS, 0);
    while at <= table.len() {
        let byte = if at < table.len() { table[at] as usize } else { 128 };
        while first <= byte {
            index[first] = at as u16;
            first += 1;
        }
        while at < table.len() && table[at] != b'\n' {
            at += 1;
        }
        at += 1;
    }
    index
};

/// Base platforms of a Core newer than the table, up to 2026.11.
const NEWER_BASE_PLATFORMS: [&str; 2] = ["infrared", "radio_frequency"];

/// An integration that is built into Core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    domain: &'static str,
    flags: &'static str,
    platforms: &'static str,
    dependencies: &'static str,
}

/// What an integration is: `integration_type` of its manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One device.
    Device,
    /// A domain of entities, such as `light`.
    Entity,
    /// The board or radio that Home Assistant runs on.
    Hardware,
    /// A helper, such as `input_boolean` or `derivative`.
    Helper,
    /// A gateway to several devices or accounts; also what names no type.
    Hub,
    /// One service.
    Service,
    /// A part of Home Assistant itself.
    System,
    /// A brand whose devices another integration serves. It has no code.
    Virtual,
}

/// The versions of a custom integration that Core refuses to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// Every version below this one.
    Below(&'static str),
    /// Every version.
    Always,
}

/// The version of Core that the table was made from.
pub fn core_version() -> &'static str {
    words(CORE).next().unwrap_or("")
}

/// Whether a version of Home Assistant, such as `2026.3.0b1`, is newer than the table.
pub fn is_newer(version: &str) -> bool {
    numbers(version) > numbers(core_version())
}

/// Year, month and patch. What is no number counts as 0.
fn numbers(version: &str) -> [u32; 3] {
    let number = |part: &str| part.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok();
    let mut numbers = version.split('.').map(|part| number(part).unwrap_or(0));
    core::array::from_fn(|_| numbers.next().unwrap_or(0))
}

/// Finds a built-in integration by its domain.
pub fn find(domain: &str) -> Option<BuiltIn> {
    let first = usize::from(*domain.as_bytes().first()?);
    let place = |first: usize| INDEX.get(first).copied().map(usize::from);
    let mut rows = TABLE.get(place(first)?..place(first + 1)?)?;
    while !rows.is_empty() {
        let (before, from) = split_in_the_middle(rows)?;
        let (row, after) = from.split_once('\n').unwrap_or((from, ""));
        rows = match row.split_once(' ').unwrap_or((row, "")).0.cmp(domain) {
            core::cmp::Ordering::Equal => return Some(BuiltIn::read(row)),
            core::cmp::Ordering::Less => after,
            core::cmp::Ordering::Greater => before,
        };
    }
    None
}

/// Every built-in integration, sorted by domain.
pub fn all() -> impl Iterator<Item = BuiltIn> {
    rows().lines().map(BuiltIn::read)
}

/// The domains that Core sets up on Home Assistant OS without being told to, sorted.
///
/// What these depend on, and what `default_config` adds, is not among them.
pub fn defaults() -> impl Iterator<Item = &'static str> {
    words(DEFAULT)
}

/// Whether other integrations provide the domain's entities, in the table's Core or in a newer one.
///
/// Below the YAML keys of these domains, `platform:` names an integration.
pub fn is_base_platform(domain: &str) -> bool {
    base_platforms().chain(NEWER_BASE_PLATFORMS).any(|platform| platform == domain)
}

/// Which versions of the custom integration Core refuses to load. `None`: it refuses none.
pub fn blocked(domain: &str) -> Option<Blocked> {
    words(BLOCKED).find_map(|entry| match entry.split_once('=') {
        Some((name, version)) => (name == domain).then_some(Blocked::Below(version)),
        None => (entry == domain).then_some(Blocked::Always),
    })
}

impl BuiltIn {
    fn read(row: &'static str) -> Self {
        let mut fields = row.split(' ');
        let mut field = || fields.next().unwrap_or("");
        Self { domain: field(), flags: field(), platforms: field(), dependencies: field() }
    }

    /// The name that Core knows the integration by.
    pub fn domain(self) -> &'static str {
        self.domain
    }

    /// What the integration is.
    pub fn kind(self) -> Kind {
        match self.flags.as_bytes().first() {
            Some(b'D') => Kind::Device,
            Some(b'E') => Kind::Entity,
            Some(b'L') => Kind::Helper,
            Some(b'S') => Kind::Service,
            Some(b'V') => Kind::Virtual,
            Some(b'W') => Kind::Hardware,
            Some(b'Y') => Kind::System,
            _ => Kind::Hub,
        }
    }

    /// Whether the integration is a helper.
    pub fn is_helper(self) -> bool {
        self.kind() == Kind::Helper
    }

    /// Whether Core refuses to load the integration, whatever is configured.
    pub fn is_disabled(self) -> bool {
        self.has(b'x')
    }

    /// Whether the integration can be added in the user interface.
    pub fn has_config_flow(self) -> bool {
        self.has(b'c')
    }

    /// Whether a top-level key of the YAML sets the integration up.
    pub fn has_setup(self) -> bool {
        self.has(b's')
    }

    /// Whether the integration sets up config entries.
    ///
    /// A top-level key of the YAML loads such an integration too. Without [`BuiltIn::has_setup`]
    /// the key configures nothing, and Core logs an error.
    pub fn has_entry_setup(self) -> bool {
        self.has(b'e')
    }

    /// Whether `platform: DOMAIN` below the base platform's key in the YAML loads the integration.
    ///
    /// It does if something is set up by that. Where the integration has [`BuiltIn::has_setup`] the
    /// platform need only be there: Core sets up the integration before it finds that the platform
    /// is for config entries alone.
    pub fn loads(self, base_platform: &str) -> bool {
        let mut letters = (b'A'..=b'Z').chain(b'a'..=b'z').zip(base_platforms());
        letters.any(|(letter, platform)| platform == base_platform && self.platforms.as_bytes().contains(&letter))
    }

    /// The domains that Core loads before this one, sorted. Theirs are not included.
    pub fn dependencies(self) -> impl Iterator<Item = &'static str> {
        self.dependencies.split(',').filter(|domain| !domain.is_empty())
    }

    fn has(self, flag: u8) -> bool {
        self.flags.as_bytes().contains(&flag)
    }
}

/// The base platforms of the table's Core, sorted.
fn base_platforms() -> impl Iterator<Item = &'static str> {
    words(PLATFORMS)
}

/// The words of a line before the rows, without the label that it begins with.
fn words(line: usize) -> impl Iterator<Item = &'static str> {
    let start = LINES.get(line).copied().unwrap_or(ROWS);
    let end = LINES.get(line + 1).map_or(ROWS, |next| next - 1);
    let mut words = TABLE.get(start..end).unwrap_or("").as_bytes().split(|byte| *byte == b' ');
    words.next();
    words.map(|word| core::str::from_utf8(word).unwrap_or(""))
}

fn rows() -> &'static str {
    TABLE.get(ROWS..).unwrap_or("")
}

/// Splits the rows before the one that the middle byte belongs to.
///
/// Never `None`, as a row begins with a character.
fn split_in_the_middle(rows: &'static str) -> Option<(&'static str, &'static str)> {
    let before = rows.as_bytes().get(..rows.len() / 2)?;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    rows.split_at_checked(start)
}
