//! Replies of other hosts, as main.cf lets them be heard, and the name that a host calls itself.

use crate::postfix::delivery::smtp::awaited::Awaited;
use crate::postfix::delivery::smtp::Transfer;
use crate::smtp::printable::printable;

impl Transfer {
    /// A reply as `smtp_reply_filter` leaves it, line by line; nothing where the table cannot be asked,
    /// which goes into the log.
    pub(super) fn taken(&mut self, reply: String) -> Option<String> {
        let Some(table) = self.way.replies.clone() else {
            return Some(reply);
        };
        let id = self.id.clone();
        let port = self.host.as_ref().map_or(25, |host| host.port);
        let place = format!("{}:{port}", self.named());
        let mut taken = Vec::new();
        for line in reply.lines() {
            match table.get(line) {
                Ok(None) => taken.push(line.to_string()),
                Ok(Some(new)) => {
                    let (was, is) = (printable(line, '?', false), printable(&new, '?', false));
                    self.note(format!(
                        "{place}: replacing server reply \"{was}\" with \"{is}\""
                    ));
                    taken.push(new.into_owned());
                }
                Err(retry) => {
                    let said = || format!("{id}: table {} lookup error for {line}", table.spec);
                    for line in retry.and(said).warnings.lines() {
                        self.note(format!("warning: {line}"));
                    }
                    return None;
                }
            }
        }
        Some(taken.join("\n"))
    }

    /// The greeting to a host whose banner has come.
    pub(super) fn greet(&mut self, banner: &str) {
        let [always, never] = self.way.greets;
        let mut words = banner.get(4..).unwrap_or("").split(['-', ' ', '\t', '\n']);
        let mut is_extended = || words.any(|word| word.eq_ignore_ascii_case("ESMTP"));
        let helo = self.way.helo.clone();
        match !never && (always || is_extended()) {
            true => self.say(Awaited::Ehlo, format!("EHLO {helo}")),
            false => self.say(Awaited::Helo, format!("HELO {helo}")),
        }
    }
}
