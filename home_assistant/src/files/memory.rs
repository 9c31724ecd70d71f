//! Files in memory, for tests: the same rules without a file system.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::container::{kept_as, steps, MOST_LINKS, SECRETS};
use super::{Cause, Entry, Files, Kind, Opened};

/// A tree of files in memory. Directories are made as they are needed;
/// [`MOUNTS`](super::container::MOUNTS) are there.
#[derive(Clone, Debug, Default)]
pub struct Memory(BTreeMap<PathBuf, Node>);

#[derive(Clone, Debug)]
enum Node {
    Directory,
    File(Vec<u8>),
    Link(PathBuf),
    Unreadable,
    Fifo,
}

impl Memory {
    /// With nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Memory::default()
    }

    /// Adds a file at an absolute path of the container, or one below `/config`.
    pub fn file(&mut self, path: impl AsRef<Path>, content: impl Into<Vec<u8>>) -> &mut Self {
        self.add(path.as_ref(), Node::File(content.into()))
    }

    /// Adds a symlink.
    pub fn link(&mut self, path: impl AsRef<Path>, target: impl Into<PathBuf>) -> &mut Self {
        self.add(path.as_ref(), Node::Link(target.into()))
    }

    /// Adds an empty directory.
    pub fn directory(&mut self, path: impl AsRef<Path>) -> &mut Self {
        self.add(path.as_ref(), Node::Directory)
    }

    /// Adds a file or directory that may not be opened.
    pub fn unreadable(&mut self, path: impl AsRef<Path>) -> &mut Self {
        self.add(path.as_ref(), Node::Unreadable)
    }

    /// Adds what is neither a file nor a directory.
    pub fn fifo(&mut self, path: impl AsRef<Path>) -> &mut Self {
        self.add(path.as_ref(), Node::Fifo)
    }

    fn add(&mut self, path: &Path, node: Node) -> &mut Self {
        let path = Path::new(super::container::CONFIG).join(path);
        for ancestor in path.ancestors().skip(1) {
            self.0.entry(ancestor.to_owned()).or_insert(Node::Directory);
        }
        self.0.insert(path, node);
        self
    }

    /// Where a path leads once all symlinks are followed, and whether there was one.
    fn resolve(&self, path: &Path) -> Result<(PathBuf, &Node), Cause> {
        let mut ahead = steps(path);
        let mut here = PathBuf::from("/");
        let mut links = 0;
        let missing = |links: usize| if links > 0 { Cause::BrokenLink } else { Cause::Missing };
        while let Some(step) = ahead.pop_front() {
            if step == ".." {
                here.pop();
                continue;
            }
            if here == Path::new("/") && kept_as(&step).is_none() {
                return Err(Cause::Outside);
            }
            let next = here.join(&step);
            match self.0.get(&next) {
                Some(Node::Link(target)) => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(Cause::BrokenLink);
                    }
                    if target.is_absolute() {
                        here = PathBuf::from("/");
                    }
                    steps(target).into_iter().rev().for_each(|step| ahead.push_front(step));
                }
                Some(Node::Directory) => here = next,
                Some(_) if ahead.is_empty() => here = next,
                Some(Node::Unreadable) => return Err(denied()),
                Some(_) => return Err(Cause::Io(io::Error::from_raw_os_error(20))), // ENOTDIR
                None if here == Path::new("/") => here = next,
                None => return Err(missing(links)),
            }
        }
        if here == Path::new("/") {
            return Err(Cause::Outside);
        }
        let node = self.0.get(&here).ok_or_else(|| missing(links))?;
        Ok((here, node))
    }

    fn kind(&self, path: &Path) -> Kind {
        match (self.0.get(path), self.resolve(path).map(|(_, node)| node)) {
            (Some(Node::Link(_)), Ok(Node::Directory)) => Kind::LinkToDirectory,
            (_, Ok(Node::Directory)) => Kind::Directory,
            (_, Ok(Node::File(_) | Node::Unreadable)) => Kind::File,
            (Some(Node::Link(_)), Err(_)) => Kind::BrokenLink,
            _ => Kind::Other,
        }
    }
}

impl Files for Memory {
    fn open(&self, file: &Path) -> Result<Opened<'_>, Cause> {
        match self.resolve(file)? {
            (path, _) if path.file_name().is_some_and(|name| name == SECRETS) => Err(Cause::Secret),
            (_, Node::File(content)) => {
                Ok(Opened { content: Box::new(content.as_slice()), size: content.len() as u64 })
            }
            (_, Node::Unreadable) => Err(denied()),
            _ => Err(Cause::NotAFile),
        }
    }

    fn list(&self, directory: &Path, most: usize) -> Result<Vec<Entry>, Cause> {
        let (path, node) = self.resolve(directory)?;
        match node {
            Node::Directory => {}
            Node::Unreadable => return Err(denied()),
            _ => return Err(Cause::NotADirectory),
        }
        let children = self.0.keys().filter(|child| child.parent() == Some(&path));
        let entry = |child: &PathBuf| Some(Entry { name: child.file_name()?.to_owned(), kind: self.kind(child) });
        let entries: Vec<Entry> = children.filter_map(entry).collect();
        if entries.len() > most {
            return Err(Cause::TooMany { limit: most });
        }
        Ok(entries)
    }

    fn shown(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }
}

fn denied() -> Cause {
    Cause::Io(io::ErrorKind::PermissionDenied.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &Memory, path: &str) -> Result<String, String> {
        let mut opened = files.open(Path::new(path)).map_err(|cause| cause.to_string())?;
        let mut text = String::new();
        opened.content.read_to_string(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    }

    #[test]
    fn links_lead_where_the_container_has_them() {
        let mut files = Memory::new();
        files.file("git/a.yaml", "a").file("/share/b.yaml", "b").file("secrets.yaml", "never").fifo("fifo");
        files.link("absolute.yaml", "/config/git/a.yaml").link("up.yaml", "../share/b.yaml");
        files.link("out.yaml", "/etc/passwd").link("nothing.yaml", "gone.yaml").link("loop", "loop");
        files.link("other.yaml", "secrets.yaml").link("packages", "/config/git");
        for (path, expected) in [
            ("/config/git/a.yaml", Ok("a")),
            ("/config/git/../git/./a.yaml", Ok("a")),
            ("/config/absolute.yaml", Ok("a")),
            ("/config/up.yaml", Ok("b")),
            ("/config/packages/a.yaml", Ok("a")),
            ("/config/packages/../absolute.yaml", Ok("a")),
            ("/config/out.yaml", Err("it leads out of Home Assistant's directories")),
            ("/etc/passwd", Err("it leads out of Home Assistant's directories")),
            ("/config/nothing.yaml", Err("a symlink that leads to nothing")),
            ("/config/loop", Err("a symlink that leads to nothing")),
            ("/config/gone.yaml", Err("there is no such file")),
            ("/config/other.yaml", Err("it is secrets.yaml, which is never opened")),
            ("/config/fifo", Err("not a regular file")),
            ("/config/git", Err("not a regular file")),
        ] {
            assert_eq!(read(&files, path), expected.map(str::to_owned).map_err(str::to_owned), "{path}");
        }
        let entries = files.list(Path::new("/config"), 99).unwrap();
        let of = |name: &str| entries.iter().find(|entry| entry.name == name).map(|entry| entry.kind);
        assert_eq!(of("packages"), Some(Kind::LinkToDirectory));
        assert_eq!(of("git"), Some(Kind::Directory));
        assert_eq!(of("absolute.yaml"), Some(Kind::File));
        assert_eq!(of("nothing.yaml"), Some(Kind::BrokenLink));
        assert_eq!(of("fifo"), Some(Kind::Other));
        assert!(matches!(files.list(Path::new("/config"), 3), Err(Cause::TooMany { limit: 3 })));
    }
}
