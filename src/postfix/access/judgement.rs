//! What restrictions judge, and what they say.

/// What one restriction says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Dunno,
    Ok,
    Reject,
}

/// The end of all evaluation: a rejection because a table cannot be asked or the configuration is
/// mistaken, or the end of the process itself.
pub(super) struct Abort;

pub(super) type Check = Result<Status, Abort>;

/// Who or what is judged, as a reply names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// Some are for the full build's restrictions alone.
#[allow(dead_code)]
pub(super) enum Subject {
    Client,
    ReverseClient,
    Helo,
    Sender,
    Recipient,
    Etrn,
    Data,
    EndOfData,
    SaslLogin,
}

impl Subject {
    pub(super) fn name(self) -> &'static str {
        match self {
            Subject::Client => "Client host",
            Subject::ReverseClient => "Unverified Client host",
            Subject::Helo => "Helo command",
            Subject::Sender => "Sender address",
            Subject::Recipient => "Recipient address",
            Subject::Etrn => "Etrn command",
            Subject::Data => "Data command",
            Subject::EndOfData => "End-of-data",
            Subject::SaslLogin => "SASL login name",
        }
    }
}

/// Why something is rejected; the server's own troubles are never softened to warnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    Policy,
    Server,
}
