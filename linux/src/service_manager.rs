//! What systemd knows, asked of `systemctl`.

use core::time::Duration;
use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use haos_analytics_home_assistant::json::Reader;

/// Bytes of an answer; a hundred services take 10 kB.
const LIMIT: u64 = 64 * 1024;

/// The unit that starts `send`.
pub const TIMER: &str = "haos-analytics.timer";

/// What `systemctl` prints.
///
/// # Errors
///
/// There is no `systemctl`, or it ended badly.
pub fn ask(arguments: &[&str]) -> io::Result<Vec<u8>> {
    let mut child = Command::new("systemctl")
        .arg("--no-pager")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut told = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(LIMIT).read_to_end(&mut told)?;
    }
    if child.wait()?.success() {
        Ok(told)
    } else {
        Err(io::Error::other("systemctl ended with an error"))
    }
}

/// When [`TIMER`] elapses next: `Some(None)` if it does not, `None` if systemd cannot be asked.
pub fn next_report() -> Option<Option<SystemTime>> {
    read(&ask(&["list-timers", "--all", "--output=json", TIMER]).ok()?)
}

/// Reads what `systemctl list-timers` says: an array with an object for each timer, in which `next` is
/// microseconds of Unix time, and 0 or null for a timer that does not elapse.
fn read(told: &[u8]) -> Option<Option<SystemTime>> {
    let mut source = told;
    let mut json = Reader::new(&mut source);
    let mut next = None;
    json.begin_array().ok()?;
    while json.next_item().ok()? {
        json.begin_object().ok()?;
        let (mut of_timer, mut unit) = (None, None);
        while let Some(key) = json.next_key(&["next", "unit"]).ok()? {
            match key {
                "next" => of_timer = json.integer().ok()?.filter(|next| *next > 0),
                _ => unit = json.text().ok()?.map(str::to_owned),
            }
        }
        if unit.as_deref() == Some(TIMER) {
            next = of_timer.and_then(|next| UNIX_EPOCH.checked_add(Duration::from_micros(next)));
        }
    }
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_list_timers_says() {
        let other = r#"{"next":5,"left":1,"last":null,"passed":null,"unit":"a.timer","activates":"a.service"}"#;
        let own = |next: &str| format!(r#"[{other},{{"next":{next},"left":0,"unit":"{TIMER}"}}]"#);
        let at = |micros| Some(Some(UNIX_EPOCH + Duration::from_micros(micros)));
        for (told, expected) in [
            (own("1795444260123456"), at(1_795_444_260_123_456)),
            (own("0"), Some(None)),
            (own("null"), Some(None)),
            (format!("[{other}]"), Some(None)),
            ("[]".to_owned(), Some(None)),
            // Of a release that has only a table for people.
            ("NEXT LEFT LAST PASSED UNIT ACTIVATES\n".to_owned(), None),
            (String::new(), None),
            (own("\"soon\""), Some(None)),
        ] {
            assert_eq!(read(told.as_bytes()), expected, "{told}");
        }
    }
}
