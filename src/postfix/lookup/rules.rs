//! Tables of rules, the first of which that matches decides: `cidr:`, `regexp:` and `pcre:`.

use std::borrow::Cow;

use crate::postfix::config::syntax::{in_braces, logical_lines, misplaced, next_word};
use crate::postfix::config::template::{pieces, Piece};
use crate::postfix::lookup::cidr::Network;
use crate::postfix::lookup::pattern::Pattern;
use crate::postfix::lookup::retry::{Found, Retry};
use crate::postfix::lookup::table::{Host, Lookup, Name, Opened};

/// How long an answer may become that holds parts of its key. Postfix has no such limit, but
/// tables whose answers are keys again (`pipemap:`) double it as often as there are tables.
const MOST: usize = 1 << 16;

/// The rules of a `cidr:` table.
pub(in crate::postfix::lookup) fn open_networks(name: &Name, host: &mut dyn Host) -> Opened {
    Ok(Box::new(Rules::open(name, host)?))
}

/// The rules of a `regexp:` or `pcre:` table.
pub(in crate::postfix::lookup) fn open_patterns(name: &Name, host: &mut dyn Host) -> Opened {
    Ok(Box::new(Rules::open(name, host)?))
}

/// The rules that are written in a table's name, or the text of its file.
fn read(name: &Name, host: &dyn Host) -> Result<String, String> {
    if !name.name.starts_with('{') {
        return Ok(host.file(name.name).unwrap_or("").into());
    }
    let fail = |why| format!("{} map: {why}", name.kind);
    let mut rest = in_braces(name.name).map_err(fail)?;
    let mut rules = String::new();
    while let Some(rule) = next_word(&mut rest) {
        rules.push_str(in_braces(rule).map_err(fail)?.trim_ascii());
        rules.push('\n');
    }
    Ok(rules)
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
    /// A pattern, and another that must match, or must not (`/one/!/other/`).
    Both(Pattern, Pattern, bool),
    None,
}

/// What a rule does where it matches.
#[derive(Debug, PartialEq, Eq)]
enum Role {
    Answer(String),
    /// `if`: the rules up to its `endif` count.
    Open,
    /// `endif`.
    Close,
}

/// What is said of a rule that is left out.
const SKIPPED: &str = ": skipping this rule";

/// The rest of a line after a word that no letter or digit follows.
fn after<'t>(line: &'t str, word: &str) -> Option<&'t str> {
    let (start, rest) = line.split_at_checked(word.len())?;
    let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    (ends && start.eq_ignore_ascii_case(word)).then(|| rest.trim_ascii_start())
}

/// Takes what turns a condition round off its start.
fn negation(rest: &mut &str) -> bool {
    let after = rest.trim_start_matches(|c: char| c == '!' || c.is_ascii_whitespace());
    let start = rest.strip_suffix(after).unwrap_or("");
    *rest = after;
    start.matches('!').count() % 2 == 1
}

impl Rules {
    /// Reads rules; what is malformed is left out, with a warning.
    fn open(name: &Name, host: &mut dyn Host) -> Result<Rules, String> {
        let text = read(name, host)?;
        let mut rules = Vec::new();
        let mut open = Vec::new();
        for (number, line) in logical_lines(&text) {
            if let Some(warning) = misplaced(name.name, &line) {
                host.warn(warning);
                continue;
            }
            let mut said = Vec::new();
            let rule = match name.kind {
                "cidr" => network(line.trim_ascii_end(), open.len(), host, &mut said),
                kind => pattern(
                    line.trim_ascii_end(),
                    kind == "pcre",
                    open.len(),
                    host,
                    &mut said,
                ),
            };
            if let Some(rule) = rule {
                match rule.role {
                    Role::Open => open.push(number),
                    Role::Close => drop(open.pop()),
                    Role::Answer(_) => {}
                }
                rules.push(rule);
            }
            for what in said {
                // What is wrong with a template is told without its place.
                host.warn(match what.strip_prefix('\u{1}') {
                    Some(what) => what.into(),
                    None => format!("{} map {}, line {number}: {what}", name.kind, name.name),
                });
            }
        }
        for number in open.iter().rev() {
            let what = "IF has no matching ENDIF";
            host.warn(format!(
                "{} map {}, line {number}: {what}",
                name.kind, name.name
            ));
        }
        Ok(Rules(rules))
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
                Condition::Both(one, other, negated) => {
                    let wanted = |_: &Vec<String>| other.captures(key).is_some() != *negated;
                    match (one.captures(key), rule.negated) {
                        (Some(groups), false) => Some(groups).filter(wanted),
                        // What is turned round matches where there is no match.
                        (None, true) if !wanted(&Vec::new()) => Some(Vec::new()),
                        (groups, _) => groups,
                    }
                }
                Condition::None => None,
            };
            // A key that is no address, or one of the other family, matches no network, negated or
            // not.
            let applies = match &rule.condition {
                Condition::Network(network) => address.is_some_and(|a| network.is_like(a)),
                _ => true,
            };
            let is_network = matches!(rule.condition, Condition::Network(_));
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
                Role::Answer(text) if matched && is_network => {
                    return Ok(Some(text.into()));
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

/// A rule of a `cidr:` table.
fn network(line: &str, nesting: usize, host: &dyn Host, said: &mut Vec<String>) -> Option<Rule> {
    let mut skip = |what: &str| {
        said.push(format!("{what}{SKIPPED}"));
        None
    };
    if let Some(rest) = after(line, "endif") {
        return match (rest, nesting) {
            ("", 0) => skip("ENDIF without IF"),
            ("", _) => Some(Rule {
                condition: Condition::None,
                negated: false,
                role: Role::Close,
            }),
            _ => skip("garbage after ENDIF"),
        };
    }
    let opening = after(line, "if");
    let mut rest = opening.unwrap_or(line);
    let negated = negation(&mut rest);
    let (pattern, value) = match opening {
        Some(_) => (rest, ""),
        None => rest
            .split_once(|c: char| c.is_ascii_whitespace())
            .unwrap_or((rest, "")),
    };
    if pattern.is_empty() {
        return skip("no address pattern");
    }
    let network = match Network::parse(pattern) {
        Ok(network) => network,
        Err(fault) => return skip(&fault.text()),
    };
    let value = value.trim_ascii();
    if opening.is_none() && value.is_empty() {
        return skip("no lookup result");
    }
    let role = match opening {
        Some(_) => Role::Open,
        None => match host.content(value) {
            Ok(value) => Role::Answer(value),
            Err(why) => return skip(&why),
        },
    };
    Some(Rule {
        condition: Condition::Network(network),
        negated,
        role,
    })
}

/// A rule of a `regexp:` or `pcre:` table.
fn pattern(
    line: &str,
    is_perl: bool,
    nesting: usize,
    host: &dyn Host,
    said: &mut Vec<String>,
) -> Option<Rule> {
    if let Some(rest) = after(line, "endif") {
        if nesting == 0 {
            said.push("ignoring ENDIF without matching IF".into());
            return None;
        }
        if !rest.is_empty() {
            said.push("ignoring extra text after ENDIF".into());
        }
        return Some(Rule {
            condition: Condition::None,
            negated: false,
            role: Role::Close,
        });
    }
    let opening = after(line, "if");
    if opening.is_none() && line.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        said.push("ignoring unrecognized request".into());
        return None;
    }
    let rule = whole_pattern(
        opening.unwrap_or(line),
        opening.is_some(),
        is_perl,
        host,
        said,
    );
    rule.map_err(|what| said.push(what)).ok()
}

fn whole_pattern(
    mut rest: &str,
    opens: bool,
    is_perl: bool,
    host: &dyn Host,
    said: &mut Vec<String>,
) -> Result<Rule, String> {
    let negated = negation(&mut rest);
    let first = Pattern::cut(&mut rest, is_perl, said)?;
    let mut second = None;
    if rest.starts_with('!') && !opens {
        let negated = negation(&mut rest);
        second = Some((Pattern::cut(&mut rest, is_perl, said)?, negated));
    }
    let result = rest.trim_ascii_start();
    let compile = |parts| Pattern::compile(parts, is_perl);
    if opens {
        if !result.is_empty() {
            said.push(format!(
                "ignoring extra text after IF statement: \"{result}\""
            ));
            let what = "do not prepend whitespace to statements between IF and ENDIF";
            said.push(what.into());
        }
        return Ok(Rule {
            condition: Condition::Pattern(compile(first)?),
            negated,
            role: Role::Open,
        });
    }
    if result.is_empty() {
        said.push("no replacement text: using empty string".into());
    }
    let result = host.content(result).map_err(|why| why + SKIPPED)?;
    let highest = highest_index(&result, is_perl).map_err(|fault| {
        said.push(fault);
        format!("bad replacement syntax{SKIPPED}")
    })?;
    if highest > 0 && negated {
        let what = "$number found in negative match replacement text";
        return Err(format!("{what}{SKIPPED}"));
    }
    if highest > 0 && host.manner().literal {
        let what = "regular expression substitution is not allowed";
        return Err(format!("{what}{SKIPPED}"));
    }
    let first = compile(first)?;
    if highest > first.groups() {
        return Err(format!(
            "out of range replacement index \"{highest}\"{SKIPPED}"
        ));
    }
    let condition = match second {
        Some((second, negated)) => Condition::Both(first, compile(second)?, negated),
        None => Condition::Pattern(first),
    };
    Ok(Rule {
        condition,
        negated,
        role: Role::Answer(result),
    })
}

/// The highest group that a replacement text names.
fn highest_index(text: &str, is_perl: bool) -> Result<usize, String> {
    let mut highest = 0;
    let mut fault = None;
    let outcome = pieces(text, |piece| {
        if let Piece::Name(name) = piece {
            let index = name;
            let number = index.parse::<usize>().ok();
            match number.filter(|_| !index.starts_with('+')) {
                Some(number) if number > 0 => highest = highest.max(number),
                Some(_) => {
                    let out = if is_perl {
                        "out of range"
                    } else {
                        "out-of-range"
                    };
                    fault = Some(format!("{out} replacement index \"{index}\""));
                }
                None => fault = Some(format!("non-numeric replacement index \"{index}\"")),
            }
        }
        fault.is_none()
    });
    let outcome = outcome
        .err()
        .map(|fault| format!("\u{1}{}", fault.warning(text)));
    fault.or(outcome).map_or(Ok(highest), Err)
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
                let group = name.parse().ok().and_then(|n: usize| groups.get(n));
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
    use crate::files::Files;
    use crate::postfix::config::main_cf::Config;
    use crate::postfix::lookup::tables::Tables;

    /// What a table of such rules says, and what it warns of.
    fn ask(kind: &str, text: &str, key: &str) -> (Option<String>, Vec<String>) {
        let mut files = Files::default();
        files.insert("/t", text);
        let mut tables = Tables::new(&Config::default(), &files);
        let table = tables.open(&format!("{kind}:/t"));
        let notes = tables.finish().unwrap();
        let warnings = notes.iter().map(|note| note.text.replace("warning: ", ""));
        let answer = table.get(key).unwrap().map(Cow::into_owned);
        (answer, warnings.collect())
    }

    #[test]
    fn networks() {
        let get = |text: &str, key: &str| ask("cidr", text, key).0;
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
        let get = |text: &str, key: &str| ask("pcre", text, key).0;
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
}
