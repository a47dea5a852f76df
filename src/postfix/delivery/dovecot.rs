//! Dovecot's LMTP server: a Maildir for each of its people.

use crate::postfix::queue::file::{Addressee, QueueFile};
use crate::postfix::queue::history::Next;
use crate::postfix::queue::outcome::{Outcome, Status};
use crate::postfix::queue::text::split;
use crate::postfix::server::Server;
use crate::smtp::bytes::decode;
use crate::smtp::sasl::to_base64;
use crate::time::Time;

/// One delivery to it.
pub(super) struct Dovecot<'a> {
    /// Whom it knows besides the people of the host, each with a Maildir.
    pub(super) entries: Vec<(String, String)>,
    /// Its configuration on the host says whom it knows.
    pub(super) is_told: bool,
    /// Who has connected: `local`, or an address.
    pub(super) from: &'a str,
    /// As Postfix names it.
    pub(super) relay: &'a str,
    /// Which recipient of the message it is, from 1.
    pub(super) count: usize,
}

impl Dovecot<'_> {
    /// The folder of somebody's mail: an entry's, or that of an account where there are no entries.
    fn maildir(&self, server: &Server, address: &str) -> Option<String> {
        if !self.entries.is_empty() {
            let mut all = self.entries.iter();
            let found = all.find(|(key, _)| key.eq_ignore_ascii_case(address));
            return found.map(|(_, path)| format!("{}/", path.trim_end_matches('/')));
        }
        let user = address.rsplit_once('@').map_or(address, |(user, _)| user);
        let user = user.to_ascii_lowercase();
        let is_there = server.has_account(&user);
        is_there.then(|| format!("/home/{user}/Maildir/"))
    }

    /// Takes a message for one recipient.
    pub(super) fn take(
        &self,
        server: &mut Server,
        file: &QueueFile,
        recipient: &Addressee,
        now: Time,
    ) -> (Outcome, Option<Next>) {
        let address = &recipient.address;
        let pid = server.daemon("dovecot");
        let from = self.from;
        if self.count == 1 {
            server.log_as("dovecot", now, format!("lmtp({pid}): Connect from {from}"));
        }
        let person = match self.is_told {
            true => server.person(address).flatten(),
            false => None,
        };
        let place = match &person {
            Some(person) => Some(person.maildir()),
            None if self.is_told => None,
            None => self.maildir(server, address),
        };
        let Some(place) = place else {
            let why = format!(
                "host {} said: 550 5.1.1 <{address}> User doesn't exist: {address} (in reply to \
                 RCPT TO command)",
                self.relay
            );
            return (Outcome::new(Status::Bounced, "5.1.1", why), None);
        };
        let session = self.session(pid, now);
        let host = server.settings().myhostname.clone();
        let peer = if from == "local" {
            String::new()
        } else {
            format!(" ([{from}])")
        };
        let date = now.header_date();
        let date = date.strip_suffix(" (UTC)").unwrap_or(&date);
        let sender = &file.sender;
        let headers = format!(
            "Return-Path: <{sender}>\nDelivered-To: {address}\nReceived: from {host}{peer}\n\tby {host} \
             with LMTP\n\tid {session}\n\t(envelope-from <{sender}>)\n\tfor <{address}>; {date}\n"
        );
        let text = headers + &decode(&file.text);
        let (size, lines) = (text.len(), text.matches('\n').count());
        let name = format!(
            "{}.M{}P{pid}.{},S={size},W={}",
            now.seconds(),
            now.micros(),
            host.split('.').next().unwrap_or(""),
            size + lines
        );
        let written = server.write_into_maildir(&place, &name, &text);
        if let Some(person) = person {
            server
                .files
                .give(&person.home, Some((person.uid, person.gid)));
        }
        if written.0.status != Status::Sent {
            let why = format!(
                "host {} said: 451 4.2.0 <{address}> Temporary internal error (in reply to end of \
                 DATA command)",
                self.relay
            );
            return (Outcome::new(Status::Deferred, "4.2.0", why), None);
        }
        let id = split(&file.text).0.into_iter().find_map(|header| {
            let header = decode(header);
            let (name, value) = header.split_once(':')?;
            let is_it = name.eq_ignore_ascii_case("message-id");
            is_it.then(|| value.trim().to_string())
        });
        let text = format!(
            "lmtp({address})<{pid}><{session}>: msgid={}: saved mail to INBOX",
            id.unwrap_or("unspecified".into())
        );
        server.log_as("dovecot", now, text);
        let why = format!("250 2.0.0 <{address}> {session} Saved");
        (Outcome::new(Status::Sent, "2.0.0", why), written.1)
    }

    /// What it calls a delivery: a number of the moment, and which recipient it is.
    fn session(&self, pid: u32, now: Time) -> String {
        let mut bytes = now.0.to_le_bytes().to_vec();
        bytes.extend(u64::from(pid).to_le_bytes());
        let name = to_base64(&bytes);
        let name = name.trim_end_matches('=');
        match self.count {
            1 => name.into(),
            count => format!("{name}:R{count}"),
        }
    }
}
