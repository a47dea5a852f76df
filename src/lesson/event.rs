//! Which happenings are what a condition wants.

use super::condition::{Accepted, Condition, Greeting, Reached, Tried};
use super::letter::{has_headers, has_words, Letter};
use crate::network::record::{Exchange, Fact, Outcome, Target};
use crate::postfix::queue::history::Happened;
use crate::regex::{Regex, Syntax};
use crate::scenario::values::{Name, Text};
use crate::smtp::envelope::Message;

/// Something that has happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// In the network.
    Fact(&'a Fact),
    /// A line was typed at the terminal.
    Typed(&'a str),
    /// The terminal has shown a line.
    Row(&'a str),
    /// A mail server has written into its log.
    Logged {
        /// Where.
        host: &'a str,
        /// The line.
        line: &'a str,
    },
    /// Something has become of a message.
    Hop {
        /// Where.
        host: &'a str,
        /// What.
        what: &'a Happened,
    },
}

/// The regular expression that a condition has.
pub fn pattern_of(condition: &Condition) -> Option<&str> {
    let text = match condition {
        Condition::Reply(reply) => reply.line.as_ref(),
        Condition::Said(said) => Some(&said.matches),
        Condition::Typed(typed) | Condition::Shown(typed) => Some(&typed.matches),
        Condition::Ended(ended) => ended.matches.as_ref(),
        Condition::Accepted(accepted) => accepted.matches.as_ref(),
        Condition::File(file) => file.matches.as_ref(),
        Condition::Parameter(parameter) => parameter.matches.as_ref(),
        Condition::Logged(logged) => Some(&logged.matches),
        _ => None,
    };
    text.map(|Text(text)| text.as_str())
}

/// Reads one.
///
/// # Errors
/// What is wrong with it.
pub fn regex(source: &str) -> Result<Regex, &'static str> {
    Regex::new(source, Syntax::Extended, true)
}

/// Whether a condition about what happens is met by this.
pub fn is_it(condition: &Condition, pattern: Option<&Regex>, event: &Event) -> bool {
    let fits = |text: &str| pattern.is_none_or(|pattern| pattern.is_match(text));
    match (condition, event) {
        (Condition::Typed(_), Event::Typed(line)) | (Condition::Shown(_), Event::Row(line)) => {
            fits(line)
        }
        (Condition::Ended(wanted), Event::Fact(Fact::Ended { words, status })) => {
            let name = words
                .first()
                .map_or("", |name| name.rsplit('/').next().unwrap_or(""));
            let is_status = |status: &i32, wanted: u64| *status as u64 == wanted;
            name == wanted.program.0
                && wanted
                    .status
                    .is_none_or(|wanted| is_status(status, wanted.0))
                && fits(&words.join(" "))
        }
        (Condition::Logged(wanted), Event::Logged { host, line }) => {
            is_host(&wanted.host, host) && fits(line)
        }
        (Condition::Tried(wanted), Event::Hop { host, what }) => {
            is_host(&wanted.host, host) && is_attempt(wanted, what)
        }
        (condition, Event::Fact(fact)) => is_fact(condition, fact, &fits),
        _ => false,
    }
}

fn is_attempt(wanted: &Tried, what: &Happened) -> bool {
    let Happened::Tried {
        recipient,
        relay,
        outcome,
        ..
    } = what
    else {
        return false;
    };
    let has = |words: &Option<Text>, text: &str| {
        words.as_ref().is_none_or(|words| has_words(text, &words.0))
    };
    let status = outcome.status.name();
    is_address(&wanted.recipient, recipient)
        && wanted
            .status
            .as_ref()
            .is_none_or(|wanted| wanted.0 == status)
        && wanted
            .enhanced
            .as_ref()
            .is_none_or(|wanted| wanted.0 == outcome.dsn)
        && has(&wanted.relay, relay)
        && has(&wanted.reason, &outcome.why)
}

fn is_fact(condition: &Condition, fact: &Fact, fits: &dyn Fn(&str) -> bool) -> bool {
    match (condition, fact) {
        (Condition::Connected(wanted), Fact::Connection { to, outcome }) => {
            let outcome = match outcome {
                Outcome::Open => Reached::Open,
                Outcome::Refused => Reached::Refused,
                Outcome::TimedOut => Reached::TimedOut,
                Outcome::Closed => Reached::Closed,
            };
            let is_port = wanted.port.is_none_or(|port| port.0 == u64::from(to.port));
            is_at(&wanted.host, to) && is_port && wanted.outcome.unwrap_or_default() == outcome
        }
        (
            Condition::Said(wanted),
            Fact::Said {
                host,
                line,
                is_content,
            },
        ) => {
            let is_part = wanted.content.is_none_or(|wanted| wanted == *is_content);
            is_at(&wanted.host, host) && is_part && fits(line)
        }
        (Condition::Accepted(wanted), Fact::Queued { host, message }) => {
            is_host(&wanted.host, host) && is_message(wanted, message, fits)
        }
        (Condition::Read(wanted), Fact::Read { host, path }) => {
            is_host(&wanted.host, host) && wanted.path.0 == *path
        }
        (Condition::LogRead(wanted), Fact::Read { host, path }) => {
            is_host(&wanted.host, host) && LOGS.contains(&path.as_str())
        }
        (condition, Fact::Exchange(exchange)) => is_exchange(condition, exchange, fits),
        _ => false,
    }
}

/// Where the log of a mail server is.
const LOGS: [&str; 2] = ["/var/log/mail.log", "/var/log/syslog"];

fn is_exchange(condition: &Condition, it: &Exchange, fits: &dyn Fn(&str) -> bool) -> bool {
    let verb = verb(it);
    // 221 agrees to QUIT alone: to anything else it is the end of a connection.
    let is_accepted = matches!(it.reply.code(), 200..=220 | 222..300);
    match condition {
        Condition::Greeted(wanted) => {
            let by = match verb.as_str() {
                "HELO" => Greeting::Helo,
                "EHLO" => Greeting::Ehlo,
                _ => return false,
            };
            let name = it.helo.as_deref().unwrap_or("");
            is_accepted
                && is_at(&wanted.host, &it.to)
                && wanted.by.is_none_or(|wanted| wanted == by)
                && is_text(&wanted.name, name)
        }
        Condition::Sender(wanted) => {
            let sender = it.sender.as_deref().unwrap_or("");
            verb == "MAIL"
                && is_accepted
                && is_at(&wanted.host, &it.to)
                && is_address(&wanted.is, sender)
        }
        Condition::Recipients(wanted) => {
            let recipients: Vec<&str> = it.recipients.iter().map(|r| &**r).collect();
            let least = wanted.least.map_or(1, |least| least.0);
            verb == "RCPT"
                && is_accepted
                && is_at(&wanted.host, &it.to)
                && is_address(&wanted.sender, it.sender.as_deref().unwrap_or(""))
                && recipients.len() as u64 >= least
                && are_recipients(&wanted.are, &recipients)
                && wanted
                    .include
                    .iter()
                    .flatten()
                    .all(|one| has_address(&recipients, one))
        }
        Condition::Reply(wanted) => {
            let text = it.reply.text();
            let to = wanted.to.as_ref().map(|to| to.0.to_ascii_uppercase());
            is_at(&wanted.host, &it.to)
                && to.is_none_or(|to| to == verb)
                && (wanted.line.is_none() || it.line.as_deref().is_some_and(fits))
                && wanted
                    .code
                    .as_ref()
                    .is_none_or(|code| code.fits(it.reply.code()))
                && wanted
                    .enhanced
                    .as_ref()
                    .is_none_or(|code| has_enhanced(text, &code.0))
                && wanted
                    .contains
                    .as_ref()
                    .is_none_or(|words| has_words(text, &words.0))
                && wanted.tls.is_none_or(|tls| tls == it.tls)
        }
        Condition::Authenticated(wanted) => {
            let Some(sasl) = it.sasl.as_ref().filter(|_| it.reply.code() == 235) else {
                return false;
            };
            let user = sasl.username.split('@').next().unwrap_or("");
            is_at(&wanted.host, &it.to)
                && (is_text(&wanted.user, user) || is_text(&wanted.user, &sasl.username))
                && wanted
                    .mechanism
                    .as_ref()
                    .is_none_or(|wanted| wanted.0.eq_ignore_ascii_case(&sasl.method))
        }
        Condition::Tls(wanted) => {
            let is_started = verb == "STARTTLS" && it.reply.code() == 220;
            let is_on = it.tls || (is_started && wanted.greeted.is_none());
            is_on
                && is_at(&wanted.host, &it.to)
                && wanted
                    .greeted
                    .is_none_or(|greeted| greeted == it.helo.is_some())
        }
        _ => false,
    }
}

/// What a reply answers: a command in capitals, `CONNECT` or `CONTENT`.
fn verb(it: &Exchange) -> String {
    match &it.line {
        None => "CONNECT".into(),
        Some(_) if it.is_content => "CONTENT".into(),
        Some(line) => {
            let word = line.trim_start().split([' ', '\t', ':']).next();
            word.unwrap_or("").to_ascii_uppercase()
        }
    }
}

/// Whether a line of a reply has an enhanced code.
fn has_enhanced(reply: &str, code: &str) -> bool {
    let of = |line: &str| line.get(4..).and_then(|rest| rest.split(' ').next()) == Some(code);
    reply.lines().any(of)
}

/// Whether a message that was accepted is what was wanted.
fn is_message(wanted: &Accepted, message: &Message, fits: &dyn Fn(&str) -> bool) -> bool {
    let recipients: Vec<&str> = message.recipients.iter().map(|r| &*r.address).collect();
    let user = message
        .origin
        .sasl
        .as_ref()
        .map_or("", |sasl| &sasl.username);
    let short = user.split('@').next().unwrap_or("");
    let source = || crate::smtp::bytes::decode(&message.content).into_owned();
    let looks_inside = wanted.header.is_some()
        || wanted.without.is_some()
        || wanted.body.is_some()
        || wanted.matches.is_some();
    is_address(&wanted.sender, &message.sender)
        && are_recipients(&wanted.recipients, &recipients)
        && wanted.tls.is_none_or(|tls| tls == message.origin.tls)
        && (is_text(&wanted.user, user) || is_text(&wanted.user, short))
        && (!looks_inside || {
            let source = source();
            let letter = Letter::parse(&source);
            has_headers(&letter, &wanted.header, &wanted.without)
                && wanted
                    .body
                    .as_ref()
                    .is_none_or(|words| has_words(letter.body, &words.0))
                && (wanted.matches.is_none() || source.lines().any(fits))
        })
}

/// Whether a host is the one that is wanted.
pub fn is_host(wanted: &Option<Name>, host: &str) -> bool {
    wanted
        .as_ref()
        .is_none_or(|wanted| wanted.0.eq_ignore_ascii_case(host))
}

fn is_at(wanted: &Option<Name>, to: &Target) -> bool {
    is_host(wanted, &to.host) || is_host(wanted, &to.address)
}

/// Whether a text is the one that is wanted, in whatever letters.
fn is_text(wanted: &Option<Text>, text: &str) -> bool {
    wanted
        .as_ref()
        .is_none_or(|wanted| wanted.0.eq_ignore_ascii_case(text))
}

/// Whether an address is the one that is wanted, with or without its brackets.
pub fn is_address(wanted: &Option<Text>, address: &str) -> bool {
    wanted
        .as_ref()
        .is_none_or(|wanted| is_same(&wanted.0, address))
}

fn is_same(wanted: &str, address: &str) -> bool {
    let inside = wanted
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'));
    inside.unwrap_or(wanted).eq_ignore_ascii_case(address)
}

fn has_address(recipients: &[&str], wanted: &Text) -> bool {
    recipients.iter().any(|address| is_same(&wanted.0, address))
}

fn are_recipients(wanted: &Option<Vec<Text>>, recipients: &[&str]) -> bool {
    let Some(wanted) = wanted else {
        return true;
    };
    let is_wanted = |address: &&str| wanted.iter().any(|one| is_same(&one.0, address));
    wanted.iter().all(|one| has_address(recipients, one)) && recipients.iter().all(is_wanted)
}
