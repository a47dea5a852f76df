//! What the Milters that are there make of a message.

use crate::dns::Dns;
use crate::files::who::Access;
use crate::postfix::access::full::servers::why_no_address;
use crate::postfix::access::full::service::unreached;
use crate::postfix::delivery::destination::port;
use crate::postfix::neighbour::letter::{Fate, Letter};
use crate::postfix::neighbour::socket::allows;
use crate::postfix::neighbour::LIST;
use crate::postfix::queue::text::{size, split};
use crate::postfix::server::build::Built;
use crate::postfix::server::full::milter::Milters;
use crate::postfix::server::running::Server;
use crate::smtp::address::quote_local_info;
use crate::smtp::client::Client;
use crate::smtp::envelope::Cleaned;
use crate::smtp::policy::Facts;
use crate::time::Time;

impl Server {
    /// What comes of asking the Milters of a client.
    pub(super) fn milters_of(&self, built: &Built, addr: &str, dns: &Dns) -> Milters {
        let choice = &built.after_dot.milters;
        let list = choice.of(addr);
        if list.is_empty() {
            return Milters::default();
        }
        let text = |path| self.files.get(path).unwrap_or("");
        let hosts = self.files.get("/etc/hosts").unwrap_or("localhost");
        let missing = |host: &str| match hosts.split_ascii_whitespace().any(|own| own == host) {
            true => None,
            false => dns.hosts(host).err().map(why_no_address),
        };
        let is_known = |service: &str| {
            let is_number = service.bytes().all(|b| b.is_ascii_digit());
            is_number || port(service, "", text("/etc/services")).is_ok()
        };
        let speaks = built.access.speaks();
        let reach = |transport: &str, place: &str| match transport {
            "inet" => unreached(place, speaks, &missing, &is_known),
            _ => Ok((
                None,
                allows(place, Access::Write, &self.files)
                    .err()
                    .unwrap_or("Connection refused"),
            )),
        };
        choice.manner.ask(&list, text(LIST), &reach)
    }

    /// What the Milters say to a command of a session's.
    pub(in crate::postfix::server) fn hear(
        &self,
        built: &Built,
        said: &str,
        facts: &Facts,
        dns: &Dns,
    ) -> (Vec<String>, String) {
        let milters = self.milters_of(built, &facts.client.addr, dns);
        let mut warnings = Vec::new();
        if facts.command == "CONNECT" {
            warnings = milters.warnings;
        }
        if !milters.reply.is_empty() {
            return (warnings, milters.reply);
        }
        let connected;
        let said = match facts.command {
            "CONNECT" => {
                connected = format!("CONNECT {} [{}]", facts.client.name, facts.client.addr);
                &connected
            }
            _ => said,
        };
        (warnings, self.neighbours.hear(&milters.present, said))
    }

    /// Lets the Milters have what cleanup has made of a message, and does what they say. `evidence` is
    /// what cleanup's log lines end with.
    pub(in crate::postfix) fn ask_milters(
        &self,
        milters: &Milters,
        (id, now): (&str, Time),
        (client, evidence): (Option<&Client>, &str),
        dns: Option<&Dns>,
        cleaned: &mut Cleaned,
    ) {
        if milters.present.is_empty() || cleaned.refusal.is_some() || cleaned.discard {
            return;
        }
        let local = Client::new("localhost", "127.0.0.1", 0);
        let client = client.unwrap_or(&local);
        let letter = Letter {
            id,
            client: [&client.name, &client.addr],
            at: now.seconds(),
            hostname: &self.settings().myhostname,
            dns,
        };
        let mut text = cleaned.text.to_vec();
        let reserve = reserve(&text);
        let made = self.neighbours.filter(&milters.present, &letter, &mut text);
        cleaned.beside = made.notes;
        let from = client.namaddr();
        let mut log = |what: &str, why: &str| {
            let mut note = format!("{id}: milter-{what}: END-OF-MESSAGE from {from}: {why};");
            note.push_str(&format!(" from=<{}>", quote_local_info(&cleaned.sender)));
            if let Some(last) = cleaned.recipients.last() {
                let to = self.resolver().rewrite(&last.original);
                note.push_str(&format!(" to=<{}>", quote_local_info(&to)));
            }
            note.push_str(evidence);
            cleaned.beside.push(("cleanup", note));
        };
        match made.fate {
            Fate::Refused(reply) => {
                log("reject", reply.split_once(' ').map_or("", |(_, why)| why));
                cleaned.refusal = Some(reply);
            }
            Fate::Discarded => {
                log("discard", "milter triggers DISCARD action");
                cleaned.discard = true;
            }
            Fate::Kept => {
                if made.hold {
                    log("hold", "milter triggers HOLD action");
                    cleaned.hold = true;
                }
                if *text != *cleaned.text {
                    cleaned.added = size(&text).saturating_sub(size(&cleaned.text));
                    cleaned.text = text.into();
                }
                cleaned.added = cleaned.added.wrapping_sub(reserve);
            }
        }
    }
}

/// What cleanup leaves free in a queue file, so that Milters may change it: where headers and body end,
/// and after each header that is shorter than what would stand in its place.
fn reserve(text: &[u8]) -> u64 {
    const POINTER: usize = 15;
    let short = split(text).0.into_iter().map(<[u8]>::trim_ascii_end);
    let missing = short.filter_map(|header| (POINTER - 1).checked_sub(header.len()));
    let pad = |missing: usize| 2 + missing.saturating_sub(1).max(1) as u64;
    missing.map(pad).sum::<u64>() + 2 * (2 + POINTER as u64)
}
