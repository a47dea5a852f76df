//! Tables of rules, the first of which that matches decides: `cidr:`, `regexp:` and `pcre:`.

use super::cidr::Network;
use super::config::logical_lines;
use super::pattern::Pattern;

/// Rules in order.
#[derive(Clone, Debug)]
pub struct Rules(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    condition: Condition,
    negated: bool,
    role: Role,
}

#[derive(Clone, Debug)]
enum Condition {
    Network(Network),
    Pattern(Pattern),
    None,
}

/// What a rule does where it matches.
#[derive(Clone, Debug)]
enum Role {
    Answer(String),
    /// `if`: the rules up to its `endif` count.
    Open,
    /// `endif`.
    Close,
}

impl Rules {
    /// The rules of a `cidr:` table. Lines that are malformed are left out.
    pub fn networks(text: &str) -> Rules {
        Rules::parse(text, |rest| {
            let (network, result) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            Some((Condition::Network(Network::parse(network)?), result))
        })
    }

    /// The rules of a `regexp:` or `pcre:` table. Lines that are malformed are left out.
    pub fn patterns(text: &str) -> Rules {
        Rules::parse(text, |rest| {
            let (pattern, result) = Pattern::parse(rest)?;
            Some((Condition::Pattern(pattern), result))
        })
    }

    fn parse(text: &str, condition: impl Fn(&str) -> Option<(Condition, &str)>) -> Rules {
        let mut rules = Vec::new();
        for (_, line) in logical_lines(text) {
            if line.eq_ignore_ascii_case("endif") {
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
            let (negated, rest) = match rest.strip_prefix('!') {
                Some(rest) => (true, rest),
                None => (false, rest),
            };
            if let Some((condition, result)) = condition(rest) {
                let role = match opening {
                    Some(_) => Role::Open,
                    None => Role::Answer(result.trim().into()),
                };
                rules.push(Rule {
                    condition,
                    negated,
                    role,
                });
            }
        }
        Rules(rules)
    }

    /// What the first matching rule says to a key.
    pub fn get(&self, key: &str) -> Option<String> {
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
                    return Some(substitute(text, &groups.unwrap_or_default()));
                }
                Role::Answer(_) => {}
            }
        }
        None
    }
}

/// Puts what the groups matched in place of `$1`, `${1}` and `$(1)`.
fn substitute(text: &str, groups: &[String]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(tail) = rest.strip_prefix('$') {
            out.push('$');
            rest = tail;
            continue;
        }
        let inner = rest.strip_prefix(['{', '(']).unwrap_or(rest);
        let digits = inner
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(inner.len());
        match inner[..digits].parse::<usize>() {
            Ok(group) => {
                out.push_str(groups.get(group).map_or("", String::as_str));
                let is_braced = inner.len() != rest.len();
                rest = &inner[digits..];
                if is_braced {
                    rest = rest.strip_prefix(['}', ')']).unwrap_or(rest);
                }
            }
            Err(_) => out.push('$'),
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        let get = |text: &str, key: &str| Rules::networks(text).get(key);
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
        let get = |text: &str, key: &str| Rules::patterns(text).get(key);
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
