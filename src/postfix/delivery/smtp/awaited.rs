//! Which reply a transfer waits for, in the words of the log.

/// What the last command was, and so what the next reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    Connect,
    Banner,
    Ehlo,
    Helo,
    StartTls,
    Handshake,
    /// A challenge.
    Challenge,
    /// Whether it is believed.
    Auth,
    Mail,
    Rcpt(usize),
    Data,
    Content,
    Over,
}

impl Awaited {
    /// As the log names it: `in reply to …`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Awaited::Mail => "MAIL FROM command",
            Awaited::Rcpt(_) => "RCPT TO command",
            Awaited::Data => "DATA command",
            Awaited::Content => "end of DATA command",
            Awaited::StartTls => "STARTTLS command",
            Awaited::Ehlo => "EHLO command",
            Awaited::Helo => "HELO command",
            _ => "greeting",
        }
    }

    /// What was going on when a host fell silent.
    pub(super) fn activity(self) -> &'static str {
        match self {
            Awaited::Banner | Awaited::Connect => "receiving the initial server greeting",
            Awaited::Mail => "sending MAIL FROM",
            Awaited::Rcpt(_) => "sending RCPT TO",
            Awaited::Data => "sending DATA command",
            Awaited::Content => "sending end of data -- message may be sent more than once",
            _ => "performing the EHLO handshake",
        }
    }
}
