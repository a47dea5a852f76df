//! Values of main.cf by their kinds: numbers, times, `yes` and `no`, each within its range.

use std::time::Duration;

use crate::postfix::config::build;
use crate::postfix::config::expansion::{level_warning, parse_level};
use crate::postfix::config::main_cf::{Config, Fatal, EVERY_PROGRAM};
use crate::postfix::config::parameter::{self, Kind, Parameter};

impl Config {
    /// Whether Postfix would start with this: every value that this program knows is read as
    /// Postfix reads it.
    ///
    /// ```
    /// use smtp_terminal::postfix::config::main_cf::Config;
    /// let verify = |text| Config::parse(text).unwrap().verify().map_err(|fatal| fatal.reason);
    /// assert_eq!(verify("smtpd_soft_error_limit = 5"), Ok(()));
    /// assert_eq!(
    ///     verify("smtpd_soft_error_limit = 0").unwrap_err(),
    ///     "invalid smtpd_soft_error_limit parameter value 0 < 1"
    /// );
    /// ```
    ///
    /// # Errors
    /// The first value that Postfix would refuse.
    pub fn verify(&self) -> Result<(), Fatal> {
        self.verify_level().map_err(|fatal| Fatal {
            program: EVERY_PROGRAM,
            ..fatal
        })?;
        let mut is_common = true;
        for parameter in parameter::all() {
            if is_common && parameter.program != EVERY_PROGRAM {
                is_common = false;
                // A file is read with the tables.
                let origin = self.try_get("myorigin")?;
                if let Some(why) = several(&origin).filter(|_| !origin.starts_with('/')) {
                    let fatal = Fatal::new(why);
                    let program = EVERY_PROGRAM;
                    return Err(Fatal { program, ..fatal });
                }
            }
            self.read(&parameter).map_err(|fatal| Fatal {
                program: parameter.program,
                ..fatal
            })?;
        }
        if self.try_get("mydomain")?.is_empty() {
            return Err(Fatal::new("bad string length 0 < 1: mydomain = "));
        }
        // The rest comes from the host, or has a name of the site's own.
        let classes = self.list("smtpd_restriction_classes");
        for name in classes.iter().map(String::as_str).chain(["mynetworks"]) {
            self.try_get(name)?;
        }
        for (name, _) in self.explicit() {
            if let Some(program) = build::reader(name) {
                let of_it = |fatal| Fatal { program, ..fatal };
                self.verify_other(name).map_err(of_it)?;
            }
        }
        Ok(())
    }

    /// Whether a parameter that nothing here obeys is of the kind that its default is of.
    fn verify_other(&self, name: &str) -> Result<(), Fatal> {
        if let Some(why) = build::odd_level(name, &self.try_get(name)?) {
            return Err(Fatal::new(why));
        }
        let Some((_, name, default)) = parameter::others().find(|(_, own, _)| *own == name) else {
            return Ok(());
        };
        let number = default.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let kind = match default {
            "yes" | "no" => Kind::Flag,
            _ if !is_number => return Ok(()),
            _ if number.len() < default.len() => Kind::Time,
            _ => Kind::Int,
        };
        let parameter = Parameter {
            name,
            default,
            program: "",
            kind,
            least: i64::from(kind == Kind::Time),
            most: 0,
        };
        self.read(&parameter).map(|_| ())
    }

    fn verify_level(&self) -> Result<(), Fatal> {
        let level = self.try_get("compatibility_level")?;
        match parse_level(&level) {
            Some(_) => Ok(()),
            None => Err(Fatal::new(level_warning(&level))),
        }
    }

    /// Reads a value as what it is: a number, seconds, 1 for `yes`, or the length of a text.
    fn read(&self, parameter: &Parameter) -> Result<i64, Fatal> {
        let name = parameter.name;
        let text = match parameter.kind {
            Kind::Raw => self.raw(name).unwrap_or_default(),
            _ => self.try_get(name)?,
        };
        let value = match parameter.kind {
            Kind::Int => number(&text).filter(|n| i32::try_from(*n).is_ok()),
            Kind::Long => number(&text),
            Kind::Time => seconds(&text, self.unit(parameter)),
            Kind::Flag if text.eq_ignore_ascii_case("yes") => Some(1),
            Kind::Flag if text.eq_ignore_ascii_case("no") => Some(0),
            Kind::Flag => None,
            Kind::Text | Kind::Raw => Some(text.len() as i64),
        };
        let Some(value) = value else {
            let (what, then) = match parameter.kind {
                Kind::Flag => ("bad boolean configuration: ", " = "),
                Kind::Time => ("parameter ", ": bad time value or unit: "),
                _ => ("bad numerical configuration: ", " = "),
            };
            return Err(Fatal::new(format!("{what}{name}{then}{text}")));
        };
        let (least, most) = (parameter.least, parameter.most);
        let (sign, word, bound) = if least != 0 && value < least {
            ('<', "min", least)
        } else if most != 0 && value > most {
            ('>', "max", most)
        } else {
            return Ok(value);
        };
        let range = format!("{value} {sign} {bound}");
        Err(Fatal::new(match parameter.kind {
            Kind::Time => format!("invalid {name}: {value} ({word} {bound})"),
            Kind::Text => format!("bad string length {range}: {name} = {text}"),
            Kind::Raw => format!("bad string length ({range}): {name} = {text}"),
            _ => format!("invalid {name} parameter value {range}"),
        }))
    }

    /// The unit of a time that names none: that of the default.
    fn unit(&self, parameter: &Parameter) -> char {
        let default = self.expand(parameter.default).unwrap_or_default();
        let unit = default.chars().find(char::is_ascii_alphabetic);
        unit.unwrap_or('s')
    }

    /// A number, or zero where Postfix would not start with it.
    pub fn number(&self, name: &str) -> i64 {
        let value = parameter::find(name).and_then(|known| self.read(&known).ok());
        value.unwrap_or(0)
    }

    /// A number of things: none where the number is negative.
    pub fn count(&self, name: &str) -> usize {
        usize::try_from(self.number(name).max(0)).unwrap_or(usize::MAX)
    }

    /// A number of bytes: none where the number is negative.
    pub fn size(&self, name: &str) -> u64 {
        self.number(name).max(0).unsigned_abs()
    }

    /// `yes` or `no`.
    pub fn flag(&self, name: &str) -> bool {
        self.number(name) != 0
    }

    /// A span of time.
    pub fn time(&self, name: &str) -> Duration {
        Duration::from_secs(self.size(name))
    }

    /// `compatibility_level` as (major, minor, patch).
    pub fn compatibility(&self) -> (u64, u64, u64) {
        parse_level(&self.get("compatibility_level")).unwrap_or_default()
    }
}

/// A number as strtol(3) reads it, if it is all of the text.
fn number(text: &str) -> Option<i64> {
    let (value, rest) = leading_number(text)?;
    rest.is_empty().then_some(value)
}

/// The number at the start of a text, and what follows it: 0 and all of it where there is none.
pub(in crate::postfix) fn leading_number(text: &str) -> Option<(i64, &str)> {
    let start = text.trim_ascii_start();
    let digits = start.strip_prefix(['+', '-']).unwrap_or(start);
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.len() == digits.len() {
        true => (!text.is_empty()).then_some((0, text)),
        false => Some((start.strip_suffix(rest)?.parse().ok()?, rest)),
    }
}

/// A span of time such as `300s`, `2h` or, in the given unit, `5`.
pub(in crate::postfix) fn seconds(text: &str, unit: char) -> Option<i64> {
    const MOST: i64 = i32::MAX as i64;
    let (value, rest) = leading_number(text)?;
    let unit = match rest.chars().next().unwrap_or(unit) {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    // Postfix's own test of what fits.
    let fits = match unit {
        1 => value <= MOST,
        unit => value < MOST / unit,
    };
    (value >= 0 && fits).then(|| value * unit)
}

/// What is said of a `myorigin` of several words.
pub(in crate::postfix) fn several(origin: &str) -> Option<String> {
    let has_blank = origin.contains([' ', '\t', '\r', '\n', ',']);
    has_blank
        .then(|| format!("myorigin parameter setting must not contain multiple values: {origin}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_c_library() {
        assert_eq!(number(" +7"), Some(7));
        assert_eq!(number("-1"), Some(-1));
        for odd in ["", "-", "7 ", "0x7", "9223372036854775808", "7b"] {
            assert_eq!(number(odd), None, "{odd}");
        }
    }

    #[test]
    fn times() {
        assert_eq!(seconds("2h", 's'), Some(7_200));
        assert_eq!(seconds("5", 'd'), Some(432_000));
        assert_eq!(seconds("5sec", 'd'), Some(5));
        assert_eq!(seconds("m", 'd'), Some(0));
        assert_eq!(seconds("2147483647", 's'), Some(2_147_483_647));
        for odd in ["5x", "5H", "-1s", "2147483648s", "3551w", ""] {
            assert_eq!(seconds(odd, 's'), None, "{odd}");
        }
    }
}
