//! The feed: which installations have changed, in some streams, so that the cluster shares the work.

use super::super::Error;
use super::Redis;
use ::redis::cmd;
use ::redis::streams::StreamRangeReply;

/// How many streams.
pub(super) const STREAMS: u8 = 8;
/// Each keeps about so many entries. A mirror that was away for longer reads everything.
const KEPT: u32 = 100_000;
/// Entries read at a time.
const STEP: usize = 500;
/// Where a stream begins.
pub(super) const BEGIN: &str = "0-0";

pub(super) fn name(stream: u8) -> String {
    format!("haos-analytics:changes:{stream}")
}

/// Notes changes.
pub(super) fn note(redis: &mut Redis, uuids: &[String]) -> Result<(), Error> {
    let changes = uuids.iter().map(|uuid| {
        let stream = uuid.bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte)) % STREAMS;
        let mut add = cmd("XADD");
        add.arg(name(stream)).arg("MAXLEN").arg("~").arg(KEPT).arg("*").arg("u").arg(uuid);
        (name(stream), add)
    });
    redis.ask(&changes.collect::<Vec<_>>())?;
    Ok(())
}

/// What a stream tells after a position, and the position after that.
pub(super) fn read(redis: &mut Redis, stream: u8, after: &str) -> Result<(Vec<String>, Option<String>), Error> {
    let mut range = cmd("XRANGE");
    range.arg(name(stream)).arg(format!("({after}")).arg("+").arg("COUNT").arg(STEP);
    let reply: StreamRangeReply = range.query(&mut redis.connection)?;
    let last = reply.ids.last().map(|entry| entry.id.clone());
    Ok((reply.ids.iter().filter_map(|entry| entry.get("u")).collect(), last))
}

/// The first and the last position of a stream.
pub(super) fn ends(redis: &mut Redis, stream: u8) -> Result<(String, String), Error> {
    let mut end = |command: &str, from: &str, to: &str| -> Result<String, Error> {
        let mut range = cmd(command);
        range.arg(name(stream)).arg(from).arg(to).arg("COUNT").arg(1);
        let reply: StreamRangeReply = range.query(&mut redis.connection)?;
        Ok(reply.ids.into_iter().next().map_or_else(|| BEGIN.to_owned(), |entry| entry.id))
    };
    Ok((end("XRANGE", "-", "+")?, end("XREVRANGE", "+", "-")?))
}

/// Whether one position is before another.
pub(super) fn before(one: &str, other: &str) -> bool {
    let number = |text: &str| {
        let (milliseconds, count) = text.split_once('-').unwrap_or((text, "0"));
        (milliseconds.parse().unwrap_or(0_u64), count.parse().unwrap_or(0_u64))
    };
    number(one) < number(other)
}
