//! What the log says of a handshake (`smtpd_tls_loglevel`).

use std::time::Duration;

use crate::smtp::policy::Note;
use crate::smtp::session::Session;
use crate::smtp::tls::{Agreed, STEPS, USUAL};

/// How long the key of a session ticket is used.
const TICKET: Duration = Duration::from_secs(1_800);

impl Session {
    fn debug(&mut self, text: String) {
        if self.telling.level > 1 {
            self.note(Note::info(text));
        }
    }

    /// A handshake is waited for.
    pub(super) fn tell_of_wait(&mut self) {
        let from = self.facts.client.namaddr();
        self.debug(format!("setting up TLS connection from {from}"));
        let ciphers = "aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH";
        self.debug(format!("{from}: TLS cipher list \"{ciphers}\""));
        self.debug("SSL_accept:before SSL initialization".into());
    }

    /// It has failed.
    pub(super) fn tell_of_failure(&mut self) {
        self.debug("SSL_accept:error in error".into());
    }

    /// It is complete, with what was agreed on.
    pub(super) fn tell_of_success(&mut self, words: &str) {
        let words = if words.is_empty() { USUAL } else { words };
        let from = self.facts.client.namaddr();
        self.debug("SSL_accept:before SSL initialization".into());
        for step in STEPS.split('|') {
            self.debug(format!("SSL_accept:{step}"));
        }
        let end = (self.facts.now + TICKET).seconds();
        self.debug(format!(
            "{from}: Issuing session ticket, key expiration: {end}"
        ));
        self.debug("SSL_accept:SSLv3/TLS write session ticket".into());
        if self.telling.level > 0 {
            let what = "Anonymous TLS connection established from";
            self.note(Note::info(format!("{what} {from}: {words}")));
        }
        if self.telling.header {
            self.facts.agreed = Agreed(Some(words.into()));
        }
    }
}
