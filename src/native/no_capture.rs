//! Twin of `capture`: the light build does not listen.

use std::path::Path;

use smtp_terminal::simulator::Simulator;

/// There is nothing to write.
pub fn write(_: &Simulator, path: &Path) -> Result<(), String> {
    let path = path.display();
    Err(format!(
        "{path}: only the full build knows what was on the wire"
    ))
}
