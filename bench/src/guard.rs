//! What is promised of the static program, where it can be counted.

use crate::comparison::Row;
use crate::levels::Costs;
use crate::programs::STATIC;

/// KiB, all levels in a normal installation.
const NORMAL: u64 = 2560;
/// `show`, all levels in a normal installation. Most of them read 100 kB of YAML in libyaml's grammar.
const INSTRUCTIONS: u64 = 30_000_000;
/// KiB, with a registry of a hundred thousand entities and more. The aim is 1,638: 1,472 to 1,656 were
/// measured of the same program, as the kernel maps more or less of it around a page.
const WITH_LARGE: u64 = 1750;
const BYTES: u64 = 1_650_000;

struct Limits {
    scheme: &'static str,
    calls: u64,
    /// KiB.
    resident: u64,
}

const HTTP: Limits = Limits { scheme: "HTTP", calls: 100, resident: 1638 };
const HTTPS: Limits = Limits { scheme: "HTTPS", calls: 120, resident: 2560 };

/// A line per promise that is not kept.
pub(crate) fn broken(
    http: &[Row<'_>],
    https: &[Row<'_>],
    levels: &Costs,
    allocations: u64,
) -> Result<Vec<String>, String> {
    let mut broken = Vec::new();
    let mut at_most = |what: &str, found: u64, limit: u64| {
        if found > limit {
            broken.push(format!("{what}: {found}, at most {limit}"));
        }
    };
    at_most("allocations of payload::write", allocations, 0);
    for (command, counts) in &levels.normal {
        at_most(&format!("KiB of memory of {command}, all levels"), counts.resident, NORMAL);
    }
    let instructions = levels.instructions.ok_or("--guard needs valgrind, to count instructions")?;
    at_most("instructions of show, all levels", instructions, INSTRUCTIONS);
    for (entities, style, counts) in &levels.large {
        let what = format!("KiB of memory with {entities} entities, {}", style.name());
        at_most(&what, counts.resident, WITH_LARGE);
    }
    for (limits, rows) in [(HTTP, http), (HTTPS, https)] {
        let row = rows.iter().find(|row| row.program.name == STATIC).ok_or("--guard needs --static FILE")?;
        let counts = row.counts.ok_or("nothing could be counted")?;
        let Limits { scheme, calls, resident } = limits;
        at_most("bytes of the program", row.program.bytes.unwrap_or(u64::MAX), BYTES);
        at_most(&format!("system calls over {scheme}"), counts.calls, calls);
        at_most(&format!("KiB of memory over {scheme}"), counts.resident, resident);
        at_most(&format!("threads and children over {scheme}"), counts.started, 0);
    }
    Ok(broken)
}
