//! Templates: `$name`, `${name?text}` and their kin, in main.cf and in replies
//! (postconf(5), mac_expand(3)).

#[cfg(feature = "full")]
use crate::smtp::policy::Facts;

/// Expands `$name`, `$(name)`, `${name}`, `${name?text}`, `${name:text}` and
/// `${name?{text}:{text}}`, and comparisons such as `${{a} == {b} ? {x} : {y}}`. What stands for
/// a name may be a template itself where `deep`.
///
/// ```
/// use smtp_terminal::postfix::config::expansion::expand;
/// let values = |name: &str| (name == "who").then(|| "safeer".to_string());
/// assert_eq!(expand("$who ${who?{yes}:{no}}${rest?, $rest}", &values, false), "safeer yes");
/// ```
pub fn expand(text: &str, look_up: &dyn Fn(&str) -> Option<String>, deep: bool) -> String {
    Expansion { look_up, deep }.expand(text, 0)
}

struct Expansion<'a> {
    look_up: &'a dyn Fn(&str) -> Option<String>,
    deep: bool,
}

impl Expansion<'_> {
    fn value(&self, name: &str, depth: usize) -> String {
        let value = (self.look_up)(name).unwrap_or_default();
        if self.deep {
            self.expand(&value, depth)
        } else {
            value
        }
    }

    fn expand(&self, text: &str, depth: usize) -> String {
        let mut out = String::new();
        let mut rest = text;
        // Postfix gives up on a parameter that refers to itself; so deep is deep enough.
        if depth > 100 {
            return out;
        }
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(tail) = rest.strip_prefix('$') {
                out.push('$');
                rest = tail;
            } else if rest.starts_with(['{', '(']) {
                let (inner, tail) = braced(rest);
                out.push_str(&self.expand_braced(inner, depth + 1));
                rest = tail;
            } else {
                let end = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                out.push_str(&self.value(&rest[..end], depth + 1));
                rest = &rest[end..];
            }
        }
        out.push_str(rest);
        out
    }

    fn expand_braced(&self, inner: &str, depth: usize) -> String {
        let trimmed = inner.trim();
        if trimmed.starts_with('{') {
            return self.expand_comparison(trimmed, depth);
        }
        let end = inner
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(inner.len());
        let value = self.value(&inner[..end], depth);
        let rest = inner[end..].trim_start();
        let chosen = match rest.chars().next() {
            None => return value,
            Some('?') => alternatives(&rest[1..], !value.is_empty()),
            Some(':') if value.is_empty() => Some(unbraced(&rest[1..])),
            Some(':') => return value,
            Some(_) => None,
        };
        self.expand(chosen.unwrap_or_default(), depth)
    }

    fn expand_comparison(&self, text: &str, depth: usize) -> String {
        let (left, rest) = braced(text);
        let rest = rest.trim_start();
        let Some((operator, rest)) = [
            "==", "!=", "<=level", ">=level", "<level", ">level", "<=", ">=", "<", ">",
        ]
        .into_iter()
        .find_map(|op| Some((op, rest.strip_prefix(op)?))) else {
            return String::new();
        };
        let (right, rest) = braced(rest.trim_start());
        let (left, right) = (self.expand(left, depth), self.expand(right, depth));
        let order = match operator.strip_suffix("level") {
            Some(_) => parse_level(&left).cmp(&parse_level(&right)),
            None => match (left.trim().parse::<i64>(), right.trim().parse::<i64>()) {
                (Ok(l), Ok(r)) => l.cmp(&r),
                _ => left.cmp(&right),
            },
        };
        let holds = match operator.strip_suffix("level").unwrap_or(operator) {
            "==" => order.is_eq(),
            "!=" => order.is_ne(),
            "<=" => order.is_le(),
            ">=" => order.is_ge(),
            "<" => order.is_lt(),
            _ => order.is_gt(),
        };
        match rest.trim_start().strip_prefix('?') {
            Some(rest) => self.expand(alternatives(rest, holds).unwrap_or_default(), depth),
            None => String::new(),
        }
    }
}

/// The text after `?`: `{yes}:{no}`, or `yes` alone.
fn alternatives(text: &str, holds: bool) -> Option<&str> {
    let text = text.trim_start();
    if !text.starts_with('{') {
        return holds.then_some(text);
    }
    let (yes, rest) = braced(text);
    if holds {
        Some(yes.trim())
    } else {
        rest.trim_start().strip_prefix(':').map(unbraced)
    }
}

fn unbraced(text: &str) -> &str {
    let text = text.trim_start();
    if text.starts_with('{') {
        braced(text).0.trim()
    } else {
        text
    }
}

/// What stands between a bracket and its partner, and what follows.
fn braced(text: &str) -> (&str, &str) {
    let open = text.chars().next().unwrap_or('{');
    let close = if open == '(' { ')' } else { '}' };
    let mut level = 0;
    for (i, c) in text.char_indices() {
        if c == open {
            level += 1;
        } else if c == close {
            level -= 1;
            if level == 0 {
                return (&text[1..i], &text[i + 1..]);
            }
        }
    }
    (text.get(1..).unwrap_or(""), "")
}

/// `3.6` as (major, minor, patch).
pub fn parse_level(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.trim().split('.').map(|p| p.parse().ok());
    let major = parts.next()??;
    let minor = parts.next().unwrap_or(Some(0))?;
    Some((major, minor, parts.next().unwrap_or(Some(0))?))
}

/// What a reply may say of a session: the names that templates of replies know.
#[cfg(feature = "full")]
pub fn attribute(facts: &Facts, server_name: &str, name: &str) -> Option<String> {
    let client = &facts.client;
    let text = match name {
        "server_name" => server_name.into(),
        "client" => client.namaddr(),
        "client_name" => client.name.to_string(),
        "client_address" => client.addr.clone(),
        "client_port" => client.port.clone(),
        "reverse_client_name" => client.reverse_name.to_string(),
        "helo_name" => facts.helo.as_deref().unwrap_or_default().into(),
        "localtime" => facts.now.log_stamp(),
        _ => {
            let (address, part) = match name.strip_prefix("sender") {
                Some(part) => (&facts.sender, part),
                None => (&facts.recipient, name.strip_prefix("recipient")?),
            };
            let Some(address) = address.as_deref() else {
                return Some(String::new());
            };
            let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
            match part {
                "" | "_name" if address.is_empty() => "<>".into(),
                "" => address.into(),
                "_name" => local.into(),
                "_domain" => domain.into(),
                _ => return None,
            }
        }
    };
    Some(filtered(&text))
}

/// What `smtpd_expansion_filter` lets into a reply: printable ASCII, byte by byte.
#[cfg(feature = "full")]
pub fn filtered(text: &str) -> String {
    let mut safe = String::new();
    for c in text.chars() {
        match c {
            ' '..='~' | '\t' => safe.push(c),
            odd => safe.extend(std::iter::repeat_n('_', odd.len_utf8())),
        }
    }
    safe
}
