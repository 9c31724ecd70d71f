//! Texts of several lines, some of them long.

use super::words::LINES;
use super::writer::Writer;

impl Writer<'_> {
    pub(super) fn block(&mut self, indent: usize, times: usize) {
        self.text += self.random.of(&["|", ">"]);
        self.text += self.random.of(&["", "", "", "-", "+", "2", "1-", "+4", " # c"]);
        self.text += "\n";
        let deeper = indent + 1 + self.random.below(4);
        self.lines(deeper, times);
    }

    fn lines(&mut self, indent: usize, times: usize) {
        let lines: Vec<&str> = (0..=self.random.below(5)).map(|_| self.random.of(&LINES)).collect();
        for _ in 0..times {
            for line in &lines {
                let more = if self.random.once_in(8) { self.random.below(3) } else { 0 };
                self.line(indent + more, line);
            }
        }
        if self.random.once_in(20) {
            self.line(indent.saturating_sub(1), "# less");
        }
    }

    pub(super) fn plain(&mut self, indent: usize, times: usize) {
        let first = self.random.of(&["begins", "1", "hue", "mysql", "2026-01-01"]);
        self.text += first;
        if self.random.once_in(2) {
            let unit = self.random.of(&["1", "_", "a", "word ", "1a", "b:", "0123_", ", ", "   "]);
            self.text += &unit.repeat(times);
        }
        self.text += "\n";
        let deeper = indent + 1 + self.random.below(3);
        let line = self.random.of(&["some words and more", "e", "12345678", "---------", "", "# c", "a,b,c,d,e,f"]);
        for _ in 0..self.random.below(3) * times {
            self.line(deeper, line);
        }
    }

    pub(super) fn single(&mut self, indent: usize, times: usize) {
        let start = self.random.of(&["'", "'hue", "'a ", "'\n"]);
        let unit = self.random.of(&["''", "x", " ", "\n", "  y\n", "a\n  # b\n", "--- ", "\u{e4}\u{2028}", "!t, "]);
        let end = self.random.of(&["'", "e'", "'", " '", "\n'", "' # c"]);
        self.quotes(indent, [start, unit, end], times);
    }

    pub(super) fn double(&mut self, indent: usize, times: usize) {
        let start = self.random.of(&["\"", "\"hue", "\"a ", "\"\n", "\"hu\\\n"]);
        let unit = self.random.of(&[
            "\\\\",
            "\\x41",
            "\\U0001F600",
            " ",
            "\n",
            "\\\n",
            "\\\n  \\ ",
            "x\\\n\n",
            "a\\\"",
            "\\N\\/",
            "\\u00e4",
            "\\\t",
            "'#: ",
            "x y ",
        ]);
        let mut end = self.random.of(&["\"", "e\"", " \"", "\\\n  e\""]);
        if self.random.once_in(20) {
            end = self.random.of(&["\\", "\\q\"", "\\ud800\""]);
        }
        self.quotes(indent, [start, unit, end], times);
    }

    fn quotes(&mut self, indent: usize, [start, unit, end]: [&str; 3], times: usize) {
        let blanks = format!("\n{}", " ".repeat(indent + 1));
        let (before, after) = (self.random.below(4 * times + 1), self.random.below(4 * times + 1));
        let other = self.random.of(&["", "z", "!t,", "# x", "word "]);
        let text = format!("{start}{}{other}{}{end}", unit.repeat(before), unit.repeat(after));
        self.text += &if self.random.once_in(30) { text } else { text.replace('\n', &blanks) };
        self.text += "\n";
    }

    pub(super) fn flow(&mut self, indent: usize, times: usize) {
        let (open, close) = [("[", "]"), ("{", "}"), ("[[", "]]"), ("[{", "}]")][self.random.below(4)];
        let unit = self.random.of(&[
            "a, ",
            "'b': c, ",
            "\"b\":c, ",
            "? a : b, ",
            "d: [e], ",
            "!!str , ",
            "f, # g\n",
            "h:\n i, ",
            "a b\n c, ",
            "!!str x, ",
            "platform: y, ",
            "*a0, ",
            "!!null,",
        ]);
        let blanks = format!("\n{}", " ".repeat(indent + 1));
        let text = unit.repeat(times.min(300) * (1 + self.random.below(3)));
        self.text += open;
        self.text += &text.replace('\n', &blanks);
        self.text += self.random.of(&["a", "a", "", "platform: z", "'x\n  y'"]);
        self.text += close;
        self.end_of_line();
    }
}
