//! Which node has which slots, and how many replicas: the answer to CLUSTER NODES.

use crc16::{State, XMODEM};
use std::collections::HashMap;

const SLOTS: u16 = 16_384;

/// The nodes of a cluster that have slots, and those that copy them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Topology {
    masters: Vec<Master>,
}

#[derive(Debug, PartialEq, Eq)]
struct Master {
    address: String,
    slots: Vec<(u16, u16)>,
    /// Those that are well.
    replicas: Vec<String>,
}

impl Topology {
    /// A node that does not know its own name leaves it out: it is the one that was asked.
    pub(super) fn of(text: &str, asked: &str) -> Self {
        let own_host = asked.rsplit_once(':').map_or(asked, |(host, _)| host);
        let (mut masters, mut replicas) = (Vec::new(), HashMap::<&str, Vec<String>>::new());
        for words in text.lines().map(|line| line.split(' ').collect::<Vec<_>>()) {
            let [id, address, flags, master, _, _, _, _, slots @ ..] = &words[..] else { continue };
            let address = address.split(['@', ',']).next().unwrap_or_default();
            let address = if address.starts_with(':') { format!("{own_host}{address}") } else { address.to_owned() };
            let is = |wanted: &str| flags.split(',').any(|flag| flag == wanted);
            let slots: Vec<_> = slots.iter().filter_map(|slots| range(slots)).collect();
            if is("fail") || is("noaddr") || is("handshake") {
                continue;
            } else if is("master") && !slots.is_empty() {
                masters.push((*id, address, slots));
            } else if is("slave") && !is("fail?") {
                replicas.entry(master).or_default().push(address);
            }
        }
        let masters = masters.into_iter().map(|(id, address, slots)| {
            let replicas = replicas.remove(id).unwrap_or_default();
            Master { address, slots, replicas }
        });
        Self { masters: masters.collect() }
    }

    pub(super) fn masters(&self) -> impl Iterator<Item = &str> {
        self.masters.iter().map(|master| &*master.address)
    }

    /// Each with its replicas.
    pub(super) fn groups(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.masters.iter().map(|master| (&*master.address, &*master.replicas))
    }

    pub(super) fn master(&self, slot: u16) -> Option<&str> {
        let has = |master: &&Master| master.slots.iter().any(|(first, last)| (*first..=*last).contains(&slot));
        self.masters.iter().find(has).map(|master| &*master.address)
    }

    pub(super) fn is_whole(&self) -> bool {
        (0..SLOTS).all(|slot| self.master(slot).is_some())
    }

    /// A key of no meaning that this master has.
    pub(super) fn mark(&self, master: &str) -> String {
        let keys = (0..u32::from(SLOTS) * 16).map(|number| format!("haos-analytics:mark:{number}"));
        let mut keys = keys.filter(|key| self.master(slot(key.as_bytes())) == Some(master));
        keys.next().unwrap_or_default()
    }
}

/// `0-5460` or `7`; a slot that moves is in brackets, and also there without.
fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some((first.parse().ok()?, last.parse().ok()?))
}

/// That of a key; of what is between braces, where that is something.
pub(super) fn slot(key: &[u8]) -> u16 {
    let tag = key.iter().position(|byte| *byte == b'{').and_then(|open| {
        let rest = key.get(open + 1..)?;
        rest.get(..rest.iter().position(|byte| *byte == b'}')?).filter(|tag| !tag.is_empty())
    });
    State::<XMODEM>::calculate(tag.unwrap_or(key)) % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots() {
        // As a server says: CLUSTER KEYSLOT.
        for (key, expected) in
            [("123456789", 12_739), ("foo", 12_182), ("a{foo}b", 12_182), ("{}foo", 9_500), ("{foo", 13_308)]
        {
            assert_eq!(slot(key.as_bytes()), expected, "{key}");
        }
    }

    #[test]
    fn nodes() {
        let text = "a :7000@17000 myself,master - 0 0 1 connected 0-8191 [5->-b]\n\
                    b 10.0.0.2:7000@17000,host master - 0 0 2 connected 8192-16382 16383\n\
                    c 10.0.0.3:7000@17000 slave a 0 0 1 connected\n\
                    d 10.0.0.4:7000@17000 slave,fail a 0 0 1 disconnected\n\
                    e 10.0.0.5:7000@17000 slave,fail? b 0 0 1 disconnected\n\
                    f 10.0.0.6:7000@17000 master,fail - 0 0 1 disconnected\n\
                    g 10.0.0.7:7000@17000 master - 0 0 1 connected\n";
        let topology = Topology::of(text, "10.0.0.1:7000");
        let replicas = ["10.0.0.3:7000".to_owned()];
        let groups: Vec<_> = topology.groups().collect();
        assert_eq!(groups, [("10.0.0.1:7000", &replicas[..]), ("10.0.0.2:7000", &[])]);
        assert_eq!((topology.master(8191), topology.master(16_383)), (Some("10.0.0.1:7000"), Some("10.0.0.2:7000")));
        assert!(topology.is_whole());
        let mark = topology.mark("10.0.0.2:7000");
        assert_eq!(topology.master(slot(mark.as_bytes())), Some("10.0.0.2:7000"));
        assert!(!Topology::of(text.lines().next().unwrap_or_default(), "10.0.0.1:7000").is_whole());
    }
}
