//! SHA-1, SHA-256 and SHA-512.

/// The first 64 bits after the point of a root of a prime: what SHA begins and goes on with.
fn root(prime: u32, is_cube: bool) -> u64 {
    let number = f64::from(prime);
    let mut root = number;
    // Newton's way doubles what is right of it each time, once it is near.
    for _ in 0..32 {
        root = match is_cube {
            true => (2.0 * root + number / (root * root)) / 3.0,
            false => (root + number / root) / 2.0,
        };
    }
    // That has 48 bits after the point; the others come of what is left of the prime.
    let most = (root * 281_474_976_710_656.0) as u128;
    let (whole, power, shift, slope) = match is_cube {
        true => (
            0,
            most * most,
            48,
            3.0 * root * root * 281_474_976_710_656.0,
        ),
        false => (
            u128::from(prime) << 96,
            most,
            0,
            2.0 * root * 281_474_976_710_656.0,
        ),
    };
    let left = (whole.wrapping_sub(power.wrapping_mul(most)) as i128 >> shift) as i64 as f64;
    let more = (left / slope * 65_536.0).floor() as i64;
    ((most << 16) as u64).wrapping_add(more as u64)
}

/// SHA-1, SHA-256 and SHA-512 (FIPS 180-4).
#[derive(Debug)]
pub struct Sha {
    bits: usize,
    keys: Vec<u64>,
    state: Vec<u64>,
}

/// By how much SHA-256 and SHA-512 turn and shift their words.
const TURNS: [[u32; 12]; 2] = [
    [7, 18, 3, 17, 19, 10, 6, 11, 25, 2, 13, 22],
    [1, 8, 7, 19, 61, 6, 14, 18, 41, 28, 34, 39],
];

impl Sha {
    /// The one whose digest has so many bits: 160, 256 or 512.
    pub fn new(bits: usize) -> Sha {
        let mut primes: Vec<u32> = Vec::new();
        let mut number = 2;
        while primes.len() < 80 {
            if primes.iter().all(|p| number % p != 0) {
                primes.push(number);
            }
            number += 1;
        }
        let shift = if bits == 512 { 0 } else { 32 };
        let roots = |is_cube| -> Vec<u64> {
            let roots = primes.iter().map(|p| root(*p, is_cube) >> shift);
            roots.collect()
        };
        let mut state = roots(false);
        state.truncate(8);
        if bits == 160 {
            state = vec![
                0x6745_2301,
                0xefcd_ab89,
                0x98ba_dcfe,
                0x1032_5476,
                0xc3d2_e1f0,
            ];
        }
        Sha {
            bits,
            keys: roots(true),
            state,
        }
    }

    /// The digest of a text.
    pub fn hash(&self, text: &[u8]) -> Vec<u8> {
        let is_512 = self.bits == 512;
        let is_long = self.bits != 160;
        let (size, mask) = match is_512 {
            true => (8, u64::MAX),
            false => (4, u64::from(u32::MAX)),
        };
        let turn = |word: u64, by: u32| match is_512 {
            true => word.rotate_right(by),
            false => u64::from((word as u32).rotate_right(by)),
        };
        let t = &TURNS[usize::from(is_512)];
        let mut padded = text.to_vec();
        padded.push(0x80);
        while padded.len() % (16 * size) != 14 * size {
            padded.push(0);
        }
        padded.resize(padded.len() + 2 * size - 8, 0);
        padded.extend((text.len() as u64 * 8).to_be_bytes());
        let mut state = self.state.clone();
        for block in padded.chunks_exact(16 * size) {
            let mut words: Vec<u64> = Vec::with_capacity(80);
            for bytes in block.chunks_exact(size) {
                let word = bytes.iter();
                words.push(word.fold(0, |word, byte| word << 8 | u64::from(*byte)));
            }
            for at in 16..if self.bits == 256 { 64 } else { 80 } {
                let word = match is_long {
                    true => {
                        let (a, b) = (words[at - 15], words[at - 2]);
                        let small = turn(a, t[0]) ^ turn(a, t[1]) ^ a >> t[2];
                        let large = turn(b, t[3]) ^ turn(b, t[4]) ^ b >> t[5];
                        words[at - 16]
                            .wrapping_add(small)
                            .wrapping_add(words[at - 7])
                            .wrapping_add(large)
                    }
                    false => turn(
                        words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16],
                        31,
                    ),
                };
                words.push(word & mask);
            }
            let mut s = state.clone();
            for (at, word) in words.iter().enumerate() {
                if is_long {
                    let e = s[4];
                    let large = turn(e, t[6]) ^ turn(e, t[7]) ^ turn(e, t[8]);
                    let choice = e & s[5] ^ !e & s[6];
                    let one = s[7]
                        .wrapping_add(large)
                        .wrapping_add(choice)
                        .wrapping_add(self.keys[at])
                        .wrapping_add(*word);
                    let a = s[0];
                    let small = turn(a, t[9]) ^ turn(a, t[10]) ^ turn(a, t[11]);
                    let two = small.wrapping_add(a & s[1] ^ a & s[2] ^ s[1] & s[2]);
                    s.pop();
                    s[3] = s[3].wrapping_add(one) & mask;
                    s.insert(0, one.wrapping_add(two) & mask);
                } else {
                    let (b, c, d) = (s[1], s[2], s[3]);
                    let (mix, key) = match at / 20 {
                        0 => (b & c | !b & d, 0x5a82_7999),
                        1 => (b ^ c ^ d, 0x6ed9_eba1),
                        2 => (b & c | b & d | c & d, 0x8f1b_bcdc),
                        _ => (b ^ c ^ d, 0xca62_c1d6),
                    };
                    let next = turn(s[0], 27)
                        .wrapping_add(mix)
                        .wrapping_add(s[4])
                        .wrapping_add(key)
                        .wrapping_add(*word);
                    s.pop();
                    s[1] = turn(b, 2);
                    s.insert(0, next & mask);
                }
            }
            for (old, new) in state.iter_mut().zip(s) {
                *old = old.wrapping_add(new) & mask;
            }
        }
        let bytes = state.iter().flat_map(|word| {
            let bytes = word.to_be_bytes();
            bytes.into_iter().skip(8 - size)
        });
        bytes.collect()
    }
}
