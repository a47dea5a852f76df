//! The simulated server at the other end: one session whose world may be another at each command,
//! since a document tells of each reply what the world is like.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use smtp_terminal::dns::Dns;
use smtp_terminal::files::Files;
use smtp_terminal::postfix::address::peer;
use smtp_terminal::postfix::server::{Server, View};
use smtp_terminal::smtp::client::Client;
use smtp_terminal::smtp::envelope::{Cleaned, Message};
use smtp_terminal::smtp::policy::{
    Amended, Classes, Facts, InDoubt, Note, Policy, Question, Verdict,
};
use smtp_terminal::smtp::release::CURRENT;
use smtp_terminal::smtp::sasl::proof::{Denied, Proof};
use smtp_terminal::smtp::session::{Action, Session};
use smtp_terminal::smtp::settings::Settings;
use smtp_terminal::time::Time;

/// Servers that have been built are kept, up to so many.
const KEPT: usize = 200;

/// A server that a scenario has, and the DNS of its world.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The server.
    pub server: Rc<Server>,
    /// What it asks.
    pub dns: Dns,
    /// Where the learner's connection comes from.
    pub client: String,
}

/// Steps that one command may take at most.
const STEPS: usize = 10_000;

/// Servers by their main.cf.
#[derive(Default)]
pub struct Worlds {
    servers: HashMap<String, Rc<Server>>,
}

impl Worlds {
    /// The server of a main.cf.
    ///
    /// # Errors
    /// What Postfix says of that main.cf.
    pub fn server(&mut self, main_cf: &str) -> Result<Rc<Server>, String> {
        if let Some(server) = self.servers.get(main_cf) {
            return Ok(Rc::clone(server));
        }
        let addresses = vec!["192.0.2.25".to_string()];
        let server = Server::new(main_cf, Files::default(), Vec::new(), addresses);
        let server = Rc::new(server.map_err(|fatal| fatal.to_string())?);
        if self.servers.len() >= KEPT {
            self.servers.clear();
        }
        self.servers.insert(main_cf.into(), Rc::clone(&server));
        Ok(server)
    }
}

/// The doubts of which a document has the benefit at one command.
#[derive(Clone, Debug, Default)]
pub struct Benefit {
    /// The reply by which a policy of its own refuses, in words that nobody else knows.
    pub refusal: Option<String>,
    /// Whether a password is right.
    pub authenticates: bool,
    /// The world is known, and nothing is in doubt.
    pub is_known: bool,
}

/// A server's policy, with the benefit of the doubt.
struct Doubtful<'a> {
    view: View<'a>,
    benefit: &'a Benefit,
}

impl Policy for Doubtful<'_> {
    fn settings(&self) -> &Settings {
        self.view.settings()
    }

    fn check(&self, question: Question, facts: &Facts) -> Verdict {
        match &self.benefit.refusal {
            Some(text) => Verdict {
                refusal: Some(text.clone()),
                ..Verdict::default()
            },
            None => self.view.check(question, facts),
        }
    }

    fn is_address(&self, address: &str, facts: &Facts, smtputf8: bool) -> bool {
        self.view.is_address(address, facts, smtputf8)
    }

    fn queue_id(&self, now: Time) -> Arc<str> {
        self.view.queue_id(now)
    }

    fn cleanup(&self, message: &Message) -> Result<Option<Box<Cleaned>>, (String, Vec<Note>)> {
        match &self.benefit.refusal {
            Some(text) => Err((text.clone(), Vec::new())),
            None => self.view.cleanup(message),
        }
    }

    fn authenticate(&self, user: &str, proof: &Proof) -> Result<(), Denied> {
        match (self.benefit.is_known, self.benefit.authenticates) {
            (true, _) => self.view.authenticate(user, proof),
            (false, true) => Ok(()),
            (false, false) => Err(Denied::WrongPassword),
        }
    }

    fn secret(&self, user: &str) -> Option<String> {
        self.view.secret(user)
    }

    fn discarded_ehlo_keywords(&self, client: &Client) -> Result<Vec<String>, InDoubt> {
        self.view.discarded_ehlo_keywords(client)
    }

    fn is_authorized(&self, verb: &str, client: &Client) -> Result<bool, InDoubt> {
        self.view.is_authorized(verb, client)
    }

    fn is_forbidden_command(&self, word: &str) -> Result<bool, InDoubt> {
        self.view.is_forbidden_command(word)
    }

    fn is_noop_command(&self, word: &str) -> Result<bool, InDoubt> {
        self.view.is_noop_command(word)
    }

    fn flush(&self, domain: &str) -> Result<bool, InDoubt> {
        self.view.flush(domain)
    }

    fn notices(&self) -> (Classes, usize) {
        self.view.notices()
    }

    fn amend(&self, what: Amended, text: &str, facts: &Facts) -> (Option<String>, Vec<Note>) {
        self.view.amend(what, text, facts)
    }
}

/// A connection to the simulated server.
pub struct Talk {
    session: Session,
    dns: Dns,
    now: Time,
    /// The server has hung up.
    pub is_closed: bool,
}

impl Talk {
    /// Connects. The banner comes with the first [`hear`](Talk::hear).
    pub fn open(dns: Dns) -> Talk {
        Talk::open_from(dns, "192.0.2.57")
    }

    /// Connects from an address, whose name the DNS knows.
    pub fn open_from(dns: Dns, address: &str) -> Talk {
        let (client, _) = peer::look_up(&dns, address, 40_000, CURRENT);
        Talk {
            session: Session::new(client),
            dns,
            now: Time(1_795_514_400_000_000),
            is_closed: false,
        }
    }

    /// Both sides speak TLS from here on.
    pub fn start_tls(&mut self) {
        self.session.start_tls();
    }

    /// Says a line, and hears what comes back.
    pub fn say(&mut self, line: &str, server: &Server, benefit: &Benefit) -> Vec<String> {
        // Whatever a document shows after STARTTLS was said inside of TLS.
        self.session.start_tls();
        self.session.receive(line.as_bytes());
        self.session.receive(b"\r\n");
        self.hear(server, benefit)
    }

    /// Hears what the server says, in texts of lines with LF between them.
    pub fn hear(&mut self, server: &Server, benefit: &Benefit) -> Vec<String> {
        let mut heard = Vec::new();
        for _ in 0..STEPS {
            let policy = Doubtful {
                view: server.policy(&self.dns),
                benefit,
            };
            match self.session.poll(self.now, &policy) {
                Some(Action::Reply(reply)) => heard.push(reply.text().replace("\r\n", "\n")),
                Some(Action::Close) => self.is_closed = true,
                Some(_) => {}
                None if self.session.is_pausing() => {
                    let deadline = self.session.deadline(&policy);
                    self.now = deadline.unwrap_or(self.now).max(self.now);
                }
                None => break,
            }
        }
        heard
    }
}
