//! base64, md5sum, sha1sum, sha256sum, sha512sum: bytes in other letters.

use crate::smtp::bytes::encode;
use crate::smtp::sasl::hmac::md5;
use crate::smtp::sasl::{from_base64, to_base64};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new(
        "base64",
        base64,
        "[-d] [-i] [-w COLUMNS] [FILE]|Encodes in base64; -d decodes.",
    ),
    Program::new("md5sum", |words, at| sum("md5sum", words, at), HELP),
    Program::new("sha1sum", |words, at| sum("sha1sum", words, at), HELP),
    Program::new("sha256sum", |words, at| sum("sha256sum", words, at), HELP),
    Program::new("sha512sum", |words, at| sum("sha512sum", words, at), HELP),
];

const HELP: &str = "[-c] [FILE]...|Shows or checks a digest of files.";

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

/// The digest that a program (`md5sum`, `sha512sum`) makes.
pub fn digest(program: &str, text: &str) -> String {
    let bytes = encode(text);
    let digest = match program {
        "md5sum" => md5(&bytes).to_vec(),
        "sha1sum" => Sha::new(160).hash(&bytes),
        "sha512sum" => Sha::new(512).hash(&bytes),
        _ => Sha::new(256).hash(&bytes),
    };
    let mut text = String::new();
    for byte in digest {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

fn sum(program: &'static str, arguments: &[&str], at: &mut Machine) -> Outcome {
    let known = Known {
        program,
        short: "bctwz",
        long: &[
            "binary=b", "check=c", "text=t", "quiet=q", "status=s", "warn=w",
        ],
        status: 1,
    };
    let options = known.read(arguments)?;
    let mut output = Output::default();
    let mut wrong = 0;
    for (name, text) in at.sources(&options.operands)? {
        let text = match text {
            Ok(text) => text,
            Err(why) => {
                output.fail(1, format!("{program}: {name}: {why}\n"));
                continue;
            }
        };
        if !options.has('c') {
            output
                .text
                .push_str(&format!("{}  {name}\n", digest(program, &text)));
            continue;
        }
        for line in text.lines() {
            let Some((sum, file)) = line.split_once(' ') else {
                continue;
            };
            let file = file.trim_start_matches([' ', '*']);
            match at.text(file) {
                Ok(text) if digest(program, &text) == sum => {
                    output.text.push_str(&format!("{file}: OK\n"))
                }
                Ok(_) => {
                    output.text.push_str(&format!("{file}: FAILED\n"));
                    wrong += 1;
                }
                Err(errno) => {
                    output
                        .text
                        .push_str(&format!("{file}: FAILED open or read\n"));
                    output.fail(1, format!("{program}: {file}: {errno}\n"));
                }
            }
        }
    }
    if wrong > 0 {
        let many = if wrong > 1 { "s" } else { "" };
        output.fail(
            1,
            format!("{program}: WARNING: {wrong} computed checksum{many} did NOT match\n"),
        );
    }
    Ok(output)
}

/// base64.
fn base64(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "base64",
        short: "dDiw:",
        long: &["decode=d", "ignore-garbage=i", "wrap=w"],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    if let Some(extra) = options.operands.get(1) {
        return Err(KNOWN.mistake(&format!("extra operand ‘{extra}’")));
    }
    let text = match at.sources(&options.operands)?.pop() {
        Some((_, Ok(text))) => text,
        Some((_, Err(why @ "Is a directory"))) => {
            return Err(Output::bad(format!("base64: read error: {why}"), 1))
        }
        Some((name, Err(why))) => return Err(Output::bad(format!("base64: {name}: {why}"), 1)),
        None => String::new(),
    };
    let mut output = Output::default();
    if options.has('d') || options.has('D') {
        let mut bare = String::new();
        let is_code = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        for c in text.chars() {
            if !c.is_whitespace() && (!options.has('i') || is_code(c)) {
                bare.push(c);
            }
        }
        let mut is_bad = false;
        if let Some(place) = bare.find(|c| !is_code(c)) {
            bare.truncate(place);
            is_bad = true;
        }
        // What is there of the last group is decoded all the same.
        let missing = (4 - bare.len() % 4) % 4;
        is_bad |= missing > 0;
        if missing < 3 {
            bare.push_str("==".get(..missing).unwrap_or(""));
        } else {
            bare.pop();
        }
        match from_base64(&bare) {
            Ok(decoded) => output.text = decoded,
            Err(_) => is_bad = true,
        }
        if is_bad {
            output.fail(1, "base64: invalid input\n");
        }
        return Ok(output);
    }
    let wrap = options.value('w').unwrap_or("76");
    let bad = || Output::bad(format!("base64: invalid wrap size: ‘{wrap}’"), 1);
    let width: usize = wrap.parse().map_err(|_| bad())?;
    let coded = to_base64(&encode(&text));
    let mut rest = coded.as_str();
    while width > 0 && !rest.is_empty() {
        let (line, more) = rest.split_at(width.min(rest.len()));
        output.text.push_str(line);
        output.text.push('\n');
        rest = more;
    }
    if width == 0 {
        output.text = coded;
    }
    Ok(output)
}
