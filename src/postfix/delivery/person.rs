//! What local(8) does with mail for one person, or for somebody who is none: another transport or a program has
//! it, a file says where it goes on, or it is for the mailbox.

use std::cell::Cell;

use crate::postfix::config::expansion::expand;
use crate::postfix::delivery::local::{failed, sent, Bearer, Errand};
use crate::postfix::queue::outcome::{Outcome, Status};
use crate::smtp::address::{internal, scan};

impl Errand<'_> {
    /// The first file of `forward_path` that is there, and its text.
    pub(super) fn forward_file(
        &self,
        bearer: &Bearer,
        local: &str,
        user: &str,
    ) -> Option<(String, String)> {
        let server = &self.server;
        let paths = server.routes().forward_path.split([',', ' ', '\t', '\n']);
        let mut paths = paths.filter(|path| !path.is_empty() && server.has_account(user));
        paths.find_map(|path| {
            let (path, is_whole) = self.filled(path, bearer, local, user);
            let text = server.files.get(&path).filter(|_| is_whole)?.to_string();
            Some((path, text))
        })
    }

    /// Puts into a text what is known of a recipient; whether all is there that it names.
    fn filled(&self, text: &str, bearer: &Bearer, local: &str, user: &str) -> (String, bool) {
        let address = &bearer.recipient.address;
        let extension = local.get(user.len() + 1..);
        let delimiters = self.server.resolver().delimiters();
        let is_whole = Cell::new(true);
        let value = |name: &str| {
            let value = match name {
                "user" => Some(user.to_string()),
                "local" | "mailbox" => Some(local.into()),
                "home" => Some(format!("/home/{user}")),
                "recipient" => Some(address.clone()),
                "domain" => address.rsplit_once('@').map(|(_, domain)| domain.into()),
                "extension" => extension.map(String::from),
                "recipient_delimiter" => local
                    .get(user.len()..)
                    .and_then(|rest| rest.chars().next())
                    .or(delimiters.chars().next())
                    .map(String::from),
                _ => None,
            };
            let is_asked_for = |mark| text.contains(&format!("{name}{mark}"));
            if value.is_none() && !is_asked_for('?') && !is_asked_for(':') {
                is_whole.set(false);
            }
            value
        };
        match expand(text, &value, false) {
            Ok(filled) => (filled, is_whole.get()),
            Err(_) => (String::new(), false),
        }
    }

    /// Where no alias and no file leads elsewhere.
    pub(super) fn mailbox(&mut self, bearer: Bearer, local: &str, user: &str) {
        if !self.is_new(format!("mailbox {user}")) {
            return;
        }
        let has_account = self.server.has_account(user);
        // mailbox_transport for all, fallback_transport for nobody's mail, mailbox_command for the others.
        for (which, is_asked) in [true, !has_account, has_account].into_iter().enumerate() {
            let found = match is_asked {
                true => self.server.routes().by_user(which, user),
                false => continue,
            };
            match found {
                Ok(None) => {}
                Ok(Some(command)) if which == 2 => return self.command(&bearer, &command, user),
                Ok(Some(transport)) => return self.pass(bearer, &transport),
                Err(retry) => {
                    self.warn(retry.warnings.lines());
                    return self.wait(&bearer, "table lookup failure");
                }
            }
        }
        if !has_account {
            return self.nobody(bearer, local, user);
        }
        let path = self.server.routes().mailbox(user);
        let outcome = match path.ends_with('/') {
            true => self.put_into_maildir(&bearer, &path),
            false => {
                let text = self.text(&bearer, "mailbox");
                self.server.write_mailbox(&path, user, &text)
            }
        };
        self.lies(&bearer, outcome);
    }

    fn wait(&mut self, bearer: &Bearer, why: &str) {
        self.end(bearer, Outcome::new(Status::Deferred, "4.3.0", why));
    }

    fn pass(&mut self, bearer: Bearer, transport: &str) {
        let (recipient, count) = (&bearer.recipient, self.beside.len());
        let passed = self
            .server
            .pass(self.file, recipient, transport, count, self.now);
        match passed {
            Some(handed) => self.beside.push((bearer.recipient, handed)),
            None => self.wait(&bearer, "mail transport unavailable"),
        }
    }

    /// Nobody has the name.
    fn nobody(&mut self, bearer: Bearer, local: &str, user: &str) {
        let relay = self.server.routes().luser_relay.clone();
        let (relay, _) = self.filled(&relay, &bearer, local, user);
        if !relay.is_empty() && !relay.eq_ignore_ascii_case(&bearer.recipient.address) {
            return self.resolve(bearer, &internal(&scan(&relay), false));
        }
        if relay.is_empty() && matches!(user, "mailer-daemon" | "postmaster") {
            let why = format!("warning: required alias not found: {user}");
            self.server.log_as("local", self.now, why);
            return self.end(&bearer, sent("discarded"));
        }
        self.end(
            &bearer,
            failed("5.1.1", format!("unknown user: \"{user}\"")),
        );
    }
}
