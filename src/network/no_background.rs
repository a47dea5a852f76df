//! Twin of `background` in the light build, whose servers keep what they take.

use std::sync::Arc;

use crate::network::{ConnectionId, World};
use crate::postfix::server::Server;
use crate::smtp::client::Client;
use crate::smtp::reply::Reply;
use crate::time::Time;

/// Nothing is under way.
#[derive(Debug, Default)]
pub(super) struct Background;

impl Background {
    pub(super) fn notice(&mut self) -> Option<String> {
        None
    }
}

/// No connection carries mail.
#[derive(Debug)]
pub(super) enum Cargo {}

/// Nobody stops a server.
pub(super) fn is_up(_: &Server) -> bool {
    true
}

/// Every server speaks as Postfix does.
pub(super) fn worded(_: &Server, reply: Reply, _: &Client, _: ConnectionId, _: Time) -> Reply {
    reply
}

impl World {
    pub(super) fn mail_deadline(&self) -> Option<Time> {
        None
    }

    pub(super) fn run_mail(&mut self) {}

    pub(super) fn stop_mail(&mut self, _: Time) {}

    pub(super) fn arrived(&mut self, _: ConnectionId, _: usize, _: &Arc<str>) {}
}
