//! How the number of installations has come to be what it is: a line, and the same as a table.

use super::date;
use super::text::Number;
use crate::aggregate::Published;
use crate::time::Time;
use core::fmt::{Result, Write};

/// More points are not to be told apart.
const POINTS: i64 = 400;
const ROWS: i64 = 12;
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 300.0;
const HOUR: i64 = 3600 * 1000;
const DAY: i64 = 24 * HOUR;

/// When, and how many.
pub(super) type Point = (Time, u64);

/// The earlier hours and now, from the oldest on.
pub(super) fn points(published: &Published) -> Vec<Point> {
    let now = (published.aggregate.last_updated, published.aggregate.active_installations);
    let point = |text: &str| text.parse().ok().map(Time).filter(|time| *time < now.0);
    let earlier = published.history.iter();
    let earlier = earlier.filter_map(|entry| Some((point(&entry.timestamp)?, entry.active_installations)));
    let mut points: Vec<_> = earlier.chain([now]).collect();
    points.sort_by_key(|(time, _)| *time);
    points
}

/// How many more than 30 days ago, or fewer; nothing if that is too long ago to be known.
pub(super) fn change(points: &[Point]) -> Option<(bool, u64)> {
    let (now, count) = *points.last()?;
    let at = |days: i64| Time(now.0.saturating_sub(days * DAY));
    // A receiver that was switched off for a while has no entry of that day.
    let (_, before) = points.iter().rfind(|(time, _)| *time <= at(30) && *time > at(32))?;
    Some((count >= *before, count.abs_diff(*before)))
}

/// Writes it. A line needs two hours at least.
pub(super) fn write(out: &mut String, points: &[Point]) -> Result {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Ok(()) };
    let span = last.0 .0.saturating_sub(first.0 .0);
    if span < HOUR {
        return write!(out, "<p class=\"note\">The history begins on {}.</p>", date::day(first.0));
    }
    let most = points.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let top = round_up(most);
    let label = |time| if span < 3 * DAY { date::minute(time) } else { date::day(time) };
    write!(
        out,
        "<figure><div class=\"plot\"><div class=\"y\" aria-hidden=\"true\"><span>{}</span><span>{}</span><span>0</span></div>\
         <svg role=\"img\" aria-labelledby=\"line-title line-desc\" viewBox=\"0 0 1000 300\" preserveAspectRatio=\"none\">\
         <title id=\"line-title\">Installations over time</title>\
         <desc id=\"line-desc\">From {} on {} to {} on {}, and never more than {}.</desc>\
         <path class=\"grid\" d=\"M0 0H1000M0 150H1000M0 300H1000\"/>",
        Number(top),
        Number(top / 2),
        Number(first.1),
        label(first.0),
        Number(last.1),
        label(last.0),
        Number(most),
    )?;
    let line = line(&thinned(points, POINTS), first.0, span, top);
    write!(out, "<path class=\"area\" d=\"M0 300L{line}V300Z\"/><path class=\"line\" d=\"M{line}\"/></svg>")?;
    let middle = Time(first.0 .0 + span / 2);
    write!(
        out,
        "<div class=\"x\" aria-hidden=\"true\"><span>{}</span><span>{}</span><span>{}</span></div></div>\
         <figcaption>Installations that reported within 60 days.</figcaption></figure>\
         <details><summary>The same as a table</summary><table><caption>Installations over time</caption><thead><tr>\
         <th scope=\"col\">Date</th><th scope=\"col\">Installations</th></tr></thead><tbody>",
        label(first.0),
        label(middle),
        label(last.0)
    )?;
    for (time, count) in thinned(points, ROWS).iter().rev() {
        write!(out, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", label(*time), Number(*count))?;
    }
    out.write_str("</tbody></table></details>")
}

/// Coordinates, with commas between.
#[allow(clippy::cast_precision_loss, reason = "for the eye")]
fn line(points: &[Point], first: Time, span: i64, top: u64) -> String {
    let mut line = String::new();
    for (time, count) in points {
        let x = (time.0 - first.0) as f64 / span as f64 * WIDTH;
        let y = HEIGHT - *count as f64 / top as f64 * HEIGHT;
        // Writing to a string cannot fail.
        let _ = write!(line, "{}{x:.1},{y:.1}", if line.is_empty() { "" } else { " " });
    }
    line
}

/// The first, and the last of each of so many equal spans.
fn thinned(points: &[Point], spans: i64) -> Vec<Point> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let width = ((last.0 .0.saturating_sub(first.0 .0)) / spans).max(1);
    let span = |point: &Point| (point.0 .0 - first.0 .0) / width;
    let follows = |pair: &[Point]| span(&pair[0]) != span(&pair[1]);
    let mut kept = vec![*first];
    kept.extend(points.windows(2).skip(1).filter(|pair| follows(pair)).map(|pair| pair[0]));
    kept.push(*last);
    kept
}

/// A round number that is not smaller, and has a half.
fn round_up(number: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for of_them in [2, 4, 6, 8, 10, 12, 14, 16, 18] {
            let round = unit.saturating_mul(of_them);
            if round >= number {
                return round;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded() {
        for (number, round) in [
            (0, 2),
            (1, 2),
            (2, 2),
            (3, 4),
            (10, 10),
            (11, 12),
            (19, 20),
            (59_000, 60_000),
            (10_100, 12_000),
            (u64::MAX, u64::MAX),
        ] {
            assert_eq!(round_up(number), round);
        }
    }

    #[test]
    fn few_points_of_many() {
        let points: Vec<Point> = (0..10_000).map(|hour| (Time(hour * HOUR), hour.unsigned_abs())).collect();
        let thin = thinned(&points, 12);
        assert_eq!((thin.first(), thin.last()), (points.first(), points.last()));
        assert!((12..=14).contains(&thin.len()), "{}", thin.len());
        assert!(thin.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(thinned(&points[..2], 12), points[..2]);
        assert_eq!(thinned(&[], 12), []);
    }

    #[test]
    fn against_30_days_ago() {
        let day = |day: i64, count| (Time(day * DAY), count);
        assert_eq!(change(&[]), None);
        assert_eq!(change(&[day(0, 5), day(29, 6)]), None);
        assert_eq!(change(&[day(0, 5), day(30, 7)]), Some((true, 2)));
        assert_eq!(change(&[day(0, 5), day(1, 9), day(31, 7)]), Some((false, 2)));
        assert_eq!(change(&[day(0, 5), day(40, 7)]), None);
    }
}
