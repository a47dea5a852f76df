//! What is on its way, and what each connection of a mail server carries.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use crate::dns::Dns;
use crate::network::id::ConnectionId;
use crate::postfix::delivery::smtp::Transfer;
use crate::postfix::queue::lineage::Lineage;
use crate::postfix::server::Server;
use crate::smtp::client::Client;
use crate::smtp::envelope::Message;
use crate::smtp::reply::Reply;
use crate::time::Time;

/// What is under way.
#[derive(Debug, Default)]
pub(in crate::network) struct Background {
    /// The numbers of the transfers for which something has come, in order.
    stirred: Vec<usize>,
    /// Those that run, by number.
    pub(super) transfers: Vec<Running>,
    lanes: Vec<Lane>,
    /// How many there have been.
    begun: usize,
    notices: VecDeque<String>,
}

/// What a host has to hand over to one destination.
#[derive(Debug)]
struct Lane {
    host: usize,
    destination: String,
    /// Those that have not begun, in order.
    waiting: VecDeque<Running>,
    /// How many have.
    running: usize,
}

/// A transfer with its connection.
#[derive(Debug)]
pub(super) struct Running {
    /// Which it is.
    pub(super) number: usize,
    /// All transfers of a message have this, as long as they are not done.
    pub(super) message: Rc<()>,
    /// The place of the sending host in the list of hosts.
    pub(super) host: usize,
    pub(super) transfer: Box<Transfer>,
    pub(super) connection: Option<ConnectionId>,
    pub(super) is_done: bool,
}

/// How many notices wait for somebody who reads them.
const NOTICES: usize = 100;

/// How many processes of smtp a host has (`default_process_limit`), and how many of them for one
/// destination (`default_destination_concurrency_limit`); what is due beyond that waits.
const PROCESSES: usize = 100;
const CONCURRENCY: usize = 20;

impl Background {
    /// Something has come on a connection.
    pub(in crate::network) fn stir(&mut self, cargo: Option<&Cargo>) {
        let place = cargo.map(|cargo| (self.stirred.binary_search(&cargo.number), cargo.number));
        if let Some((Err(place), number)) = place {
            self.stirred.insert(place, number);
        }
    }

    /// The transfers for which something has come, in the order in which they began.
    pub(super) fn stirred(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.stirred)
    }

    /// Transfers that a host is to do; those of one message stand beside each other.
    pub(super) fn queue(&mut self, host: usize, transfers: Vec<Transfer>) {
        let mut message = Rc::new(());
        let mut id: Option<Arc<str>> = None;
        for transfer in transfers {
            if id.as_ref() != Some(&transfer.id) {
                (message, id) = (Rc::new(()), Some(transfer.id.clone()));
            }
            let is_it = |lane: &Lane| lane.host == host && lane.destination == transfer.destination;
            let place = self.lanes.iter().position(is_it).unwrap_or_else(|| {
                self.lanes.push(Lane {
                    host,
                    destination: transfer.destination.clone(),
                    waiting: VecDeque::new(),
                    running: 0,
                });
                self.lanes.len() - 1
            });
            let running = Running {
                number: self.begun,
                message: Rc::clone(&message),
                host,
                transfer: Box::new(transfer),
                connection: None,
                is_done: false,
            };
            self.begun += 1;
            if let Some(lane) = self.lanes.get_mut(place) {
                lane.waiting.push_back(running);
            }
        }
    }

    /// The next that waits and may begin.
    pub(super) fn next(&mut self) -> Option<Running> {
        let transfers = &self.transfers;
        let has_process = |lane: &&mut Lane| {
            let of_host = transfers.iter().filter(|r| r.host == lane.host);
            let may = !lane.waiting.is_empty() && lane.running < CONCURRENCY;
            may && of_host.count() < PROCESSES
        };
        let lane = self.lanes.iter_mut().find(has_process)?;
        lane.running += 1;
        lane.waiting.pop_front()
    }

    /// A transfer has ended.
    pub(super) fn leave(&mut self, done: &Running) {
        let destination = &done.transfer.destination;
        self.lanes.retain_mut(|lane| {
            let is_it = lane.host == done.host && lane.destination == *destination;
            lane.running -= usize::from(is_it).min(lane.running);
            lane.running > 0 || !lane.waiting.is_empty()
        });
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

/// Whether a host may take connections: it knows itself which of its servers are up.
pub(in crate::network) fn is_up(_: &Server) -> bool {
    true
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

/// What the filter before the queue says to a message.
pub(in crate::network) fn passed(
    server: &mut Server,
    pid: u32,
    message: &Message,
    dns: &Dns,
    now: Time,
) -> String {
    server.pass_to_filter(pid, message, dns, now)
}
