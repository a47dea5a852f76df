//! One turn of the queue manager: every recipient of a message that is due is tried once.

use std::sync::Arc;

use crate::dns::Dns;
use crate::postfix::address::class::Class;
use crate::postfix::delivery::absent::TRANSPORT_RETRY;
use crate::postfix::delivery::exchanger::Finder;
use crate::postfix::delivery::notification::Notice;
use crate::postfix::delivery::report::{by_domain, by_text, delivery_line, external, Agent};
use crate::postfix::delivery::smtp::{rewrite, Transfer};
use crate::postfix::lookup::fold::fold;
use crate::postfix::queue::file::{Place, Trace};
use crate::postfix::queue::history::Next;
use crate::postfix::queue::outcome::{Outcome, Status, RELAYED};
use crate::postfix::server::Server;
use crate::smtp::envelope::Notify;
use crate::smtp::policy::Note;
use crate::time::Time;

impl Server {
    /// When something is to be done next.
    pub fn deadline(&self) -> Option<Time> {
        if self.is_stopped {
            return None;
        }
        let anvil = self.anvil.due(self.is_busy(), self.anvil_times()[1]);
        self.queue.deadline().into_iter().chain(anvil).min()
    }

    /// Lets the queue manager do what is due: messages for this host are delivered, those for
    /// others are given back as transfers for the network.
    pub fn wake(&mut self, now: Time, dns: &Dns) -> Vec<Transfer> {
        if self.is_stopped {
            return Vec::new();
        }
        let busy = self.is_busy();
        let [unit, update] = self.anvil_times();
        if self.anvil.due(busy, update).is_some_and(|due| due <= now) {
            for line in self.anvil.report(busy, now, unit) {
                self.log_as("anvil", now, line);
            }
        }
        let mut transfers = Vec::new();
        if self.is_held_up(now) {
            return transfers;
        }
        loop {
            let due = self.queue.due(now);
            if due.is_empty() {
                return transfers;
            }
            for id in due {
                transfers.extend(self.attempt(&id, now, dns));
            }
        }
    }

    /// Whether a daemon that has to do with all mail does not start with main.cf: what is due waits for
    /// master's next attempt, of which the log tells.
    fn is_held_up(&mut self, now: Time) -> bool {
        const ALL_MAIL: [&str; 3] = ["cleanup", "qmgr", "trivial-rewrite"];
        let Some(fatal) = self.stops(&ALL_MAIL).cloned() else {
            return false;
        };
        let due = self.queue.due(now);
        let waits = !due.is_empty();
        for id in due {
            if let Some(file) = self.queue.file_mut(&id) {
                file.due = now + TRANSPORT_RETRY;
            }
        }
        if waits {
            self.dies(&fatal, fatal.program, now);
        }
        waits
    }

    /// What mailq shows.
    pub fn mailq(&self) -> String {
        let version = self.config.get("mail_version");
        let is_old = version.starts_with("2.") || version.starts_with("3.0");
        let nobody = self.config.get("empty_address_recipient");
        crate::postfix::queue::mailq::list(&self.queue, &nobody, is_old, self.has_long_ids())
    }

    /// Makes all deferred mail due now (`postqueue -f`), or one file (`postqueue -i`).
    pub fn flush(&mut self, id: Option<&str>, now: Time) {
        if id.is_none() {
            self.queue.missing.clear();
        }
        for file in &mut self.queue.files {
            let waits = matches!(file.place, Place::Deferred | Place::Maildrop);
            if waits && id.is_none_or(|id| &*file.id == id) {
                file.due = now;
                file.is_flushed = true;
            }
        }
    }

    fn attempt(&mut self, id: &Arc<str>, now: Time, dns: &Dns) -> Vec<Transfer> {
        let Some(file) = self.queue.file_mut(id) else {
            return Vec::new();
        };
        if file.place == Place::Maildrop {
            self.pick_up(id, now);
            return Vec::new();
        }
        file.place = Place::Active;
        // Such a one is in the active queue already.
        let is_active = file.stalled.is_some();
        let is_flushed = std::mem::take(&mut file.is_flushed);
        let left = file.recipients.iter().filter(|r| !r.is_done).count();
        // The queue manager goes by domain, then by user.
        let mut order = Vec::new();
        for (place, recipient) in file.recipients.iter().enumerate() {
            if !recipient.is_done {
                order.push((by_domain(&recipient.address), place));
            }
        }
        order.sort();
        let mut places: Vec<usize> = order.into_iter().map(|(_, place)| place).collect();
        if let Some(to) = file.redirect.clone() {
            // One copy, to somebody else.
            for place in places.split_off(places.len().min(1)) {
                file.recipients[place].is_done = true;
            }
            for place in &places {
                file.recipients[*place].address.clone_from(&to);
            }
        }
        let mut file = file.clone();
        let text = format!(
            "{id}: from=<{}>, size={}, nrcpt={left} (queue active)",
            external(&file.sender),
            file.size()
        );
        if !is_active {
            self.log_as("qmgr", now, text);
        }
        if file.is_expired {
            self.expire(id, now);
            self.finish(id, now);
            return Vec::new();
        }
        for place in &places {
            let address = &file.recipients[*place].address;
            self.resolve_aloud(address, now);
        }
        let mut remote: Vec<((String, String), Vec<usize>)> = Vec::new();
        let probes = self.routes().probes.clone();
        let probes = probes.filter(|_| file.trace == Trace::Probe);
        let prober = probes
            .as_ref()
            .map(|p| self.resolver().routed_by(&p.router));
        let mut dovecot = 0;
        let mut waits = None;
        let sender = file.sender.clone();
        for place in places {
            file.sender.clone_from(&sender);
            let address = file.recipients[place].address.clone();
            let resolver = prober.as_ref().unwrap_or(self.resolver());
            let resolved = match resolver.resolve(&address) {
                Ok(resolved) if !resolved.error => resolved,
                other => {
                    let (status, dsn, why) = match other {
                        Ok(_) => (Status::Bounced, "5.1.3", "bad address syntax"),
                        Err(_) => (Status::Deferred, "4.3.0", "address resolver failure"),
                    };
                    let outcome = Outcome::new(status, dsn, why);
                    self.settle(id, place, outcome, None, &Agent::own("error", "none"), now);
                    continue;
                }
            };
            let double = self.routes().notices.double.as_str();
            if file.trace == Trace::Probe
                && double.split('@').next() == address.split('@').next()
                && resolved.class == Class::Local
            {
                let why = "undeliverable postmaster notification discarded";
                let outcome = Outcome::new(Status::Sent, "2.0.0", why);
                self.settle(id, place, outcome, None, &Agent::own("qmgr", "none"), now);
                continue;
            }
            let mut resolved = resolved;
            let routes = self.routes();
            let (way, relayhost) = match &probes {
                Some(own) => (&own.way, &own.relayhost),
                None => (&*routes.way, &routes.reach.relayhost),
            };
            way.redirect(&mut resolved, &file.sender, self.resolver(), relayhost);
            if resolved.address != address && file.filter.is_none() {
                // `user%domain@myhostname` has become `user@domain`.
                let own = self.queue.file_mut(id);
                for file in [Some(&mut file), own].into_iter().flatten() {
                    file.recipients[place].address.clone_from(&resolved.address);
                }
            }
            let recipient = &file.recipients[place];
            file.sender = file.sender_to(recipient);
            if let Some(filter) = &file.filter {
                let (transport, nexthop) = filter.split_once(':').unwrap_or((filter, ""));
                resolved.transport = transport.into();
                resolved.nexthop = match nexthop {
                    "" => resolved.domain().unwrap_or_default().into(),
                    nexthop => nexthop.into(),
                };
            }
            if !is_flushed && self.routes().deferred.contains(&resolved.transport) {
                resolved.transport = "retry".into();
                resolved.nexthop = "4.3.2 deferred transport".into();
            }
            let hop = (resolved.transport.as_str(), resolved.nexthop.as_str());
            if self.settle_beside(&file, place, hop, &mut dovecot, now) {
                continue;
            }
            if let Some(until) = self.held(hop, (&address, id), now) {
                waits = Some(until);
                continue;
            }
            let pipe = self.pipe(hop.0);
            if let Some(why) = pipe.as_ref().and_then(|pipe| pipe.fault.as_deref()) {
                self.pipe_is_down(hop.0, why, now);
                continue;
            }
            match resolved.transport.as_str() {
                "local" | "virtual" if file.trace.is_dry() => {
                    self.rehearse(&file, place, &resolved.transport, now);
                }
                "local" => self.deliver_here(&file, place, now),
                "virtual" => {
                    let (outcome, next) = self.put_into_virtual(&file, recipient, now);
                    let agent = Agent::own("virtual", "virtual");
                    self.settle(id, place, outcome, next, &agent, now);
                }
                transport @ ("discard" | "error" | "retry") => {
                    let (outcome, program, warning) = by_text(transport, &resolved.nexthop);
                    if let Some(text) = warning {
                        self.log_as(program, now, text);
                    }
                    self.settle(id, place, outcome, None, &Agent::own(program, "none"), now);
                }
                transport if !self.is_smtp_client(transport) && pipe.is_none() => {
                    self.no_transport(transport, now);
                    let why = "mail transport unavailable";
                    let outcome = Outcome::new(Status::Deferred, "4.3.0", why);
                    self.settle(id, place, outcome, None, &Agent::own("error", "none"), now);
                }
                transport => {
                    let hop = (transport.to_string(), resolved.nexthop);
                    let is_it = |(name, place): &(String, String)| {
                        *name == hop.0 && fold(place) == fold(&hop.1)
                    };
                    let known = remote.iter_mut().find(|(other, _)| is_it(other));
                    match known.filter(|_| file.verp().is_none()) {
                        Some((_, places)) => places.push(place),
                        None => remote.push((hop, vec![place])),
                    }
                }
            }
        }
        file.sender = sender;
        self.leave_dovecot(dovecot, now);
        self.filter_remote(&file, &mut remote, dns, now);
        let begin = |((transport, nexthop), places): ((String, String), Vec<usize>)| {
            // lmtp alone knows `inet:`.
            let is_lmtp = self.is_lmtp_client(&transport);
            let place = match is_lmtp {
                true => nexthop.strip_prefix("inet:").unwrap_or(&nexthop),
                false => &nexthop,
            };
            let steps = self.finder(dns, is_lmtp).steps(place);
            let way = self.way(&transport);
            let mut copy = file.clone();
            if let Some(first) = places.first().and_then(|first| file.recipients.get(*first)) {
                copy.sender = file.sender_to(first);
            }
            let secrets = way.secrets(&steps, &nexthop, &copy.sender);
            rewrite(&mut copy, (&way.generic, way.propagates), self.resolver());
            let way = (way, secrets);
            let hop = (transport, nexthop);
            Transfer::begin(copy, places, hop, steps, way, now)
        };
        // A session has so many recipients, and the next one the others.
        let limited = |(hop, places): ((String, String), Vec<usize>)| {
            let limit = self.recipient_limit(&hop.0);
            let parts = places
                .chunks(limit)
                .map(|part| (hop.clone(), part.to_vec()));
            parts.collect::<Vec<_>>()
        };
        let transfers: Vec<Transfer> = remote.into_iter().flat_map(limited).map(begin).collect();
        let waits = waits.filter(|_| transfers.is_empty());
        match (self.queue.file_mut(id), waits) {
            (Some(file), Some(until)) => {
                file.stalled.get_or_insert(now);
                file.due = until;
            }
            (Some(file), None) if !transfers.is_empty() => file.stalled = None, // on its way
            _ => self.finish(id, now),
        }
        transfers
    }

    /// What smtp(8) on this host goes by when it looks for others.
    fn finder<'a>(&'a self, dns: &'a Dns, is_lmtp: bool) -> Finder<'a> {
        Finder {
            dns,
            reach: &self.routes().reach,
            own: &self.addresses,
            services: self.files.get("/etc/services").unwrap_or(""),
            hosts: self.files.get("/etc/hosts").unwrap_or(""),
            is_lmtp,
        }
    }

    /// What a transfer has come to for one recipient.
    pub fn settle_transfer(
        &mut self,
        transfer: &Transfer,
        place: usize,
        outcome: Outcome,
        next: Option<Next>,
        now: Time,
    ) {
        let relay = transfer.relay();
        let agent = Agent {
            program: self.client(&transfer.transport),
            relay: &relay,
            spans: transfer.spans(),
        };
        let next = next.filter(|_| outcome.status == Status::Sent);
        self.settle(&transfer.id, place, outcome, next, &agent, now);
        self.rename_last(&transfer.transport);
    }

    /// A line of smtp's about a transfer.
    pub fn note_delivery(&mut self, transport: &str, mut note: Note, now: Time) {
        if note.program == "smtp" {
            note.program = self.client(transport);
        }
        self.note_transfer(note, now);
        self.rename_last(transport);
    }

    /// A line of a program's.
    pub fn note_transfer(&mut self, note: Note, now: Time) {
        self.log_as(note.program, now, note.text);
    }

    /// Notes an outcome in the log and in the queue file.
    pub(super) fn settle(
        &mut self,
        id: &Arc<str>,
        place: usize,
        outcome: Outcome,
        next: Option<Next>,
        agent: &Agent,
        now: Time,
    ) {
        let Some(file) = self.queue.file_mut(id) else {
            return;
        };
        let delays = file.delays(now);
        let (is_probe, trace) = (file.trace.is_dry(), file.trace);
        let outcome = if is_probe {
            self.tried(trace, outcome)
        } else {
            outcome
        };
        let outcome = self.filtered(outcome, agent.program, now);
        let Some(file) = self.queue.file_mut(id) else {
            return;
        };
        let Some(recipient) = file.recipients.get_mut(place) else {
            return;
        };
        recipient.is_done = is_probe || outcome.status != Status::Deferred;
        recipient.reason = Some(outcome.clone());
        let recipient = recipient.clone();
        self.note_attempt(id, &recipient.address, agent, &outcome, next, now);
        let line = delivery_line(
            id,
            &recipient.address,
            &recipient.original,
            &outcome,
            agent,
            delays,
        );
        self.log_as(agent.program, now, line);
    }

    /// `postsuper -e` has made a message expire: what waits comes back.
    fn expire(&mut self, id: &Arc<str>, now: Time) {
        let Some(file) = self.queue.file_mut(id) else {
            return;
        };
        let sender = external(&file.sender);
        let known = file.recipients.len();
        for place in 0..known {
            let file = self.queue.file_mut(id);
            let recipient = file.and_then(|f| f.recipients.get_mut(place));
            let Some(recipient) = recipient.filter(|r| !r.is_done) else {
                continue;
            };
            if recipient.reason.is_none() {
                let why = "message is administratively expired";
                let outcome = Outcome::new(Status::Deferred, "4.7.0", why);
                self.settle(id, place, outcome, None, &Agent::own("retry", "none"), now);
            }
            let file = self.queue.file_mut(id);
            if let Some(recipient) = file.and_then(|f| f.recipients.get_mut(place)) {
                recipient.is_done = true;
                if let Some(reason) = &mut recipient.reason {
                    reason.status = Status::Bounced;
                }
            }
        }
        let text = format!("{id}: from=<{sender}>, status=force-expired, returned to sender");
        self.log_as("qmgr", now, text);
    }

    /// The end of a turn: notifications go out, what is left waits, what is done is removed.
    pub fn finish(&mut self, id: &str, now: Time) {
        let pace = self.routes().pace;
        let Some(file) = self.queue.file_mut(id) else {
            return;
        };
        let life = match file.sender.is_empty() {
            true => pace.bounce_lifetime,
            false => pace.lifetime,
        };
        let age = now - file.arrival;
        let waits = file.recipients.iter().any(|r| !r.is_done);
        let is_expired = waits && age >= life;
        if is_expired {
            for recipient in file.recipients.iter_mut().filter(|r| !r.is_done) {
                recipient.is_done = true;
                if let Some(reason) = &mut recipient.reason {
                    reason.status = Status::Bounced;
                }
            }
            let sender = external(&file.sender);
            self.log_as(
                "qmgr",
                now,
                format!("{id}: from=<{sender}>, status=expired, returned to sender"),
            );
        }
        let Some(file) = self.queue.file_mut(id) else {
            return;
        };
        let waits = waits && !is_expired;
        file.stalled = None;
        let warns = waits && !pace.warning.is_zero() && age >= pace.warning && !file.is_warned;
        let was_warned = file.is_warned;
        file.is_warned |= warns;
        let mut file = file.clone();
        if was_warned && pace.confirms {
            // Who was told of a delay hears of its end.
            for recipient in &mut file.recipients {
                let notify = recipient.notify.get_or_insert(Notify {
                    failure: true,
                    delay: true,
                    ..Notify::default()
                });
                notify.success |= notify.delay;
                let reason = recipient.reason.as_mut().filter(|r| r.remote.is_some());
                if let Some(reason) = reason {
                    reason.action = RELAYED;
                }
            }
        }
        if file.trace == Trace::Probe {
            self.verify(&file, now);
        } else if file.trace != Trace::Verify {
            self.notify(Notice::Failure, &file, Status::Bounced, now);
            self.notify(Notice::Success, &file, Status::Sent, now);
        }
        if matches!(file.trace, Trace::Record | Trace::Verify) {
            self.notify(Notice::Trace, &file, Status::Sent, now);
        }
        if warns {
            self.notify(Notice::Delay, &file, Status::Deferred, now);
        }
        if waits {
            // What has been told once is not told again.
            if let Some(file) = self.queue.file_mut(id) {
                file.recipients.retain(|r| !r.is_note);
                for done in file.recipients.iter_mut().filter(|r| r.is_done) {
                    done.reason = None;
                }
            }
            self.queue.defer(id, now, &pace);
        } else {
            self.queue.remove(id);
            self.log_as("qmgr", now, format!("{id}: removed"));
        }
    }
}
