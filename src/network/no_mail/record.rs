//! Twin of `mail/record`: nobody judges what happens, and nothing is kept.

use std::sync::Arc;

use crate::network::connection::Packet;
use crate::network::id::ConnectionId;
use crate::smtp::envelope::Message;
use crate::smtp::reply::Reply;
use crate::smtp::session::Session;
use crate::time::Time;

/// Nothing.
#[derive(Debug, Default)]
pub(in crate::network) struct Record;

impl Record {
    pub(in crate::network) fn dial(&mut self, _: ConnectionId, _: Option<&str>, _: &str, _: u16) {}

    pub(in crate::network) fn came(&mut self, _: ConnectionId, _: &Packet, _: bool, _: Time) {}

    pub(in crate::network) fn said(&mut self, _: ConnectionId, _: &str, _: bool, _: Time) {}

    pub(in crate::network) fn replied(&mut self, _: ConnectionId, _: &Session, _: &Reply, _: Time) {
    }

    pub(in crate::network) fn queued(&mut self, _: &str, _: &Arc<Message>, _: Time) {}
}
