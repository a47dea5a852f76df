//! Twin of `mail/cargo`: nothing is on its way.

use crate::dns::Dns;
use crate::network::id::ConnectionId;
use crate::postfix::server::Server;
use crate::smtp::client::Client;
use crate::smtp::reply::Reply;
use crate::smtp::session::Passed;
use crate::time::Time;

/// Nothing is under way.
#[derive(Debug, Default)]
pub(in crate::network) struct Background;

impl Background {
    pub(in crate::network) fn stir(&mut self, _: Option<&Cargo>) {}

    pub(in crate::network) fn notice(&mut self) -> Option<String> {
        None
    }
}

/// No connection carries mail.
#[derive(Debug)]
pub(in crate::network) enum Cargo {}

/// Whether a server takes connections.
pub(in crate::network) fn is_up(server: &Server) -> bool {
    !server.is_stopped
}

/// Every server speaks as Postfix does.
pub(in crate::network) fn worded(
    _: &Server,
    reply: Reply,
    _: &Client,
    _: ConnectionId,
    _: Time,
) -> Reply {
    reply
}

/// There is no filter before the queue.
pub(in crate::network) fn passed(_: &mut Server, _: u32, _: &Passed, _: &Dns, _: Time) -> String {
    String::new()
}
