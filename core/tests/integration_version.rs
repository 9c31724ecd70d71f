//! Versions of custom integrations against the verdicts of the library that Home Assistant's loader
//! asks.
//!
//! `data/integration_versions.txt` was made with the real one, awesomeversion 25.8.0, as Home
//! Assistant 2026.2.3 calls it: `AwesomeVersion(AwesomeVersion(version), ensure_strategy=[CALVER,
//! SEMVER, SIMPLEVER, BUILDVER, PEP440])`; `yes` if that raises nothing.
#![allow(clippy::unwrap_used, reason = "a test")]

use haos_analytics_core::IntegrationVersion;

const TABLE: &str = include_str!("data/integration_versions.txt");

#[test]
fn the_verdicts_of_the_library() {
    let (mut taken, mut refused) = (0, 0);
    for line in TABLE.lines() {
        let (verdict, version) = line.split_at_checked(4).unwrap();
        let version = version.replace("\\n", "\n").replace("\\u{9b}", "\u{9b}");
        let parsed = IntegrationVersion::parse(&version);
        assert_eq!(parsed.is_ok(), verdict == "yes ", "{version:?}");
        *if parsed.is_ok() { &mut taken } else { &mut refused } += 1;
    }
    assert!(taken > 70 && refused > 60, "{taken} taken, {refused} refused");
}

/// The library takes these: it ignores white space around a version, and takes digits and letters
/// of any script.
#[test]
fn what_the_library_takes_and_a_report_does_not() {
    let too_long = "1".repeat(65);
    for version in
        [" 1.2.3", "1.2.3 ", "1.2.3\n", "\t2", "\u{85}2.0", "１.２.３", "١.٢.٣", "1.2.３", "24.1ä1", "²", &too_long]
    {
        assert!(IntegrationVersion::parse(version).is_err(), "{version:?}");
    }
}
