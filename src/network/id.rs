//! By which a client knows its connection.

/// A connection, as its client knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(usize);

impl ConnectionId {
    /// That of a connection by its number.
    pub(super) fn new(number: usize) -> ConnectionId {
        ConnectionId(number)
    }

    /// The how manyth connection of its world it is.
    pub(super) fn number(self) -> u64 {
        self.0 as u64
    }
}
