//! XCLIENT and AUTH in a transaction of swaks.

use crate::network::World;
use crate::smtp::bytes::encode;
use crate::smtp::sasl::hmac::hmac_md5;
use crate::smtp::sasl::{from_base64, to_base64};
use crate::workstation::programs::swaks::dialogue::{Dialogue, Greeting, Stage};

impl Dialogue {
    /// XCLIENT: the next line of it, if there is one.
    pub(super) fn xclient(&mut self, world: &mut World) {
        let is_done = self.plan.xclient.is_empty();
        if is_done && self.plan.xclient_names == ["(done)"] {
            if !self.leaves_after("xclient", world) {
                self.greet(Greeting::AfterXclient, world);
            }
            return;
        }
        if is_done {
            return self.after_xclient(world);
        }
        let offer = self.offer("XCLIENT");
        let own = std::mem::replace(&mut self.plan.xclient_names, vec!["(done)".into()]);
        let lacks = |offer: &str| {
            own.iter()
                .any(|n| n != "(done)" && !offer.split(' ').any(|o| o == n))
        };
        let verifies = !self.plan.given.has("xclient-no-verify");
        let problem = match &offer {
            None => "Host did not advertise XCLIENT",
            Some(offer) if verifies && lacks(offer) => {
                "Host did not advertise requested XCLIENT attributes"
            }
            _ => {
                self.may_drop("xclient");
                let line = format!("XCLIENT {}", self.plan.xclient.remove(0));
                return self.send(Stage::Xclient, &line, None, true, world);
            }
        };
        self.error(problem);
        match self
            .plan
            .given
            .options
            .iter()
            .any(|(n, _)| n.starts_with("xclient-optional"))
        {
            true => self.after_xclient(world),
            false => self.quit(33, world),
        }
    }

    pub(super) fn after_xclient(&mut self, world: &mut World) {
        self.plan.xclient.clear();
        self.plan.xclient_names.clear();
        match self.has_tried_tls {
            true => self.authenticate(world),
            false => self.start_tls(world),
        }
    }

    pub(super) fn authenticate(&mut self, world: &mut World) {
        if self.plan.types.is_empty() {
            return self.after_auth(world);
        }
        self.may_drop("auth");
        let Some(offer) = self.offer("AUTH") else {
            self.error("Host did not advertise authentication");
            return match self.plan.auth_optional {
                0 => self.quit(28, world),
                _ => self.after_auth(world),
            };
        };
        let offer = offer.trim_start_matches('=').to_ascii_uppercase();
        self.types = std::mem::take(&mut self.plan.types).into();
        self.types
            .retain(|(name, _)| offer.split(' ').any(|o| o == name));
        self.next_type(false, world);
    }

    /// The next type of AUTH that both know.
    pub(super) fn next_type(&mut self, has_tried: bool, world: &mut World) {
        let Some((name, base)) = self.types.pop_front() else {
            let (text, may) = match (has_tried, self.plan.any_type) {
                (true, _) => (
                    "No authentication type succeeded",
                    self.plan.auth_optional == 1,
                ),
                (_, true) => (
                    "Auth not attempted, no advertised types available",
                    self.plan.auth_optional == 1,
                ),
                _ => (
                    "Auth not attempted, requested type not available",
                    self.plan.auth_optional > 0,
                ),
            };
            self.error(text);
            return match may {
                true => self.after_auth(world),
                false => self.quit(28, world),
            };
        };
        self.base = base;
        self.steps.clear();
        let (user, password) = (&self.plan.user, &self.plan.password);
        if self.base == "PLAIN" {
            let hidden = self.plan.hidden.as_ref().unwrap_or(password);
            let proof = |password: &str| {
                let proof = to_base64(&encode(&format!("\0{user}\0{password}")));
                format!("AUTH {name} {proof}")
            };
            let shown = match self.plan.given.has("auth-plaintext") {
                true => format!("AUTH {name} \\0{user}\\0{hidden}"),
                false => proof(hidden),
            };
            let line = proof(password);
            return self.send(Stage::Auth(true), &line, Some(&shown), true, world);
        }
        if self.base == "LOGIN" {
            self.steps = [user.clone(), password.clone()].into();
        }
        self.send(
            Stage::Auth(false),
            &format!("AUTH {name}"),
            None,
            true,
            world,
        );
    }

    /// The answer to a challenge.
    pub(super) fn prove(&mut self, challenge: &str, world: &mut World) {
        let plain = self.plan.given.has("auth-plaintext");
        let mut hidden = None;
        let (answer, is_last) = match self.steps.pop_front() {
            Some(step) => {
                let is_last = self.steps.is_empty();
                hidden = self.plan.hidden.clone().filter(|_| is_last);
                (step, is_last)
            }
            None => {
                let text = challenge.get(4..).unwrap_or("");
                let text = from_base64(text).unwrap_or_default();
                let digest = hmac_md5(&encode(&self.plan.password), &encode(&text));
                (format!("{} {digest}", self.plan.user), true)
            }
        };
        let shown = hidden.as_ref().unwrap_or(&answer);
        let shown = match plain {
            true => shown.clone(),
            false => to_base64(&encode(shown)),
        };
        let line = to_base64(&encode(&answer));
        self.send(Stage::Auth(is_last), &line, Some(&shown), true, world);
    }
}
