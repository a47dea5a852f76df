//! The light build has no editor.

use std::io;

use smtp_terminal::simulator::Simulator;

/// Nothing is to be made ready.
pub fn prepare(_: &mut Simulator) {}

/// No program asks for one.
pub fn is_wanted(_: &Simulator) -> bool {
    false
}

/// There is nothing to be edited.
pub fn edit(_: &mut Simulator) -> io::Result<()> {
    Ok(())
}
