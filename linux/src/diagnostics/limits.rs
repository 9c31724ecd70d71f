//! How long a server wants to be left alone.

use core::time::Duration;
use std::time::SystemTime;

use crate::delivery::pause_of;

/// What Sentry's clients take for an answer that does not say how long.
const UNSAID: Duration = Duration::from_secs(60);

/// How long no report may be sent, from the status and the headers `X-Sentry-Rate-Limits` and `Retry-After` of an answer.
///
/// `60:error;default:organization, 2700::key`: seconds, kinds of messages (none is all of them), and for whom. A report is
/// an *error*. That header counts whatever the status; else a 429 does.
pub fn pause(status: u16, limits: Option<&str>, retry_after: Option<&str>, now: SystemTime) -> Option<Duration> {
    let named = limits.and_then(|limits| limits.split(',').filter_map(of_reports).max());
    let plain = || retry_after.and_then(|value| pause_of(value.trim(), now)).unwrap_or(UNSAID);
    named.or_else(|| (status == 429).then(plain))
}

/// The pause of one limit, if it is about reports. One whose time cannot be read counts as long as one that does not say.
fn of_reports(limit: &str) -> Option<Duration> {
    let mut parts = limit.trim().split(':');
    let (seconds, kinds) = (parts.next()?, parts.next()?);
    let concerns = kinds.is_empty() || kinds.split(';').any(|kind| kind.trim() == "error");
    // A part of a second is one more.
    let (whole, more) = seconds.split_once('.').map_or((seconds, 0), |(whole, _)| (whole, 1));
    concerns.then(|| whole.parse().map_or(UNSAID, |whole: u64| Duration::from_secs(whole.saturating_add(more))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    #[test]
    fn headers() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (status, limits, retry_after, expected) in [
            (200, None, None, None),
            (200, None, Some("7"), None),
            (429, None, None, Some(60)),
            (429, None, Some("7"), Some(7)),
            (429, None, Some("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60)),
            (429, None, Some("soon"), Some(60)),
            (200, Some("60::organization"), None, Some(60)),
            (429, Some("60:transaction:key"), Some("7"), Some(7)),
            (200, Some("60:transaction:key"), None, None),
            (429, Some("60:transaction:key, 2700:default;error:organization:quota"), Some("7"), Some(2700)),
            (429, Some("1.5:error:key,:error"), None, Some(60)),
            (429, Some("nonsense"), None, Some(60)),
            (200, Some("1.5:error:key"), None, Some(2)),
            (200, Some("nonsense"), None, None),
            (200, Some(""), None, None),
            (429, Some("18446744073709551615::x"), None, Some(u64::MAX)),
        ] {
            let found = pause(status, limits, retry_after, now).map(|pause| pause.as_secs());
            assert_eq!(found, expected, "{status} {limits:?} {retry_after:?}");
        }
    }
}
