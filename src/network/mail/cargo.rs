//! What is on its way, and what each connection of a mail server carries.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::network::id::ConnectionId;
use crate::postfix::delivery::smtp::Transfer;
use crate::postfix::queue::lineage::Lineage;
use crate::postfix::server::Server;
use crate::smtp::client::Client;
use crate::smtp::reply::Reply;
use crate::time::Time;

/// What is under way.
#[derive(Debug, Default)]
pub(in crate::network) struct Background {
    /// The numbers of the transfers for which something has come.
    stirred: Vec<usize>,
    /// Those that run, by number.
    pub(super) transfers: Vec<Running>,
    /// Those for which there is no process yet, in order, by host.
    waiting: Vec<VecDeque<Running>>,
    /// How many there have been.
    begun: usize,
    notices: VecDeque<String>,
}

/// A transfer with its connection.
#[derive(Debug)]
pub(super) struct Running {
    /// Which it is.
    pub(super) number: usize,
    /// The place of the sending host in the list of hosts.
    pub(super) host: usize,
    pub(super) transfer: Box<Transfer>,
    pub(super) connection: Option<ConnectionId>,
    pub(super) is_done: bool,
}

/// How many notices wait for somebody who reads them.
const NOTICES: usize = 100;

/// How many processes of smtp a host has (`default_process_limit`); what is due beyond that waits.
const PROCESSES: usize = 100;

impl Background {
    /// Something has come on a connection.
    pub(in crate::network) fn stir(&mut self, cargo: Option<&Cargo>) {
        self.stirred.extend(cargo.map(|cargo| cargo.number));
    }

    /// The transfers for which something has come, in the order in which they began.
    pub(super) fn stirred(&mut self) -> Vec<usize> {
        let mut numbers = std::mem::take(&mut self.stirred);
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// A transfer that a host is to do.
    pub(super) fn queue(&mut self, host: usize, transfer: Transfer) {
        while self.waiting.len() <= host {
            self.waiting.push(VecDeque::new());
        }
        let running = Running {
            number: self.begun,
            host,
            transfer: Box::new(transfer),
            connection: None,
            is_done: false,
        };
        self.begun += 1;
        if let Some(waiting) = self.waiting.get_mut(host) {
            waiting.push_back(running);
        }
    }

    /// The next that waits on a host, where it has a process to spare.
    pub(super) fn next_of(&mut self, host: usize) -> Option<Running> {
        let waiting = self.waiting.get_mut(host).filter(|w| !w.is_empty())?;
        let own = self.transfers.iter().filter(|r| r.host == host);
        match own.count() < PROCESSES {
            true => waiting.pop_front(),
            false => None,
        }
    }

    /// Whether a transfer that has ended was the last of its message. Those of one message wait
    /// beside each other, and the first to come is the first to go.
    pub(super) fn is_last(&self, done: &Running) -> bool {
        let waiting = self.waiting.get(done.host).and_then(VecDeque::front);
        let same = |r: &&Running| r.host == done.host && r.transfer.id == done.transfer.id;
        !self.transfers.iter().chain(waiting).any(|r| same(&r))
    }

    /// Adds a notice for who sits in front of the world.
    pub(super) fn say(&mut self, text: String) {
        if self.notices.len() < NOTICES {
            self.notices.push_back(text);
        }
    }

    pub(in crate::network) fn notice(&mut self) -> Option<String> {
        self.notices.pop_front()
    }
}

/// What a connection carries for a mail server.
#[derive(Debug)]
pub(in crate::network) struct Cargo {
    /// The number of the transfer.
    pub(super) number: usize,
    pub(super) lineage: Lineage,
    /// The host at the other end, and the queue ID under which it has taken the message.
    pub(super) arrived: Option<(String, Arc<str>)>,
}

/// Whether a server takes connections.
pub(in crate::network) fn is_up(server: &Server) -> bool {
    !server.is_stopped
}

/// A reply in the words of its server.
pub(in crate::network) fn worded(
    server: &Server,
    reply: Reply,
    client: &Client,
    id: ConnectionId,
    now: Time,
) -> Reply {
    server.wording.apply(reply, &client.addr, id.number(), now)
}
