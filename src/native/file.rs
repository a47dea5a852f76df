//! Files of this machine.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Of a file so much is read; what never ends is none that was meant.
const LARGEST: u64 = 32 << 20;

/// Reads a file, with its name in the complaint if that fails.
///
/// # Errors
/// It is not there, a folder, too large, or no text.
pub fn read(path: &Path) -> Result<String, String> {
    let name = path.display();
    let complaint = |e: std::io::Error| format!("{name}: {e}");
    if path.is_dir() {
        return Err(format!("{name}: this is a folder; name a file in it"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(complaint)?;
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(complaint)?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!("{name}: more than {LARGEST} bytes"));
    }
    text(&bytes)
        .map(str::to_string)
        .map_err(|why| format!("{name}: {why}"))
}

/// The text of a file. Editors on Windows put a byte order mark before it, which is left out.
///
/// # Errors
/// It is written otherwise than in UTF-8.
pub fn text(bytes: &[u8]) -> Result<&str, String> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err("this is UTF-16; save it as UTF-8".into());
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes)
        .map_err(|e| format!("no UTF-8 from byte {} on; save it again", e.valid_up_to()))
}
