//! Who is connected.
//!
//! There is a fixed number of places, and a budget for bodies that are being read. When either is used up, the guest who
//! has kept us waiting longest is turned out, whether he sends nothing, a head byte by byte, half a body, or does not
//! read his answer. One who is served in the meantime waits for nothing, so a flood of such connections costs those who
//! send it their own places.

use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::task::AbortHandle;

/// The connections, in the order in which they began to keep us waiting.
pub struct Guests {
    places: usize,
    budget: usize,
    waiting: Mutex<State>,
    bodies: AtomicUsize,
    present: AtomicUsize,
    turned_out: AtomicU64,
    left: Notify,
}

#[derive(Default)]
struct State {
    next: u64,
    /// By the time since when we wait, and by guest.
    order: BTreeMap<u64, u64>,
    guests: BTreeMap<u64, (Option<u64>, Option<AbortHandle>)>,
}

/// One connection; it leaves when this is dropped.
pub struct Guest {
    guests: Arc<Guests>,
    number: u64,
}

/// Bytes of a body in memory; given back when this is dropped.
pub struct Luggage<'a> {
    guests: &'a Guests,
    bytes: usize,
}

impl Guests {
    /// So many connections, and so many bytes of bodies.
    pub fn new(places: usize, budget: usize) -> Arc<Self> {
        Arc::new(Self {
            places,
            budget,
            waiting: Mutex::default(),
            bodies: AtomicUsize::new(0),
            present: AtomicUsize::new(0),
            turned_out: AtomicU64::new(0),
            left: Notify::new(),
        })
    }

    /// One more, if need be in the place of another.
    pub fn admit(self: &Arc<Self>) -> Guest {
        while self.present.load(Ordering::Relaxed) >= self.places && self.turn_out() {}
        self.present.fetch_add(1, Ordering::Relaxed);
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        state.order.insert(number, number);
        state.guests.insert(number, (Some(number), None));
        Guest { guests: Arc::clone(self), number }
    }

    /// From now on the guest can be turned out.
    pub fn can_be_turned_out(&self, number: u64, handle: AbortHandle) {
        if let Some(guest) = self.state().guests.get_mut(&number) {
            guest.1 = Some(handle);
        }
    }

    /// Turns out the one who has kept us waiting longest; gives whether there was one.
    pub fn turn_out(&self) -> bool {
        let mut state = self.state();
        let Some((_, number)) = state.order.pop_first() else { return false };
        if let Some((_, Some(handle))) = state.guests.remove(&number) {
            handle.abort();
        }
        self.present.fetch_sub(1, Ordering::Relaxed);
        self.turned_out.fetch_add(1, Ordering::Relaxed);
        true
    }

    /// How many are connected, and how many were turned out.
    pub fn count(&self) -> (usize, u64) {
        (self.present.load(Ordering::Relaxed), self.turned_out.load(Ordering::Relaxed))
    }

    /// Until nobody is connected.
    pub async fn gone(&self) {
        loop {
            let left = self.left.notified();
            if self.present.load(Ordering::Relaxed) == 0 {
                return;
            }
            left.await;
        }
    }

    /// Room for bytes of a body, which others may have to make. None if they cannot.
    pub fn luggage(&self) -> Luggage<'_> {
        Luggage { guests: self, bytes: 0 }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guest {
    /// Tells guests apart.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// We have all that we need: whatever takes time now, it is not this guest.
    pub fn is_served(&self) {
        let mut state = self.guests.state();
        if let Some(since) = state.guests.get_mut(&self.number).and_then(|guest| guest.0.take()) {
            state.order.remove(&since);
        }
    }

    /// From now on we wait for this guest.
    pub fn is_waited_for(&self) {
        let mut state = self.guests.state();
        let since = state.next;
        state.next += 1;
        let old = state.guests.get_mut(&self.number).map(|guest| guest.0.replace(since));
        if let Some(old) = old {
            old.and_then(|old| state.order.remove(&old));
            state.order.insert(since, self.number);
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut state = self.guests.state();
        // One who was turned out has been taken off the list.
        if let Some((since, _)) = state.guests.remove(&self.number) {
            since.and_then(|since| state.order.remove(&since));
            self.guests.present.fetch_sub(1, Ordering::Relaxed);
        }
        drop(state);
        self.guests.left.notify_waiters();
    }
}

impl Luggage<'_> {
    /// So many bytes more; gives whether there is room.
    pub fn add(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        let all = self.guests.bodies.fetch_add(bytes, Ordering::Relaxed) + bytes;
        // Who is turned out puts his down a moment later: half as much again is room for that.
        all <= self.guests.budget || (self.guests.turn_out() && all <= self.guests.budget / 2 * 3)
    }
}

impl Drop for Luggage<'_> {
    fn drop(&mut self) {
        self.guests.bodies.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
