//! smtp(8)'s own AUTH: what it offers to prove, and what becomes of the mail where it cannot
//! (SASL_README).

use crate::postfix::delivery::smtp::awaited::Awaited;
use crate::postfix::delivery::smtp::dialogue::flat;
use crate::postfix::delivery::smtp::{Transfer, Wish};
use crate::postfix::queue::outcome::{Outcome, Status};
use crate::smtp::bytes::encode;
use crate::smtp::sasl::{from_base64, hmac::hmac_md5, to_base64};

impl Transfer {
    /// Proves who it is where the host wants to know and there is a password for it; then the mail
    /// goes.
    pub(super) fn authenticate(&mut self) {
        let offers = self.offers.iter();
        let offered = offers.filter_map(|line| line.strip_prefix("AUTH")).next();
        let offered: Vec<String> = offered
            .unwrap_or("")
            .split([' ', '='])
            .filter(|word| !word.is_empty())
            .map(String::from)
            .collect();
        let name = self.host.as_ref().map_or("", |host| &host.name);
        let secret = self.secrets.iter().find(|(host, _)| host == name);
        let secret = match secret.map(|(_, secret)| secret.clone()) {
            _ if offered.is_empty() => return self.mail(),
            None | Some(Ok(None)) => return self.mail(),
            Some(Ok(Some(secret))) => secret,
            Some(Err(lines)) => {
                lines
                    .into_iter()
                    .for_each(|line| self.note(format!("warning: {line}")));
                let id = self.id.clone();
                self.note(format!(
                    "warning: {id}: smtp_sasl_password_maps lookup error"
                ));
                return self.fail_all(&self.data_error());
            }
        };
        let (user, password) = secret.split_once(':').unwrap_or((&secret, ""));
        let has = |name: &str| offered.iter().any(|word| word == name);
        let may_send_it = self.way.plaintext[usize::from(self.is_encrypted)];
        // The library takes the strongest.
        if has("CRAM-MD5") {
            self.secret = [user, password].map(String::from);
            self.say(Awaited::Challenge, "AUTH CRAM-MD5".into());
        } else if may_send_it && has("PLAIN") {
            let text = to_base64(&encode(&format!("\0{user}\0{password}")));
            self.say(Awaited::Auth, format!("AUTH PLAIN {text}"));
        } else if may_send_it && has("LOGIN") {
            self.secret = [user, password].map(String::from);
            self.say(Awaited::Challenge, "AUTH LOGIN".into());
        } else {
            self.note("warning: SASL authentication failure: No worthy mechs found".into());
            let why = format!(
                "SASL authentication failed; cannot authenticate to server {}: no mechanism available",
                self.named()
            );
            self.wishes.push_back(Wish::Send(b"QUIT\r\n".to_vec()));
            self.try_next(Some(Outcome::new(Status::Deferred, "4.7.0", why)));
        }
    }

    /// Answers a challenge.
    pub(super) fn respond(&mut self, challenge: &str) {
        let asked = from_base64(challenge).unwrap_or_default();
        let [user, password] = &self.secret;
        let (next, said) = match asked.as_str() {
            "Username:" => (Awaited::Challenge, user.clone()),
            "Password:" => (Awaited::Auth, password.clone()),
            asked => {
                let digest = hmac_md5(&encode(password), &encode(asked));
                (Awaited::Auth, format!("{user} {digest}"))
            }
        };
        self.say(next, to_base64(&encode(&said)));
    }

    /// The host does not believe it.
    pub(super) fn disbelieved(&mut self, reply: &str) {
        let named = self.named();
        let said = flat(reply);
        let why = format!("SASL authentication failed; server {named} said: {said}");
        let mut outcome = self.refusal(reply, why);
        if self.way.soft_bounce {
            outcome.status = Status::Deferred;
            outcome.dsn.replace_range(..1, "4");
        }
        self.wishes.push_back(Wish::Send(b"QUIT\r\n".to_vec()));
        self.try_next(Some(outcome));
    }
}
