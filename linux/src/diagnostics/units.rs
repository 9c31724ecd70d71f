//! Services that have failed, as systemd tells it.

use std::io;

use crate::service_manager;

/// Bytes of a name that is kept.
const LONGEST: usize = 64;

/// A service that has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its name without the instance, which may be anything: `a@.service`.
    pub name: String,
    /// The kind of failure, in systemd's words: `exit-code`.
    pub result: String,
    /// What tells this failure from an earlier one. It goes nowhere.
    pub when: String,
}

/// Asks systemd.
///
/// # Errors
///
/// There is no `systemctl`, or it ended badly.
pub fn failed() -> io::Result<Vec<Failure>> {
    let told = service_manager::ask(&[
        "show",
        "--state=failed",
        "--property=Id,Result,ActiveState,StateChangeTimestamp",
        "*.service",
    ])?;
    Ok(read(&String::from_utf8_lossy(&told)))
}

/// Reads what `systemctl show` says: lines of `Key=value`, an empty line between two services.
pub fn read(told: &str) -> Vec<Failure> {
    let failure = |block: &str| {
        let value = |key| {
            block.lines().find_map(|line| line.split_once('=').filter(|(own, _)| *own == key)).map(|(_, value)| value)
        };
        if value("ActiveState")? != "failed" {
            return None;
        }
        let result = value("Result")?;
        let known = (1..=LONGEST).contains(&result.len())
            && result.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        let when = format!("{} {}", value("Id")?, value("StateChangeTimestamp")?);
        let result = if known { result } else { "unknown" };
        Some(Failure { name: shown(value("Id")?), result: result.to_owned(), when })
    };
    told.split("\n\n").filter_map(failure).collect()
}

/// The name as far as its author chose it, not its instance; nothing of one that was made while running or tells a path.
fn shown(id: &str) -> String {
    let plain =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    let name = id.strip_suffix(".service").unwrap_or_default();
    let (template, instance) = name.split_once('@').map_or((name, ""), |(template, _)| (template, "@"));
    if template.is_empty() || template.len() > LONGEST || !plain(template) || template.starts_with("run-") {
        return "another.service".to_owned();
    }
    format!("{template}{instance}.service")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_results() {
        let told = "Id=hassos-data.service\nResult=exit-code\nActiveState=failed\nStateChangeTimestamp=Mon 2026-11-23 14:31:00 UTC\n\n\
            Result=timeout\nId=fsck@dev-disk-S3CR3T.service\nActiveState=failed\nStateChangeTimestamp=x\n\n\
            Id=run-S3CR3T.service\nResult=S3CR3T\nActiveState=failed\nStateChangeTimestamp=\n\n\
            Id=mnt-S3\\x2dCR3T.service\nResult=signal\nActiveState=failed\nStateChangeTimestamp=y\n\n\
            Id=fine.service\nResult=success\nActiveState=active\nStateChangeTimestamp=z\n\n\
            Id=half.service\n";
        let failures = read(told);
        let shown: Vec<_> = failures.iter().map(|failure| (failure.name.as_str(), failure.result.as_str())).collect();
        assert_eq!(
            shown,
            [
                ("hassos-data.service", "exit-code"),
                ("fsck@.service", "timeout"),
                ("another.service", "unknown"),
                ("another.service", "signal"),
            ]
        );
        assert_eq!(failures[0].when, "hassos-data.service Mon 2026-11-23 14:31:00 UTC");
        assert!(read("").is_empty() && read("\n\n=\n\n").is_empty());
    }
}
