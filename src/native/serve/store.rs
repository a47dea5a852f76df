//! Where messages are stored that were accepted: only then does the client hear 250.

use std::io;
use std::path::Path;

use smtp_terminal::smtp::envelope::{Cleaned, Message};
use smtp_terminal::time::Time;

use super::maildir::Maildir;
use super::mbox::Mbox;

/// One of the places.
pub enum Store {
    /// A file for each message.
    Maildir(Maildir),
    /// One file for all.
    Mbox(Mbox),
}

impl Store {
    /// Opens what the command line asks for, if it asks for one.
    ///
    /// # Errors
    /// Nothing can be written there.
    pub fn open(
        maildir: Option<&Path>,
        mbox: Option<&Path>,
        host: &str,
    ) -> Result<Option<Store>, String> {
        match (maildir, mbox) {
            (Some(path), _) => Ok(Some(Store::Maildir(Maildir::open(path, host)?))),
            (None, Some(path)) => Ok(Some(Store::Mbox(Mbox::open(path)?))),
            (None, None) => Ok(None),
        }
    }

    /// Stores a message.
    ///
    /// # Errors
    /// It is not stored.
    pub fn store(&self, message: &Message, cleaned: Option<&Cleaned>, now: Time) -> io::Result<()> {
        match self {
            Store::Maildir(maildir) => maildir.store(message, cleaned, now),
            Store::Mbox(mbox) => mbox.store(message, cleaned, now),
        }
    }
}
