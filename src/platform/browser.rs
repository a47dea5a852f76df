//! JavaScript's.

use js_sys::{JsString, Math, Number, RegExp};
use wasm_bindgen::JsValue;

pub fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

pub fn upper(text: &str) -> String {
    JsString::from(text).to_upper_case().into()
}

/// It is a letter, or a digit that is none of ASCII's.
pub fn is_letter(letter: char) -> bool {
    RegExp::new("[\\p{Alphabetic}\\p{N}]", "u").test(letter.encode_utf8(&mut [0; 4]))
}

/// The number of a text that is one.
pub fn number(text: &str) -> f64 {
    Number::parse_float(text)
}

/// A hundred digits: `1.25000e+2`.
pub fn scientific(number: f64) -> String {
    let text = Number::from(number).to_exponential(100);
    text.map_or_else(|_| "0e0".into(), String::from)
}

/// The sine of an angle in radians.
pub fn sin(x: f64) -> f64 {
    Math::sin(x)
}

/// The cosine of an angle in radians.
pub fn cos(x: f64) -> f64 {
    Math::cos(x)
}

/// The angle, in radians, at which a point is seen.
pub fn atan2(y: f64, x: f64) -> f64 {
    Math::atan2(y, x)
}

/// A power of e.
pub fn exp(x: f64) -> f64 {
    Math::exp(x)
}

/// The natural logarithm.
pub fn ln(x: f64) -> f64 {
    Math::log(x)
}

/// A power.
pub fn power(x: f64, y: f64) -> f64 {
    Math::pow(x, y)
}

/// What is left of a division; it has the sign of the dividend.
pub fn remainder(x: f64, y: f64) -> f64 {
    let rest = JsValue::from_f64(x) % JsValue::from_f64(y);
    rest.as_f64().unwrap_or(f64::NAN)
}
