//! Conditions over what is: mailboxes, queues, files, parameters.

use std::time::Duration;

use super::condition::{Bounce, Condition, File, Mailbox, Parameter, Queue, Running};
use super::event::{is_address, is_host};
use super::known::Place;
use super::letter::{has_headers, has_words, Letter};
use crate::network::{Host, World};
use crate::postfix::delivery::mailbox::pieces;
use crate::regex::Regex;
use crate::scenario::values::Name;
use crate::time::Time;

/// What conditions look at.
#[derive(Debug)]
pub struct View<'a> {
    /// The world.
    pub world: &'a World,
    /// The host that the learner sits at.
    pub workstation: &'a str,
    /// When the lesson began.
    pub begun: Time,
}

impl<'a> View<'a> {
    /// A look at a world as it is now.
    pub fn new(world: &'a World, workstation: &'a str, begun: Time) -> View<'a> {
        View {
            world,
            workstation,
            begun,
        }
    }

    /// The time.
    pub fn now(&self) -> Time {
        self.world.now()
    }

    /// A host by its name, the first with a mail server where none is wanted.
    fn server(&self, wanted: &Option<Name>) -> Option<&'a Host> {
        match wanted {
            Some(name) => self.world.host(&name.0),
            None => self.world.hosts.iter().find(|host| host.server.is_some()),
        }
    }
}

/// What lies in a file or a folder of a host.
fn letters<'h>(host: &'h Host, path: &str) -> Vec<&'h str> {
    let files = host.server.as_ref().map_or(&host.files, |s| &s.files);
    match path.ends_with('/') {
        true => {
            let inside = files.iter().filter(|(at, _)| at.starts_with(path));
            inside.map(|(_, text)| text).collect()
        }
        false => pieces(files.get(path).unwrap_or("")).collect(),
    }
}

/// Whether a condition is one over what is.
pub fn is_state(condition: &Condition) -> bool {
    matches!(
        condition,
        Condition::Mailbox(_)
            | Condition::Bounce(_)
            | Condition::Queue(_)
            | Condition::File(_)
            | Condition::Parameter(_)
            | Condition::Running(_)
            | Condition::Passed(_)
    )
}

/// Whether it holds.
pub fn holds(condition: &Condition, pattern: Option<&Regex>, view: &View) -> bool {
    match condition {
        Condition::Mailbox(wanted) => in_mailbox(wanted, view),
        Condition::Bounce(wanted) => is_bounced(wanted, view),
        Condition::Queue(wanted) => in_queue(wanted, view),
        Condition::File(wanted) => is_file(wanted, pattern, view),
        Condition::Parameter(wanted) => is_in_force(wanted, pattern, view),
        Condition::Running(wanted) => is_running(wanted, view),
        Condition::Passed(wanted) => {
            view.now() >= view.begun + Duration::from_secs(wanted.seconds.0)
        }
        _ => false,
    }
}

/// The messages of those mailboxes that are meant.
fn post<'v>(user: &Option<Name>, host: &Option<Name>, view: &View<'v>) -> Vec<&'v str> {
    let mut found = Vec::new();
    for at in view.world.hosts.iter().filter(|at| is_host(host, &at.name)) {
        let Some(server) = &at.server else {
            continue;
        };
        for owner in server.users.iter().filter(|u| is_host(user, &u.name)) {
            found.extend(letters(at, &server.routes().mailbox(&owner.name)));
        }
    }
    found
}

fn in_mailbox(wanted: &Mailbox, view: &View) -> bool {
    let is_wanted = |source: &&str| {
        let letter = Letter::parse(source);
        let body = wanted.body.as_ref();
        has_headers(&letter, &wanted.header, &wanted.without)
            && body.is_none_or(|words| has_words(letter.body, &words.0))
    };
    let all = match &wanted.path {
        None => post(&wanted.user, &wanted.host, view),
        Some(path) => {
            let hosts = view.world.hosts.iter();
            let meant = hosts.filter(|h| is_host(&wanted.host, &h.name));
            meant.flat_map(|host| letters(host, &path.0)).collect()
        }
    };
    let found = all.iter().filter(|source| is_wanted(source)).count();
    is_many(found, wanted.count.map(|n| n.0), wanted.least.map(|n| n.0))
}

fn is_many(found: usize, count: Option<u64>, least: Option<u64>) -> bool {
    let found = found as u64;
    match (count, least) {
        (Some(count), _) => found == count,
        (None, least) => found >= least.unwrap_or(1),
    }
}

/// A notification has a part for machines (RFC 3464), in which each recipient has its fields.
fn is_bounced(wanted: &Bounce, view: &View) -> bool {
    let is_about = |source: &&str| {
        let report = source.find("Content-Type: message/delivery-status");
        let Some(report) = report.and_then(|at| source.get(at..)) else {
            return false;
        };
        report.split("\n\n").any(|fields| {
            let field = |name: &str| {
                fields
                    .lines()
                    .find_map(|line| line.strip_prefix(name))
                    .map(str::trim)
            };
            let Some(recipient) = field("Final-Recipient: rfc822;") else {
                return false;
            };
            let original = field("Original-Recipient: rfc822;").unwrap_or(recipient);
            let is_field =
                |wanted: Option<&str>, name: &str| wanted.is_none() || wanted == field(name);
            (is_address(&wanted.recipient, recipient) || is_address(&wanted.recipient, original))
                && is_field(
                    wanted.status.as_ref().map(|code| code.0.as_str()),
                    "Status:",
                )
                && is_field(
                    wanted.action.as_ref().map(|action| action.0.as_str()),
                    "Action:",
                )
        })
    };
    post(&wanted.user, &wanted.host, view).iter().any(is_about)
}

fn in_queue(wanted: &Queue, view: &View) -> bool {
    let hosts = view
        .world
        .hosts
        .iter()
        .filter(|host| is_host(&wanted.host, &host.name));
    let servers = hosts.filter_map(|host| host.server.as_ref());
    let files = servers.flat_map(|server| &server.queue.files);
    let found = files.filter(|file| {
        let mut left = file.recipients.iter().filter(|r| !r.is_done);
        let is_recipient = left.any(|recipient| {
            let why = recipient.reason.as_ref().map_or("", |outcome| &outcome.why);
            is_address(&wanted.recipient, &recipient.address)
                && wanted
                    .reason
                    .as_ref()
                    .is_none_or(|words| has_words(why, &words.0))
        });
        let is_place = |wanted: &Place| wanted.0 == file.place.name();
        is_recipient
            && is_address(&wanted.sender, &file.sender)
            && wanted.place.as_ref().is_none_or(is_place)
    });
    is_many(
        found.count(),
        wanted.count.map(|n| n.0),
        wanted.least.map(|n| n.0),
    )
}

fn is_file(wanted: &File, pattern: Option<&Regex>, view: &View) -> bool {
    let host = wanted
        .host
        .as_ref()
        .map_or(view.workstation, |host| &host.0);
    let Some(host) = view.world.host(host) else {
        return false;
    };
    let files = host.server.as_ref().map_or(&host.files, |s| &s.files);
    let text = files.get(&wanted.path.0);
    let is_there = text.is_some() || files.node(&wanted.path.0).is_some();
    let text = text.unwrap_or("");
    let mut wants_text = is_there;
    if let Some(words) = &wanted.contains {
        wants_text &= has_words(text, &words.0);
    }
    if let Some(pattern) = pattern {
        wants_text &= text.lines().any(|line| pattern.is_match(line));
    }
    match wanted.exists {
        Some(false) => !is_there,
        _ => wants_text,
    }
}

/// The words of a value, however they are put apart.
fn words(value: &str) -> Vec<&str> {
    let separators = [' ', '\t', '\n', '\r', ','];
    value
        .split(separators)
        .filter(|word| !word.is_empty())
        .collect()
}

fn is_in_force(wanted: &Parameter, pattern: Option<&Regex>, view: &View) -> bool {
    let server = view
        .server(&wanted.host)
        .and_then(|host| host.server.as_ref());
    let Some(server) = server else {
        return false;
    };
    let value = server.config.get(&wanted.name.0);
    wanted
        .is
        .as_ref()
        .is_none_or(|is| words(&is.0) == words(&value))
        && pattern.is_none_or(|pattern| pattern.is_match(&value))
}

fn is_running(wanted: &Running, view: &View) -> bool {
    let Some(host) = view.server(&wanted.host) else {
        return false;
    };
    let Some(server) = &host.server else {
        return false;
    };
    let listens = |port: u16| {
        let is_named = host.ports.iter().any(|(named, _)| *named == port);
        let answers = |address: &String| server.listens(address, port, is_named).is_some();
        host.addresses.iter().any(answers)
    };
    let port = wanted.port.and_then(|port| u16::try_from(port.0).ok());
    !server.is_stopped
        && (wanted.port.is_none() || (server.fault().is_none() && port.is_some_and(listens)))
}
