//! Which time it is, as far as something lasting may rest on it: the day of a report, what has expired, the history.
//!
//! The clock of the machine may be wrong at the start, and may jump. So the time is reckoned from what was known last
//! and from how long ago that was by the monotonic clock. The machine's clock is followed while it agrees with that.
//! Otherwise it has jumped: for an hour nothing is dated by it, and until it has been steady for 48 hours nothing
//! expires by it.
//!
//! No clock is asked here: [`CheckedClock::read`] takes what both say.

use crate::time::Time;
use core::time::Duration;

/// A clock that tells less is not set: this program is newer.
pub const NOT_BEFORE: Time = Time(1_767_225_600_000);
/// The machine's clock may differ from the reckoned one by so much in [`STRIDE`].
const TOLERANCE: Duration = Duration::from_secs(600);
const STRIDE: Duration = HOUR;
/// A clock that has jumped dates reports when it has been steady for this long.
const ADOPTED: Duration = HOUR;
/// A history entry is made when the clock has been steady for this long.
const STEADY: Duration = HOUR;
/// What the clock says has expired is removed when it has been steady for this long. Within it every installation
/// that is left has reported again, and has the right day.
pub const SETTLED: Duration = Duration::from_secs(48 * 3600);
/// A program that was away for longer cannot tell that from a jump.
const AWAY: Duration = Duration::from_secs(24 * 3600);
const HOUR: Duration = Duration::from_secs(3600);

/// What a store knows of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The last time that was told.
    pub last: Time,
    /// For how long the clock had been steady by then.
    pub steady: Duration,
}

/// The machine's clock, checked.
#[derive(Debug, Default)]
pub struct CheckedClock {
    /// What is reckoned from.
    base: Option<Base>,
    /// The machine's clock when it began to disagree with that.
    other: Option<Base>,
    /// Since when it has been steady, and for how long it had been before that.
    since: Duration,
    before: Duration,
    jumps: u64,
}

/// At this point of the monotonic clock it was this time.
#[derive(Clone, Copy, Debug)]
struct Base {
    time: Time,
    at: Duration,
    /// It was told by the machine's clock in this run, and not by the store.
    told: bool,
}

impl Base {
    fn reckon(self, elapsed: Duration) -> Time {
        self.time.plus(elapsed.saturating_sub(self.at))
    }

    fn agrees(self, wall: Time, elapsed: Duration) -> bool {
        let reckoned = self.reckon(elapsed);
        let ahead = if self.told { TOLERANCE } else { AWAY };
        wall.since(reckoned) <= ahead && reckoned.since(wall) <= TOLERANCE
    }
}

/// What may be done at a point in time.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The time.
    pub now: Time,
    /// By the monotonic clock.
    pub elapsed: Duration,
    /// A history entry may be made.
    pub steady: bool,
    /// What has expired may be removed.
    pub settled: bool,
}

impl Moment {
    /// Of a clock that need not be checked.
    pub fn sure(now: Time) -> Self {
        Self { now, elapsed: Duration::ZERO, steady: true, settled: true }
    }
}

impl CheckedClock {
    /// Goes on from what the store knows.
    pub fn resume(known: Option<Known>) -> Self {
        let base = known.map(|known| Base { time: known.last, at: Duration::ZERO, told: false });
        Self { base, before: known.map_or(SETTLED, |known| known.steady), ..Self::default() }
    }

    /// What the machine's clock says, and the monotonic one; gives what time it is, or none if nobody can know.
    pub fn read(&mut self, wall: Time, elapsed: Duration) -> Option<Moment> {
        let Some(base) = self.base else {
            if wall < NOT_BEFORE {
                return None;
            }
            self.adopt(wall, elapsed);
            return Some(self.moment(wall, elapsed));
        };
        if base.agrees(wall, elapsed) {
            self.other = None;
            if !base.told || elapsed.saturating_sub(base.at) >= STRIDE {
                self.adopt(wall, elapsed);
            }
            return Some(self.moment(wall, elapsed));
        }
        Some(self.jumped(base, wall, elapsed))
    }

    fn jumped(&mut self, base: Base, wall: Time, elapsed: Duration) -> Moment {
        (self.since, self.before) = (elapsed, Duration::ZERO);
        let other = self.other.filter(|other| other.agrees(wall, elapsed)).unwrap_or_else(|| {
            self.jumps += 1;
            Base { time: wall, at: elapsed, told: true }
        });
        self.other = Some(other);
        let reckoned = base.reckon(elapsed);
        // What the store knew last may be long ago; that it is later now speaks against nothing.
        let was_away = !base.told && wall > reckoned;
        if wall < NOT_BEFORE || !(was_away || elapsed.saturating_sub(other.at) >= ADOPTED) {
            return self.moment(reckoned, elapsed);
        }
        self.other = None;
        self.adopt(wall, elapsed);
        self.moment(wall, elapsed)
    }

    fn adopt(&mut self, wall: Time, elapsed: Duration) {
        self.base = Some(Base { time: wall, at: elapsed, told: true });
    }

    fn moment(&self, now: Time, elapsed: Duration) -> Moment {
        let steady = self.steady(elapsed);
        Moment { now, elapsed, steady: steady >= STEADY, settled: steady >= SETTLED }
    }

    fn steady(&self, elapsed: Duration) -> Duration {
        if self.other.is_some() {
            return Duration::ZERO;
        }
        (self.before + elapsed.saturating_sub(self.since)).min(SETTLED)
    }

    /// What the store should know after this moment.
    pub fn known(&self, moment: &Moment) -> Known {
        Known { last: moment.now, steady: self.steady(moment.elapsed) }
    }

    /// How often it has jumped.
    pub fn jumps(&self) -> u64 {
        self.jumps
    }
}

#[cfg(test)]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "small")]
mod tests {
    use super::*;

    const NOON: Time = Time(1_796_000_000_000);

    type Line<'a> = (f64, f64, Option<(i64, &'a str)>);

    /// Runs through lines of: hours by the monotonic clock, hours after noon by the machine's; the expected full hours
    /// after noon, and whether history and sweeping are allowed (`--`, `h-`, `hs`).
    fn run(known: Option<(i64, u64)>, lines: &[Line<'_>]) {
        let hours = |hours: f64| Time(NOON.0 + (hours * 3.6e6) as i64);
        let known =
            known.map(|(last, steady)| Known { last: hours(last as f64), steady: Duration::from_secs(steady * 3600) });
        let mut clock = CheckedClock::resume(known);
        for (at, (elapsed, wall, expected)) in lines.iter().enumerate() {
            let told = clock.read(hours(*wall), Duration::from_secs_f64(elapsed * 3600.0)).map(|moment| {
                let allowed =
                    format!("{}{}", if moment.steady { "h" } else { "-" }, if moment.settled { "s" } else { "-" });
                // To the hour: what is reckoned is between two of the machine's.
                ((moment.now.0 - NOON.0 + 1000).div_euclid(3_600_000), allowed)
            });
            let expected = expected.map(|(hours, allowed)| (hours, allowed.to_owned()));
            assert_eq!(told, expected, "line {at}: {elapsed} {wall}");
        }
    }

    #[test]
    fn a_clock_that_is_right() {
        run(None, &[(0.0, 0.0, Some((0, "hs"))), (1.0, 1.0, Some((1, "hs"))), (99.0, 99.1, Some((99, "hs")))]);
        // Restarted within a day, with the time that it had proved.
        run(Some((0, 48)), &[(0.0, 20.0, Some((20, "hs"))), (1.0, 21.0, Some((21, "hs")))]);
        run(Some((0, 40)), &[(0.0, 20.0, Some((20, "h-"))), (8.0, 28.0, Some((28, "hs")))]);
        // Off for 70 days: dated at once, swept after two days.
        run(
            Some((0, 48)),
            &[
                (0.0, 1680.0, Some((1680, "--"))),
                (1.0, 1681.0, Some((1681, "h-"))),
                (47.0, 1727.0, Some((1727, "h-"))),
                (48.0, 1728.0, Some((1728, "hs"))),
            ],
        );
    }

    #[test]
    fn a_clock_that_jumps_and_comes_back() {
        for jump in [61.0 * 24.0, 59.0 * 24.0, 2.0, -2.0, -300.0 * 24.0, -20_000.0 * 24.0] {
            run(
                Some((0, 48)),
                &[
                    (0.0, 0.0, Some((0, "hs"))),
                    (0.5, 0.5 + jump, Some((0, "--"))),
                    (0.7, 0.7 + jump, Some((0, "--"))),
                    (1.0, 1.0, Some((1, "--"))),
                    (2.0, 2.0, Some((2, "h-"))),
                    (49.0, 49.0, Some((49, "hs"))),
                ],
            );
        }
    }

    #[test]
    fn a_clock_that_jumps_and_stays() {
        // Dated by it after an hour, swept after two days more.
        for days in [61, -61] {
            let (jump, there) = (days as f64 * 24.0, days * 24);
            run(
                None,
                &[
                    (0.0, 0.0, Some((0, "hs"))),
                    (1.0, 1.0 + jump, Some((1, "--"))),
                    (1.5, 1.5 + jump, Some((1, "--"))),
                    (2.0, 2.0 + jump, Some((2 + there, "--"))),
                    (2.5, 2.5 + jump, Some((2 + there, "--"))),
                    (3.5, 3.5 + jump, Some((3 + there, "h-"))),
                    (51.0, 51.0 + jump, Some((51 + there, "hs"))),
                    // Back again, and so on.
                    (52.0, 52.0, Some((52 + there, "--"))),
                    (53.0, 53.0, Some((53, "--"))),
                ],
            );
        }
        // Restarted while it is wrong, and right after an hour.
        run(
            Some((0, 48)),
            &[
                (0.0, 1464.0, Some((1464, "--"))),
                (1.0, 1.0, Some((1465, "--"))),
                (2.1, 2.1, Some((2, "--"))),
                (50.1, 50.1, Some((50, "hs"))),
            ],
        );
    }

    #[test]
    fn a_clock_that_nobody_has_set() {
        let epoch = -NOON.0 as f64 / 3.6e6;
        run(None, &[(0.0, epoch, None), (0.1, epoch + 0.1, None), (0.2, 0.0, Some((0, "hs")))]);
        // The store knows better.
        run(
            Some((0, 48)),
            &[
                (0.0, epoch, Some((0, "--"))),
                (5.0, epoch + 5.0, Some((5, "--"))),
                (5.1, 100.0, Some((100, "--"))),
                (6.2, 101.1, Some((101, "h-"))),
            ],
        );
        // The day on which the image was built: behind the store until it is set.
        run(
            Some((0, 48)),
            &[
                (0.0, -2000.0, Some((0, "--"))),
                (0.1, 40.0, Some((40, "--"))),
                (1.5, 41.4, Some((41, "h-"))),
                (49.0, 88.9, Some((88, "hs"))),
            ],
        );
    }

    #[test]
    fn a_clock_that_runs_too_fast_or_stands_still() {
        let mut clock = CheckedClock::resume(None);
        let told = (0..7200)
            .map(|second| clock.read(NOON.plus(Duration::from_secs(second * 100)), Duration::from_secs(second)));
        let last = told.last().flatten().unwrap();
        assert!(last.now.since(NOON) < 2 * HOUR + TOLERANCE && !last.steady);
        let mut clock = CheckedClock::resume(None);
        let last = (0..7200).filter_map(|second| clock.read(NOON, Duration::from_secs(second))).last().unwrap();
        assert!(last.now.since(NOON) > HOUR && !last.steady);
        assert!(clock.jumps() > 0);
    }
}
