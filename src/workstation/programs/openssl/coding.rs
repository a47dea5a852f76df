//! What codes text: base64, digests, passwords.

use crate::postfix::delivery::certificate::noise;
use crate::postfix::neighbour::crypt::{crypt, own_salt};
use crate::smtp::bytes::{decode, encode};
use crate::smtp::sasl::{from_base64, to_base64};
use crate::workstation::programs::digest::{digest_of, in_letters};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::openssl::command::{put, read, unknown, Given, Want};
use crate::workstation::programs::output::Output;

/// openssl base64, and enc with -base64 or -a.
pub(super) fn base64(
    command: &str,
    words: &[&str],
    given: &Given,
    at: &mut Machine,
) -> Result<Output, Want> {
    let (mut decodes, mut is_long, mut codes) = (false, false, command == "base64");
    let (mut from, mut to) = (None, None);
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        match word.strip_prefix('-').map(|w| w.trim_start_matches('-')) {
            Some("d") => decodes = true,
            Some("e" | "nopad" | "p" | "v") => {}
            Some("A") => is_long = true,
            Some("a" | "base64") => codes = true,
            Some("in") => from = words.next(),
            Some("out") => to = words.next(),
            Some(cipher) => {
                let text = format!("{command}: Unknown cipher: {cipher}\n{command}: Use -help for summary.\n(Here base64 is the only code.)");
                return Ok(Output::bad(text, 1));
            }
            None => {
                let text = format!("Extra arguments given.\n{command}: Use -help for summary.");
                return Ok(Output::bad(text, 1));
            }
        }
    }
    let text = match from {
        Some(path) => match read(path, at) {
            Ok(text) => text,
            Err(output) => return Ok(output),
        },
        None => given.input.clone().ok_or(Want::Input)?,
    };
    let done = if !codes {
        text
    } else if decodes {
        // Without -A only whole lines count.
        let whole = match is_long {
            true => text.as_str(),
            false => text.rsplit_once('\n').map_or("", |(lines, _)| lines),
        };
        let code: String = whole.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        from_base64(&code).unwrap_or_default()
    } else {
        let code = to_base64(&encode(&text));
        let width = if is_long { usize::MAX } else { 64 };
        let mut lines = String::new();
        let mut rest = code.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(width));
            lines.push_str(line);
            if !is_long {
                lines.push('\n');
            }
            rest = after;
        }
        lines
    };
    let mut output = Output::default();
    put(to, &done, &mut output, at);
    Ok(output)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest of a text with a key (RFC 2104).
fn hmac(program: &str, key: &str, text: &str) -> String {
    let block = if program == "sha512sum" { 128 } else { 64 };
    let mut key = encode(key);
    if key.len() > block {
        key = digest_of(program, &key);
    }
    key.resize(block, 0);
    let mut last = encode(text);
    for pad in [0x36, 0x5c] {
        let mut bytes: Vec<u8> = key.iter().map(|byte| byte ^ pad).collect();
        bytes.extend(last);
        last = digest_of(program, &bytes);
    }
    in_letters(&last)
}

/// openssl md5, sha1, sha256, and dgst.
pub(super) fn digest(
    command: &str,
    words: &[&str],
    given: &Given,
    at: &mut Machine,
) -> Result<Output, Want> {
    let mut files = Vec::new();
    let mut kind = command;
    let mut is_reversed = false;
    let mut key = None;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-hmac" => match words.next() {
                Some(value) => key = Some(*value),
                None => {
                    let text = "dgst: Option -hmac needs a value\ndgst: Use -help for summary.";
                    return Ok(Output::bad(text, 1));
                }
            },
            "-md5" | "-sha1" | "-sha256" | "-sha512" => kind = &word[1..],
            "-r" => is_reversed = true,
            "-hex" | "-c" => {}
            word if word.starts_with('-') => {
                let text = format!("dgst: Unknown option or message digest: {}\ndgst: Use -help for summary.\n(Here there are md5, sha1, sha256 and sha512.)", &word[1..]);
                return Ok(Output::bad(text, 1));
            }
            word => files.push(word),
        }
    }
    let (name, program) = match kind {
        "md5" => ("MD5", "md5sum"),
        "sha1" => ("SHA1", "sha1sum"),
        "sha512" => ("SHA2-512", "sha512sum"),
        // By itself it is named otherwise.
        "dgst" => ("SHA256", "sha256sum"),
        _ => ("SHA2-256", "sha256sum"),
    };
    let line = |from: &str, text: &str| {
        let found = match key {
            Some(key) => hmac(program, key, text),
            None => in_letters(&digest_of(program, &encode(text))),
        };
        let hmac = if key.is_some() && from != "stdin" {
            "HMAC-"
        } else {
            ""
        };
        match is_reversed {
            true => format!("{found} *{from}\n"),
            false => format!("{hmac}{name}({from})= {found}\n"),
        }
    };
    let mut output = Output::default();
    if files.is_empty() {
        let text = given.input.as_ref().ok_or(Want::Input)?;
        output.text = line("stdin", text);
    }
    for file in files {
        match read(file, at) {
            Ok(text) => output.text.push_str(&line(file, &text)),
            Err(complaint) => return Ok(complaint),
        }
    }
    Ok(output)
}

/// openssl version.
pub(super) fn version(words: &[&str]) -> Output {
    let own = "OpenSSL 3.0.19 27 Jan 2026";
    let line = format!("{own} (Library: {own})\n");
    let folder = "OPENSSLDIR: \"/usr/lib/ssl\"\n";
    match words.first() {
        None | Some(&"-v") => Output::good(line),
        Some(&"-d") => Output::good(folder),
        Some(&"-a") => Output::good(line + "platform: debian-amd64\n" + folder),
        Some(odd) => unknown("version", odd),
    }
}

/// openssl rand.
pub(super) fn rand(words: &[&str], at: &Machine) -> Output {
    let (mut in_hex, mut in_base64, mut count) = (false, false, 0_usize);
    for word in words {
        match *word {
            "-hex" => in_hex = true,
            "-base64" => in_base64 = true,
            word => match word.parse::<usize>() {
                Ok(number) => count = number.min(4_096),
                Err(_) => return unknown("rand", word),
            },
        }
    }
    let bytes = noise(&format!("{}", at.world.now().micros()), count);
    Output::good(match (in_hex, in_base64) {
        (true, _) => hex(&bytes) + "\n",
        (_, true) => to_base64(&bytes) + "\n",
        _ => decode(&bytes).into_owned(),
    })
}

/// openssl passwd.
pub(super) fn passwd(words: &[&str], given: &Given) -> Result<Output, Want> {
    let (mut magic, mut salt, mut reads) = ("$1$", None, false);
    let mut passwords: Vec<String> = Vec::new();
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        match word {
            "-1" => magic = "$1$",
            "-apr1" => magic = "$apr1$",
            "-salt" => salt = words.next(),
            "-stdin" => reads = true,
            "-noverify" | "-quiet" | "-table" | "-reverse" => {}
            "-5" => magic = "$5$",
            "-6" => magic = "$6$",
            word if word.starts_with('-') => return Ok(unknown("passwd", word)),
            word => passwords.push(word.into()),
        }
    }
    if reads {
        let text = given.input.as_ref().ok_or(Want::Input)?;
        passwords.extend(text.lines().map(str::to_string));
    } else if passwords.is_empty() {
        for question in ["Password: ", "Verifying - Password: "] {
            let at = usize::from(question.starts_with('V'));
            match given.answers.get(at) {
                Some(answer) => passwords.push(answer.clone()),
                None => return Err(Want::Line(question.into())),
            }
        }
        if passwords.pop() != passwords.first().cloned() {
            return Ok(Output::bad("Verify failure", 1));
        }
    }
    let mut output = Output::default();
    for password in passwords {
        let mut bytes = encode(&password).to_vec();
        // No more of it is looked at.
        bytes.truncate(256);
        let most = if "$5$6$".contains(magic) { 16 } else { 8 };
        let own = own_salt(&password, most);
        let salt = salt.unwrap_or(&own);
        let salt = salt.get(..most).unwrap_or(salt);
        output.text.push_str(&crypt(&bytes, magic, salt));
        output.text.push('\n');
    }
    Ok(output)
}
