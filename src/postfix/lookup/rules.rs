//! Tables of rules, the first of which that matches decides: `cidr:`, `regexp:` and `pcre:`.

use std::borrow::Cow;

use crate::postfix::config::syntax::{in_braces, logical_lines, next_word};
use crate::postfix::config::template::{pieces, Piece};
use crate::postfix::lookup::cidr::Network;
use crate::postfix::lookup::pattern::Pattern;
use crate::postfix::lookup::retry::{Found, Retry};
use crate::postfix::lookup::table::{file, Host, Lookup, Name, Opened};

/// How long an answer may become that holds parts of its key. Postfix has no such limit, but
/// tables whose answers are keys again (`pipemap:`) double it as often as there are tables.
const MOST: usize = 1 << 16;

/// The rules of a `cidr:` table.
pub(super) fn open_networks(name: &Name, host: &mut dyn Host) -> Opened {
    let mut warnings = Vec::new();
    let rules = Rules::networks(name.name, &read(name, host)?, &mut warnings);
    warnings.into_iter().for_each(|warning| host.warn(warning));
    Ok(Box::new(rules))
}

/// The rules of a `regexp:` or `pcre:` table.
pub(super) fn open_patterns(name: &Name, host: &mut dyn Host) -> Opened {
    let mut warnings = Vec::new();
    let rules = Rules::patterns(name.kind, name.name, &read(name, host)?, &mut warnings);
    warnings.into_iter().for_each(|warning| host.warn(warning));
    Ok(Box::new(rules))
}

/// The rules that are written in a table's name, or the text of its file.
fn read<'h>(name: &Name, host: &'h dyn Host) -> Result<Cow<'h, str>, String> {
    if !name.name.starts_with('{') {
        return file(name, host).map(Cow::Borrowed);
    }
    let fail = |why| format!("{} map: {why}", name.kind);
    let mut rest = in_braces(name.name).map_err(fail)?;
    let mut rules = String::new();
    while let Some(rule) = next_word(&mut rest) {
        rules.push_str(in_braces(rule).map_err(fail)?.trim());
        rules.push('\n');
    }
    Ok(rules.into())
}

/// Rules in order.
#[derive(Debug)]
struct Rules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    condition: Condition,
    negated: bool,
    role: Role,
}

#[derive(Debug)]
enum Condition {
    Network(Network),
    Pattern(Pattern),
    None,
}

/// What a rule does where it matches.
#[derive(Debug)]
enum Role {
    Answer(String),
    /// `if`: the rules up to its `endif` count.
    Open,
    /// `endif`.
    Close,
}

/// What a rule is for, while it is read.
#[derive(Clone, Copy, Debug)]
enum Use {
    Answer { negated: bool },
    Block,
}

impl Rules {
    /// The rules of a `cidr:` table. What is malformed is left out, with a warning.
    fn networks(name: &str, text: &str, warnings: &mut Vec<String>) -> Rules {
        Rules::parse("cidr", name, text, warnings, |rest, _| {
            let (network, result) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            match Network::parse(network) {
                Some(parsed) => Ok((Condition::Network(parsed), result)),
                None => Err(format!(
                    "bad address pattern: \"{network}\": skipping this rule"
                )),
            }
        })
    }

    /// The rules of a `regexp:` or `pcre:` table. What is malformed is left out, with a warning.
    fn patterns(kind: &str, name: &str, text: &str, warnings: &mut Vec<String>) -> Rules {
        Rules::parse(kind, name, text, warnings, |rest, role| {
            let (pattern, result) = match kind {
                "regexp" => Pattern::parse_posix(rest)?,
                _ => Pattern::parse(rest)?,
            };
            if let Use::Answer { negated } = role {
                let highest = highest_index(result)?;
                if highest > 0 && negated {
                    return Err(
                        "$number found in negative match replacement text: skipping this rule"
                            .into(),
                    );
                }
                if highest > pattern.groups() {
                    return Err(format!(
                        "out of range replacement index \"{highest}\": skipping this rule"
                    ));
                }
            }
            Ok((Condition::Pattern(pattern), result))
        })
    }

    fn parse(
        kind: &str,
        name: &str,
        text: &str,
        warnings: &mut Vec<String>,
        condition: impl Fn(&str, Use) -> Result<(Condition, &str), String>,
    ) -> Rules {
        let mut rules = Vec::new();
        let mut open = Vec::new();
        for (number, line) in logical_lines(text) {
            let mut warn = |what: &str| {
                for what in what.lines() {
                    warnings.push(format!("{kind} map {name}, line {number}: {what}"));
                }
            };
            if line.eq_ignore_ascii_case("endif") {
                if open.pop().is_none() {
                    warn("ignoring ENDIF without matching IF");
                    continue;
                }
                rules.push(Rule {
                    condition: Condition::None,
                    negated: false,
                    role: Role::Close,
                });
                continue;
            }
            let opening = line
                .get(..2)
                .filter(|w| w.eq_ignore_ascii_case("if"))
                .map(|_| line[2..].trim_start())
                .filter(|rest| rest.len() + 2 < line.len() || rest.starts_with(['/', '!']));
            let rest = opening.unwrap_or(&line);
            if kind != "cidr" && rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                warn("ignoring unrecognized request");
                continue;
            }
            let (negated, rest) = match rest.strip_prefix('!') {
                Some(rest) => (true, rest.trim_start()),
                None => (false, rest),
            };
            let role = match opening {
                Some(_) => Use::Block,
                None => Use::Answer { negated },
            };
            match condition(rest, role) {
                Ok((condition, result)) => {
                    let result = result.trim();
                    let role = match opening {
                        Some(_) => {
                            open.push(number);
                            if !result.is_empty() {
                                warn(&format!(
                                    "ignoring extra text after IF statement: \"{result}\""
                                ));
                            }
                            Role::Open
                        }
                        None => {
                            if result.is_empty() && kind != "cidr" {
                                warn("no replacement text: using empty string");
                            }
                            Role::Answer(result.into())
                        }
                    };
                    rules.push(Rule {
                        condition,
                        negated,
                        role,
                    });
                }
                Err(problem) => warn(&problem),
            }
        }
        for number in open.iter().rev() {
            warnings.push(format!(
                "{kind} map {name}, line {number}: IF has no matching ENDIF"
            ));
        }
        Rules(rules)
    }

    /// What the first matching rule says to a key.
    fn get(&self, key: &str) -> Found<'_> {
        let address = key.parse().ok();
        let mut depth = 0;
        // The depth of the outermost block that did not match.
        let mut skipping_from = None;
        for rule in &self.0 {
            let groups = match &rule.condition {
                _ if skipping_from.is_some() => None,
                Condition::Network(network) => {
                    address.filter(|a| network.contains(*a)).map(|_| Vec::new())
                }
                Condition::Pattern(pattern) => pattern.captures(key),
                Condition::None => None,
            };
            // A key that is no address matches no network, negated or not.
            let applies = address.is_some() || !matches!(rule.condition, Condition::Network(_));
            let matched = skipping_from.is_none() && applies && groups.is_some() != rule.negated;
            match &rule.role {
                Role::Open => {
                    depth += 1;
                    if skipping_from.is_none() && !matched {
                        skipping_from = Some(depth);
                    }
                }
                Role::Close => {
                    if skipping_from == Some(depth) {
                        skipping_from = None;
                    }
                    depth -= depth.min(1);
                }
                Role::Answer(text) if matched => {
                    return substitute(text, &groups.unwrap_or_default());
                }
                Role::Answer(_) => {}
            }
        }
        Ok(None)
    }
}

impl Lookup for Rules {
    fn get(&self, key: &str) -> Found<'_> {
        Rules::get(self, key)
    }

    fn is_pattern(&self) -> bool {
        true
    }
}

/// The highest group that a replacement text names.
fn highest_index(text: &str) -> Result<usize, String> {
    let mut highest = 0;
    let mut fault = None;
    let outcome = pieces(text, |piece| {
        if let Piece::Name(name) = piece {
            let index = index(name);
            match index.parse::<usize>() {
                Ok(number) if number > 0 => highest = highest.max(number),
                Ok(_) => fault = Some(format!("out of range replacement index \"{index}\"")),
                Err(_) => fault = Some(format!("non-numeric replacement index \"{index}\"")),
            }
        }
        fault.is_none()
    });
    let fault = fault.or(outcome.err().map(|fault| fault.warning(text)));
    fault.map_or(Ok(highest), |fault| {
        Err(format!(
            "{fault}\nbad replacement syntax: skipping this rule"
        ))
    })
}

/// The number in `1`, and in the odd `1?text`.
fn index(name: &str) -> &str {
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    name.split_at(end.unwrap_or(name.len())).0
}

/// Puts what the groups matched in place of `$1`, `${1}` and `$(1)`.
fn substitute<'a>(text: &'a str, groups: &[String]) -> Found<'a> {
    if !text.contains('$') {
        return Ok(Some(text.into()));
    }
    let mut answer = String::new();
    let outcome = pieces(text, |piece| {
        match piece {
            Piece::Text(text) => answer.push_str(text),
            Piece::Name(name) => {
                let group = index(name).parse().ok().and_then(|n: usize| groups.get(n));
                answer.push_str(group.map_or("", String::as_str));
            }
        }
        answer.len() <= MOST
    });
    match outcome.is_ok() && answer.len() <= MOST {
        true => Ok(Some(Cow::Owned(answer))),
        false => Err(Retry::default().and(|| format!("{text}: the result is too long"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        let get = |text: &str, key: &str| {
            let rules = Rules::networks("test", text, &mut Vec::new());
            rules.get(key).unwrap().map(Cow::into_owned)
        };
        assert_eq!(
            get("10.0.0.0/8 REJECT no", "10.1.2.3").as_deref(),
            Some("REJECT no")
        );
        assert_eq!(get("!10.0.0.0/8 REJECT", "10.1.2.3"), None);
        let nested = "if 10.0.0.0/8\n10.1.0.0/16 A\nendif\n0.0.0.0/0 B";
        assert_eq!(get(nested, "10.1.2.3").as_deref(), Some("A"));
        assert_eq!(get(nested, "192.0.2.1").as_deref(), Some("B"));
        assert_eq!(get("!10.0.0.0/8 REJECT", "no address"), None);
    }

    #[test]
    fn patterns() {
        let get = |text: &str, key: &str| {
            let rules = Rules::patterns("pcre", "test", text, &mut Vec::new());
            rules.get(key).unwrap().map(Cow::into_owned)
        };
        assert_eq!(
            get("/^(.*)@x$/ got ${1}!", "JOE@X").as_deref(),
            Some("got JOE!")
        );
        assert_eq!(get("/^joe/i Joe", "JOE"), None);
        assert_eq!(
            get("if /@x$/\n!/^joe/ OTHER\nendif", "ann@x").as_deref(),
            Some("OTHER")
        );
        assert_eq!(get("/^[^A-Z]/ Bogus", "1x").as_deref(), Some("Bogus"));
    }

    #[test]
    fn mistakes_are_told_and_left_out() {
        let text = "/(a)/ $1x\n/a/ $1\n!/b/ $1\n/a REJECT\n/a/q REJECT\nif /c/\n";
        let mut warnings = Vec::new();
        let rules = Rules::patterns("pcre", "t", text, &mut warnings);
        assert_eq!(rules.get("a"), Ok(None));
        assert_eq!(
            warnings,
            [
                "pcre map t, line 1: non-numeric replacement index \"1x\"",
                "pcre map t, line 1: bad replacement syntax: skipping this rule",
                "pcre map t, line 2: out of range replacement index \"1\": skipping this rule",
                "pcre map t, line 3: $number found in negative match replacement text: skipping this rule",
                "pcre map t, line 4: no closing regexp delimiter \"/\": skipping this rule",
                "pcre map t, line 5: unknown regexp option \"q\": skipping this rule",
                "pcre map t, line 6: IF has no matching ENDIF",
            ]
        );
    }
}
