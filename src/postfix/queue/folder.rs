//! The files of a queue in order, and when the next of them is due, which is worked out once and not
//! at every moment.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::postfix::queue::file::QueueFile;
use crate::time::Time;

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
                let waits = self.files.iter().filter(|f| f.place.is_waiting());
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
