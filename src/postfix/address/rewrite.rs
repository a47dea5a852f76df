//! Addresses made complete (the rewrite service of trivial-rewrite).

use crate::postfix::config::main_cf::Config;
use crate::postfix::config::several;
use crate::postfix::lookup::tables::Tables;
use crate::smtp::address::{internal, quote_local, scan, unquote_local, Token};

/// `myorigin`, or the first line of the file that it names.
fn origin(config: &Config, tables: &mut Tables) -> String {
    const NAME: &str = "myorigin";
    let value = config.get(NAME);
    if !value.starts_with('/') {
        return value;
    }
    let line = tables
        .text(&value)
        .map(|text| text.lines().next().unwrap_or("").trim());
    let why = match line {
        None => format!("{value}: cannot open file: No such file or directory"),
        Some("") => format!("{NAME} file {value} is empty"),
        Some(line) => match several(line) {
            Some(why) => why,
            None => return line.into(),
        },
    };
    tables.fail_all(why);
    String::new()
}

/// Makes addresses complete by one main.cf.
#[derive(Clone, Debug)]
pub(super) struct Rewriter {
    pub(super) myorigin: String,
    mydomain: String,
    append_at_myorigin: bool,
    append_dot_mydomain: bool,
    pub(super) swap_bangpath: bool,
    pub(super) percent_hack: bool,
}

impl Rewriter {
    pub(super) fn new(config: &Config, tables: &mut Tables) -> Rewriter {
        Rewriter {
            myorigin: origin(config, tables),
            mydomain: config.get("mydomain"),
            append_at_myorigin: config.flag("append_at_myorigin"),
            append_dot_mydomain: config.flag("append_dot_mydomain"),
            swap_bangpath: config.flag("swap_bangpath"),
            percent_hack: config.flag("allow_percent_hack"),
        }
    }

    /// Makes an address complete: route, bang path and percent forms become `user@domain`,
    /// a missing domain is added (rewrite_tree of trivial-rewrite). Whether a space stands between
    /// words of it: those of `!user` come to belong to an address.
    pub(super) fn complete(&self, tokens: &mut Vec<Token>) -> bool {
        let mut spaced = true;
        let at = Token::Op('@');
        match tokens.as_slice() {
            [Token::Quoted(text)] if text.is_empty() => return spaced,
            [only] if *only == at => {
                *tokens = vec![Token::Quoted(String::new())];
                return spaced;
            }
            _ => {}
        }
        if tokens.first() == Some(&at) {
            let colon = tokens.iter().position(|t| *t == Token::Op(':'));
            if let Some(colon) = colon.filter(|&c| c + 1 != tokens.len()) {
                tokens.drain(..=colon);
            }
        }
        if !tokens.contains(&at) {
            let bang = tokens.iter().position(|t| *t == Token::Op('!'));
            let percent = tokens.iter().rposition(|t| *t == Token::Op('%'));
            if let Some(bang) = bang.filter(|_| self.swap_bangpath) {
                let local = tokens.split_off(bang + 1);
                tokens.truncate(bang);
                spaced = bang > 0;
                let host = std::mem::replace(tokens, local);
                tokens.push(at.clone());
                tokens.extend(host);
            } else if let Some(percent) = percent.filter(|_| self.percent_hack) {
                tokens[percent] = at.clone();
            } else if self.append_at_myorigin && !self.myorigin.is_empty() {
                tokens.push(at.clone());
                tokens.extend(scan(&self.myorigin));
            }
        }
        if self.append_dot_mydomain && !self.mydomain.is_empty() {
            let domain = tokens.iter().rposition(|t| *t == at);
            let is_short = domain.is_some_and(|at| {
                at + 1 != tokens.len()
                    && !tokens[at..]
                        .iter()
                        .any(|t| matches!(t, Token::Literal(_) | Token::Op('.')))
            });
            if is_short {
                tokens.push(Token::Op('.'));
                tokens.extend(scan(&self.mydomain));
            }
        }
        if let [.., before, Token::Op('.')] = tokens.as_slice() {
            if !matches!(before, Token::Op('.' | '@')) {
                tokens.pop();
            }
        }
        spaced
    }

    /// The complete form of an address as it is written; what a stranger left incomplete is in the
    /// domain that is given.
    pub(super) fn rewrite_written(&self, address: &str, domain: Option<&str>) -> String {
        let mut tokens = scan(address);
        if tokens.is_empty() {
            return address.into();
        }
        let spaced = match domain {
            None => self.complete(&mut tokens),
            Some(domain) => {
                let stranger = Rewriter {
                    myorigin: domain.into(),
                    mydomain: domain.into(),
                    ..self.clone()
                };
                stranger.complete(&mut tokens)
            }
        };
        quote_local(&internal(&tokens, spaced))
    }

    /// The complete form of an address, in internal form.
    pub(super) fn rewrite(&self, address: &str) -> String {
        if address.is_empty() {
            return String::new();
        }
        let mut tokens = scan(&quote_local(address));
        let spaced = tokens.is_empty() || self.complete(&mut tokens);
        unquote_local(&quote_local(&internal(&tokens, spaced)))
    }
}
