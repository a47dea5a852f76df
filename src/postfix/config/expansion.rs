//! Templates expanded: `$name`, `${name?text}` and their kin, in main.cf and in replies
//! (postconf(5)). It is done in Postfix's own order, because of a malformed template it warns
//! as often, and in the words, as Postfix does.

use std::cmp::Ordering;

use crate::postfix::config::build::Warnings;
use crate::postfix::config::template::{curly, is_word, pieces, Piece};

/// Postfix's limit on templates within templates.
const NESTED: usize = 100;

/// How many bytes of templates and values one expansion may read besides its own text. Postfix knows no such limit
/// and fills the machine's memory: forty parameters of which each names the one before twice are
/// enough.
const MOST: usize = 1 << 18;

/// A template that is not expanded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Malformed {
    /// What Postfix warns of.
    pub warnings: Warnings,
    /// What it cannot go on after, whoever asked for the expansion.
    pub fatal: Option<String>,
}

/// Expands `$name`, `$(name)`, `${name}`, `${name?text}`, `${name:text}` and
/// `${name?{text}:{text}}`, and comparisons such as `${{a} == {b} ? {x} : {y}}`. What stands for
/// a name may be a template itself where `deep`.
///
/// ```
/// use smtp_terminal::postfix::config::expansion::expand;
/// let values = |name: &str| (name == "who").then(|| "safeer".to_string());
/// let text = expand("$who ${who?{yes}:{no}}${rest?, $rest}", &values, false);
/// assert_eq!(text.unwrap(), "safeer yes");
/// assert!(expand("$ 5", &values, false).is_err());
/// ```
///
/// # Errors
/// A template is malformed, or there is no end to it.
pub fn expand(
    text: &str,
    look_up: &dyn Fn(&str) -> Option<String>,
    deep: bool,
) -> Result<String, Malformed> {
    Expansion::new(look_up, deep).done(text)
}

/// Looks at all of a text, whatever its names stand for, of which `meet` is told.
///
/// # Errors
/// The text is malformed.
pub fn scan(text: &str, meet: &dyn Fn(&str)) -> Result<(), Malformed> {
    let look_up = |name: &str| {
        meet(name);
        None
    };
    let mut expansion = Expansion::new(&look_up, false);
    expansion.scans = true;
    expansion.done(text).map(drop)
}

struct Expansion<'a> {
    look_up: &'a dyn Fn(&str) -> Option<String>,
    deep: bool,
    /// Nothing is compared, and both of two alternatives are looked at.
    scans: bool,
    out: String,
    /// Templates within templates; what fails leaves it as it is, as in Postfix, which then says
    /// so of each piece that is left.
    level: usize,
    /// Comparisons within comparisons.
    asides: usize,
    /// What may still be read.
    left: usize,
    failed: bool,
    malformed: Malformed,
}

impl<'a> Expansion<'a> {
    fn new(look_up: &'a dyn Fn(&str) -> Option<String>, deep: bool) -> Expansion<'a> {
        Expansion {
            look_up,
            deep,
            scans: false,
            out: String::new(),
            level: 0,
            asides: 0,
            left: MOST,
            failed: false,
            malformed: Malformed::default(),
        }
    }

    fn done(mut self, text: &str) -> Result<String, Malformed> {
        // What stands in it is read again with each level that is around it.
        self.left += text.len().min(MOST) * NESTED;
        self.parse(text);
        match self.failed {
            true => Err(self.malformed),
            false => Ok(self.out),
        }
    }

    /// Remembers a warning, after which nothing more is expanded.
    fn fail(&mut self, warning: impl FnOnce() -> String) {
        self.failed = true;
        if self.malformed.fatal.is_none() {
            self.malformed.warnings.add(warning);
        }
    }

    fn fatal(&mut self, text: String) {
        self.failed = true;
        self.malformed.fatal.get_or_insert(text);
    }

    /// Whether so much more may be read. What has failed does not keep Postfix from looking at
    /// the brackets of what comes next.
    fn affords(&mut self, text: &str) -> bool {
        match self.left.checked_sub(text.len()) {
            Some(left) => self.left = left,
            None => self.fatal(format!(
                "myrealloc: insufficient memory for {} bytes: Cannot allocate memory",
                2 * MOST + 1
            )),
        }
        self.malformed.fatal.is_none()
    }

    fn parse(&mut self, text: &str) {
        if !self.affords(text) {
            return;
        }
        let fault = pieces(text, |piece| {
            self.piece(piece);
            !self.failed
        });
        if let Err(fault) = fault {
            self.fail(|| fault.warning(text));
        }
    }

    fn piece(&mut self, piece: Piece) {
        self.level += 1;
        let (Piece::Text(text) | Piece::Name(text)) = piece;
        if self.level > NESTED + 1 {
            self.fail(|| format!("unreasonable macro call nesting: \"{text}\""));
        }
        if self.failed {
            return;
        }
        let done = match piece {
            Piece::Text(text) => {
                self.out.push_str(text);
                Some(())
            }
            Piece::Name(text) => self.name(text),
        };
        if done.is_some() {
            self.level -= 1;
        }
    }

    /// What stands between brackets, or after a `$`; `None` where its own text is malformed.
    fn name(&mut self, text: &str) -> Option<()> {
        let start = text.trim_start_matches(SPACE);
        let (value, rest) = match start.starts_with('{') {
            true => {
                let (holds, rest) = self.comparison(start)?;
                let value = if holds { "true" } else { "" };
                (Some(value.to_string()), rest)
            }
            false => {
                let rest = start.trim_start_matches(|c: char| c.is_ascii() && is_word(c as u8));
                let name = start.strip_suffix(rest).unwrap_or(start);
                let (blank, rest) = split_space(rest);
                if !matches!(rest.bytes().next(), None | Some(b'?' | b':')) {
                    let at = text.len() - rest.len() - blank.len();
                    let (before, after) = text.split_at(at);
                    self.fail(|| {
                        format!(
                            "attribute name syntax error at: \"...{before}>>>{}\"",
                            head(after)
                        )
                    });
                    return None;
                }
                ((self.look_up)(name), rest)
            }
        };
        let is_true = value.as_deref().is_some_and(|value| !value.is_empty());
        let mut rest = rest;
        match rest.bytes().next() {
            None => {
                let value = value.unwrap_or_default();
                if self.deep {
                    self.parse(&value);
                } else if self.affords(&value) && !self.failed {
                    self.out.push_str(&value);
                }
                return Some(());
            }
            Some(b'?') => {
                let (chosen, tail) = self.operand(rest.get(1..)?)?;
                if is_true || self.scans {
                    self.parse(chosen);
                }
                if tail.is_empty() {
                    return Some(());
                }
                if !tail.starts_with(':') {
                    self.fail(|| format!("\":\" expected at: \"...{chosen}}}>>>{}\"", head(tail)));
                    return None;
                }
                rest = tail;
            }
            Some(b':') => {}
            Some(_) => {
                self.fail(|| format!("\"?\" or \":\" expected at: \"...}}>>>{}\"", head(rest)));
                return None;
            }
        }
        let (chosen, tail) = self.operand(rest.get(1..)?)?;
        if !is_true || self.scans {
            self.parse(chosen);
        }
        if !tail.is_empty() {
            self.fail(|| format!("unexpected input at: \"...{chosen}}}>>>{}\"", head(tail)));
            return None;
        }
        Some(())
    }

    /// `{text}` and what follows, or all that is left.
    fn operand<'t>(&mut self, text: &'t str) -> Option<(&'t str, &'t str)> {
        match text.trim_start_matches(SPACE) {
            braced if braced.starts_with('{') => self.curly(braced),
            _ => Some((text, "")),
        }
    }

    fn curly<'t>(&mut self, text: &'t str) -> Option<(&'t str, &'t str)> {
        let found = curly(text);
        if found.is_none() {
            self.fail(|| format!("unbalanced {{}} in attribute expression: \"{text}\""));
        }
        let (inner, rest) = found?;
        Some((inner, rest.trim_start_matches(SPACE)))
    }

    /// `{a} == {b}`: whether it holds, and what follows.
    fn comparison<'t>(&mut self, text: &'t str) -> Option<(bool, &'t str)> {
        let (left, from) = self.curly(text)?;
        let rest = from.trim_start_matches(|c| "<>!=?+-*/~&|%".contains(c));
        let operator = from.strip_suffix(rest).unwrap_or("");
        let Some(wanted) = meaning(operator) else {
            self.fail(|| {
                // The quotes are Postfix's.
                format!(
                    "\"==\" or \"!=\"\" or \"<\"\" or \"<=\"\" or \">=\"\" or \">\" \
                     expected at: \"...{left}}}>>>{}\"",
                    head(from)
                )
            });
            return None;
        };
        let (suffix, rest) =
            rest.split_at(rest.bytes().take_while(u8::is_ascii_alphanumeric).count());
        if !matches!(suffix, "" | "level") {
            self.fail(|| format!("bad operator suffix at: \"...{operator}>>>{suffix}\""));
            return None;
        }
        let start = rest.trim_start_matches(SPACE);
        if !start.starts_with('{') {
            self.fail(|| {
                let rest = head(rest);
                format!("\"{{expression}}\" expected at: \"...{{{left}}} {operator}>>>{rest}\"")
            });
            return None;
        }
        let (right, rest) = self.curly(start)?;
        let left = self.aside(left);
        // Postfix looks at both, whatever is wrong with the first.
        let failed = std::mem::take(&mut self.failed);
        let right = self.aside(right);
        self.failed |= failed;
        let order = match suffix {
            _ if self.scans => Ordering::Equal,
            "" => self.compare(&left, &right),
            _ => self.level_of(&left)?.cmp(&self.level_of(&right)?),
        };
        (!self.failed).then_some((wanted.contains(&order), rest))
    }

    /// Expands beside what is being put together.
    fn aside(&mut self, text: &str) -> String {
        // Templates within templates are counted anew there; Postfix goes on until its stack is full.
        let (level, out) = (self.level, std::mem::take(&mut self.out));
        self.asides += 1;
        match self.asides > NESTED {
            true => self.fatal("the comparisons have no end".into()),
            false => {
                self.level = 0;
                self.parse(text);
                self.level = level;
            }
        }
        self.asides -= 1;
        std::mem::replace(&mut self.out, out)
    }

    /// Two numbers are compared as such, everything else as text.
    fn compare(&mut self, left: &str, right: &str) -> Ordering {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !is_number(left) || !is_number(right) {
            return left.cmp(right);
        }
        let mut number = |text: &str| {
            text.parse::<i64>().unwrap_or_else(|_| {
                self.fatal(format!("mac_exp_eval: bad conversion: {text}"));
                0
            })
        };
        number(left).cmp(&number(right))
    }

    fn level_of(&mut self, text: &str) -> Option<(u64, u64, u64)> {
        let level = parse_level(text);
        if level.is_none() {
            self.fail(|| level_warning(text));
        }
        level
    }
}

/// White space as Postfix has it here.
const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

fn split_space(text: &str) -> (&str, &str) {
    let rest = text.trim_start_matches(SPACE);
    (text.strip_suffix(rest).unwrap_or(""), rest)
}

/// The outcomes of a comparison for which an operator holds.
fn meaning(operator: &str) -> Option<&'static [Ordering]> {
    use Ordering::{Equal, Greater, Less};
    Some(match operator {
        "==" => &[Equal],
        "!=" => &[Less, Greater],
        "<" => &[Less],
        "<=" => &[Less, Equal],
        ">=" => &[Equal, Greater],
        ">" => &[Greater],
        _ => return None,
    })
}

/// The first 20 bytes, which is as much as a warning shows; those of half a character are no
/// text.
fn head(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        match 20 - shown.len() {
            left if left < c.len_utf8() => {
                shown.extend(std::iter::repeat_n('?', left));
                break;
            }
            _ => shown.push(c),
        }
    }
    shown
}

/// What Postfix says of a level that is none.
pub(super) fn level_warning(text: &str) -> String {
    format!("malformed compatibility level syntax: \"{text}\"")
}

/// `3.6` as (major, minor, patch).
pub fn parse_level(text: &str) -> Option<(u64, u64, u64)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    let major = parts.next()?.filter(|n| *n <= u64::MAX >> 21)?;
    let mut next = || parts.next().unwrap_or(Some(0)).filter(|n| *n < 1024);
    let level = (major, next()?, next()?);
    parts.next().is_none().then_some(level)
}

#[cfg(all(test, feature = "full"))]
mod tests {
    use super::*;

    /// What smtpd of 3.7.11 makes of `smtpd_banner`, or its warnings.
    fn ask(text: &str) -> Result<String, Vec<String>> {
        let values = |name: &str| {
            let value = match name {
                "a" => "x",
                "b" => "",
                "endless" => "$endless",
                "branching" => "$branching$branching",
                "level" => "3.6",
                _ => return None,
            };
            Some(value.to_string())
        };
        let malformed = |malformed: Malformed| malformed.warnings.lines().to_vec();
        expand(text, &values, true).map_err(malformed)
    }

    #[test]
    fn recorded() {
        for (text, expanded) in [
            ("[${a:z}] [${b:z}] [${a?y}]", "[] [z] [y]"),
            ("[${a ? { y } : {n} }] [${nosuch:{k}}]", "[ y ] [k]"),
            ("[${{$a} == {x}}] [$(a)] [$a$$b]", "[true] [x] [x$b]"),
            ("[${{10} < {9}}] [${{a10} < {a9}}]", "[] [true]"),
            ("${{$level} >=level {3.10} ? {new} : {old}}", "old"),
        ] {
            assert_eq!(ask(text).as_deref(), Ok(expanded), "{text}");
        }
        for (text, warning) in [
            ("costs $ 5", "empty macro name: \"costs $ 5\""),
            ("${a", "truncated macro reference: \"${a\""),
            (
                "${{a} == é{}}",
                "\"{expression}\" expected at: \"...{a} ==>>> é{}\"",
            ),
            ("${a-b}", "attribute name syntax error at: \"...a>>>-b\""),
            (
                "${{1} <level {} ? x}",
                "malformed compatibility level syntax: \"\"",
            ),
            ("$endless", "unreasonable macro call nesting: \"endless\""),
        ] {
            assert_eq!(ask(text), Err(vec![warning.to_string()]), "{text}");
        }
        // Every piece that is left on the way back is complained of.
        let warnings = ask("$branching").unwrap_err();
        assert_eq!(warnings.len(), 102);
    }

    #[test]
    fn breadth_has_an_end() {
        // Forty parameters that each name the one before twice.
        let values = |name: &str| {
            let number: usize = name.strip_prefix('c')?.parse().ok()?;
            let before = number.checked_sub(1);
            Some(before.map_or("x".into(), |before| format!("$c{before}$c{before}")))
        };
        let fatal = "myrealloc: insufficient memory for 524289 bytes: Cannot allocate memory";
        let endless = expand("$c40", &values, true).unwrap_err();
        assert_eq!(endless.fatal.as_deref(), Some(fatal));
        assert_eq!(
            expand("$c10", &values, true).map(|text| text.len()),
            Ok(1024)
        );
        // So has what brings forth nothing.
        let nothing = |name: &str| values(name).map(|value| value.replace('x', ""));
        assert!(expand("$c40", &nothing, true).is_err());
    }
}
