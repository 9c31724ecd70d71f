//! The unit files and the example of an environment file say what the source says.

use core::time::Duration;

use crate::delivery::{LONGEST_PAUSE, RETRIES, TIMEOUT as TRY};
use crate::error::Exit;
use crate::help::{EXITS, OPTIONS, SEND};
use crate::supervisor::TIMEOUT as QUESTION;
use haos_analytics_core::schedule::{EVERY, FIRST};

const TIMER: &str = include_str!("haos-analytics.timer");
const SERVICE: &str = include_str!("haos-analytics.service");
const DEFAULT: &str = include_str!("haos-analytics.default");

/// The one value of a directive.
fn value<'a>(unit: &'a str, directive: &str) -> &'a str {
    let mut values = unit.lines().filter_map(|line| line.strip_prefix(directive)?.strip_prefix('='));
    let value = values.next().unwrap_or_else(|| panic!("{directive} is missing"));
    assert_eq!(values.next(), None, "{directive} is there twice");
    value
}

/// A time as systemd reads it, of one number and one unit.
fn time(unit: &str, directive: &str) -> Duration {
    let text = value(unit, directive);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, name) = text.split_at(digits);
    let seconds = match name {
        "s" => 1,
        "min" => 60,
        "h" => 3600,
        _ => panic!("{directive}={text}"),
    };
    Duration::from_secs(number.parse::<u64>().unwrap() * seconds)
}

#[test]
fn the_timer_keeps_the_schedule() {
    assert_eq!(time(TIMER, "OnBootSec"), FIRST);
    assert_eq!(time(TIMER, "OnUnitActiveSec"), EVERY);
    // Later than promised by less than the first pause itself.
    assert!(time(TIMER, "RandomizedDelaySec") + time(TIMER, "AccuracySec") < FIRST);
    assert_eq!(value(TIMER, "FixedRandomDelay"), "yes");
    for clock in ["OnCalendar", "Persistent", "OnClockChange"] {
        assert!(!TIMER.contains(&format!("\n{clock}")), "{clock} goes by the clock");
    }
    assert_eq!(value(TIMER, "WantedBy"), "timers.target");
    assert!(!SERVICE.contains("[Install]"), "an image would enable the service itself");
}

#[test]
fn the_service_waits_for_a_report_that_does_all_it_may() {
    let tries = u32::try_from(RETRIES).unwrap() + 1;
    let longest = QUESTION + tries * TRY + (tries - 1) * LONGEST_PAUSE;
    assert!(time(SERVICE, "TimeoutStartSec") >= longest + Duration::from_secs(60), "{longest:?}");
}

#[test]
fn only_what_is_no_fault_is_a_success() {
    let codes: Vec<u8> = value(SERVICE, "SuccessExitStatus").split(' ').filter_map(|word| word.parse().ok()).collect();
    assert_eq!(codes, [Exit::NotDelivered as u8, Exit::NotOptedIn as u8]);
    assert!(codes.iter().all(|code| EXITS.iter().any(|(known, _)| known == code)));
}

/// The capability opens files by their handles too, wherever they are, should a later group have
/// the calls for it.
#[test]
fn no_file_is_opened_by_its_handle() {
    let filters: Vec<&str> = SERVICE.lines().filter_map(|line| line.strip_prefix("SystemCallFilter=")).collect();
    let groups = filters.iter().position(|filter| filter.contains("@file-system")).unwrap();
    let denied = filters.iter().position(|filter| *filter == "~name_to_handle_at open_by_handle_at").unwrap();
    assert!(groups < denied && SERVICE.contains("\nCapabilityBoundingSet=CAP_DAC_READ_SEARCH\n"), "{filters:?}");
}

#[test]
fn the_example_has_every_option_and_sets_none() {
    let header = "# Settings of haos-analytics. Its next run takes them; nothing needs to be restarted.\n\
                  # Without the sign in front, a line counts. What is empty is as if nobody had set it, an image neither.\n";
    let off = format!("\n# {}\n#{}=no\n", SEND.1, SEND.0);
    let proxies = "\n# The proxy to the receiver, and the hosts that need none.\n\
                   #https_proxy=\n#all_proxy=\n#no_proxy=\n";
    // The file is below the root, so it cannot say where that is.
    let options: String = OPTIONS
        .iter()
        .filter(|option| option.name != "--root")
        .map(|option| {
            let value = if option.value.is_empty() { "1" } else { "" };
            format!("\n# {}\n#{}={value}\n", option.about, option.variable)
        })
        .collect();
    assert_eq!(DEFAULT, [header, &off, &options, proxies].concat());
    let set = DEFAULT.lines().find(|line| !line.is_empty() && !line.starts_with('#'));
    assert_eq!(set, None);
}
