//! `${…}`: parameters with what is done to them.

use std::rc::Rc;

use crate::platform;
use crate::workstation::shell::expand::{Expanded, Expander, Mode, Stop};
use crate::workstation::shell::fit::{Fit, STEPS};
use crate::workstation::shell::parser::TOP;
use crate::workstation::shell::pattern::{self, special, Sign, Style, BREAK, EXPANDED, QUOTED};
use crate::workstation::shell::quote::{ansi, single, where_needed};
use crate::workstation::shell::scan::{self, name_end};
use crate::workstation::shell::trim::{escaped, replaced, trim};
use crate::workstation::shell::variable::Value;

/// What is between the braces, in parts.
struct Parts<'t> {
    name: &'t str,
    subscript: Option<&'t str>,
    rest: &'t str,
}

/// Takes a parameter off the start of a text.
fn parts(text: &str) -> Option<Parts<'_>> {
    let bytes = text.as_bytes();
    let first = *bytes.first()?;
    let mut end = match first {
        b if scan::is_name(b, true) => name_end(text, 0),
        b if b.is_ascii_digit() => bytes.iter().take_while(|b| b.is_ascii_digit()).count(),
        b if b"@*#?-$!".contains(&b) => 1,
        _ => return None,
    };
    let name = text.get(..end)?;
    let mut subscript = None;
    if bytes.get(end) == Some(&b'[') && scan::is_name(first, true) {
        let mut close = end + 1;
        let mut open = 1;
        while open > 0 {
            match *bytes.get(close)? {
                b'[' => open += 1,
                b']' => open -= 1,
                _ => {
                    close = scan::step(text, close, TOP).ok()?;
                    continue;
                }
            }
            close += 1;
        }
        subscript = text.get(end + 1..close - 1);
        end = close;
    }
    Some(Parts {
        name,
        subscript,
        rest: text.get(end..)?,
    })
}

/// What a parameter holds: one text, or those of a list.
enum Held {
    One(Option<Rc<str>>),
    All(Vec<Rc<str>>, bool),
}

impl Expander<'_> {
    fn bad(&self, inside: &str) -> Stop {
        Stop::Fault(format!("${{{inside}}}: bad substitution"))
    }

    fn style(&self) -> Style {
        Style {
            extended: self.state.is_on("extglob"),
            ignores_case: self.state.is_on("nocasematch"),
        }
    }

    fn hold(&mut self, parts: &Parts) -> Expanded<Held> {
        if let (None, "@" | "*") = (parts.subscript, parts.name) {
            let all = self.state.arguments.to_vec();
            return Ok(Held::All(all, parts.name == "*"));
        }
        match parts.subscript {
            None => Ok(Held::One(self.parameter(parts.name))),
            Some(all @ ("@" | "*")) => {
                let mut values = self.held(parts.name).texts();
                if let ("RANDOM" | "SECONDS" | "LINENO", Some(text)) =
                    (parts.name, self.parameter(parts.name))
                {
                    values = vec![text];
                }
                Ok(Held::All(values, all == "*"))
            }
            Some(subscript) => Ok(Held::One(self.element(parts.name, subscript)?)),
        }
    }

    /// `${…}`, of which `inside` stands between the braces.
    pub(super) fn braced(&mut self, inside: &str, out: &mut Vec<Sign>, mode: Mode) -> Expanded<()> {
        if let Some(rest) = inside.strip_prefix('#').filter(|r| !r.is_empty()) {
            // `${#}`, `${#:-x}` and `${##}` are about `$#`.
            let is_count = rest.starts_with([':', '-', '=', '+', '%', '/']) && rest.len() > 1
                || (rest.starts_with('#') && rest.len() > 1)
                || (rest.starts_with('?') && rest.len() > 1);
            if !is_count {
                let Some(parts) = parts(rest).filter(|p| p.rest.is_empty()) else {
                    return Err(self.bad(inside));
                };
                let target = self.state.target(parts.name);
                let held = self.state.variables.find(&target).map(|v| &v.value);
                if let (Some("@" | "*"), Some(Value::List(_) | Value::Map(_))) =
                    (parts.subscript, held)
                {
                    let count = held.map_or(0, Value::count).to_string();
                    self.push_value(&count, out, mode);
                    return Ok(());
                }
                let length = match self.hold(&parts)? {
                    Held::All(all, _) => all.len(),
                    Held::One(Some(text)) => text.chars().count(),
                    Held::One(None) => self.wanted_length(&parts)?,
                };
                self.push_value(&length.to_string(), out, mode);
                return Ok(());
            }
        }
        if let Some(rest) = inside
            .strip_prefix('!')
            .filter(|r| r.starts_with(|c: char| c.is_ascii_alphanumeric() || "_@*#".contains(c)))
        {
            return self.indirect(inside, rest, out, mode);
        }
        let Some(parts) = parts(inside) else {
            return Err(self.bad(inside));
        };
        let held = self.hold(&parts)?;
        self.apply(inside, &parts, held, out, mode)
    }

    fn wanted_length(&mut self, parts: &Parts) -> Expanded<usize> {
        match parts.subscript {
            Some(_) => Ok(0),
            None => Ok(self.wanted(parts.name)?.chars().count()),
        }
    }

    /// `${!name}`, `${!prefix*}`, `${!name[@]}`
    fn indirect(
        &mut self,
        inside: &str,
        rest: &str,
        out: &mut Vec<Sign>,
        mode: Mode,
    ) -> Expanded<()> {
        let Some(parts) = parts(rest) else {
            return Err(self.bad(inside));
        };
        if let (Some(all @ ("@" | "*")), "") = (parts.subscript, parts.rest) {
            let keys = self.held(parts.name).keys();
            self.push_values(&keys, all == "*", out, mode);
            return Ok(());
        }
        if let (None, all @ ("@" | "*")) = (parts.subscript, parts.rest) {
            let names = self.state.variables.iter().map(|v| v.name.clone());
            let names: Vec<_> = names.filter(|n| n.starts_with(parts.name)).collect();
            self.push_values(&names, all == "*", out, mode);
            return Ok(());
        }
        let target = match self.hold(&parts)? {
            Held::One(Some(target)) if !target.is_empty() => target,
            Held::One(None) => {
                let text = format!("{}: invalid indirect expansion", parts.name);
                return Err(Stop::Fault(text));
            }
            Held::One(Some(_)) => {
                return Err(Stop::Fault(": invalid variable name".into()));
            }
            Held::All(..) => return Err(self.bad(inside)),
        };
        let whole = format!("{target}{}", parts.rest);
        match self::parts(&whole) {
            Some(parts) if self::parts(&target).is_some_and(|p| p.rest.is_empty()) => {
                let held = self.hold(&parts)?;
                self.apply(inside, &parts, held, out, mode)
            }
            _ => Err(Stop::Fault(format!("{target}: invalid variable name"))),
        }
    }

    fn put(&mut self, held: &Held, out: &mut Vec<Sign>, mode: Mode) {
        match held {
            Held::One(text) => self.push_value(text.as_deref().unwrap_or(""), out, mode),
            Held::All(all, is_star) => self.push_values(all, *is_star, out, mode),
        }
    }

    /// The word of an operator, in the place of the parameter.
    fn other(&mut self, word: &str, out: &mut Vec<Sign>, mode: Mode) -> Expanded<()> {
        let from = out.len();
        // In a here-document too quotes are taken off inside of braces.
        let mode = if mode == Mode::Bare {
            mode
        } else {
            Mode::Quoted
        };
        self.walk(word, out, mode, false)?;
        if mode == Mode::Bare {
            for sign in out.iter_mut().skip(from) {
                if special(Some(sign)).is_some() {
                    *sign |= EXPANDED;
                }
            }
        }
        Ok(())
    }

    fn apply(
        &mut self,
        inside: &str,
        parts: &Parts,
        held: Held,
        out: &mut Vec<Sign>,
        mode: Mode,
    ) -> Expanded<()> {
        let rest = parts.rest;
        let mut chars = rest.chars();
        let Some(first) = chars.next() else {
            match (&held, parts.subscript) {
                (Held::One(None), None) => {
                    let text = self.wanted(parts.name)?;
                    self.push_value(&text, out, mode);
                }
                (Held::One(None), Some(key)) if self.state.is_on("nounset") => {
                    let text = format!("{}[{key}]: unbound variable", parts.name);
                    return Err(Stop::Fatal(text));
                }
                _ => self.put(&held, out, mode),
            }
            return Ok(());
        };
        let colon = first == ':' && chars.clone().next().is_some_and(|c| "-=?+".contains(c));
        let operator = match colon {
            true => chars.next().unwrap_or(':'),
            false => first,
        };
        let word = chars.as_str();
        let (is_set, is_empty) = match &held {
            Held::One(text) => (text.is_some(), text.as_deref().unwrap_or("").is_empty()),
            Held::All(all, _) => (
                !all.is_empty(),
                all.is_empty() || (all.len() == 1 && all[0].is_empty()),
            ),
        };
        let is_there = is_set && !(colon && is_empty);
        if matches!(operator, '-' | '=' | '?' | '+') && (colon || first == operator) {
            match operator {
                '+' if is_there => return self.other(word, out, mode),
                '+' => {
                    if let Held::All(all, star) = &held {
                        if all.is_empty() {
                            self.push_values(&[], *star, out, mode);
                        }
                    }
                    return Ok(());
                }
                _ if is_there => self.put(&held, out, mode),
                '-' => return self.other(word, out, mode),
                '=' => {
                    if !scan::is_name(parts.name.as_bytes()[0], true) {
                        let text = format!("${}: cannot assign in this way", parts.name);
                        return Err(Stop::Fatal(text));
                    }
                    let text: Rc<str> = self.in_mode(word, mode)?.into();
                    self.assign(parts.name, parts.subscript, text.clone())?;
                    self.push_value(&text, out, mode);
                }
                _ => {
                    let said = self.in_mode(word, mode)?;
                    let said = match (said.as_str(), colon) {
                        ("", true) => "parameter null or not set",
                        ("", false) => "parameter not set",
                        (said, _) => said,
                    };
                    let key = parts.subscript.map_or(String::new(), |k| format!("[{k}]"));
                    return Err(Stop::Fatal(format!("{}{key}: {said}", parts.name)));
                }
            }
            return Ok(());
        }
        let held = match held {
            Held::One(None) if self.state.is_on("nounset") && parts.subscript.is_none() => {
                Held::One(Some(self.wanted(parts.name)?))
            }
            held => held,
        };
        let mut steps = STEPS;
        let held = match first {
            ':' => self.slice(parts, held, chars.as_str())?,
            '#' | '%' => {
                let twice = chars.clone().next() == Some(first);
                let word = if twice { &word[1..] } else { word };
                let pattern = self.pattern(word)?;
                let style = self.style();
                self.each(held, &mut |text| {
                    trim(text, &pattern, first == '%', twice, style, &mut steps)
                })
            }
            '/' => self.replace(held, word, &mut steps)?,
            '^' | ',' => {
                let twice = chars.clone().next() == Some(first);
                let word = if twice { &word[1..] } else { word };
                let pattern = self.pattern(word)?;
                let style = self.style();
                self.each(held, &mut |text| {
                    let mut is_first = true;
                    text.chars()
                        .map(|c| {
                            let changes = (twice || is_first)
                                && (pattern.is_empty()
                                    || Fit::new(&pattern, &[c], style, &mut steps).is_whole(0));
                            is_first = false;
                            match first {
                                _ if !changes => c,
                                '^' => platform::upper_letter(c),
                                _ => platform::lower_letter(c),
                            }
                        })
                        .collect()
                })
            }
            '@' if word.len() == 1 => match word {
                "Q" => self.each(held, &mut |text| match where_needed(text) {
                    plain if plain == text => single(text),
                    quoted => quoted,
                }),
                "U" => self.each(held, &mut platform::upper),
                "L" => self.each(held, &mut platform::lower),
                "u" => self.each(held, &mut |text| {
                    let mut chars = text.chars();
                    let first = chars.next().map(|c| platform::upper_letter(c).to_string());
                    first.unwrap_or_default() + chars.as_str()
                }),
                "E" => self.each(held, &mut ansi),
                "P" => self.each(held, &mut |t| t.to_string()),
                _ => return Err(self.bad(inside)),
            },
            _ => return Err(self.bad(inside)),
        };
        self.walked(STEPS - steps)?;
        let from = out.len();
        self.put(&held, out, mode);
        if self.joins && mode == Mode::Quoted {
            let first = self.separators().chars().next().unwrap_or(' ');
            for sign in out.iter_mut().skip(from).filter(|s| **s == BREAK) {
                *sign = first as Sign | QUOTED;
            }
        }
        Ok(())
    }

    fn each(&self, held: Held, change: &mut dyn FnMut(&str) -> String) -> Held {
        match held {
            Held::One(text) => Held::One(text.map(|text| change(&text).into())),
            Held::All(all, star) => {
                Held::All(all.iter().map(|text| change(text).into()).collect(), star)
            }
        }
    }

    /// The text of an operator's word.
    fn in_mode(&mut self, word: &str, mode: Mode) -> Expanded<String> {
        match mode {
            Mode::Bare => self.single(word),
            // In a here-document too quotes are taken off inside of braces.
            Mode::Quoted | Mode::Document => {
                let mut signs = Vec::new();
                self.walk(word, &mut signs, Mode::Quoted, false)?;
                Ok(pattern::text(&signs))
            }
        }
    }

    /// A pattern in a word.
    pub fn pattern(&mut self, word: &str) -> Expanded<Vec<Sign>> {
        self.whole(word, false).map(escaped)
    }

    /// `:from:length`
    fn slice(&mut self, parts: &Parts, held: Held, word: &str) -> Expanded<Held> {
        let is_positional = parts.subscript.is_none();
        let is_void = match &held {
            Held::One(text) => text.is_none(),
            Held::All(all, _) => all.is_empty() && !is_positional,
        };
        if is_void {
            return Ok(held);
        }
        // The colon of `a ? b : c` does not end the first number.
        let mut open = 0;
        let colon = word.char_indices().find(|(_, c)| {
            match c {
                '?' | '(' => open += 1,
                ':' if open == 0 => return true,
                ':' | ')' => open -= 1,
                _ => {}
            }
            false
        });
        let (from, length) = match colon {
            Some((at, _)) => (&word[..at], Some(&word[at + 1..])),
            None => (word, None),
        };
        let from = self.arithmetic(from)?;
        let length = match length {
            Some(length) => Some((self.arithmetic(length)?, length)),
            None => None,
        };
        let range = |size: i64, from: i64| -> Expanded<Option<(usize, usize)>> {
            let start = if from < 0 { size + from } else { from };
            if start < 0 || start > size {
                return Ok(None);
            }
            let end = match length {
                None => size,
                Some((length, _)) if length >= 0 => start.saturating_add(length).min(size),
                Some((length, text)) => {
                    if size + length < start {
                        return Err(Stop::Fault(format!("{text}: substring expression < 0")));
                    }
                    size + length
                }
            };
            Ok(Some((start as usize, end as usize)))
        };
        match held {
            Held::One(text) => {
                let chars: Vec<char> = text.as_deref().unwrap_or("").chars().collect();
                let found = range(chars.len() as i64, from)?;
                let part = found.and_then(|(start, end)| chars.get(start..end));
                Ok(Held::One(Some(
                    part.unwrap_or(&[]).iter().collect::<String>().into(),
                )))
            }
            Held::All(mut all, star) => {
                let size = all.len() as i64 + i64::from(is_positional);
                let end = size + i64::from(is_positional);
                let is_inside = (-size..end).contains(&from);
                if let Some((_, text)) = length.filter(|(l, _)| *l < 0) {
                    if !is_inside {
                        return Ok(Held::All(Vec::new(), star));
                    }
                    return Err(Stop::Fault(format!("{text}: substring expression < 0")));
                }
                let mut from = from;
                if is_positional {
                    // Of the arguments the first is `$0`.
                    all.insert(0, self.state.name.clone());
                } else if let Value::List(list) = self.held(parts.name) {
                    // Numbers, not places.
                    let last = list.last().map_or(0, |(i, _)| i.saturating_add(1));
                    let start = if from < 0 { last + from } else { from };
                    from = match start < 0 {
                        true => i64::MAX,
                        false => list.iter().take_while(|(i, _)| *i < start).count() as i64,
                    };
                }
                let found = range(all.len() as i64, from)?;
                let part = found.and_then(|(start, end)| all.get(start..end));
                Ok(Held::All(part.unwrap_or(&[]).to_vec(), star))
            }
        }
    }

    /// `/pattern/text`
    fn replace(&mut self, held: Held, word: &str, steps: &mut usize) -> Expanded<Held> {
        let kind = word.chars().next().filter(|c| "/#%".contains(*c));
        let word = match kind {
            Some(_) => &word[1..],
            None => word,
        };
        let mut at = 0;
        while at < word.len() && word.as_bytes()[at] != b'/' {
            at = scan::step(word, at, TOP).unwrap_or(word.len()).max(at + 1);
        }
        let pattern = self.pattern(word.get(..at).unwrap_or(word))?;
        let text = match word.get(at + 1..) {
            Some(text) => self.whole(text, false)?,
            None => Vec::new(),
        };
        let style = self.style();
        Ok(self.each(held, &mut |old| {
            replaced(old, &pattern, &text, kind, style, steps)
        }))
    }
}
