//! crypt(3): passwords as they are kept, with MD5, SHA-256, SHA-512 and Blowfish.

use crate::postfix::delivery::certificate::noise;
use crate::postfix::neighbour::sha::Sha;
use crate::smtp::bytes::encode;
use crate::smtp::sasl::hmac::md5;
use crate::smtp::sasl::{from_base64, to_base64};

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

/// The signs of Blowfish's hashes, and base64's in their places.
const OTHER: [&str; 2] = [
    "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
];

fn translated(text: &str, [from, to]: [&str; 2]) -> String {
    let sign = |c| from.find(c).and_then(|at| to.get(at..=at));
    text.chars().filter_map(sign).collect()
}

/// The bits of π after its point, 32 a word: what Blowfish begins with. By Machin's series.
fn pi() -> Vec<u32> {
    const WORDS: usize = 1_045;
    fn divide(number: &mut [u32], by: u32) {
        let mut rest = 0;
        for word in number {
            let whole = rest << 32 | u64::from(*word);
            *word = (whole / u64::from(by)) as u32;
            rest = whole % u64::from(by);
        }
    }
    let mut sum = vec![0_u32; WORDS];
    for (factor, number) in [(16, 5), (4, 239)] {
        let mut power = vec![0; WORDS];
        power[0] = factor;
        divide(&mut power, number);
        let mut is_less = factor == 4;
        let mut odd = 1;
        // What is nothing already need not be divided.
        while let Some(start) = power.iter().position(|word| *word != 0) {
            let mut term = power.clone();
            divide(&mut term[start..], odd);
            let mut carry = 0_i64;
            for (word, more) in sum.iter_mut().zip(term).rev() {
                let more = i64::from(more);
                carry += i64::from(*word) + if is_less { -more } else { more };
                *word = carry as u32;
                carry >>= 32;
            }
            divide(&mut power[start..], number * number);
            odd += 2;
            is_less = !is_less;
        }
    }
    sum.remove(0);
    sum
}

/// Blowfish: 18 words for its rounds, and four tables of 256.
struct Blowfish(Vec<u32>);

impl Blowfish {
    fn encrypt(&self, [mut left, mut right]: [u32; 2]) -> [u32; 2] {
        let word = |table: usize, sign: u32| self.0[18 + table * 256 + (sign & 255) as usize];
        for round in 0..16 {
            left ^= self.0[round];
            let mixed = word(0, left >> 24).wrapping_add(word(1, left >> 16)) ^ word(2, left >> 8);
            right ^= mixed.wrapping_add(word(3, left));
            (left, right) = (right, left);
        }
        [right ^ self.0[17], left ^ self.0[16]]
    }

    fn expand(&mut self, key: &[u8], salt: &[u32]) {
        let mut bytes = key.iter().cycle();
        for word in self.0.iter_mut().take(18) {
            let four = bytes.by_ref().take(4);
            *word ^= four.fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        let mut pair = [0, 0];
        for at in (0..self.0.len() - 1).step_by(2) {
            for (place, word) in pair.iter_mut().enumerate() {
                *word ^= salt.get((at + place) % 4).copied().unwrap_or(0);
            }
            pair = self.encrypt(pair);
            self.0[at] = pair[0];
            self.0[at + 1] = pair[1];
        }
    }
}

/// crypt(3)'s way with Blowfish: `rounds` as a power of 2, a salt of 22 signs.
fn bcrypt(password: &[u8], rounds: u32, salt: &str) -> Option<String> {
    let salt = from_base64(&(translated(salt, OTHER) + "==")).ok()?;
    let salt = encode(&salt);
    let mut key = password.to_vec();
    key.push(0);
    key.truncate(72);
    let words = |bytes: &[u8]| -> Vec<u32> {
        let fours = bytes.chunks(4);
        let word = |four: &[u8]| four.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
        fours.map(word).collect()
    };
    let mut fish = Blowfish(pi());
    fish.0.truncate(1_042);
    fish.expand(&key, &words(&salt));
    for _ in 0..1 << rounds {
        fish.expand(&key, &[]);
        fish.expand(&salt, &[]);
    }
    let mut text = words(b"OrpheanBeholderScryDoubt");
    for pair in text.chunks_exact_mut(2) {
        for _ in 0..64 {
            let [left, right] = fish.encrypt([pair[0], pair[1]]);
            (pair[0], pair[1]) = (left, right);
        }
    }
    let mut bytes: Vec<u8> = text.iter().flat_map(|word| word.to_be_bytes()).collect();
    bytes.pop();
    Some(translated(&to_base64(&bytes), [OTHER[1], OTHER[0]]))
}

/// A password as something else of that kind is kept (`$6$salt$…`), which may be as far as its salt; `None` where that is not
/// computed here.
pub fn alike(password: &str, kept: &str) -> Option<String> {
    let bytes = encode(password);
    let mut parts = kept.splitn(4, '$').skip(1);
    let (kind, first) = (parts.next()?, parts.next()?);
    match kind {
        "2a" | "2b" | "2y" => {
            let rounds = first.parse().ok().filter(|n| (4..=10).contains(n))?;
            let salt = parts.next()?.get(..22)?;
            let hash = bcrypt(&bytes, rounds, salt)?;
            Some(format!("${kind}${first}${salt}{hash}"))
        }
        "1" | "5" | "6" | "apr1" => Some(crypt(&bytes, &format!("${kind}$"), first)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_libxcrypt_has_them() {
        for kept in [
            "$2y$05$abcdefghijklmnopqrstuu7vDnq9RZnLX.d2c2WnMtyjw9yIpG07m",
            "$6$ab$amFsHjv4dsk4u3a0GPJOjCA2AAiPoeMULcSE/tk6HXYMPHGnZUITXyDu0xxDY.8ZWTPzJPqjagI2IppZNIWEx1",
        ] {
            assert_eq!(alike("anchor", kept).as_deref(), Some(kept));
        }
    }
}
