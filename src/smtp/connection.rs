//! A connection as its client knows it.

/// What a client learns of its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is open.
    Connected,
    /// The port is closed.
    Refused,
    /// Nobody answered.
    TimedOut,
    /// Bytes have come.
    Data(Vec<u8>),
    /// From here on both sides speak TLS.
    TlsStarted,
    /// The other side has closed it.
    Closed,
}
