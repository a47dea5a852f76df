//! A list that keeps the last of what is put into it, for what would grow as long as a session lasts.

use std::ops::Deref;

/// The last `N` of something, and a little more: what is old goes a tenth at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last<T, const N: usize>(Vec<T>);

impl<T, const N: usize> Default for Last<T, N> {
    fn default() -> Self {
        Last(Vec::new())
    }
}

impl<T, const N: usize> Last<T, N> {
    /// Adds one at the end.
    pub fn push(&mut self, one: T) {
        if self.0.len() >= N + N / 10 {
            self.0.drain(..N / 10);
        }
        self.0.push(one);
    }

    /// The one that was added last.
    pub fn last_mut(&mut self) -> Option<&mut T> {
        self.0.last_mut()
    }

    /// Forgets the oldest.
    pub fn forget(&mut self) {
        if !self.0.is_empty() {
            self.0.remove(0);
        }
    }

    /// Takes all that is there.
    pub fn take(&mut self) -> Vec<T> {
        std::mem::take(&mut self.0)
    }
}

impl<T, const N: usize> Deref for Last<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_first() {
        let mut last: Last<u32, 20> = Last::default();
        (0..1_000).for_each(|n| last.push(n));
        assert!((20..=22).contains(&last.len()), "{}", last.len());
        assert_eq!(last.last(), Some(&999));
        assert!(last.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    }
}
