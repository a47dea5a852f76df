//! The files of a queue in order, and when the next of them is due, which is worked out once and not
//! at every moment.

use std::cell::Cell;
use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};

use crate::postfix::queue::file::QueueFile;
use crate::time::Time;

/// How far from the last one the next is looked for first.
const NEAR: usize = 200;

/// The files of a queue, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    files: VecDeque<QueueFile>,
    /// When the next is due, where that is known.
    due: Cell<Option<Option<Time>>>,
    /// Where one was found last: who asks for it once asks again, and then for one beside it.
    last: Cell<usize>,
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
        self.due.set(None);
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
        let start = self.last.get().saturating_sub(NEAR);
        let place = (start..self.files.len()).chain(0..start).find(is_it)?;
        self.last.set(place);
        Some(place)
    }

    /// When something is due next.
    pub fn deadline(&self) -> Option<Time> {
        if let Some(due) = self.due.get() {
            return due;
        }
        let waits = self.files.iter().filter(|f| f.place.is_waiting());
        let due = waits.map(|f| f.due).min();
        self.due.set(Some(due));
        due
    }
}
