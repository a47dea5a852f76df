//! What random texts are made of, and how one is spoilt.

use fastrand::Rng;

use super::Input;

/// One of several.
pub fn one<'a>(random: &mut Rng, of: &[&'a str]) -> &'a str {
    of[random.usize(..of.len())]
}

/// Changes an input in one to three places: bytes taken out, put in, doubled and exchanged, pieces
/// of another input put in.
pub fn mutate(input: &mut Input, other: &Input, alphabet: &[&str], random: &mut Rng) {
    for _ in 0..random.usize(1..=3) {
        let changeable = input.lines.len() - input.fixed;
        if changeable == 0 {
            return;
        }
        let at = input.fixed + random.usize(..changeable);
        let mut line: Vec<char> = input.lines[at].chars().collect();
        let place = random.usize(..=line.len());
        let end = (place + random.usize(..4)).min(line.len());
        match random.u8(..8) {
            0 | 1 => drop(line.drain(place..end)),
            2..=4 => {
                let piece = one(random, alphabet);
                line.splice(place..place, piece.chars());
            }
            5 => {
                let piece: Vec<char> = line[place..end].to_vec();
                line.splice(place..place, piece);
            }
            6 if end < line.len() && place < end => line.swap(place, end),
            6 => {}
            _ => {
                let theirs = &other.lines[random.usize(..other.lines.len())];
                let theirs: Vec<char> = theirs.chars().collect();
                let start = random.usize(..=theirs.len());
                let stop = (start + random.usize(..12)).min(theirs.len());
                line.splice(place..end, theirs[start..stop].iter().copied());
            }
        }
        input.lines[at] = line.into_iter().collect();
    }
}
