//! When a report is due. The core has no clock: a platform's timer keeps these.

use core::time::Duration;

/// The first report after each start.
pub const FIRST: Duration = Duration::from_secs(15 * 60);

/// The pause between two reports.
pub const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
