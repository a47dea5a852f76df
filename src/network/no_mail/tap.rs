//! Twin of `mail/tap`: nobody listens.

use crate::network::connection::Packet;
use crate::network::host::Host;
use crate::network::id::ConnectionId;
use crate::smtp::session::Session;
use crate::time::Time;

/// Nothing is remembered of the wire.
#[derive(Debug, Default)]
pub struct Tap;

impl Tap {
    pub(in crate::network) fn open(
        &mut self,
        _: ConnectionId,
        _: (&str, &str, u16),
        _: (Option<&Host>, &str, u16),
        _: Time,
    ) {
    }

    pub(in crate::network) fn came(&mut self, _: ConnectionId, _: &Packet, _: Time) {}

    pub(in crate::network) fn ended(&mut self, _: ConnectionId, _: bool, _: Time) {}

    pub(in crate::network) fn bytes_by(&mut self, _: ConnectionId, _: bool, _: &[u8], _: Time) {}

    pub(in crate::network) fn session_ends(&mut self, _: ConnectionId, _: &Session) {}
}
