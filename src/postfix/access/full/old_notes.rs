//! What Postfix notes where a default of an older release decides something: the administrator
//! learns which parameters have to be set before `compatibility_level` may be raised.

use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::Status;
use crate::postfix::access::lists::{AccessControl, Place};
use crate::smtp::policy::Note;

impl AccessControl {
    /// Whether the relay restrictions are asked first.
    pub(in crate::postfix::access) fn relay_first(&self) -> bool {
        self.parameters.relay_first && self.old_defaults.relay.is_none()
    }

    /// The restrictions that are gone through.
    pub(in crate::postfix::access) fn words(&self, place: Place) -> &[String] {
        match (&self.old_defaults.relay, place) {
            (Some(words), Place::Relay) => words,
            _ => self.list(place),
        }
    }
}

impl Checker<'_> {
    fn uses_old(&mut self, what: String) {
        let text = format!("using backwards-compatible default setting {what}");
        self.note(Note::info(text));
    }

    /// The client is in a network that only the old style has.
    pub(in crate::postfix::access) fn uses_old_networks(&mut self) {
        let client = &self.facts.client;
        if let Some((style, new)) = &self.access.old_defaults.networks {
            if new.has_client(&client.name, &client.addr) == Ok(false) {
                let named = client.namaddr();
                self.uses_old(format!(
                    "mynetworks_style={style} to permit request from client \"{named}\""
                ));
            }
        }
    }

    /// A domain, or an address, is relayed for because it is one of this host's.
    pub(in crate::postfix::access) fn uses_old_relay_domains(&mut self, what: &str, name: &str) {
        if self.access.old_defaults.relay_domains {
            self.uses_old(format!(
                "relay_domains=$mydestination to accept mail for {what} \"{name}\""
            ));
        }
    }

    /// Mail for a domain is sent because it is one of this host's.
    pub(in crate::postfix::access) fn uses_old_flush(&mut self, domain: &str) {
        let list = &self.access.old_defaults.flush;
        if list
            .as_ref()
            .is_some_and(|list| list.has_name(domain) == Ok(true))
        {
            self.uses_old(format!(
                "relay_domains=$mydestination to flush mail for domain \"{domain}\""
            ));
        }
    }

    /// What a list has come to that is gone through for a recipient.
    pub(in crate::postfix::access) fn uses_old_relay(
        &mut self,
        place: Place,
        status: Status,
        address: &str,
    ) {
        let old = &self.access.old_defaults;
        let named = self.facts.client.namaddr();
        if place == Place::Relay && status == Status::Dunno && old.relay.is_some() {
            self.uses_old(format!(
                "\"smtpd_relay_restrictions = (empty)\" to avoid \"Relay access denied\" error \
                 for recipient \"{address}\" from client \"{named}\""
            ));
        }
        let is_first = (place == Place::Relay) == self.access.relay_first();
        if is_first && status == Status::Reject && old.relay_last {
            self.uses_old(format!(
                "smtpd_relay_before_recipient_restrictions=no to reject recipient \"{address}\" \
                 from client \"{named}\""
            ));
        }
    }
}
