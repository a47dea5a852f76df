//! What Postfix's own XCLIENT and XFORWARD may do, and have done.

use crate::smtp::client::{Client, Forwarded};
use crate::smtp::policy::Policy;

/// What XCLIENT and XFORWARD may do and have done.
#[derive(Debug, Default)]
pub(super) struct Extended {
    pub xclient: bool,
    pub xforward: bool,
    /// The client that XFORWARD speaks for.
    pub forwarded: Option<Forwarded>,
}

impl Extended {
    pub fn authorize(&mut self, policy: &dyn Policy, client: &Client) {
        self.authorize_client(policy, client);
        self.xforward = policy.is_authorized("XFORWARD", client);
    }

    /// XCLIENT may change whether it is allowed; XFORWARD stays.
    pub fn authorize_client(&mut self, policy: &dyn Policy, client: &Client) {
        self.xclient = policy.is_authorized("XCLIENT", client);
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
