//! What Postfix's own XCLIENT and XFORWARD may do, and have done.

use crate::smtp::client::{Client, Forwarded};
use crate::smtp::policy::{InDoubt, Note, Policy};
use crate::smtp::session::authorized::Heard;

/// What XCLIENT and XFORWARD may do and have done.
#[derive(Debug, Default)]
pub(super) struct Extended {
    pub xclient: bool,
    pub xforward: bool,
    /// The client that XFORWARD speaks for.
    pub forwarded: Option<Forwarded>,
    pub doubts: Doubts,
    pub heard: Heard,
}

/// What cannot be decided, because a list cannot be asked.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    /// Whether XCLIENT is allowed.
    pub xclient: bool,
    /// Whether XFORWARD is allowed.
    pub xforward: bool,
    /// What is left out of the reply to EHLO.
    pub keywords: bool,
}

impl Extended {
    /// Decides what the client may do; what there is to log of lists that cannot be asked.
    pub fn authorize(&mut self, policy: &dyn Policy, client: &Client) -> Vec<Note> {
        let mut notes = self.authorize_client(policy, client);
        let answer = policy.is_authorized("XFORWARD", client);
        self.doubts.xforward = answer.is_err();
        self.xforward = answer.unwrap_or_else(|InDoubt(more)| {
            notes.extend(more);
            false
        });
        notes
    }

    /// XCLIENT may change whether it is allowed; XFORWARD stays.
    pub fn authorize_client(&mut self, policy: &dyn Policy, client: &Client) -> Vec<Note> {
        let answer = policy.is_authorized("XCLIENT", client);
        self.doubts.xclient = answer.is_err();
        let (xclient, InDoubt(notes)) = match answer {
            Ok(xclient) => (xclient, InDoubt::default()),
            Err(doubt) => (false, doubt),
        };
        self.xclient = xclient;
        notes
    }

    /// `, orig_queue_id=…, orig_client=…` for the line that opens a queue file.
    pub fn origin_of_mail(&self) -> String {
        let mut text = String::new();
        if let Some(forwarded) = &self.forwarded {
            if !forwarded.ident.is_empty() {
                text.push_str(&format!(", orig_queue_id={}", forwarded.ident));
            }
            if forwarded.has_client {
                text.push_str(&format!(", orig_client={}", forwarded.namaddr));
            }
        }
        text
    }
}
