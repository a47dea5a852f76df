//! printf's formats, as awk has them.

use std::iter::Peekable;
use std::rc::Rc;
use std::slice::Iter;
use std::str::Chars;

use crate::workstation::programs::awk::value::{float, Value};

/// How wide a field may be made.
const WIDTH: usize = 100_000;

/// A width or a precision: digits, or a star that takes a value; `None` where that is missing.
fn number(chars: &mut Peekable<Chars>, values: &mut Iter<Value>) -> Option<Option<i64>> {
    if chars.next_if_eq(&'*').is_some() {
        return Some(Some(values.next()?.number() as i64));
    }
    let mut digits = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    Some(digits.parse().ok())
}

/// The text, or as much of it as there is where values are missing.
pub fn sprintf(
    format: &str,
    values: &[Value],
    string: impl Fn(&Value) -> Rc<str>,
) -> Result<String, String> {
    let mut out = String::new();
    match fill(&mut out, format, values, string) {
        Some(()) => Ok(out),
        None => Err(out),
    }
}

fn fill(
    out: &mut String,
    format: &str,
    values: &[Value],
    string: impl Fn(&Value) -> Rc<str>,
) -> Option<()> {
    let mut chars = format.chars().peekable();
    let mut values = values.iter();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        if chars.peek() == Some(&'%') {
            chars.next();
            out.push('%');
            continue;
        }
        let mut flags = String::new();
        while let Some(flag) = chars.next_if(|c| "-+ #0".contains(*c)) {
            flags.push(flag);
        }
        let width = number(&mut chars, &mut values)?;
        let precision = match chars.next_if_eq(&'.') {
            Some(_) => Some(number(&mut chars, &mut values)?.unwrap_or(0)),
            None => None,
        };
        let kind = chars.next()?;
        let value = values.next()?;
        let is_left = flags.contains('-') || width.is_some_and(|w| w < 0);
        let width = (width.unwrap_or(0).unsigned_abs() as usize).min(WIDTH);
        let sign = |negative: bool| match negative {
            true => "-",
            false if flags.contains('+') => "+",
            false if flags.contains(' ') => " ",
            false => "",
        };
        let mut is_number = true;
        let (sign, body) = match kind {
            'd' | 'i' => {
                let number = value.number().clamp(-9.2e18, 9.2e18) as i64;
                let digits = number.unsigned_abs().to_string();
                let least = precision.map_or(1, |p| p.clamp(0, WIDTH as i64) as usize);
                (sign(number < 0), format!("{digits:0>least$}"))
            }
            'o' | 'x' | 'X' | 'u' => {
                let number = value.number() as i64 as u64;
                let digits = match kind {
                    'o' => format!("{number:o}"),
                    'x' => format!("{number:x}"),
                    'X' => format!("{number:X}"),
                    _ => number.to_string(),
                };
                let least = precision.map_or(1, |p| p.clamp(0, WIDTH as i64) as usize);
                ("", format!("{digits:0>least$}"))
            }
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                let number = value.number();
                let digits = precision.unwrap_or(6).max(0) as usize;
                let text = float(number.abs(), kind, digits, flags.contains('#'));
                let is_negative = number.is_sign_negative() && !number.is_nan();
                let text = match kind.is_uppercase() {
                    true => text.to_uppercase(),
                    false => text,
                };
                (sign(is_negative), text)
            }
            'c' => {
                is_number = false;
                let text = match value {
                    Value::Number(number) => char::from(*number as i64 as u8).to_string(),
                    value => string(value).chars().take(1).collect(),
                };
                ("", text)
            }
            's' => {
                is_number = false;
                let text = string(value);
                let most = precision.map_or(usize::MAX, |p| p.max(0) as usize);
                ("", text.chars().take(most).collect())
            }
            _ => return None,
        };
        let pad = width.saturating_sub(sign.len() + body.chars().count());
        let zeros = is_number && flags.contains('0') && !is_left;
        let (before, between, after) = match () {
            () if is_left => (0, 0, pad),
            () if zeros => (0, pad, 0),
            () => (pad, 0, 0),
        };
        out.extend(std::iter::repeat_n(' ', before));
        out.push_str(sign);
        out.extend(std::iter::repeat_n('0', between));
        out.push_str(&body);
        out.extend(std::iter::repeat_n(' ', after));
    }
    Some(())
}
