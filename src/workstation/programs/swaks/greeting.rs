//! The greeting and STARTTLS in a transaction of swaks.

use crate::network::World;
use crate::workstation::programs::swaks::dialogue::{Dialogue, Greeting, Stage};

impl Dialogue {
    pub(super) fn greet(&mut self, greeting: Greeting, world: &mut World) {
        self.greeting = greeting;
        self.may_drop(match greeting {
            Greeting::First => "first-helo",
            _ => "helo",
        });
        let (stage, verb) = match self.plan.protocol {
            "smtp" => (Stage::Helo, "HELO"),
            "lmtp" => (Stage::Ehlo, "LHLO"),
            _ => (Stage::Ehlo, "EHLO"),
        };
        let line = format!("{verb} {}", self.plan.helo);
        self.send(stage, &line, None, true, world);
    }

    /// What the server says after a keyword, if it has said it.
    pub(super) fn offer(&self, keyword: &str) -> Option<String> {
        let mut found = self.offers.iter().filter_map(|o| o.strip_prefix(keyword));
        found.next().map(str::to_string)
    }

    pub(super) fn greeted(&mut self, world: &mut World) {
        match self.greeting {
            Greeting::First => {
                if self.leaves_after("first-helo", world) {
                } else if self.plan.given.has("xclient-before-starttls") {
                    self.xclient(world);
                } else {
                    self.start_tls(world);
                }
            }
            Greeting::AfterTls => self.has_greeted(world),
            Greeting::AfterXclient => {
                if !self.leaves_after("helo", world) {
                    self.after_xclient(world);
                }
            }
        }
    }

    pub(super) fn start_tls(&mut self, world: &mut World) {
        self.has_tried_tls = true;
        if !self.plan.tls {
            return self.after_tls(world);
        }
        if self.offer("STARTTLS").is_some() {
            self.may_drop("tls");
            return self.send(Stage::Tls, "STARTTLS", None, true, world);
        }
        self.error("Host did not advertise STARTTLS");
        match self.plan.tls_optional {
            0 => self.quit(29, world),
            _ => self.after_tls(world),
        }
    }

    pub(super) fn after_tls(&mut self, world: &mut World) {
        if self.leaves_after("tls", world) {
        } else if self.shown.is_encrypted && !self.plan.tls_on_connect {
            self.greet(Greeting::AfterTls, world);
        } else {
            self.has_greeted(world);
        }
    }

    fn has_greeted(&mut self, world: &mut World) {
        if self.plan.ends[2] == "helo" {
            self.drop_it();
        } else if self.leaves_after("helo", world) {
        } else if self.plan.given.has("xclient-before-starttls") {
            self.authenticate(world);
        } else {
            self.xclient(world);
        }
    }
}
