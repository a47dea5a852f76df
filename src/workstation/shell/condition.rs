//! `[[ … ]]`, `test` and `[ … ]`.

use crate::files::node::Kind;
use crate::files::tree::absolute;
use crate::files::who::Access;
use crate::regex::{Regex, Syntax};
use crate::workstation::shell::expand::{Expanded, Expander, Stop};
use crate::workstation::shell::pattern::{letter, special, Style};
use crate::workstation::shell::place::Place;
use crate::workstation::shell::state::State;
use crate::workstation::shell::syntax::{Condition, UNARY};
use crate::workstation::shell::variable::Value;

/// What a condition in `[[ … ]]` comes to; what is wrong with it otherwise.
///
/// # Errors
/// As an expansion.
pub fn evaluate(
    condition: &Condition,
    terminals: &[i32],
    e: &mut Expander,
) -> Expanded<Result<bool, String>> {
    Ok(match condition {
        Condition::Not(inside) => evaluate(inside, terminals, e)?.map(|is| !is),
        Condition::And(left, right) => match evaluate(left, terminals, e)? {
            Ok(true) => evaluate(right, terminals, e)?,
            found => found,
        },
        Condition::Or(left, right) => match evaluate(left, terminals, e)? {
            Ok(false) => evaluate(right, terminals, e)?,
            found => found,
        },
        Condition::Unary(operator, word) => {
            let word = e.single(word)?;
            Ok(unary(operator, &word, &e.place, terminals, e.state))
        }
        Condition::Binary(left, operator, right) => {
            let left = e.single(left)?;
            let style = Style {
                extended: true,
                ignores_case: e.state.is_on("nocasematch"),
            };
            match &**operator {
                "=" | "==" | "!=" => {
                    let pattern = e.pattern(right)?;
                    let text: Vec<char> = left.chars().collect();
                    Ok(e.fits(&pattern, &text, style)? == (&**operator != "!="))
                }
                "=~" => return regex(&left, right, style.ignores_case, e),
                "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" => {
                    let right = e.single(right)?;
                    let mut numbers = [0; 2];
                    for (number, text) in numbers.iter_mut().zip([&left, &right]) {
                        match e.arithmetic(text) {
                            Ok(value) => *number = value,
                            Err(Stop::Fault(why)) => return Ok(Err(format!("[[: {why}"))),
                            Err(stop) => return Err(stop),
                        }
                    }
                    Ok(compare(operator, numbers[0], numbers[1]))
                }
                operator => {
                    let right = e.single(right)?;
                    Ok(binary(operator, &left, &right, &e.place).unwrap_or(false))
                }
            }
        }
    })
}

fn regex(
    left: &str,
    right: &str,
    ignores_case: bool,
    e: &mut Expander,
) -> Expanded<Result<bool, String>> {
    let mut source = String::new();
    for sign in e.whole(right, false)? {
        let c = letter(sign);
        if special(Some(&sign)).is_none() && "\\.^$*+?()[]{}|".contains(c) {
            source.push('\\');
        }
        source.push(c);
    }
    let Ok(regex) = Regex::new(&source, Syntax::Posix, ignores_case) else {
        // A status of two, and nothing said.
        return Ok(Err(String::new()));
    };
    let found = regex.find(left, 0);
    let groups = found.as_ref().map_or(Vec::new(), |found| {
        let text = |i: i64| found.group(i as usize).unwrap_or("").into();
        (0..found.len() as i64).map(|i| (i, text(i))).collect()
    });
    e.note("BASH_REMATCH");
    e.state.variables.entry("BASH_REMATCH").value = Value::List(groups);
    Ok(Ok(found.is_some()))
}

fn compare(operator: &str, a: i64, b: i64) -> bool {
    match operator {
        "-eq" => a == b,
        "-ne" => a != b,
        "-lt" => a < b,
        "-le" => a <= b,
        "-gt" => a > b,
        _ => a >= b,
    }
}

fn unary(operator: &str, word: &str, place: &Place, terminals: &[i32], state: &State) -> bool {
    let node = || {
        let path = absolute(&place.directory, word);
        // A path that ends in a slash is a directory's.
        let path = if word.ends_with('/') {
            path + "/"
        } else {
            path
        };
        place
            .files
            .filter(|_| !word.is_empty())?
            .stat(&path, place.who())
            .ok()
    };
    let may = |access| node().is_some_and(|node| place.who().may(access, node));
    match operator {
        "-n" => !word.is_empty(),
        "-z" => word.is_empty(),
        "-a" | "-e" => node().is_some(),
        "-f" => node().is_some_and(|n| n.kind == Kind::File),
        "-d" => node().is_some_and(|n| n.is_directory()),
        "-s" => node().is_some_and(|n| n.is_directory() || !n.text.is_empty()),
        "-c" => node().is_some_and(|n| n.kind == Kind::Device),
        "-S" | "-p" => node().is_some_and(|n| n.kind == Kind::Socket && operator == "-S"),
        "-h" | "-L" => {
            let path = absolute(&place.directory, word);
            let found = place.files.and_then(|f| f.node(&path));
            found.is_some_and(|n| n.kind == Kind::Link)
        }
        "-r" => may(Access::Read),
        "-w" => may(Access::Write),
        "-x" => may(Access::Execute),
        "-u" => node().is_some_and(|n| n.mode & 0o4000 != 0),
        "-g" => node().is_some_and(|n| n.mode & 0o2000 != 0),
        "-k" => node().is_some_and(|n| n.mode & 0o1000 != 0),
        "-O" => node().is_some_and(|n| n.uid == place.who().uid),
        "-G" => node().is_some_and(|n| n.gid == place.who().gid),
        "-N" => node().is_some(),
        "-t" => word.parse().is_ok_and(|d| terminals.contains(&d)),
        "-o" => state.is_on(word),
        "-v" => match word.split_once('[') {
            None => state.text(word).is_some(),
            Some((name, key)) => {
                let key = key.trim_end_matches(']');
                let held = state.variables.find(&state.target(name)).map(|v| &v.value);
                held.is_some_and(|value| match (value, key) {
                    (value, "@" | "*") => !value.texts().is_empty(),
                    (Value::Map(map), key) => map.iter().any(|(n, _)| &**n == key),
                    (value, key) => key.parse().is_ok_and(|i| value.at(i).is_some()),
                })
            }
        },
        _ => false,
    }
}

fn binary(operator: &str, left: &str, right: &str, place: &Place) -> Option<bool> {
    let node = |word: &str| {
        let path = absolute(&place.directory, word);
        place.files?.stat(&path, place.who()).ok()
    };
    Some(match operator {
        "=" | "==" => left == right,
        "!=" => left != right,
        "<" => left < right,
        ">" => left > right,
        "-nt" | "-ot" => {
            let (a, b) = match operator {
                "-nt" => (node(left), node(right)),
                _ => (node(right), node(left)),
            };
            match (a, b) {
                (Some(a), Some(b)) => a.written > b.written,
                (a, _) => a.is_some(),
            }
        }
        "-ef" => {
            let follow = |word: &str| {
                let path = absolute(&place.directory, word);
                place.files?.follow(&path, place.who()).ok()
            };
            node(left).is_some() && follow(left) == follow(right)
        }
        _ => return None,
    })
}

const BINARY: [&str; 14] = [
    "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef",
];

/// `test` and `[`.
struct Test<'t, 'p> {
    words: &'t [&'t str],
    at: usize,
    depth: u32,
    place: &'t Place<'p>,
    terminals: &'t [i32],
    state: &'t State,
}

type Found = Result<bool, String>;

/// What the words of `test` come to.
///
/// # Errors
/// What bash says of them, after `test: `.
pub fn test(words: &[&str], place: &Place, terminals: &[i32], state: &State) -> Found {
    let mut test = Test {
        words,
        at: 0,
        depth: 0,
        place,
        terminals,
        state,
    };
    test.all()
}

fn is_unary(word: &str) -> bool {
    word.len() == 2 && word.starts_with('-') && UNARY.contains(&word[1..])
}

fn number(text: &str) -> Result<i64, String> {
    let bare = text.trim_matches([' ', '\t', '\n']);
    bare.parse()
        .map_err(|_| format!("{text}: integer expression expected"))
}

impl Test<'_, '_> {
    fn binary(&self, left: &str, operator: &str, right: &str) -> Found {
        if let Some(found) = binary(operator, left, right, self.place) {
            return Ok(found);
        }
        Ok(compare(operator, number(left)?, number(right)?))
    }

    /// By the number of words, as POSIX has it.
    fn all(&mut self) -> Found {
        match *self.words {
            [] => Ok(false),
            [one] => Ok(!one.is_empty()),
            [sign, one] => self.two(sign, one),
            [a, operator, b] if BINARY.contains(&operator) => self.binary(a, operator, b),
            [a, "-a", b] => Ok(!a.is_empty() && !b.is_empty()),
            [a, "-o", b] => Ok(!a.is_empty() || !b.is_empty()),
            ["!", a, b] => Ok(!self.two(a, b)?),
            ["(", one, ")"] => Ok(!one.is_empty()),
            [_, operator, _] => Err(format!("{operator}: binary operator expected")),
            ["!", a, operator, b] if !matches!(operator, "-a" | "-o") => {
                let words = [a, operator, b];
                let mut inside = Test {
                    words: &words,
                    ..*self
                };
                Ok(!inside.all()?)
            }
            _ => {
                let found = self.or()?;
                match self.words.get(self.at) {
                    None => Ok(found),
                    Some(word) if word.starts_with('-') => {
                        Err(format!("syntax error: `{word}' unexpected"))
                    }
                    Some(_) => Err("too many arguments".into()),
                }
            }
        }
    }

    fn two(&self, sign: &str, one: &str) -> Found {
        match sign {
            "!" => Ok(one.is_empty()),
            sign if is_unary(sign) => self.unary(sign, one),
            sign => Err(format!("{sign}: unary operator expected")),
        }
    }

    fn unary(&self, sign: &str, word: &str) -> Found {
        if sign == "-t" {
            number(word)?;
        }
        Ok(unary(sign, word, self.place, self.terminals, self.state))
    }

    fn next(&self) -> Option<&str> {
        self.words.get(self.at).copied()
    }

    fn or(&mut self) -> Found {
        let mut found = self.and()?;
        while self.next() == Some("-o") {
            self.at += 1;
            found |= self.and()?;
        }
        Ok(found)
    }

    fn and(&mut self) -> Found {
        let mut found = self.term()?;
        while self.next() == Some("-a") {
            self.at += 1;
            found &= self.term()?;
        }
        Ok(found)
    }

    fn term(&mut self) -> Found {
        self.depth += 1;
        if self.depth > 60 {
            return Err("expression too deep".into());
        }
        let found = self.one();
        self.depth -= 1;
        found
    }

    fn one(&mut self) -> Found {
        let rest = self.words.get(self.at..).unwrap_or(&[]);
        match *rest {
            [] => Err("argument expected".into()),
            ["!", ..] => {
                self.at += 1;
                Ok(!self.term()?)
            }
            [a, operator, b, ..] if BINARY.contains(&operator) => {
                self.at += 3;
                self.binary(a, operator, b)
            }
            ["(", ..] => {
                self.at += 1;
                let found = self.or()?;
                match self.next() {
                    Some(")") => {
                        self.at += 1;
                        Ok(found)
                    }
                    Some(other) => Err(format!("`)' expected, found {other}")),
                    None => Err("`)' expected".into()),
                }
            }
            [sign, word, ..] if is_unary(sign) => {
                self.at += 2;
                self.unary(sign, word)
            }
            [one, ..] => {
                self.at += 1;
                Ok(!one.is_empty())
            }
        }
    }
}
