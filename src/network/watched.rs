//! A world in which what happens is recorded, for who judges it.

use std::rc::Rc;

use crate::network::record::Fact;
use crate::network::world::World;
use crate::time::Time;

impl World {
    /// From here on what happens is recorded.
    pub fn record(&mut self) {
        self.record.begin();
    }

    /// The next thing that has happened, and when.
    pub fn fact(&mut self) -> Option<(Time, Fact)> {
        self.record.take()
    }

    /// A program has read a file.
    pub fn has_read(&self, host: &str, path: &str) {
        self.record.read(host, path, self.now);
    }

    /// A program has ended: its words, and its status.
    pub fn has_ended(&mut self, words: &Rc<[String]>, status: i32) {
        self.record.ended(words.clone(), status, self.now);
    }
}
