//! Dates and points in time, as PyYAML has them.

use super::error::Cause;

/// Whether a text is a date or a point in time. A date alone has months and days of at least so
/// many digits: two, or one with a tag that says that it is a date.
///
/// # Errors
///
/// It looks like one that does not exist.
pub(super) fn is_date(text: &str, least: usize) -> Result<bool, Cause> {
    Stamp::of(text, least).map_or(Ok(false), |stamp| stamp.real().map(|()| true))
}

#[derive(Default)]
struct Stamp {
    year: u32,
    month: u32,
    day: u32,
    /// Hour, minute, second; the hours and minutes of the zone.
    time: [u32; 5],
}

impl Stamp {
    /// A date alone has months and days of at least so many digits.
    fn of(text: &str, least: usize) -> Option<Self> {
        let mut rest = Rest(text);
        let year = rest.number(4, 4)?;
        rest.one(b'-')?;
        let (month_digits, month) = rest.counted(1, 2)?;
        rest.one(b'-')?;
        let (day_digits, day) = rest.counted(1, 2)?;
        let mut stamp = Stamp { year, month, day, ..Stamp::default() };
        if rest.0.is_empty() {
            return (month_digits >= least && day_digits >= least).then_some(stamp);
        }
        if rest.one(b'T').or_else(|| rest.one(b't')).is_none() && rest.blanks() == 0 {
            return None;
        }
        let [hour, minute, second, zone_hour, zone_minute] = &mut stamp.time;
        *hour = rest.number(1, 2)?;
        rest.one(b':')?;
        *minute = rest.number(2, 2)?;
        rest.one(b':')?;
        *second = rest.number(2, 2)?;
        if rest.one(b'.').is_some() {
            rest.0 = rest.0.trim_start_matches(|character: char| character.is_ascii_digit());
        }
        let before_zone = rest.0;
        rest.blanks();
        if rest.one(b'Z').is_none() && rest.one(b'-').or_else(|| rest.one(b'+')).is_some() {
            *zone_hour = rest.number(1, 2)?;
            if rest.one(b':').is_some() {
                *zone_minute = rest.number(2, 2)?;
            }
        } else if rest.0.len() == before_zone.len() && !before_zone.is_empty() {
            return None;
        }
        // Blanks alone, without a zone, are no part of it.
        let ends_in_blank = text.ends_with([' ', '\t']);
        (rest.0.is_empty() && !ends_in_blank).then_some(stamp)
    }

    fn real(&self) -> Result<(), Cause> {
        if self.is_real() {
            Ok(())
        } else {
            Err(Cause::Refused("a date that does not exist"))
        }
    }

    fn is_real(&self) -> bool {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let days = match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 0,
        };
        let [hour, minute, second, zone_hour, zone_minute] = self.time;
        self.year > 0
            && (1..=days).contains(&self.day)
            && hour < 24
            && minute < 60
            && second < 60
            && zone_hour * 60 + zone_minute < 24 * 60
    }
}

struct Rest<'t>(&'t str);

impl Rest<'_> {
    fn one(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(char::from(byte))?;
        Some(())
    }

    fn blanks(&mut self) -> usize {
        let before = self.0.len();
        self.0 = self.0.trim_start_matches([' ', '\t']);
        before - self.0.len()
    }

    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        self.counted(least, most).map(|(_, number)| number)
    }

    fn counted(&mut self, least: usize, most: usize) -> Option<(usize, u32)> {
        let digits = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (number, rest) = self.0.split_at_checked(digits).filter(|_| digits >= least)?;
        self.0 = rest;
        Some((digits, number.parse().ok()?))
    }
}
