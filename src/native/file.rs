//! Files of this machine.

use std::path::Path;

/// Reads a file, with its name in the complaint if that fails.
pub fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}
