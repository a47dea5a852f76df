//! Conversions of C's printf, as bash's and awk's printf have them: `%-8.3f`.

use std::str::Chars;

use crate::platform;
use crate::smtp::bytes::{decode, encode};

/// The most that a width or a precision may be.
pub const WIDEST: usize = 1 << 20;

/// What stands between `%` and the letter, and the letter.
#[derive(Debug, Default)]
pub struct Conversion {
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    /// `#`: `0x`, a point that is always there.
    pub other: bool,
    width: usize,
    /// What follows the point.
    pub precision: Option<usize>,
    /// The letter.
    pub letter: char,
    /// A width or a precision was more than there is here.
    pub is_cut: bool,
}

impl Conversion {
    /// Reads one, after its `%`; a `*` asks for a number. `None` where the format or the numbers
    /// end before the letter.
    pub fn read(chars: &mut Chars, star: &mut dyn FnMut() -> Option<i64>) -> Option<Conversion> {
        let mut it = Conversion::default();
        let mut next = chars.next()?;
        loop {
            match next {
                '-' => it.left = true,
                '0' => it.zero = true,
                '+' => it.plus = true,
                ' ' => it.space = true,
                '#' => it.other = true,
                // Debian's locale has no groups of digits.
                '\'' => {}
                _ => break,
            }
            next = chars.next()?;
        }
        let width = number(&mut next, chars, star)?;
        it.left |= width < 0;
        it.width = it.bound(width.unsigned_abs());
        if next == '.' {
            next = chars.next()?;
            let precision = number(&mut next, chars, star)?;
            it.precision = u64::try_from(precision).ok().map(|p| it.bound(p));
        }
        while "lhjztL".contains(next) {
            next = chars.next()?;
        }
        it.letter = next;
        Some(it)
    }

    fn bound(&mut self, given: u64) -> usize {
        self.is_cut |= given > WIDEST as u64;
        given.min(WIDEST as u64) as usize
    }

    /// A text, cut and padded.
    pub fn text(&self, text: &str) -> String {
        let text = text.chars().take(self.precision.unwrap_or(usize::MAX));
        self.pad("", &text.collect::<String>(), false)
    }

    /// A whole number for the letters `d`, `i`, `o`, `u`, `x` and `X`; `bits` are its amount where
    /// the letter shows signs, and else all that it is.
    pub fn whole(&self, is_negative: bool, bits: u64) -> String {
        let (head, digits) = match self.letter {
            'o' => (if self.other { "0" } else { "" }, format!("{bits:o}")),
            'x' => ("0x", format!("{bits:x}")),
            'X' => ("0X", format!("{bits:X}")),
            'u' => ("", bits.to_string()),
            _ => (self.sign(is_negative), bits.to_string()),
        };
        let is_radix = head.len() == 2;
        let head = if is_radix && (!self.other || bits == 0) {
            ""
        } else {
            head
        };
        let digits = if self.precision == Some(0) && bits == 0 {
            ""
        } else {
            &digits
        };
        let missing = self.precision.unwrap_or(0).saturating_sub(digits.len());
        self.pad(
            head,
            &("0".repeat(missing) + digits),
            self.precision.is_none(),
        )
    }

    /// A real number for the letters `e`, `f` and `g`.
    pub fn real(&self, number: f64) -> String {
        let precision = self.precision.unwrap_or(6);
        let text = platform::real(number.abs(), self.letter, precision, self.other);
        self.pad(
            self.sign(number.is_sign_negative()),
            &text,
            number.is_finite(),
        )
    }

    fn sign(&self, is_negative: bool) -> &'static str {
        match () {
            () if is_negative => "-",
            () if self.plus => "+",
            () if self.space => " ",
            () => "",
        }
    }

    fn pad(&self, head: &str, body: &str, by_zeros: bool) -> String {
        let missing = self.width.saturating_sub(head.len() + body.chars().count());
        let blanks = " ".repeat(missing);
        match () {
            () if self.left => [head, body, &blanks].concat(),
            () if self.zero && by_zeros => [head, &"0".repeat(missing), body].concat(),
            () => [&blanks, head, body].concat(),
        }
    }
}

/// Digits, or what a star asks for.
fn number(
    next: &mut char,
    chars: &mut Chars,
    star: &mut dyn FnMut() -> Option<i64>,
) -> Option<i64> {
    if *next == '*' {
        *next = chars.next()?;
        return star();
    }
    let mut number = 0;
    while let Some(digit) = next.to_digit(10) {
        number = (number * 10 + i64::from(digit)).min(WIDEST as i64);
        *next = chars.next()?;
    }
    Some(number)
}

/// A text with a character for each of its bytes.
pub fn to_bytes(text: &str) -> String {
    encode(text).into_iter().map(char::from).collect()
}

/// What has a character for each byte, as the text that it is.
pub fn from_bytes(text: &str) -> String {
    let bytes: Vec<u8> = text.chars().map(|c| c as u32 as u8).collect();
    decode(&bytes).into_owned()
}
