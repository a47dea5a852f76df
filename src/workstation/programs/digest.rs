//! base64, cksum, md5sum, sha1sum, sha256sum, sha512sum: bytes in other letters.

use crate::postfix::neighbour::sha::Sha;
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
    Program::new(
        "cksum",
        cksum,
        "[FILE]...|Shows a check sum and the length of files.",
    ),
    Program::new("md5sum", |words, at| sum("md5sum", words, at), HELP),
    Program::new("sha1sum", |words, at| sum("sha1sum", words, at), HELP),
    Program::new("sha256sum", |words, at| sum("sha256sum", words, at), HELP),
    Program::new("sha512sum", |words, at| sum("sha512sum", words, at), HELP),
];

const HELP: &str = "[-c] [FILE]...|Shows or checks a digest of files.";

/// The digest that a program (`md5sum`, `sha512sum`) makes.
pub fn digest_of(program: &str, bytes: &[u8]) -> Vec<u8> {
    match program {
        "md5sum" => md5(bytes).to_vec(),
        "sha1sum" => Sha::new(160).hash(bytes),
        "sha512sum" => Sha::new(512).hash(bytes),
        _ => Sha::new(256).hash(bytes),
    }
}

/// Bytes as they are shown.
pub fn in_letters(digest: &[u8]) -> String {
    let mut text = String::new();
    for byte in digest {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

/// The same in letters.
fn digest(program: &str, text: &str) -> String {
    in_letters(&digest_of(program, &encode(text)))
}

/// cksum: the CRC of POSIX, over the bytes and then over how many they are.
fn cksum(arguments: &[&str], at: &mut Machine) -> Outcome {
    let known = Known {
        program: "cksum",
        short: "",
        long: &[],
        status: 1,
    };
    let options = known.read(arguments)?;
    let mut output = Output::default();
    for (name, text) in at.sources(&options.operands)? {
        let bytes = match text {
            Ok(text) => encode(&text),
            Err(why) => {
                output.fail(1, format!("cksum: {name}: {why}\n"));
                continue;
            }
        };
        let mut sum = 0_u32;
        let mut add = |byte: u8| {
            sum ^= u32::from(byte) << 24;
            for _ in 0..8 {
                let carry = sum >> 31;
                sum = (sum << 1) ^ (carry * 0x04c1_1db7);
            }
        };
        bytes.iter().for_each(|byte| add(*byte));
        let mut length = bytes.len();
        while length > 0 {
            add(length as u8);
            length >>= 8;
        }
        let name = match options.operands.is_empty() {
            true => String::new(),
            false => format!(" {name}"),
        };
        output
            .text
            .push_str(&format!("{} {}{name}\n", !sum, bytes.len()));
    }
    Ok(output)
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
                Ok(text) => {
                    let is_good = digest(program, &text) == sum;
                    wrong += i32::from(!is_good);
                    if !(options.has('s') || is_good && options.has('q')) {
                        let word = if is_good { "OK" } else { "FAILED" };
                        output.text.push_str(&format!("{file}: {word}\n"));
                    }
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
    if options.has('s') {
        output.status = i32::from(wrong > 0).max(output.status);
    } else if wrong > 0 {
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
