//! Mail on its way: the servers' queues are looked after, and what they hand to other hosts
//! travels over the same network as what the learner types.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crate::network::host::Host;
use crate::network::id::ConnectionId;
use crate::network::mail::cargo::{Cargo, Running};
use crate::network::world::World;
use crate::postfix::delivery::certificate::Certificate;
use crate::postfix::delivery::smtp::Wish;
use crate::postfix::queue::history::Next;
use crate::postfix::server::Server;
use crate::smtp::policy::Note;
use crate::time::Time;

impl World {
    /// When a queue is to be looked at next.
    pub(in crate::network) fn mail_deadline(&self) -> Option<Time> {
        let servers = self.hosts.iter().filter_map(|h| h.server.as_ref());
        servers.filter_map(|s| s.deadline()).min()
    }

    /// Lets all mail go on as far as it can now.
    pub(in crate::network) fn run_mail(&mut self) {
        let now = self.now;
        for (host, server) in self.hosts.iter_mut().enumerate() {
            let Some(server) = server.server.as_mut() else {
                continue;
            };
            if server.deadline().is_none_or(|due| due > now) {
                continue;
            }
            self.background.queue(host, server.wake(now, &self.dns));
        }
        for number in self.background.stirred() {
            self.turn(number);
        }
        while let Some(mut running) = self.background.next() {
            running.transfer.begins(self.now);
            let number = running.number;
            let all = &mut self.background.transfers;
            let place = all.partition_point(|r| r.number < number);
            all.insert(place, running);
            self.turn(number);
        }
    }

    /// Lets a transfer go on as far as it can.
    fn turn(&mut self, number: usize) {
        let now = self.now;
        let all = &mut self.background.transfers;
        let Ok(place) = all.binary_search_by(|r| r.number.cmp(&number)) else {
            return;
        };
        // Taken out, because it uses the network.
        let mut running = all.remove(place);
        self.go_on(&mut running);
        if !running.is_done {
            return self.background.transfers.insert(place, running);
        }
        self.background.leave(&running);
        if Rc::strong_count(&running.message) == 1 {
            let server = self.server_at(running.host);
            server
                .into_iter()
                .for_each(|s| s.finish(&running.transfer.id, now));
        }
    }

    /// Says whose mail had so much to do that the rest of it comes late.
    pub(in crate::network) fn excuse(&mut self, at: Time) {
        let now = self.now;
        for host in &mut self.hosts {
            let server = host.server.as_mut();
            let is_due = |s: &&mut Box<Server>| s.deadline().is_some_and(|due| due <= at);
            if let Some(server) = server.filter(is_due) {
                let why = "so much was due in this time that the rest of it comes late";
                server.remark(why.into(), now);
                let background = &mut self.background;
                background.say(format!("{}: {why}; see its log.", host.name));
            }
        }
    }

    /// Stops the servers whose mail is due by a moment and does not come to rest.
    pub(in crate::network) fn stop_mail(&mut self, at: Time) {
        let now = self.now;
        for host in &mut self.hosts {
            let server = host.server.as_mut();
            let is_due = |s: &&mut Box<Server>| s.deadline().is_some_and(|due| due <= at);
            if let Some(server) = server.filter(is_due) {
                server.is_stopped = true;
                let why = "its mail does not come to rest, so this Postfix has been stopped";
                server.remark(format!("{why} (`postfix start` starts it)"), now);
                let background = &mut self.background;
                background.say(format!("{}: {why}; see its log.", host.name));
            }
        }
    }

    /// A message has been taken at the other end of a connection.
    pub(in crate::network) fn arrived(
        &mut self,
        id: ConnectionId,
        host: usize,
        queue_id: &Arc<str>,
    ) {
        let (Some(connection), Some(host)) =
            (self.connections.get_mut(id), self.hosts.get_mut(host))
        else {
            return;
        };
        if let Some(cargo) = connection.cargo.as_mut() {
            cargo.arrived = Some((host.name.clone(), Arc::clone(queue_id)));
            let now = self.now;
            if let Some(server) = host.server.as_mut() {
                server.descends(queue_id, &cargo.lineage, now);
            }
        }
    }

    fn server_at(&mut self, host: usize) -> Option<&mut Server> {
        self.hosts.get_mut(host)?.server.as_deref_mut()
    }

    fn go_on(&mut self, running: &mut Running) {
        loop {
            while let Some(wish) = running.transfer.poll() {
                self.grant(running, wish);
            }
            let Some(event) = running.connection.and_then(|id| self.receive(id)) else {
                return;
            };
            running.transfer.tell(event, self.now);
        }
    }

    /// Who calls waits no longer than this for an answer that would come later.
    fn give_up(&mut self, id: ConnectionId, patience: Duration) {
        let at = self.now + patience;
        let mut posts = self.in_flight.iter();
        let late = posts.position(|(due, of, _)| *of == id && *due > at);
        let late = late.filter(|_| !patience.is_zero());
        if let Some((_, id, packet)) = late.and_then(|place| self.in_flight.remove(place)) {
            let place = self.in_flight.partition_point(|(due, ..)| *due <= at);
            self.in_flight.insert(place, (at, id, packet));
        }
    }

    fn grant(&mut self, running: &mut Running, wish: Wish) {
        let now = self.now;
        match wish {
            Wish::Connect(exchanger) => {
                let host = self.hosts.get(running.host);
                let from = host.map_or(String::new(), |h| h.name.clone());
                let wanted = running.transfer.comes_from(&exchanger.addr);
                let is_own = |h: &Host| h.addresses.iter().any(|own| own == wanted);
                let has_it = wanted.starts_with("127.") || host.is_some_and(is_own);
                let own = Some(wanted.to_string()).filter(|wanted| !wanted.is_empty());
                if let Some(own) = own.as_ref().filter(|_| !has_it) {
                    let why = "Cannot assign requested address";
                    let text = format!("warning: smtp_connect_addr: bind {own}: {why}");
                    let note = Note {
                        program: "smtp",
                        text,
                    };
                    let transport = running.transfer.transport.clone();
                    if let Some(server) = self.server_at(running.host) {
                        server.note_delivery(&transport, note, now);
                    }
                }
                let own = own.filter(|_| has_it);
                let id = self.connect_from((&from, own), &exchanger.addr, exchanger.port);
                self.give_up(id, running.transfer.patience());
                if let Some(connection) = self.connections.get_mut(id) {
                    connection.cargo = Some(Cargo {
                        number: running.number,
                        lineage: running.transfer.lineage(),
                        arrived: None,
                    });
                }
                self.tap.is_background(id);
                running.connection = Some(id);
            }
            Wish::Send(bytes) => {
                if let Some(id) = running.connection {
                    self.hand_over(id, bytes);
                }
            }
            Wish::Hangup => {
                if let Some(id) = running.connection.take() {
                    self.close(id);
                }
            }
            Wish::Done => running.is_done = true,
            Wish::Handshake => {
                if let Some(id) = running.connection {
                    let shown = self.certificate(Some(id), "");
                    let anchors = self.server_at(running.host).map(|server| {
                        let places = ["smtp_tls_CAfile", "smtp_tls_CApath"];
                        let places = places.map(|name| server.config.get(name));
                        Certificate::anchors(&server.files, &places)
                    });
                    let fault = shown.fault(&anchors.unwrap_or_default(), now);
                    running.transfer.meets(shown, fault);
                    self.handshake(id);
                }
            }
            Wish::Die(has_begun) => {
                running.is_done = true;
                let transport = running.transfer.transport.clone();
                if let Some(server) = self.server_at(running.host) {
                    server.agent_died(&transport, has_begun, now);
                }
            }
            Wish::Note(note) => {
                if let Some(server) = self.server_at(running.host) {
                    server.note_delivery(&running.transfer.transport, note, now);
                }
            }
            Wish::Settle(place, outcome) => {
                let connection = running.connection.and_then(|id| self.connections.get(id));
                let cargo = connection.and_then(|c| c.cargo.as_ref());
                let arrived = cargo.and_then(|cargo| cargo.arrived.clone());
                let next = arrived.map(|(host, id)| Next::Host { host, id });
                if let Some(server) = self.server_at(running.host) {
                    server.settle_transfer(&running.transfer, place, outcome, next, now);
                }
            }
        }
    }
}
