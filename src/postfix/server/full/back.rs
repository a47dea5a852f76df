//! A message that a content filter hands back to this host by SMTP: a whole session at once, because
//! the filter answers only when it has been taken.

use std::sync::Arc;

use crate::dns::Dns;
use crate::postfix::cleanup::received::received;
use crate::postfix::neighbour::letter::{Fate, Made};
use crate::postfix::server::running::{Accepted, Server};
use crate::smtp::client::Client;
use crate::smtp::envelope::Message;
use crate::smtp::session::{Action, Session};
use crate::time::Time;

/// A command may wait as often as that.
const PAUSES: usize = 100;

impl Server {
    /// The filter before the queue: what it says to a message, which it hands back first.
    pub(crate) fn pass_to_filter(
        &mut self,
        pid: u32,
        message: &Message,
        dns: &Dns,
        now: Time,
    ) -> String {
        let place = self.built_of(pid).proxy().map_or("", |proxy| proxy.place);
        let whole = format!("inet:{place}");
        let own = self.neighbours.at(place).or(self.neighbours.at(&whole));
        let mut made = Made::default();
        let start = received(message, &self.settings().myhostname, self.mail_name());
        let mut text = [start.as_bytes(), &message.content].concat();
        let back = match own {
            Some(own) => {
                own.scan(&mut text, &mut made);
                own.by.parse().unwrap_or(0)
            }
            None => 0,
        };
        match made.fate {
            Fate::Refused(reply) => reply,
            Fate::Discarded => "250 2.7.0 Ok, discarded".into(),
            Fate::Kept => {
                let to: Vec<&str> = message.recipients.iter().map(|r| &*r.address).collect();
                self.hand_back(&message.sender, &to, &text, back, dns, now)
                    .0
            }
        }
    }

    /// Speaks to the service at a port of this host: the reply that decided, and the queue ID.
    pub(in crate::postfix) fn hand_back(
        &mut self,
        sender: &str,
        recipients: &[&str],
        text: &[u8],
        port: u16,
        dns: &Dns,
        now: Time,
    ) -> (String, Option<Arc<str>>) {
        let client = Client::new("localhost", "127.0.0.1", 40_000);
        let down = || {
            (
                "451 4.5.0 Error in processing, connection refused".to_string(),
                None,
            )
        };
        let Some(service) = self.listens("127.0.0.1", port, true) else {
            return down();
        };
        let Accepted::Served(pid) = self.accept_at(service, &client, &[], now) else {
            return down();
        };
        let mut lines = vec![String::new(), "EHLO localhost\r\n".into()];
        lines.push(format!("MAIL FROM:<{sender}>\r\n"));
        lines.extend(recipients.iter().map(|to| format!("RCPT TO:<{to}>\r\n")));
        lines.push("DATA\r\n".into());
        let mut talk = Talk {
            session: Session::new(client.clone()),
            id: None,
        };
        let mut said = String::new();
        let mut refusal: Option<String> = None;
        let mut taken = 0;
        for line in &lines {
            said = self.talk(&mut talk, line.as_bytes(), (&client, pid), dns, now);
            let is_good = said.starts_with(['2', '3']);
            let is_recipient = line.starts_with("RCPT");
            taken += usize::from(is_recipient && is_good);
            if !is_good {
                refusal.get_or_insert(said.clone());
            }
            if !is_good && !is_recipient {
                break;
            }
        }
        if taken > 0 && said.starts_with('3') {
            let mut content = Vec::with_capacity(text.len() + 16);
            for line in text.split_inclusive(|b| *b == b'\n') {
                if line.starts_with(b".") {
                    content.push(b'.');
                }
                content.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
                content.extend_from_slice(b"\r\n");
            }
            content.extend_from_slice(b".\r\n");
            said = self.talk(&mut talk, &content, (&client, pid), dns, now);
        } else {
            said = refusal.unwrap_or(said);
        }
        self.talk(&mut talk, b"QUIT\r\n", (&client, pid), dns, now);
        self.release(&client, pid);
        (said, talk.id)
    }

    /// Lets the other end say something; the last line of what is replied.
    fn talk(
        &mut self,
        talk: &mut Talk,
        bytes: &[u8],
        (client, pid): (&Client, u32),
        dns: &Dns,
        now: Time,
    ) -> String {
        talk.session.receive(bytes);
        let (mut said, mut at) = (String::new(), now);
        for _ in 0..PAUSES {
            while let Some(action) = talk.session.poll(at, &self.policy_of(pid, dns)) {
                self.apply(&action, client, pid, now);
                match action {
                    Action::Reply(reply) => {
                        let text = reply.text();
                        said = text.lines().last().unwrap_or("").to_string();
                    }
                    Action::Enqueue(message, _) => talk.id = Some(Arc::clone(&message.queue_id)),
                    _ => {}
                }
            }
            // Nobody here waits for the end of a pause.
            let due = talk.session.deadline(&self.policy_of(pid, dns));
            match due.filter(|_| talk.session.is_pausing()) {
                Some(due) => at = due,
                None => break,
            }
        }
        said
    }
}

/// A conversation that goes on.
struct Talk {
    session: Session,
    id: Option<Arc<str>>,
}
