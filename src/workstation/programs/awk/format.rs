//! printf's formats, as awk has them.

use std::rc::Rc;

use crate::workstation::conversion::Conversion;
use crate::workstation::programs::awk::value::Value;

/// The text, or as much of it as there is where values are missing.
pub fn sprintf(
    format: &str,
    values: &[Value],
    string: &dyn Fn(&Value) -> Rc<str>,
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
    string: &dyn Fn(&Value) -> Rc<str>,
) -> Option<()> {
    let mut chars = format.chars();
    let mut values = values.iter();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        if chars.as_str().starts_with('%') {
            chars.next();
            out.push('%');
            continue;
        }
        let mut star = || values.next().map(|value| value.number() as i64);
        let conversion = Conversion::read(&mut chars, &mut star)?;
        let value = values.next()?;
        out.push_str(&match conversion.letter {
            'd' | 'i' => {
                let number = value.number().clamp(-9.2e18, 9.2e18) as i64;
                conversion.whole(number < 0, number.unsigned_abs())
            }
            'o' | 'x' | 'X' | 'u' => conversion.whole(false, value.number() as i64 as u64),
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => match value.number() {
                number if number.is_nan() => conversion.text("-nan"),
                number => conversion.real(number),
            },
            'c' => match value {
                Value::Number(number) => {
                    conversion.text(&char::from(*number as i64 as u8).to_string())
                }
                value => conversion.text(&string(value).chars().take(1).collect::<String>()),
            },
            's' => conversion.text(&string(value)),
            _ => return None,
        });
    }
    Some(())
}
