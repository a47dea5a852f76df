//! The queue: its files in order, and when the next of them is due, which is worked out once and not
//! at every moment.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::Arc;
use std::time::Duration;

use crate::postfix::queue::file::{Pace, Place, QueueFile};
use crate::postfix::queue::history::History;
use crate::time::{micros, Time};

/// Deferred mail is not looked at more often than this, whatever main.cf says.
const RUN: Duration = Duration::from_secs(1);

/// What the messages of a queue may have in bytes, all together.
const ROOM: u64 = 64 << 20;

/// The next time is not known, and there is none: no file is due then.
const UNKNOWN: u64 = u64::MAX;
const NEVER: u64 = u64::MAX - 1;

/// How far from the last one the next is looked for first.
const NEAR: usize = 200;

/// The files of a queue, oldest first.
#[derive(Debug)]
pub struct Folder {
    files: VecDeque<QueueFile>,
    /// When the next is due, where that is known. It may be shared between threads.
    due: AtomicU64,
    /// Where one was found last: who asks for it once asks again, and then for one beside it.
    last: AtomicUsize,
}

impl From<VecDeque<QueueFile>> for Folder {
    fn from(files: VecDeque<QueueFile>) -> Folder {
        Folder {
            files,
            due: AtomicU64::new(UNKNOWN),
            last: AtomicUsize::new(0),
        }
    }
}

impl Default for Folder {
    fn default() -> Folder {
        VecDeque::new().into()
    }
}

impl Clone for Folder {
    fn clone(&self) -> Folder {
        self.files.clone().into()
    }
}

/// What is worked out does not count.
impl PartialEq for Folder {
    fn eq(&self, other: &Folder) -> bool {
        self.files == other.files
    }
}

impl Eq for Folder {}

impl Deref for Folder {
    type Target = VecDeque<QueueFile>;

    fn deref(&self) -> &VecDeque<QueueFile> {
        &self.files
    }
}

/// Whoever changes a file may change when it is due.
impl DerefMut for Folder {
    fn deref_mut(&mut self) -> &mut VecDeque<QueueFile> {
        self.due.store(UNKNOWN, Relaxed);
        &mut self.files
    }
}

impl<'a> IntoIterator for &'a Folder {
    type Item = &'a QueueFile;
    type IntoIter = std::collections::vec_deque::Iter<'a, QueueFile>;

    fn into_iter(self) -> Self::IntoIter {
        self.files.iter()
    }
}

impl<'a> IntoIterator for &'a mut Folder {
    type Item = &'a mut QueueFile;
    type IntoIter = std::collections::vec_deque::IterMut<'a, QueueFile>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl Folder {
    /// Where a file is, by its queue ID.
    pub fn place(&self, id: &str) -> Option<usize> {
        let is_it = |at: &usize| self.files.get(*at).is_some_and(|f| &*f.id == id);
        let start = self.last.load(Relaxed).saturating_sub(NEAR);
        let place = (start..self.files.len()).chain(0..start).find(is_it)?;
        self.last.store(place, Relaxed);
        Some(place)
    }

    /// When something is due next.
    pub fn deadline(&self) -> Option<Time> {
        let known = match self.due.load(Relaxed) {
            UNKNOWN => {
                let waits = self.files.iter().filter(|f| f.is_waiting());
                let next = waits.map(|f| f.due.0.min(NEVER - 1)).min();
                let next = next.unwrap_or(NEVER);
                self.due.store(next, Relaxed);
                next
            }
            known => known,
        };
        (known != NEVER).then_some(Time(known))
    }
}

/// The queue of one server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// Its files, oldest first.
    pub files: Folder,
    /// When the queue manager began: it looks at deferred mail at whole turns from here.
    pub begun: Option<Time>,
    /// Transports that are not there, and when that was found.
    pub missing: Vec<(String, Time)>,
    /// Services that master starts no process for, and until when.
    pub throttled: Vec<(String, Time)>,
    /// The turns that messages have on ways which rest between deliveries, and when each is over.
    pub paced: Vec<(String, Arc<str>, Time)>,
    /// What has become of all that was ever in it.
    pub history: History,
}

impl Queue {
    /// A file by its queue ID.
    pub fn file(&self, id: &str) -> Option<&QueueFile> {
        self.files.get(self.files.place(id)?)
    }

    /// Takes a file out.
    pub fn remove(&mut self, id: &str) -> Option<QueueFile> {
        let place = self.files.place(id)?;
        self.files.remove(place)
    }

    /// A file by its queue ID, to be changed.
    pub fn file_mut(&mut self, id: &str) -> Option<&mut QueueFile> {
        let place = self.files.place(id)?;
        self.files.get_mut(place)
    }

    /// What of its room is free for a server whose messages may have so many bytes. There is room
    /// enough for that and for many messages more, so that a queue is full at some time and not
    /// from the beginning.
    pub fn free(&self, message_size_limit: u64) -> u64 {
        let room = (message_size_limit + message_size_limit / 2).saturating_add(ROOM);
        let used = self.files.iter().map(|file| file.text.len() as u64);
        room.saturating_sub(used.sum())
    }

    /// When something is due next.
    pub fn deadline(&self) -> Option<Time> {
        self.files.deadline()
    }

    /// The IDs of the files that are due.
    pub fn due(&self, now: Time) -> Vec<Arc<str>> {
        let is_due = |f: &&QueueFile| f.is_waiting() && f.due <= now;
        let all = self.files.iter().filter(is_due);
        all.map(|f| f.id.clone()).collect()
    }

    /// Puts a file aside until its next turn: as long again as it has waited, within limits, and
    /// then at the next look at deferred mail.
    pub fn defer(&mut self, id: &str, now: Time, pace: &Pace) {
        let begun = *self.begun.get_or_insert(now);
        if let Some(file) = self.file_mut(id) {
            // Where the least is more than the most, it is the least that counts.
            let wait = (now - file.arrival).min(pace.most).max(pace.least);
            let turn = micros(pace.run_delay).max(micros(RUN));
            let turns = micros((now + wait) - begun).div_ceil(turn);
            file.place = Place::Deferred;
            file.due = (now + RUN).max(Time(begun.0.saturating_add(turns.saturating_mul(turn))));
        }
    }
}
