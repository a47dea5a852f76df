//! crypt(3): passwords as they are kept, with MD5, SHA-256 and SHA-512.

use crate::postfix::delivery::certificate::noise;
use crate::postfix::neighbour::sha::Sha;
use crate::smtp::bytes::encode;
use crate::smtp::sasl::hmac::md5;

/// The signs of crypt(3), in which passwords are written.
const SIGNS: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A salt that depends on a text alone.
pub fn own_salt(text: &str, length: usize) -> String {
    let signs = noise(text, length);
    let signs = signs.iter().map(|byte| SIGNS[usize::from(byte % 64)]);
    signs.map(char::from).collect()
}

/// crypt(3)'s ways with MD5, SHA-256 and SHA-512.
pub fn crypt(password: &[u8], magic: &str, salt: &str) -> String {
    let sha = match magic {
        "$5$" => Some(Sha::new(256)),
        "$6$" => Some(Sha::new(512)),
        _ => None,
    };
    let hash = |text: &[u8]| match &sha {
        Some(sha) => sha.hash(text),
        None => md5(text).to_vec(),
    };
    let repeated = |text: &[u8], count: usize| -> Vec<u8> {
        let all = text.iter().cycle();
        all.take(count).copied().collect()
    };
    let length = password.len();
    let mut salt_text = salt.as_bytes().to_vec();
    let mut whole = password.to_vec();
    let inner = hash(&[password, &salt_text, password].concat());
    let magic_text = if sha.is_some() { "" } else { magic };
    let mut text = [password, magic_text.as_bytes(), &salt_text].concat();
    text.extend(repeated(&inner, length));
    let mut bits = length;
    while bits > 0 {
        match (bits & 1, &sha) {
            (1, Some(_)) => text.extend(&inner),
            (_, Some(_)) => text.extend(password),
            (1, None) => text.push(0),
            _ => text.extend(password.first()),
        }
        bits >>= 1;
    }
    let mut digest = hash(&text);
    let size = digest.len();
    if sha.is_some() {
        whole = repeated(&hash(&repeated(password, length * length)), length);
        let times = 16 + usize::from(digest[0]);
        salt_text = repeated(&hash(&salt_text.repeat(times)), salt_text.len());
    }
    for round in 0..if sha.is_some() { 5_000 } else { 1_000 } {
        let is_odd = round & 1 == 1;
        let (first, last) = match is_odd {
            true => (&whole, &digest),
            false => (&digest, &whole),
        };
        let mut text = first.clone();
        if round % 3 != 0 {
            text.extend(&salt_text);
        }
        if round % 7 != 0 {
            text.extend(&whole);
        }
        text.extend(last);
        digest = hash(&text);
    }
    let mut coded = format!("{magic}{salt}$");
    let third = size / 3;
    for place in 0..third {
        let mut from = [place, place + third, place + 2 * third];
        match size {
            16 => from = [place, place + 6, if place == 4 { 5 } else { place + 12 }],
            size => from.rotate_left(place * (64 / size) % 3),
        }
        let value = from
            .iter()
            .fold(0, |value, at| value << 8 | u32::from(digest[*at]));
        sign(&mut coded, value, 4);
    }
    // What is left over: one byte or two.
    let (value, count) = match size {
        16 => (digest[11].into(), 2),
        32 => (u32::from(digest[31]) << 8 | u32::from(digest[30]), 3),
        _ => (digest[63].into(), 2),
    };
    sign(&mut coded, value, count);
    coded
}

fn sign(coded: &mut String, mut value: u32, count: usize) {
    for _ in 0..count {
        coded.push(char::from(SIGNS[(value & 63) as usize]));
        value >>= 6;
    }
}

/// A password as something else of that kind is kept (`$6$salt$…`), which may be as far as its salt; `None`
/// where that is not known here. Blowfish's are made up: they are long as they should be, and only this
/// program knows them again.
pub fn alike(password: &str, kept: &str) -> Option<String> {
    let mut parts = kept.splitn(4, '$').skip(1);
    let (kind, first) = (parts.next()?, parts.next()?);
    match kind {
        "2a" | "2b" | "2y" => {
            let salt = parts.next()?.get(..22)?;
            let hash = own_salt(&format!("{salt}{password}"), 31);
            Some(format!("${kind}${first}${salt}{hash}"))
        }
        "1" | "5" | "6" | "apr1" => {
            let most = if "56".contains(kind) { 16 } else { 8 };
            let salt = first.get(..most).unwrap_or(first);
            Some(crypt(&encode(password), &format!("${kind}$"), salt))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_libxcrypt_has_them() {
        let kept = "$6$ab$amFsHjv4dsk4u3a0GPJOjCA2AAiPoeMULcSE/tk6HXYMPHGnZUITXyDu0xxDY.8ZWTPzJPqjagI2IppZNIWEx1";
        assert_eq!(alike("anchor", kept).as_deref(), Some(kept));
    }
}
