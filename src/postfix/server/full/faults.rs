//! A main.cf that a program does not start with: the others go on.

use crate::files::Files;
use crate::postfix::config::main_cf::{Config, Fatal, THIS_BUILD};
use crate::postfix::server::build::Built;
use crate::smtp::policy::Note;

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
    let mut fault = None;
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
                said.retain(|note| fault.is_none() || note.program != "smtpd");
                notes.append(&mut said);
                return Ok((built, fault));
            }
            Err(fatal) if fatal.program == THIS_BUILD || !rest.forget(&fatal.reason) => {
                return Err(fatal)
            }
            Err(fatal) if fault.is_none() => {
                said.retain(|note| matches!(note.program, "smtpd" | "proxymap"));
                notes.append(&mut said);
                fault = Some(fatal);
            }
            Err(_) => {}
        }
    }
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
