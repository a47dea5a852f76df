//! Std's.

pub fn lower(text: &str) -> String {
    text.to_lowercase()
}

pub fn upper(text: &str) -> String {
    text.to_uppercase()
}

/// It is a letter, or a digit that is none of ASCII's.
pub fn is_letter(letter: char) -> bool {
    letter.is_alphabetic() || (!letter.is_ascii() && letter.is_numeric())
}

/// The number of a text that is one.
pub fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// All digits that there are: `1.25000e2`.
pub fn scientific(number: f64) -> String {
    format!("{number:.766e}")
}

/// The sine of an angle in radians.
pub fn sin(x: f64) -> f64 {
    x.sin()
}

/// The cosine of an angle in radians.
pub fn cos(x: f64) -> f64 {
    x.cos()
}

/// The angle, in radians, at which a point is seen.
pub fn atan2(y: f64, x: f64) -> f64 {
    y.atan2(x)
}

/// A power of e.
pub fn exp(x: f64) -> f64 {
    x.exp()
}

/// The natural logarithm.
pub fn ln(x: f64) -> f64 {
    x.ln()
}

/// A power.
pub fn power(x: f64, y: f64) -> f64 {
    x.powf(y)
}

/// What is left of a division; it has the sign of the dividend.
pub fn remainder(x: f64, y: f64) -> f64 {
    x % y
}
