//! What the platform has in itself: letters in both cases, real numbers as text, functions of
//! mathematics. In the browser these are JavaScript's, natively std's: the tables that std would
//! bring along for them weigh more in the bundle than a whole program of the workstation.

#[cfg_attr(target_arch = "wasm32", path = "browser.rs")]
#[cfg_attr(not(target_arch = "wasm32"), path = "native.rs")]
mod host;

pub use host::{atan2, cos, exp, is_letter, ln, power, remainder, sin};

/// A text in small letters.
pub fn lower(text: &str) -> String {
    match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => host::lower(text),
    }
}

/// A text in capitals.
pub fn upper(text: &str) -> String {
    match text.is_ascii() {
        true => text.to_ascii_uppercase(),
        false => host::upper(text),
    }
}

/// A letter in small; the letter itself where that would be several.
pub fn lower_letter(letter: char) -> char {
    single(&lower(letter.encode_utf8(&mut [0; 4])), letter)
}

/// A letter as a capital; the letter itself where that would be several.
pub fn upper_letter(letter: char) -> char {
    single(&upper(letter.encode_utf8(&mut [0; 4])), letter)
}

fn single(text: &str, other: char) -> char {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => letter,
        _ => other,
    }
}

/// It is a capital.
pub fn is_upper(letter: char) -> bool {
    letter.is_ascii_uppercase() || (!letter.is_ascii() && lower_letter(letter) != letter)
}

/// It is a small letter.
pub fn is_lower(letter: char) -> bool {
    letter.is_ascii_lowercase() || (!letter.is_ascii() && upper_letter(letter) != letter)
}

/// It is a letter or a digit.
pub fn is_alphanumeric(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || (!letter.is_ascii() && is_letter(letter))
}

/// The number that a text is: `-1.5`, `1e9`, `inf`, `nan`, without blanks around it.
pub fn number(text: &str) -> Option<f64> {
    let (sign, body) = match text.strip_prefix('-') {
        Some(body) => (-1.0, body),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    match body.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => return Some(sign * f64::INFINITY),
        "nan" => return Some(f64::NAN),
        _ => {}
    }
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (
            mantissa,
            exponent.strip_prefix(['+', '-']).unwrap_or(exponent),
        ),
        None => (body, "0"),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_number = digits(whole) && digits(part) && digits(exponent);
    if !is_number || exponent.is_empty() || whole.len() + part.len() == 0 {
        return None;
    }
    Some(sign * host::number(body))
}

/// A number as C's `%e`, `%f` and `%g` write it; a capital letter gives capitals.
///
/// `#` keeps the zeros at the end of `%g`. In the browser digits after the hundredth are zeros.
pub fn real(number: f64, letter: char, precision: usize, keeps_zeros: bool) -> String {
    let text = if number.is_finite() {
        finite(number, letter, precision, keeps_zeros)
    } else {
        let sign = if number.is_sign_negative() { "-" } else { "" };
        let name = if number.is_nan() { "nan" } else { "inf" };
        format!("{sign}{name}")
    };
    match letter.is_ascii_uppercase() {
        true => text.to_ascii_uppercase(),
        false => text,
    }
}

fn finite(number: f64, letter: char, precision: usize, keeps_zeros: bool) -> String {
    let mut decimal = Decimal::of(number.abs());
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let body = match letter.to_ascii_lowercase() {
        'f' => {
            decimal.round(decimal.point + precision as i32);
            decimal.plain(precision)
        }
        'e' => {
            decimal.round(precision as i32 + 1);
            decimal.scientific(precision)
        }
        _ => {
            let precision = precision.max(1);
            decimal.round(precision as i32);
            let exponent = decimal.point - 1;
            let is_plain = (-4..precision as i32).contains(&exponent);
            let kept = match keeps_zeros {
                true => precision,
                false => decimal.digits.trim_end_matches('0').len(),
            };
            match is_plain {
                true => decimal.plain((kept as i32 - 1 - exponent).max(0) as usize),
                false => decimal.scientific(kept.saturating_sub(1)),
            }
        }
    };
    format!("{sign}{body}")
}

/// Digits, with the point after so many of them (before the first where that is negative).
struct Decimal {
    digits: String,
    point: i32,
}

impl Decimal {
    fn of(number: f64) -> Decimal {
        let text = host::scientific(number);
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        Decimal {
            digits: mantissa.replace('.', ""),
            point: exponent.trim_start_matches('+').parse().unwrap_or(0) + 1,
        }
    }

    /// Keeps so many digits; a half goes to the even one, as in C.
    fn round(&mut self, kept: i32) {
        let Ok(kept) = usize::try_from(kept) else {
            // The first digit is further right than any that counts.
            self.digits.clear();
            return;
        };
        let Some(rest) = self.digits.get(kept..).filter(|rest| !rest.is_empty()) else {
            return;
        };
        let is_odd = kept > 0 && self.digits.as_bytes()[kept - 1] % 2 == 1;
        let half = rest.starts_with('5') && rest[1..].bytes().all(|b| b == b'0');
        let goes_up = if half { is_odd } else { *rest >= *"5" };
        self.digits.truncate(kept);
        if !goes_up {
            return;
        }
        let nines = self.digits.len() - self.digits.trim_end_matches('9').len();
        self.digits.truncate(kept - nines);
        match self.digits.pop() {
            Some(digit) => self.digits.push(char::from(digit as u8 + 1)),
            None => {
                self.digits.push('1');
                self.point += 1;
            }
        }
        self.digits.push_str(&"0".repeat(nines));
    }

    /// The digit at a place, zero where there is none.
    fn digit(&self, place: i32) -> char {
        let at = usize::try_from(place).ok();
        at.and_then(|at| self.digits.as_bytes().get(at))
            .map_or('0', |byte| char::from(*byte))
    }

    fn plain(&self, after: usize) -> String {
        let mut text = String::new();
        for place in self.point.min(1) - 1..self.point {
            text.push(self.digit(place));
        }
        if self.point < 1 {
            text = "0".into();
        }
        self.part(&mut text, self.point, after);
        text
    }

    fn scientific(&self, after: usize) -> String {
        let mut text = self.digit(0).to_string();
        self.part(&mut text, 1, after);
        let exponent = self.point - 1;
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{text}e{sign}{:02}", exponent.abs())
    }

    fn part(&self, text: &mut String, from: i32, after: usize) {
        if after > 0 {
            text.push('.');
        }
        for place in 0..after as i32 {
            text.push(self.digit(from + place));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_c_writes_them() {
        // Each as printf(1) of coreutils 9.1 writes it.
        for (number, format, expected) in [
            (0.0, ('f', 6), "0.000000"),
            (0.5, ('f', 0), "0"),
            (1.5, ('f', 0), "2"),
            (2.5, ('f', 0), "2"),
            (0.125, ('f', 2), "0.12"),
            (0.1, ('f', 20), "0.10000000000000000555"),
            (9.996, ('f', 2), "10.00"),
            (0.06, ('f', 1), "0.1"),
            (0.04, ('f', 1), "0.0"),
            (0.004, ('f', 1), "0.0"),
            (0.9, ('f', 0), "1"),
            (-1234.5, ('f', 1), "-1234.5"),
            (1e22, ('f', 1), "10000000000000000000000.0"),
            (0.0, ('e', 2), "0.00e+00"),
            (99.99, ('e', 1), "1.0e+02"),
            (1.5e-7, ('e', 3), "1.500e-07"),
            (1.5e300, ('E', 0), "2E+300"),
            (0.0, ('g', 6), "0"),
            (100.0, ('g', 6), "100"),
            (0.0001, ('g', 6), "0.0001"),
            (0.00001, ('g', 6), "1e-05"),
            (1e6, ('g', 6), "1e+06"),
            (123456.5, ('g', 6), "123456"),
            (3.14259265, ('g', 3), "3.14"),
            (999999.5, ('g', 6), "1e+06"),
            (f64::INFINITY, ('f', 3), "inf"),
            (f64::NEG_INFINITY, ('G', 3), "-INF"),
        ] {
            assert_eq!(
                real(number, format.0, format.1, false),
                expected,
                "{number} {format:?}"
            );
        }
        assert_eq!(real(1.5, 'g', 6, true), "1.50000");
        assert_eq!(real(0.0, 'g', 3, true), "0.00");
    }

    #[test]
    fn only_numbers_are_numbers() {
        for text in [
            "1",
            "+1.5",
            "-.5",
            "5.",
            "1e3",
            "1E-3",
            "inf",
            "-Infinity",
            "NaN",
        ] {
            let same = number(text).map(f64::to_bits) == text.parse::<f64>().ok().map(f64::to_bits);
            assert!(same, "{text}");
        }
        for text in [
            "", ".", "e5", "1e", "1e+", "0x10", " 1", "1 ", "--1", "1.2.3", "+-1",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn letters_have_two_cases() {
        assert_eq!(
            (lower("ÄPFEL"), upper("straße")),
            ("äpfel".into(), "STRASSE".into())
        );
        assert_eq!((upper_letter('ß'), lower_letter('Σ')), ('ß', 'σ'));
        assert!(is_upper('Ä') && is_lower('ä') && !is_upper('1') && is_alphanumeric('字'));
    }
}
