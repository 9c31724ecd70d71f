//! Whether what a run has touched is what PLATFORM.md says of it.
#![allow(dead_code, reason = "each test program uses a part of it")]

use crate::page::{leads_to, matches, Agreed, How, Page, Place, Row};
use crate::touched::{Touch, What};
use core::net::SocketAddr;
use haos_analytics_home_assistant::files::container::MOUNTS;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What the words in capitals stand for.
#[derive(Clone, Default)]
pub struct Words {
    /// Absolute, below the root.
    pub data: String,
    /// As the container sees them.
    pub included: Vec<String>,
    pub listed: Vec<String>,
    pub database: Option<String>,
    pub ca: Option<PathBuf>,
    pub state: Option<PathBuf>,
    pub peers: Vec<(&'static str, SocketAddr)>,
}

/// One run.
pub struct Judged<'a> {
    pub page: &'a Page,
    pub words: &'a Words,
    pub root: &'a Path,
    pub command: &'a str,
    pub agreed: Agreed,
}

/// What was found: the rows whose contact was made, and what no row allows.
#[derive(Default)]
pub struct Verdict {
    pub made: BTreeSet<usize>,
    pub strange: Vec<String>,
}

impl Page {
    /// Every row, in the order of the numbers of [`Verdict::made`].
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.paths.iter().chain(&self.peers).chain(&self.programs)
    }
}

impl Judged<'_> {
    pub fn judge(&self, touched: &[Touch]) -> Verdict {
        let mut verdict = Verdict::default();
        for Touch { what, call } in touched {
            let allowed = match what {
                What::Path(path, how) => self.path(path, *how, &mut verdict.made),
                What::LedTo(path, end) => !path.starts_with(self.root) || end.starts_with(self.root),
                What::Peer(address) => self.peer(*address, &mut verdict.made),
                What::Program(name) => self.program(name, &mut verdict.made),
            };
            if !allowed {
                verdict.strange.push(call.clone());
            }
        }
        verdict
    }

    fn allowed(&self) -> impl Iterator<Item = (usize, &Row)> {
        self.page.rows().enumerate().filter(|(_, row)| row.allows(self.command, self.agreed))
    }

    fn path(&self, path: &Path, how: How, made: &mut BTreeSet<usize>) -> bool {
        let inside = path.strip_prefix(self.root).ok().map(|inside| Path::new("/").join(inside));
        let shown = inside.as_deref().unwrap_or(path).to_str().expect("a plain path");
        let mut is_allowed = false;
        for (index, row) in self.allowed().filter(|(_, row)| row.place != Place::Elsewhere) {
            if inside.is_some() != (row.place == Place::Root) {
                continue;
            }
            let patterns = self.words.patterns(row);
            let is_it = patterns.iter().any(|pattern| matches(pattern, shown));
            let on_the_way = how == How::Look && patterns.iter().any(|pattern| leads_to(pattern, shown));
            let enough = how <= row.how && (how, row.how) != (How::List, How::Read);
            is_allowed |= is_it && enough || on_the_way && row.place == Place::Root;
            if is_it && how == row.how {
                made.insert(index);
            }
        }
        is_allowed
    }

    fn peer(&self, address: SocketAddr, made: &mut BTreeSet<usize>) -> bool {
        let names = self.words.peers.iter().filter(|(_, known)| *known == address).map(|(name, _)| *name);
        self.named(&names.collect::<Vec<_>>(), made)
    }

    fn program(&self, name: &str, made: &mut BTreeSet<usize>) -> bool {
        self.named(&[name], made)
    }

    fn named(&self, names: &[&str], made: &mut BTreeSet<usize>) -> bool {
        let rows = self.allowed().filter(|(_, row)| row.place == Place::Elsewhere);
        let rows: Vec<_> = rows.filter(|(_, row)| names.contains(&row.name.as_str())).map(|(index, _)| index).collect();
        made.extend(&rows);
        !rows.is_empty()
    }
}

impl Words {
    /// The paths that a row means in this run.
    fn patterns(&self, row: &Row) -> Vec<String> {
        let (word, rest) = row.name.split_once('/').unwrap_or((&row.name, ""));
        let path = |path: &PathBuf| format!("{}/{rest}", path.display());
        match word {
            "" if row.place == Place::Root => vec![self.of_container(&row.name)],
            "" => vec![row.name.clone()],
            "DATA" => vec![format!("{}/{rest}", self.data)],
            "INCLUDED" => self.included.iter().map(|file| self.of_container(file)).collect(),
            "LISTED" => self.listed.iter().map(|file| self.of_container(file)).collect(),
            "DATABASE" => self.database.iter().map(|file| self.of_container(file)).collect(),
            "CA" => self.ca.iter().map(path).collect(),
            "STATE" => self.state.iter().map(path).collect(),
            other => panic!("PLATFORM.md: {other} stands for nothing known"),
        }
    }

    /// A path of Home Assistant's container, below the root; another one as it is.
    fn of_container(&self, path: &str) -> String {
        let (first, rest) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
        let kept = MOUNTS.iter().find(|(mount, _)| *mount == first).map(|(_, kept)| kept);
        kept.map_or(path.to_owned(), |kept| format!("{}/{kept}/{rest}", self.data))
    }
}
