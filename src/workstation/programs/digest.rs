//! base64, md5sum, sha1sum, sha256sum: bytes in other letters.

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
];

const HELP: &str = "[-c] [FILE]...|Shows or checks a digest of files.";

/// The first 32 bits after the point of a root of a prime: what SHA begins and goes on with.
fn root(prime: u32, is_cube: bool) -> u32 {
    let prime = f64::from(prime);
    let mut root = prime;
    // Newton's way doubles what is right of it each time, once it is near.
    for _ in 0..32 {
        root = match is_cube {
            true => (2.0 * root + prime / (root * root)) / 3.0,
            false => (root + prime / root) / 2.0,
        };
    }
    (root * 4_294_967_296.0) as u64 as u32
}

/// SHA-1 and SHA-256 (FIPS 180-4).
fn sha(text: &[u8], is_long: bool) -> Vec<u8> {
    let mut primes: Vec<u32> = Vec::new();
    let mut number = 2;
    while primes.len() < 64 {
        if primes.iter().all(|p| number % p != 0) {
            primes.push(number);
        }
        number += 1;
    }
    let mut state: Vec<u32> = match is_long {
        true => primes.iter().take(8).map(|p| root(*p, false)).collect(),
        false => vec![
            0x6745_2301,
            0xefcd_ab89,
            0x98ba_dcfe,
            0x1032_5476,
            0xc3d2_e1f0,
        ],
    };
    let keys: Vec<u32> = primes.iter().map(|p| root(*p, true)).collect();
    let mut padded = text.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((text.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks_exact(64) {
        let mut words: Vec<u32> = Vec::with_capacity(80);
        for four in block.chunks_exact(4) {
            words.push(
                four.iter()
                    .fold(0, |word, byte| word << 8 | u32::from(*byte)),
            );
        }
        for at in 16..if is_long { 64 } else { 80 } {
            let word = match is_long {
                true => {
                    let (a, b) = (words[at - 15], words[at - 2]);
                    let small = a.rotate_right(7) ^ a.rotate_right(18) ^ a >> 3;
                    let large = b.rotate_right(17) ^ b.rotate_right(19) ^ b >> 10;
                    words[at - 16]
                        .wrapping_add(small)
                        .wrapping_add(words[at - 7])
                        .wrapping_add(large)
                }
                false => {
                    (words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16]).rotate_left(1)
                }
            };
            words.push(word);
        }
        let mut s = state.clone();
        for (at, word) in words.iter().enumerate() {
            if is_long {
                let e = s[4];
                let large = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
                let choice = e & s[5] ^ !e & s[6];
                let one = s[7]
                    .wrapping_add(large)
                    .wrapping_add(choice)
                    .wrapping_add(keys[at])
                    .wrapping_add(*word);
                let a = s[0];
                let small = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
                let two = small.wrapping_add(a & s[1] ^ a & s[2] ^ s[1] & s[2]);
                s.pop();
                s[3] = s[3].wrapping_add(one);
                s.insert(0, one.wrapping_add(two));
            } else {
                let (b, c, d) = (s[1], s[2], s[3]);
                let (mix, key) = match at / 20 {
                    0 => (b & c | !b & d, 0x5a82_7999),
                    1 => (b ^ c ^ d, 0x6ed9_eba1),
                    2 => (b & c | b & d | c & d, 0x8f1b_bcdc),
                    _ => (b ^ c ^ d, 0xca62_c1d6_u32),
                };
                let next = s[0]
                    .rotate_left(5)
                    .wrapping_add(mix)
                    .wrapping_add(s[4])
                    .wrapping_add(key)
                    .wrapping_add(*word);
                s.pop();
                s[1] = b.rotate_left(30);
                s.insert(0, next);
            }
        }
        for (old, new) in state.iter_mut().zip(s) {
            *old = old.wrapping_add(new);
        }
    }
    state.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// The digest that a program (`md5sum`, `sha1sum`, `sha256sum`) makes.
pub fn digest(program: &str, text: &str) -> String {
    let bytes = encode(text);
    let digest = match program {
        "md5sum" => md5(&bytes).to_vec(),
        program => sha(&bytes, program == "sha256sum"),
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
