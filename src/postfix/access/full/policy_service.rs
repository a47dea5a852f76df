//! `check_policy_service`: what answers there decides. Where nothing does, Postfix says so in its log
//! before it does what `smtpd_policy_service_default_action` says.

use crate::dns::Missing;
use crate::postfix::access::checker::Checker;
use crate::postfix::access::full::servers::why_no_address;
use crate::postfix::access::full::service::Service;
use crate::postfix::access::judgement::Check;
use crate::postfix::access::restriction::{Call, Takes, Word};

/// The restriction.
pub(super) static WORDS: [Word; 1] = [Word::new(
    "check_policy_service",
    Takes::Service,
    |c, call| c.ask_service(call),
)];

impl Checker<'_> {
    fn ask_service(&mut self, call: &Call) -> Check {
        let Ok(service) = Service::parse(call.argument()) else {
            return Err(self.server_error());
        };
        let place = &service.place;
        let ground = self.ground;
        let at = format!("{}:{place}", service.transport);
        let host = &ground.settings.myhostname;
        if let Some(answer) = ground.neighbours.ask(&at, &self.facts, host, ground.dns) {
            self.verdict.notes.extend(answer.notes);
            self.verdict.triplet = answer.triplet.or(self.verdict.triplet.take());
            let (table, name) = (call.argument(), call.name);
            return self.result(table, &answer.action, "policy query", name, call.subject);
        }
        let host = place.rsplit_once(':').map_or("", |(host, _)| host);
        let is_unix = service.transport != "inet";
        let missing = match is_unix {
            true => None,
            false => self.ground.dns.hosts(host).err(),
        };
        let why = match missing {
            _ if is_unix => "No such file or directory",
            Some(_) => "Cannot assign requested address",
            None => "Connection refused",
        };
        let (tries, delay) = self.access.lookups.policy_tries;
        let tries = service
            .number("try_limit")
            .map_or(tries, |own| own.clamp(1, 100));
        let delay = service.number("retry_delay").unwrap_or(delay);
        for number in 1..=tries {
            if let Some(missing) = missing {
                self.not_found(place, missing);
            }
            self.warn(format!("connect to {place}: {why}"));
            // That there is no socket may change.
            if !is_unix || number == tries {
                self.warn(format!("problem talking to server {place}: {why}"));
            }
        }
        self.verdict.sleep = self.verdict.sleep.saturating_add((tries - 1) * delay);
        let default = &self.access.lookups.policy_default_action;
        let action = service
            .option("default_action")
            .unwrap_or(default)
            .to_string();
        let (table, name) = (call.argument(), call.name);
        self.result(table, &action, "policy query", name, call.subject)
    }

    fn not_found(&mut self, place: &str, missing: Missing) {
        let why = why_no_address(missing);
        self.warn(format!("host or service {place} not found: {why}"));
    }
}
