//! Postfix's own XCLIENT and XFORWARD (XCLIENT_README, XFORWARD_README): who may speak for
//! another client. What they say is in `attributes`, which the full build has.

use crate::smtp::client::Client;
use crate::smtp::command::Word;
use crate::smtp::policy::Policy;
use crate::smtp::session::{Handled, Session};

/// What XCLIENT and XFORWARD may do and have done.
#[derive(Debug, Default)]
pub(super) struct Extended {
    pub xclient: bool,
    pub xforward: bool,
    /// The client that XFORWARD speaks for.
    pub forwarded: Option<Forwarded>,
}

/// What XFORWARD has said about the real client.
#[derive(Debug)]
#[cfg_attr(not(feature = "full"), allow(dead_code))]
pub(super) struct Forwarded {
    pub name: String,
    pub addr: String,
    pub ident: String,
    /// Name and address together, as they were when last both were good.
    pub namaddr: String,
    /// Something has been said about the client.
    pub has_client: bool,
}

impl Default for Forwarded {
    fn default() -> Forwarded {
        Forwarded {
            name: "unknown".into(),
            addr: "unknown".into(),
            ident: String::new(),
            namaddr: "unknown".into(),
            has_client: false,
        }
    }
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

impl Session {
    pub(super) fn xclient(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
        let is_authorized = self.extended.xclient;
        self.may_speak_for_others("XCLIENT", is_authorized, line, policy)?;
        #[cfg(feature = "full")]
        return self.set_client(line, policy);
        #[cfg(not(feature = "full"))]
        Ok(())
    }

    pub(super) fn xforward(&mut self, line: &[Word], policy: &dyn Policy) -> Handled {
        let is_authorized = self.extended.xforward;
        self.may_speak_for_others("XFORWARD", is_authorized, line, policy)?;
        #[cfg(feature = "full")]
        return self.set_forwarded(line, policy);
        #[cfg(not(feature = "full"))]
        Ok(())
    }

    fn may_speak_for_others(
        &mut self,
        verb: &str,
        is_authorized: bool,
        line: &[Word],
        policy: &dyn Policy,
    ) -> Handled {
        if self.is_in_transaction() {
            self.refuse("503 5.5.1 Error: MAIL transaction in progress", policy)
        } else if line.len() < 2 {
            self.refuse(
                format!("501 5.5.4 Syntax: {verb} attribute=value..."),
                policy,
            )
        } else if !is_authorized || cfg!(not(feature = "full")) {
            // A light build refuses to start where anybody is authorized.
            self.refuse("550 5.7.0 Error: insufficient authorization", policy)
        } else {
            Ok(())
        }
    }
}
