//! Mail on its way: the servers' queues are looked after, and what they hand to other hosts
//! travels over the same network as what the learner types.

use crate::network::{ConnectionId, Event, World};
use crate::postfix::delivery::smtp::{Told, Transfer, Wish};
use crate::time::Time;

/// A transfer with its connection.
#[derive(Debug)]
pub(super) struct Running {
    /// The place of the sending host in the list of hosts.
    host: usize,
    transfer: Transfer,
    connection: Option<ConnectionId>,
    is_done: bool,
}

impl World {
    /// When a queue is to be looked at next.
    pub(super) fn mail_deadline(&self) -> Option<Time> {
        let servers = self.hosts.iter().filter_map(|h| h.server.as_ref());
        servers.filter_map(|s| s.deadline()).min()
    }

    /// Lets all mail go on as far as it can now.
    pub(super) fn run_mail(&mut self) {
        let now = self.now;
        for (host, server) in self.hosts.iter_mut().enumerate() {
            let Some(server) = server.server.as_mut() else {
                continue;
            };
            if server.deadline().is_none_or(|due| due > now) {
                continue;
            }
            let begun = server.wake(now, &self.dns);
            self.transfers
                .extend(begun.into_iter().map(|transfer| Running {
                    host,
                    transfer,
                    connection: None,
                    is_done: false,
                }));
        }
        // Taken out, because each of them uses the network.
        let mut running = std::mem::take(&mut self.transfers);
        for transfer in &mut running {
            self.go_on(transfer);
        }
        while let Some(at) = running.iter().position(|r| r.is_done) {
            let done = running.remove(at);
            let same = |r: &Running| r.host == done.host && r.transfer.id == done.transfer.id;
            if !running.iter().any(same) {
                let server = self
                    .hosts
                    .get_mut(done.host)
                    .and_then(|h| h.server.as_mut());
                server
                    .into_iter()
                    .for_each(|s| s.finish(&done.transfer.id, now));
            }
        }
        self.transfers = running;
    }

    fn go_on(&mut self, running: &mut Running) {
        loop {
            while let Some(wish) = running.transfer.poll() {
                self.grant(running, wish);
            }
            let Some(event) = running.connection.and_then(|id| self.receive(id)) else {
                return;
            };
            let told = match event {
                Event::Connected => Told::Connected,
                Event::Refused => Told::Refused,
                Event::TimedOut => Told::TimedOut,
                Event::Data(bytes) => Told::Data(bytes),
                Event::TlsStarted => Told::TlsStarted,
                Event::Closed => Told::Closed,
            };
            running.transfer.tell(told, self.now);
        }
    }

    fn grant(&mut self, running: &mut Running, wish: Wish) {
        let now = self.now;
        match wish {
            Wish::Connect(host) => {
                let from = self
                    .hosts
                    .get(running.host)
                    .map_or(String::new(), |h| h.name.clone());
                let id = self.connect(&from, &host.addr, host.port);
                if let Some(connection) = self.connections.get_mut(id.0) {
                    connection.is_background = true;
                }
                running.connection = Some(id);
            }
            Wish::Send(bytes) => {
                if let Some(id) = running.connection {
                    self.send(id, &bytes);
                }
            }
            Wish::Hangup => {
                if let Some(id) = running.connection.take() {
                    self.close(id);
                }
            }
            Wish::Done => running.is_done = true,
            Wish::Note(note) => {
                let server = self
                    .hosts
                    .get_mut(running.host)
                    .and_then(|h| h.server.as_mut());
                server
                    .into_iter()
                    .for_each(|s| s.note_transfer(note.clone(), now));
            }
            Wish::Settle(place, outcome) => {
                let server = self
                    .hosts
                    .get_mut(running.host)
                    .and_then(|h| h.server.as_mut());
                if let Some(server) = server {
                    server.settle_transfer(&running.transfer, place, outcome, now);
                }
            }
        }
    }
}
