//! A main.cf that a program does not start with: the others go on.

use crate::files::Files;
use crate::postfix::config::main_cf::{Config, Fatal, EVERY_PROGRAM, THIS_BUILD};
use crate::postfix::server::build::Built;
use crate::smtp::hostname::is_hostname;
use crate::smtp::policy::Note;
use crate::smtp::printable::head;

/// So many errors end a program.
const ERRORS: usize = 13;

/// What a main.cf is made into, and what a program does not start with, where there is such a
/// thing: the others go on with the rest of it. What the programs will say when they start goes into
/// the notes.
///
/// # Errors
/// This build has not what main.cf asks for.
pub(in crate::postfix::server) fn build(
    config: &Config,
    files: &Files,
    addresses: &[String],
    notes: &mut Vec<Note>,
) -> Result<(Built, Option<Fatal>), Fatal> {
    let mut rest = config.clone();
    let mut fault: Option<Fatal> = bad_name(config).or_else(|| no_owner(config, files));
    let mut faults = Vec::new();
    let is_smtpds = |fatal: &Fatal| matches!(fatal.program, "smtpd" | EVERY_PROGRAM);
    loop {
        let mut said = Vec::new();
        let made = Built::new(&rest, files, addresses, &mut said);
        match made {
            Ok(mut built) => {
                if !config.flag("owner_request_special") {
                    built.resolver.split_owners();
                }
                said.extend(little_room(config).map(Note::warning));
                // smtpd says no more than what it has said before it died.
                let is_over = fault.as_ref().is_some_and(is_smtpds);
                said.retain(|note| !is_over || note.program != "smtpd");
                if has_too_many(&mut said) {
                    let fatal = Fatal::new("too many errors - program terminated");
                    faults.push(fatal.clone());
                    fault = Some(fatal);
                }
                notes.append(&mut said);
                built.after_dot.faults = faults;
                return Ok((built, fault));
            }
            Err(fatal) if fatal.program == THIS_BUILD || !rest.forget(&fatal) => return Err(fatal),
            Err(fatal) => {
                faults.push(fatal.clone());
                let has_begun = fault.as_ref().is_some_and(is_smtpds);
                if is_smtpds(&fatal) && !has_begun {
                    said.retain(|note| matches!(note.program, "smtpd" | "proxymap"));
                    notes.append(&mut said);
                    fault = Some(fatal);
                } else {
                    fault.get_or_insert(fatal);
                }
            }
        }
    }
}

/// Who the programs run as is somebody, and not the superuser (`default_privs`, `mail_owner`,
/// `setgid_group`).
pub(super) fn no_owner(config: &Config, files: &Files) -> Option<Fatal> {
    let names = ["default_privs", "mail_owner", "setgid_group"];
    let fault = |name| {
        let (path, what, kind) = match name {
            "setgid_group" => ("/etc/group", "group name", "group"),
            _ => ("/etc/passwd", "user name value", "user"),
        };
        let value = config.get(name);
        // Before a host has its files there are none to ask.
        let mut lines = files.get(path)?.lines().map(|line| line.split(':'));
        let found =
            lines.find_map(|mut parts| (parts.next() == Some(&value)).then(|| parts.nth(1)));
        let why = match found {
            None => format!("unknown {what}: {value}"),
            Some(Some("0")) => format!("{kind} {value} has privileged {kind} ID"),
            Some(_) => return None,
        };
        Some(Fatal {
            program: EVERY_PROGRAM,
            ..Fatal::new(format!(
                "file /etc/postfix/main.cf: parameter {name}: {why}"
            ))
        })
    };
    names.into_iter().find_map(fault)
}

/// Whether smtpd ends because of how many tables it complains of; it says nothing after the last.
fn has_too_many(said: &mut Vec<Note>) -> bool {
    let mut errors = 0;
    said.retain(|note| {
        let goes_on = errors < ERRORS || note.program != "smtpd";
        let is_error = note.program == "smtpd" && note.text.starts_with("error: ");
        errors += usize::from(is_error);
        goes_on
    });
    errors >= ERRORS
}

/// Why no program starts with a `myhostname` or `mydomain` that is no name of a host.
pub(super) fn bad_name(config: &Config) -> Option<Fatal> {
    let values = ["myhostname", "mydomain"].map(|name| (name, config.get(name)));
    let mut wrong = values.iter().filter(|(_, value)| !value.is_empty());
    let (name, value, why) = wrong.find_map(|(name, own)| Some((name, own, gripe(own)?)))?;
    let reason =
        format!("file /etc/postfix/main.cf: parameter {name}: bad parameter value: {value}");
    Some(Fatal {
        program: EVERY_PROGRAM,
        warnings: vec![format!("valid_hostname: {why}: {}", head(value, 100))],
        ..Fatal::new(reason)
    })
}

/// What is wrong with the name of a host.
fn gripe(name: &str) -> Option<String> {
    if is_hostname(name) {
        return None;
    }
    let mut before = b'.';
    for (at, byte) in name.bytes().enumerate() {
        let next = name.as_bytes().get(at + 1);
        let is_last = next.is_none_or(|next| *next == b'.');
        let is_placed = before != b'.' && (byte == b'-' || at + 1 < name.len());
        match byte {
            b'.' if !is_placed => return Some("misplaced delimiter".into()),
            b'-' if !is_placed || is_last => return Some("misplaced hyphen".into()),
            b'.' | b'-' | b'_' => {}
            _ if byte.is_ascii_alphanumeric() => {}
            _ => return Some(format!("invalid character {byte}(decimal)")),
        }
        before = byte;
    }
    let is_numeric = name.bytes().all(|b| b == b'.' || b.is_ascii_digit());
    let other = "hostname label too long";
    Some(
        if is_numeric {
            "numeric hostname"
        } else {
            other
        }
        .into(),
    )
}

/// What smtpd says of a `queue_minfree` that two messages would use up.
fn little_room(config: &Config) -> Option<String> {
    let names = ["queue_minfree", "message_size_limit"];
    let [room, limit] = names.map(|name| config.size(name));
    let is_little = room > 0 && limit > 0 && room.saturating_mul(2) < limit.saturating_mul(3);
    let text =
        || format!("queue_minfree({room}) should be at least 1.5*message_size_limit({limit})");
    is_little.then(text)
}
