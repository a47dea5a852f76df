//! Devices without end: what a program that is given the name of one reads.

use crate::smtp::bytes::decode;

/// So much of one is read where nothing says how much.
pub const ALL: usize = 1 << 20;

/// So much of one is read at most.
pub const MOST: usize = 16 << 20;

/// Whether a path is that of such a device.
pub fn is_endless(path: &str) -> bool {
    matches!(path, "/dev/zero" | "/dev/random" | "/dev/urandom")
}

/// So many bytes of a device that has no end.
pub fn noise(name: &str, count: usize) -> String {
    let count = count.min(MOST);
    if name == "/dev/zero" {
        return "\0".repeat(count);
    }
    let mut drawn = 0x9E37_79B9_u32;
    let bytes: Vec<u8> = (0..count)
        .map(|_| {
            drawn = drawn.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (drawn >> 24) as u8
        })
        .collect();
    decode(&bytes).into_owned()
}
