//! Writes a small file anew after something was removed.
//!
//! SQLite overwrites what is deleted, but when it has moved rows from one page to another before, a copy may be left in
//! the part of a page that is not in use: one in a thousand, as tried. Written anew, a file has no such copies.

use super::super::Error;
use super::Sqlite;
use core::time::Duration;

/// A larger file is not written anew: that is done in memory, and goes through the log.
const LARGEST: i64 = 16 << 20;
/// How often at most.
const EVERY: Duration = Duration::from_secs(3600);

/// When it was done last.
#[derive(Debug, Default)]
pub(super) struct Vacuum {
    at: Option<Duration>,
    /// So many transactions had removed something by then.
    removed: u64,
}

impl Sqlite {
    /// Does it if that is due at this point of the monotonic clock; before [`Sqlite::erase`].
    ///
    /// # Errors
    ///
    /// SQLite's.
    pub fn vacuum(&mut self, elapsed: Duration) -> Result<(), Error> {
        let removed = self.checkpoint.removals();
        let rested = self.vacuum.at.is_none_or(|at| elapsed.saturating_sub(at) >= EVERY);
        if !rested || removed == self.vacuum.removed || self.bytes()? > LARGEST {
            return Ok(());
        }
        self.place.check()?;
        self.db.execute_batch("VACUUM")?;
        self.checkpoint.removed();
        self.vacuum = Vacuum { at: Some(elapsed), removed: self.checkpoint.removals() };
        Ok(())
    }

    fn bytes(&self) -> Result<i64, Error> {
        let bytes = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        Ok(self.db.query_row(bytes, [], |row| row.get(0))?)
    }
}
