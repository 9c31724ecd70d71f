//! The tables of PLATFORM.md.

use std::io;

/// The rows of the table below a heading, without the table's own heading; as many cells of each as are asked for.
pub fn table<'a, const CELLS: usize>(platform: &'a str, heading: &str) -> io::Result<Vec<[&'a str; CELLS]>> {
    let section = platform.split("\n## ").find(|section| section.starts_with(heading));
    let rows: Vec<_> = section
        .into_iter()
        .flat_map(str::lines)
        .filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'))
        .skip(2)
        .filter_map(|row| row.split('|').map(str::trim).collect::<Vec<_>>().get(..CELLS)?.try_into().ok())
        .collect();
    if rows.is_empty() {
        return Err(io::Error::other(format!("PLATFORM.md: no table of {CELLS} columns below \"{heading}\"")));
    }
    Ok(rows)
}
