//! The tables of PLATFORM.md.

use std::io;

/// The rows of the last table below a heading, without the table's own heading; as many cells of
/// each as are asked for.
pub fn table<'a, const CELLS: usize>(platform: &'a str, heading: &str) -> io::Result<Vec<[&'a str; CELLS]>> {
    let section = platform.split("\n## ").find(|section| section.starts_with(heading));
    let lines = section.into_iter().flat_map(str::lines);
    let lines: Vec<_> = lines.filter_map(|line| line.strip_prefix('|')?.strip_suffix('|')).collect();
    // Below its own heading.
    let first = lines.iter().rposition(|line| line.starts_with("--")).map_or(0, |heading| heading + 1);
    let rows: Vec<_> = lines
        .iter()
        .skip(first)
        .filter_map(|row| row.split('|').map(str::trim).collect::<Vec<_>>().get(..CELLS)?.try_into().ok())
        .collect();
    if rows.is_empty() {
        return Err(io::Error::other(format!("PLATFORM.md: no table of {CELLS} columns below \"{heading}\"")));
    }
    Ok(rows)
}
