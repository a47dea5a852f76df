//! A zip file (APPNOTE 6.3) whose files are deflated, and stored where that gains nothing. Every run gives the
//! same bytes.

use miniz_oxide::deflate::compress_to_vec;

/// The first day that a zip file knows, 1 January 1980.
const DATE: u16 = 0x21;
/// Version 2.0 of the form.
const VERSION: u16 = 20;
/// How files are kept: as they are, or deflated (RFC 1951).
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// How much is tried to make them small, of 10.
const EFFORT: u8 = 9;
/// Names are UTF-8.
const FLAGS: u16 = 0x0800;

/// Files in a zip file.
#[derive(Default)]
pub struct Zip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

impl Zip {
    /// Adds a file.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn add(&mut self, name: &str, content: &[u8]) -> Result<(), String> {
        let full = || format!("{name}: there is no room for it in a zip file");
        let size = u32::try_from(content.len()).map_err(|_| full())?;
        let at = u32::try_from(self.bytes.len()).map_err(|_| full())?;
        let length = u16::try_from(name.len()).map_err(|_| full())?;
        let sum = crc32(content);
        let small = compress_to_vec(content, EFFORT);
        let (method, kept) = match small.len() < content.len() {
            true => (DEFLATED, small.as_slice()),
            false => (STORED, content),
        };
        let packed = u32::try_from(kept.len()).map_err(|_| full())?;
        let mut common = Vec::new();
        for number in [VERSION, FLAGS, method, 0, DATE] {
            common.extend(number.to_le_bytes());
        }
        for number in [sum, packed, size] {
            common.extend(number.to_le_bytes());
        }
        common.extend(length.to_le_bytes());
        common.extend(0u16.to_le_bytes());
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&common);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(kept);
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&common);
        // No comment, one disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(at.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.count = self.count.checked_add(1).ok_or_else(full)?;
        Ok(())
    }

    /// The zip file.
    ///
    /// # Errors
    /// It would be too large.
    pub fn done(mut self) -> Result<Vec<u8>, String> {
        let large = |_| "the package is too large for a zip file".to_string();
        let at = u32::try_from(self.bytes.len()).map_err(large)?;
        let size = u32::try_from(self.directory.len()).map_err(large)?;
        self.bytes.extend(&self.directory);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend(self.count.to_le_bytes());
        self.bytes.extend(self.count.to_le_bytes());
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend(at.to_le_bytes());
        self.bytes.extend(0u16.to_le_bytes());
        Ok(self.bytes)
    }
}

/// The checksum of a file (ISO 3309).
fn crc32(content: &[u8]) -> u32 {
    let mut table = [0u32; 256];
    for (n, entry) in (0u32..).zip(table.iter_mut()) {
        *entry = (0..8).fold(n, |value, _| match value & 1 {
            1 => 0xedb8_8320 ^ (value >> 1),
            _ => value >> 1,
        });
    }
    let next = |sum: u32, byte: &u8| {
        let entry = table.get(usize::from(*byte) ^ (sum as usize & 0xff));
        entry.copied().unwrap_or(0) ^ (sum >> 8)
    };
    !content.iter().fold(!0, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }
}
