//! Mappings, lists and values.

use super::words::{KEYS, TAGS, WORDS, WRONG};
use super::Random;

/// Writes YAML.
pub(super) struct Writer<'r> {
    pub(super) random: &'r mut Random,
    pub(super) text: String,
    pub(super) anchors: usize,
}

impl Writer<'_> {
    pub(super) fn line(&mut self, indent: usize, line: &str) {
        self.text += &" ".repeat(indent);
        self.text += line;
        self.text += "\n";
    }

    /// An entry of a mapping.
    pub(super) fn entry(&mut self, indent: usize, key: &str, depth: usize) {
        if self.random.once_in(15) {
            self.line(indent, "# a comment");
        }
        self.text += &" ".repeat(indent);
        if self.random.once_in(40) {
            self.text += "? ";
        } else if self.random.once_in(40) {
            self.anchor();
        }
        self.text += key;
        if self.text.ends_with(&format!("? {key}")) {
            self.text += "\n";
            self.text += &" ".repeat(indent);
        }
        self.text += ":";
        self.value(indent, depth);
    }

    fn mapping(&mut self, indent: usize, depth: usize) {
        let count = 1 + self.random.below(7);
        for _ in 0..count {
            let key = self.random.of(&KEYS);
            match self.random.below(40) {
                0 => self.line(indent, "<<: {platform: y}"),
                1 if self.anchors > 0 && self.random.once_in(4) => self.line(indent, "<<: *a0"),
                _ => self.entry(indent, key, depth),
            }
        }
    }

    fn list(&mut self, indent: usize, depth: usize) {
        for _ in 0..=self.random.below(5) {
            self.text += &" ".repeat(indent);
            self.text += "-";
            if self.random.once_in(3) {
                self.value(indent, depth);
            } else {
                let start = self.text.len();
                let blanks = 1 + self.random.below(3);
                self.mapping(indent + blanks + 1, depth);
                // The first line of it follows on the dash.
                self.text.replace_range(start..=start + indent, "");
            }
        }
    }

    fn anchor(&mut self) {
        self.text += &format!("&a{} ", self.anchors);
        self.anchors += 1;
    }

    /// What follows on a colon or a dash, up to the end of its last line.
    fn value(&mut self, indent: usize, depth: usize) {
        self.text += " ";
        if self.random.once_in(25) {
            self.anchor();
        }
        if self.random.once_in(50) {
            self.text += self.random.of(&TAGS);
            self.text += " ";
        }
        let long = if self.random.once_in(60) { 1 + 17_000 / (indent + 12) } else { 1 };
        match self.random.below(20) {
            0..=6 => self.word(),
            7..=8 if depth < 4 => {
                self.end_of_line();
                let deeper = indent + 1 + self.random.below(4);
                self.mapping(deeper, depth + 1);
            }
            9..=11 if depth < 4 => {
                self.end_of_line();
                let deeper = indent + self.random.below(3);
                self.list(deeper, depth + 1);
            }
            12 => self.block(indent, long),
            13 => self.plain(indent, long),
            14 => self.single(indent, long),
            15 => self.double(indent, long),
            16 => self.flow(indent, long),
            17 if self.anchors > 0 => {
                let anchor = self.random.below(self.anchors);
                self.text += &format!("*a{anchor}\n");
            }
            18 => self.end_of_line(),
            _ => self.word(),
        }
    }

    fn word(&mut self) {
        let is_wrong = self.random.once_in(100);
        self.text += if is_wrong { self.random.of(&WRONG) } else { self.random.of(&WORDS) };
        self.end_of_line();
    }

    pub(super) fn end_of_line(&mut self) {
        self.text += self.random.of(&["\n", "\n", "\n", "\n", "\n", "\n", "  \n", " # it's\n", "\n\n", "\n# a\n"]);
    }
}
