//! Which board has which version of the system.

use super::names;
use super::text::{Name, Number, Percent};
use crate::aggregate::OperatingSystem;
use core::cmp::Reverse;
use core::fmt::{Result, Write};

/// A phone has room for so many versions.
const VERSIONS: usize = 5;

/// Writes it, for a `least` as in [`crate::aggregate::Rules`]: a row for each board, the most frequent one first, a column for each frequent version.
pub(super) fn write(out: &mut String, system: &OperatingSystem, least: u64) -> Result {
    let all = |id| system.boards.get(id).copied().unwrap_or(0);
    let mut boards: Vec<_> = system.board_versions.iter().map(|(id, versions)| (id, versions, all(id))).collect();
    boards.sort_by_key(|(_, _, all)| Reverse(*all));
    if boards.is_empty() {
        return Ok(());
    }
    let mut versions: Vec<_> = system.versions.iter().collect();
    versions.sort_by_key(|(_, count)| Reverse(**count));
    versions.truncate(VERSIONS);
    out.write_str(
        "<table class=\"matrix\"><caption>Boards and versions: of each board&#39;s installations, the share with a version\
         </caption><thead><tr><th scope=\"col\">Board</th>",
    )?;
    for (version, _) in &versions {
        write!(out, "<th scope=\"col\">{}</th>", Name(version))?;
    }
    out.write_str("<th scope=\"col\">rest</th></tr></thead><tbody>")?;
    for (id, counts, all) in boards {
        let name = names::board(id).unwrap_or(id);
        write!(out, "<tr><th scope=\"row\">{} <small>{}</small></th>", Name(name), Number(all))?;
        let mut rest = all;
        for (version, _) in &versions {
            match counts.get(*version) {
                Some(count) => {
                    rest = rest.saturating_sub(*count);
                    cell(out, *count, all)?;
                }
                // None have it, or it is not published, and they are among the rest.
                None if least > 1 => out.write_str("<td>–</td>")?,
                None => cell(out, 0, all)?,
            }
        }
        write!(out, "<td>{}</td></tr>", Percent(rest, all))?;
    }
    out.write_str("</tbody></table>")?;
    if least > 1 {
        write!(out, "<p class=\"note\">–: shown from {} on; they are among the rest, if any.</p>", Number(least))?;
    }
    Ok(())
}

/// The darker, the more: a shade for each eighth.
fn cell(out: &mut String, count: u64, all: u64) -> Result {
    let shade = (u128::from(count) * 8).div_ceil(u128::from(all).max(1));
    write!(out, "<td class=\"s{shade}\">{}</td>", Percent(count, all))
}
