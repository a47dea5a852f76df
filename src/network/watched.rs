//! A world in which what happens is recorded, for who judges it.

use crate::network::record::Fact;
use crate::network::world::World;

impl World {
    /// From here on what happens is recorded.
    pub fn record(&mut self) {
        self.record.begin();
    }

    /// The next thing that has happened.
    pub fn fact(&mut self) -> Option<Fact> {
        self.record.take()
    }

    /// A program has read a file.
    pub fn has_read(&self, host: &str, path: &str) {
        self.record.read(host, path);
    }
}
