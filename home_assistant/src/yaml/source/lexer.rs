//! In what a place stands: in a text, in quotes, in a comment, or between them.
//!
//! It begins where the parser's last event ended, so it need know no grammar but that of what lies
//! between two events.

/// In what a place stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Where something may begin.
    Between,
    /// After a dash, a question mark or a colon that may be one by itself or begin a text.
    Pending(char),
    Comment,
    Directive,
    Plain,
    Single,
    /// After a quote that may be the first of two.
    SingleQuote,
    Double,
    DoubleEscape,
    Anchor,
    Tag,
    /// In `!<…>`.
    Verbatim,
    /// From `|` or `>` to the end of the line.
    Header,
    Block,
}

/// In what a place stands, and how it goes on.
#[derive(Clone, Debug)]
pub(super) struct Lexer {
    /// In what.
    pub(super) state: State,
    /// How many brackets are open.
    pub(super) flow: usize,
    /// The column of the innermost block around it.
    pub(super) indent: i64,
    column: i64,
    /// Nothing but blanks stood in this line.
    pub(super) is_blank: bool,
    /// The last character.
    pub(super) previous: char,
    /// How many dashes or dots at the beginning of a line are alike, all of what was found.
    marker: usize,
    /// How many directives there were.
    pub(super) directives: usize,
    /// How many characters of it there were, but for blanks, line ends and the backslash of an
    /// escape.
    pub(super) weight: usize,
    /// It holds a character that no number and no date has.
    pub(super) is_words: bool,
    /// There was a tag, of this text or of one before it.
    pub(super) has_tag: bool,
}

impl Lexer {
    /// At the end of an event.
    pub(super) fn new(flow: usize, indent: i64, column: u64) -> Self {
        let column = i64::try_from(column).unwrap_or(i64::MAX);
        Lexer {
            state: State::Between,
            flow,
            indent,
            column,
            is_blank: column == 0,
            previous: '\n',
            marker: 0,
            directives: 0,
            weight: 0,
            is_words: false,
            has_tag: false,
        }
    }

    /// Goes on over a text.
    pub(super) fn run(&mut self, text: &str) {
        text.chars().for_each(|character| self.feed(character));
    }

    /// Goes on over a character.
    pub(super) fn feed(&mut self, character: char) {
        self.step(character);
        self.weight += usize::from(!is_white(character) && self.state != State::DoubleEscape);
        self.is_words |= !is_of_number(character);
        if is_break(character) {
            self.column = 0;
            self.is_blank = true;
        } else {
            self.column += 1;
            self.is_blank &= is_blank(character);
        }
        self.previous = character;
    }

    fn step(&mut self, next: char) {
        self.state = match self.state {
            State::Between => return self.begin(next),
            State::Pending(_) if is_white(next) => State::Between,
            State::Pending(first) => {
                self.marker = if self.column == 1 && first == '-' && next == '-' { 2 } else { 0 };
                self.state = State::Plain;
                if self.marker == 0 {
                    self.plain(next);
                }
                return;
            }
            State::Plain => return self.plain(next),
            // Its lines are deeper than what it stands in, and never at column 0.
            State::Block if self.is_blank && self.column <= self.indent.max(0) && !is_white(next) => {
                return self.begin(next);
            }
            State::Comment | State::Directive if is_break(next) => State::Between,
            State::Header if is_break(next) => State::Block,
            State::Single if next == '\'' => State::SingleQuote,
            State::SingleQuote if next == '\'' => State::Single,
            State::Double if next == '"' => State::Between,
            State::Double if next == '\\' => State::DoubleEscape,
            State::DoubleEscape => State::Double,
            State::Tag if next == '<' && self.previous == '!' => State::Verbatim,
            State::Verbatim if next == '>' => State::Between,
            State::SingleQuote => return self.begin(next),
            State::Anchor if !is_word(next) => return self.begin(next),
            State::Tag if !is_tag(next) => return self.begin(next),
            other => other,
        };
    }

    /// What begins with a character.
    fn begin(&mut self, next: char) {
        self.marker = 0;
        self.weight = 0;
        self.is_words = false;
        self.has_tag |= next == '!';
        self.state = match next {
            ' ' | '\t' | ',' => State::Between,
            '\u{feff}' if self.column == 0 => State::Between,
            _ if is_break(next) => State::Between,
            '#' => State::Comment,
            '%' if self.column == 0 => {
                self.directives += 1;
                State::Directive
            }
            '[' | '{' => {
                self.flow += 1;
                State::Between
            }
            ']' | '}' => {
                self.flow = self.flow.saturating_sub(1);
                State::Between
            }
            '\'' => State::Single,
            '"' => State::Double,
            '&' | '*' => State::Anchor,
            '!' => State::Tag,
            '|' | '>' if self.flow == 0 => State::Header,
            '?' | ':' if self.flow > 0 => State::Between,
            '-' | '?' | ':' => State::Pending(next),
            '.' if self.column == 0 => {
                self.marker = 1;
                State::Plain
            }
            _ => State::Plain,
        };
    }

    fn plain(&mut self, next: char) {
        let ends_block = self.flow == 0 && self.is_blank && self.column <= self.indent && !is_white(next);
        if ends_block
            || (self.previous == ':' && is_white(next))
            || (self.marker == 3 && is_white(next))
            || (self.flow > 0 && matches!(next, ',' | '[' | ']' | '{' | '}'))
        {
            return self.begin(next);
        }
        if next == '#' && is_white(self.previous) {
            self.state = State::Comment;
            return;
        }
        let is_alike = self.marker > 0 && next == self.previous;
        self.marker = if is_alike { self.marker + 1 } else { 0 };
        self.state = State::Plain;
    }
}

pub(super) fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

/// A blank or the end of a line.
fn is_white(character: char) -> bool {
    is_blank(character) || is_break(character)
}

/// Whether a number or a date may hold it.
fn is_of_number(character: char) -> bool {
    is_white(character)
        || matches!(character, '0'..='9' | 'a'..='f' | 'A'..='F' | 'x' | 't' | 'T' | 'Z' | '+' | '-' | '.' | '_' | ':')
}

fn is_word(character: char) -> bool {
    matches!(character, 'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-')
}

/// Whether it may stand in a tag.
pub(super) fn is_tag(character: char) -> bool {
    is_word(character)
        || matches!(character, ';' | '/' | '?' | ':' | '@' | '&' | '=' | '+' | '$' | '.' | '%' | '!' | '~')
        || matches!(character, '*' | '\'' | '(' | ')')
}

#[cfg(test)]
mod tests {
    use super::{Lexer, State};

    #[test]
    fn places() {
        for (flow, text, expected) in [
            (0, "", State::Between),
            (0, ": # it's", State::Comment),
            (0, ": it's", State::Plain),
            (0, ": 'it''s", State::Single),
            (0, ": \"a\\\"", State::Double),
            (0, ": |-\n  '", State::Block),
            (0, "- [a, !", State::Tag),
            (0, "- [a, b!", State::Plain),
            (1, "|", State::Plain),
            (1, "?\"", State::Double),
            (0, "?\"", State::Plain),
            (0, "--- |\n", State::Block),
            (0, "---\n", State::Between),
            (0, "--- x", State::Plain),
            (0, "%TAG ! x\n%", State::Directive),
            (1, "a: \"", State::Double),
            (1, "a:\"", State::Plain),
            (0, ": a\n[", State::Between),
            (0, ": a\n [", State::Plain),
            (0, ": |\n[", State::Between),
            (0, "&a '", State::Single),
            (0, "!<x,y> '", State::Single),
        ] {
            let mut lexer = Lexer::new(flow, 0, 0);
            lexer.run(text);
            assert_eq!(lexer.state, expected, "{text:?}");
        }
    }
}
