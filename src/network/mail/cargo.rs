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
    pub(super) transfers: Vec<Running>,
    notices: VecDeque<String>,
}

/// A transfer with its connection.
#[derive(Debug)]
pub(super) struct Running {
    /// The place of the sending host in the list of hosts.
    pub(super) host: usize,
    pub(super) transfer: Transfer,
    pub(super) connection: Option<ConnectionId>,
    pub(super) is_done: bool,
}

/// How many notices wait for somebody who reads them.
const NOTICES: usize = 100;

impl Background {
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
