//! What was on the wire, as a capture file.

use std::path::Path;

use smtp_terminal::simulator::Simulator;
use smtp_terminal::views;

/// Writes all conversations into a file.
pub fn write(simulator: &Simulator, path: &Path) -> Result<(), String> {
    let all = simulator.world().tap().conversations();
    let bytes = views::pcap(all.iter());
    std::fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))
}
