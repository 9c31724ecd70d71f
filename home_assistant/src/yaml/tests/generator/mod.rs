//! Makes up configurations: mostly well-formed, with a little of everything that YAML has.

mod plain;
mod texts;
mod words;
mod writer;

use self::words::{DOMAINS, MISTAKES};
use self::writer::Writer;

/// Numbers that are the same in each run.
pub(super) struct Random(u64);

impl Random {
    /// From a seed.
    pub(super) fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 20) % count as u64).unwrap()
    }

    fn once_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn of<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.below(list.len())]
    }
}

/// A configuration.
pub(super) fn configuration(random: &mut Random) -> String {
    let mut text = if random.once_in(2) { plain::configuration(random) } else { anything(random) };
    for _ in 0..random.below(3).saturating_sub(random.below(3)) {
        text = spoilt(random, &text);
    }
    match random.below(10) {
        0 => text.replace('\n', "\r\n"),
        1 => text.trim_end().to_owned(),
        _ => text,
    }
}

fn anything(random: &mut Random) -> String {
    let mut writer = Writer { random, text: String::new(), anchors: 0 };
    writer.text += writer.random.of(&["", "", "", "", "---\n", "# c\n", "\u{feff}", "%YAML 1.1\n---\n", "\n\n"]);
    for _ in 0..=writer.random.below(6) {
        let key = writer.random.of(&DOMAINS);
        writer.entry(0, key, 0);
    }
    writer.text += writer.random.of(&["", "", "", "", "...\n", "# end", "   ", "\n\n"]);
    writer.text
}

/// Changed at one place.
fn spoilt(random: &mut Random, text: &str) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let at = random.below(lines.len().max(1));
    let Some(line) = lines.get(at).cloned() else { return text.to_owned() };
    let place = random.below(line.chars().count() + 1);
    let before: String = line.chars().take(place).collect();
    let after: String = line.chars().skip(place).collect();
    match random.below(12) {
        0 => lines[at] = format!(" {line}"),
        1 => lines[at] = line.strip_prefix(' ').unwrap_or(&line).to_owned(),
        2 => lines.insert(at, line),
        3 => drop(lines.remove(at)),
        4 => lines.insert(at, "# a comment\n".repeat(1 + random.below(2) * 1500)),
        5 => lines.insert(at, "  \n".repeat(1 + random.below(2) * 6000)),
        6 => {
            let other = random.below(lines.len());
            lines.swap(at, other);
        }
        7 => lines[at] = before,
        _ => lines[at] = before + random.of(&MISTAKES) + &after,
    }
    lines.concat()
}
