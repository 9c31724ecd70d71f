//! Which board has which version of the system: a table whose sums are published too.
//!
//! The sums of the rows and of the columns are published whatever is in the table. So a cell that
//! is left out could be computed from the others. Hence a part of the rows and columns is chosen,
//! the others are joined into one rest each, and in the table that remains every cell has none or
//! at least k, the rests included. Whatever can be computed from it is a sum of whole cells, or of
//! whole rows or columns that were joined.

use super::threshold::Threshold;
use super::Counts;
use std::collections::BTreeMap;

/// A table, by the names of rows and columns.
pub(super) type Cells = BTreeMap<String, Counts>;

/// A row or a column, with its sum.
type Line<'a> = (&'a str, u64);

struct Table<'a> {
    threshold: Threshold,
    rows: Vec<Line<'a>>,
    columns: Vec<Line<'a>>,
    cells: &'a Cells,
    wholes: &'a [u64],
}

/// What to join with the rest.
enum Joined {
    Row(usize),
    Column(usize),
}

/// The cells to be published; rows and columns come with their sums, and `wholes` are the sizes of
/// sets that all of the table is in.
pub(super) fn published(threshold: Threshold, rows: &Counts, columns: &Counts, cells: &Cells, wholes: &[u64]) -> Cells {
    fn lines(counts: &Counts) -> Vec<Line<'_>> {
        counts.iter().map(|(name, count)| (&**name, *count)).collect()
    }
    let mut table = Table { threshold, rows: lines(rows), columns: lines(columns), cells, wholes };
    while let Some(joined) = table.too_small() {
        match joined {
            Joined::Row(at) => drop(table.rows.swap_remove(at)),
            Joined::Column(at) => drop(table.columns.swap_remove(at)),
        }
    }
    let row = |(name, _): &Line<'_>| {
        let columns = table.columns.iter().map(|(column, _)| ((*column).to_owned(), table.cell(name, column)));
        ((*name).to_owned(), columns.filter(|(_, count)| *count > 0).collect::<Counts>())
    };
    table.rows.iter().map(row).filter(|(_, cells)| !cells.is_empty()).collect()
}

impl Table<'_> {
    fn cell(&self, row: &str, column: &str) -> u64 {
        self.cells.get(row).and_then(|cells| cells.get(column)).copied().unwrap_or(0)
    }

    /// Which line to join because some cell is too small: of those that would help, the smallest.
    fn too_small(&self) -> Option<Joined> {
        let smallest = |lines: &[Line<'_>], has: &dyn Fn(&str) -> bool| {
            let lines = lines.iter().enumerate().filter(|(_, (name, _))| has(name));
            lines.min_by_key(|(_, (_, sum))| *sum).map(|(at, (_, sum))| (at, *sum))
        };
        for (at, (row, sum)) in self.rows.iter().enumerate() {
            let cells = self.columns.iter().map(|(column, _)| self.cell(row, column));
            if let Some(column) = cells.clone().position(|cell| !self.threshold.allows(cell)) {
                return Some(if self.columns[column].1 <= *sum { Joined::Column(column) } else { Joined::Row(at) });
            }
            if !self.threshold.allows(sum.saturating_sub(cells.sum())) {
                let column = smallest(&self.columns, &|column| self.cell(row, column) > 0);
                return Some(match column {
                    Some((column, other)) if other <= *sum => Joined::Column(column),
                    _ => Joined::Row(at),
                });
            }
        }
        for (at, (column, sum)) in self.columns.iter().enumerate() {
            let cells = self.rows.iter().map(|(row, _)| self.cell(row, column));
            if !self.threshold.allows(sum.saturating_sub(cells.sum())) {
                let row = smallest(&self.rows, &|row| self.cell(row, column) > 0);
                return Some(match row {
                    Some((row, other)) if other < *sum => Joined::Row(row),
                    _ => Joined::Column(at),
                });
            }
        }
        // What is in no row and in no column.
        let cells = self.rows.iter().flat_map(|(row, _)| self.columns.iter().map(|(column, _)| self.cell(row, column)));
        let lines = self.rows.iter().chain(&self.columns).map(|(_, sum)| sum).sum::<u64>() - cells.sum::<u64>();
        if self.wholes.iter().all(|whole| self.threshold.allows(whole.saturating_sub(lines))) {
            return None;
        }
        match (smallest(&self.rows, &|_| true), smallest(&self.columns, &|_| true)) {
            (Some((row, a)), Some((_, b))) if a < b => Some(Joined::Row(row)),
            (_, Some((column, _))) => Some(Joined::Column(column)),
            (Some((row, _)), None) => Some(Joined::Row(row)),
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Random;

    const TEN: Threshold = Threshold(10);
    /// Boards, and versions of which the last one stands for none.
    const ROWS: usize = 3;
    const COLUMNS: usize = 3;
    /// Every cell, and what has no board.
    const ALL: usize = ROWS * COLUMNS + 1;

    type Set = [bool; ALL];

    /// What the sets have in common with a basis is taken out; nothing is left of a sum of them.
    #[derive(Default)]
    struct Span(Vec<[i64; ALL]>);

    impl Span {
        fn reduce(&self, mut vector: [i64; ALL]) -> [i64; ALL] {
            for basis in &self.0 {
                let Some(at) = basis.iter().position(|part| *part != 0) else { continue };
                let (of_basis, of_vector) = (basis[at], vector[at]);
                for (part, other) in vector.iter_mut().zip(basis) {
                    *part = *part * of_basis - other * of_vector;
                }
                let divisor = vector.iter().fold(0, |divisor: i64, part| gcd(divisor, part.abs())).max(1);
                vector.iter_mut().for_each(|part| *part /= divisor);
            }
            vector
        }

        fn add(&mut self, set: &Set) {
            let rest = self.reduce(set.map(i64::from));
            if rest.iter().any(|part| *part != 0) {
                self.0.push(rest);
            }
        }

        fn has(&self, set: &Set) -> bool {
            self.reduce(set.map(i64::from)).iter().all(|part| *part == 0)
        }
    }

    fn gcd(a: i64, b: i64) -> i64 {
        if b == 0 {
            a
        } else {
            gcd(b, a % b)
        }
    }

    fn set(is: impl Fn(usize, usize) -> bool) -> Set {
        core::array::from_fn(|at| at < ALL - 1 && is(at / COLUMNS, at % COLUMNS))
    }

    /// Whoever adds and subtracts all that is published finds no set of 1 to k-1.
    #[test]
    fn nothing_small_can_be_computed() {
        let mut random = Random::new(5, 5, 5);
        let mut told = 0;
        for _ in 0..400 {
            let sizes: [u64; ALL] = core::array::from_fn(|_| {
                [0, 0, 1, 3, 9, 10, 12, 15, 30, 60][usize::try_from(random.below(10)).unwrap()]
            });
            let size = |set: &Set| set.iter().zip(&sizes).filter(|(is, _)| **is).map(|(_, size)| size).sum::<u64>();
            let (mut boards, mut versions, mut cells) = (Counts::new(), Counts::new(), Cells::new());
            for row in 0..ROWS {
                boards.insert(row.to_string(), size(&set(|each, _| each == row)));
                let cells = cells.entry(row.to_string()).or_default();
                (0..COLUMNS - 1).for_each(|column| _ = cells.insert(column.to_string(), sizes[row * COLUMNS + column]));
            }
            for column in 0..COLUMNS - 1 {
                versions.insert(column.to_string(), size(&set(|_, each| each == column)));
            }
            let wholes = [sizes.iter().sum(), boards.values().sum()];
            let (boards, versions) = (TEN.names(&boards, &wholes, 99), TEN.names(&versions, &wholes, 99));
            let published = published(TEN, &boards, &versions, &cells, &wholes);
            let has = |names: &Counts, at: usize| names.contains_key(&at.to_string());
            let mut sets = vec![[true; ALL]];
            // As the number of those that are installed as Home Assistant OS.
            sets.extend(Some(set(|_, _| true)).filter(|all| TEN.count(size(all), &wholes) > 0));
            sets.extend((0..ROWS).filter(|row| has(&boards, *row)).map(|row| set(|each, _| each == row)));
            sets.extend((0..COLUMNS).filter(|at| has(&versions, *at)).map(|at| set(|_, each| each == at)));
            for row in 0..ROWS {
                let cells = published.get(&row.to_string()).cloned().unwrap_or_default();
                let row_cells = (0..COLUMNS)
                    .filter(|column| has(&cells, *column))
                    .map(|column| set(|a, b| (a, b) == (row, column)));
                sets.extend(row_cells);
                told += cells.len();
            }
            let mut span = Span::default();
            sets.iter().for_each(|set| span.add(set));
            let every = (0..1_u32 << ALL).map(|bits| -> Set { core::array::from_fn(|at| bits >> at & 1 == 1) });
            // In a set that is known to have nobody no cell has anybody.
            for _ in 0..ALL {
                let nobody: Vec<Set> = every.clone().filter(|set| size(set) == 0 && span.has(set)).collect();
                for at in (0..ALL).filter(|at| nobody.iter().any(|set| set[*at])) {
                    span.add(&core::array::from_fn(|each| each == at));
                }
            }
            for set in every.filter(|set| !TEN.allows(size(set))) {
                assert!(!span.has(&set), "{sizes:?}: {set:?}, by {boards:?} {versions:?} {published:?}");
            }
        }
        assert!(told > 100, "{told} cells");
    }
}
