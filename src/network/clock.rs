//! The clock of a world, where it does not go on by itself.

use std::time::Duration;

use crate::network::world::World;

impl World {
    /// Puts the clock forward; what is due in between happens.
    pub fn skip(&mut self, span: Duration) {
        let begun = self.now;
        self.tick(begun + span);
        self.skipped = self.skipped.saturating_add(self.now - begun);
    }

    /// How much time has been skipped.
    pub fn skipped(&self) -> Duration {
        self.skipped
    }
}
