//! Values, and how numbers and texts become one another.

use std::rc::Rc;

use crate::platform;

/// A value. Text holds one character a byte.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// What has not been given a value: empty and zero.
    #[default]
    Nothing,
    /// A number.
    Number(f64),
    /// A text.
    Text(Rc<str>),
    /// What came from outside: a number where it looks like one.
    Field(Rc<str>),
}

impl Value {
    /// A text.
    pub fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    /// The number that it stands for, or that it begins with.
    pub fn number(&self) -> f64 {
        match self {
            Value::Nothing => 0.0,
            Value::Number(number) => *number,
            Value::Text(text) | Value::Field(text) => leading_number(text).0,
        }
    }

    /// The text, numbers by `CONVFMT` or `OFMT`.
    pub fn string(&self, format: &str) -> Rc<str> {
        match self {
            Value::Nothing => "".into(),
            Value::Number(number) => number_text(*number, format).into(),
            Value::Text(text) | Value::Field(text) => Rc::clone(text),
        }
    }

    /// Whether it counts as true.
    pub fn is_true(&self) -> bool {
        match self {
            Value::Nothing => false,
            Value::Number(number) => *number != 0.0,
            Value::Text(text) => !text.is_empty(),
            Value::Field(text) => match looks_numeric(text) {
                true => leading_number(text).0 != 0.0,
                false => !text.is_empty(),
            },
        }
    }

    /// Its number, where it is compared as one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Nothing => Some(0.0),
            Value::Number(number) => Some(*number),
            Value::Text(_) => None,
            Value::Field(text) => looks_numeric(text).then(|| leading_number(text).0),
        }
    }
}

/// Whole numbers are written as such where an `int` holds them.
fn number_text(number: f64, format: &str) -> String {
    match number.fract() == 0.0 && number.abs() <= 2_147_483_647.0 {
        true => format!("{}", number as i64),
        false => number_format(number, format),
    }
}

fn number_format(number: f64, format: &str) -> String {
    let (digits, kind) = match format
        .strip_prefix("%.")
        .map(|f| f.split_at(f.len().saturating_sub(1)))
    {
        Some((digits, kind)) => (
            digits.parse().unwrap_or(6),
            kind.chars().next().unwrap_or('g'),
        ),
        None => (6, format.chars().next_back().unwrap_or('g')),
    };
    float(number, kind, digits, false)
}

/// A number as C's `%e`, `%f` and `%g` write it.
pub fn float(number: f64, kind: char, digits: usize, keeps_zeros: bool) -> String {
    let digits = digits.min(200);
    // The sign of what is no number is the processor's: that of a PC.
    if number.is_nan() {
        return "-nan".into();
    }
    platform::real(number, kind, digits, keeps_zeros)
}

/// The number that a text begins with, and how many bytes it has.
pub fn leading_number(text: &str) -> (f64, usize) {
    let blank = text.len() - text.trim_start_matches([' ', '\t', '\n']).len();
    let body = &text[blank..];
    let sign = usize::from(body.starts_with(['+', '-']));
    let bytes = body.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    // `0x1F`, as strtod(3) reads it.
    if let Some(hex) = body
        .get(sign..)
        .and_then(|b| b.strip_prefix("0x").or(b.strip_prefix("0X")))
    {
        let (mut number, mut end) = (0.0, blank + sign + 2);
        for digit in hex.chars().map_while(|c| c.to_digit(16)) {
            number = number * 16.0 + f64::from(digit);
            end += 1;
        }
        if end > blank + sign + 2 {
            let is_less = body.starts_with('-');
            return (if is_less { -number } else { number }, end);
        }
    }
    let whole = digits(sign);
    let mut end = whole;
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if end == sign || end == sign + 1 && whole == sign {
        return (0.0, 0);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let after = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let last = digits(after);
        if last > after {
            end = last;
        }
    }
    (platform::number(&body[..end]).unwrap_or(0.0), blank + end)
}

/// Whether the whole of a text is a number.
fn looks_numeric(text: &str) -> bool {
    let (_, length) = leading_number(text);
    length > 0 && text[length..].trim_matches([' ', '\t', '\n']).is_empty()
}
