//! Greylisting, as postgrey 1.36 does it behind `check_policy_service`: whoever is new is asked to
//! come back later, which mail servers do and most senders of junk do not. What is remembered is
//! what postgrey itself has written into the log.

use std::time::Duration;

use crate::postfix::log::line::Line;
use crate::smtp::policy::{Facts, Note};
use crate::time::Time;

const PROGRAM: &str = "postgrey";

/// What is said about a recipient: a refusal or none, and the lines for the log.
pub fn judge(facts: &Facts, delay: Duration, log: &[Line]) -> (Option<String>, Vec<Note>) {
    let sender = facts.sender.as_deref().unwrap_or("");
    let recipient = facts.recipient.as_deref().unwrap_or("");
    let about = format!(
        "client_name={}, client_address={}, sender={sender}, recipient={recipient}",
        facts.client.name, facts.client.addr
    );
    let says = |text: String| Note {
        program: PROGRAM,
        text: format!("{text}, {about}"),
    };
    match first_seen(&about, log) {
        Some(at) if facts.now - at >= delay => {
            let waited = (facts.now - at).as_secs();
            let text = format!("action=pass, reason=triplet found, delay={waited}");
            (None, vec![says(text)])
        }
        seen => {
            let reason = match seen {
                None => "new".to_string(),
                Some(at) => {
                    let left = (delay.saturating_sub(facts.now - at)).as_secs();
                    format!("early-retry ({left}s missing)")
                }
            };
            let domain = recipient.rsplit_once('@').map_or("", |(_, domain)| domain);
            let reply = format!(
                "450 4.2.0 <{recipient}>: Recipient address rejected: \
                 Greylisted, see http://postgrey.schweikert.ch/help/{domain}.html"
            );
            let note = says(format!("action=greylist, reason={reason}"));
            let refused = facts.decision("reject", &reply);
            (Some(reply), vec![note, refused])
        }
    }
}

fn first_seen(about: &str, log: &[Line]) -> Option<Time> {
    let own = |line: &&Line| line.note.program == PROGRAM && line.note.text.ends_with(about);
    log.iter().find(own).map(|line| line.at)
}
