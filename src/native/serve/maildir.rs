//! `--maildir DIR`: each message that is accepted becomes a file, written as a mail system does it:
//! into `tmp`, brought to the disk, given its name in `new`, and that brought to the disk as well.
//! Only then does the client hear 250.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use smtp_terminal::smtp::address::quote_local;
use smtp_terminal::smtp::bytes::encode;
use smtp_terminal::smtp::envelope::{Cleaned, Message};
use smtp_terminal::time::Time;

/// A folder in maildir form.
pub struct Maildir {
    path: PathBuf,
    host: String,
    /// How many files this process has begun.
    begun: AtomicU64,
}

impl Maildir {
    /// Opens a folder, and makes it where it is not there.
    ///
    /// # Errors
    /// It cannot be made, or nothing can be written there.
    pub fn open(path: &Path, host: &str) -> Result<Maildir, String> {
        let fail = |e: io::Error| format!("--maildir {}: {e}", path.display());
        for folder in ["tmp", "new", "cur"] {
            fs::create_dir_all(path.join(folder)).map_err(fail)?;
        }
        let maildir = Maildir {
            path: path.into(),
            // A slash or a colon has a meaning in such a name.
            host: host.replace('/', "\\057").replace(':', "\\072"),
            begun: AtomicU64::new(0),
        };
        let probe = maildir.path.join("tmp").join(maildir.name(Time::default()));
        File::create_new(&probe).map_err(fail)?;
        fs::remove_file(&probe).map_err(fail)?;
        Ok(maildir)
    }

    /// A name that no other file has, of this process or another.
    fn name(&self, now: Time) -> String {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        let (seconds, micros, process) = (now.seconds(), now.micros(), std::process::id());
        format!("{seconds}.M{micros}P{process}Q{number}.{}", self.host)
    }

    /// Stores a message.
    ///
    /// # Errors
    /// It is not stored.
    pub fn store(&self, message: &Message, cleaned: Option<&Cleaned>, now: Time) -> io::Result<()> {
        let name = self.name(now);
        let begun = self.path.join("tmp").join(&name);
        let written = write(&begun, message, cleaned);
        let folder = self.path.join("new");
        let stored = written.and_then(|()| fs::rename(&begun, folder.join(&name)));
        if stored.is_err() {
            // It may not be there, or the disk is gone.
            let _ = fs::remove_file(&begun);
        }
        stored?;
        sync_folder(&folder)
    }
}

fn write(path: &Path, message: &Message, cleaned: Option<&Cleaned>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let mut head = format!("Return-Path: <{}>\n", quote_local(&message.sender));
    for recipient in &message.recipients {
        head.push_str(&format!(
            "Delivered-To: {}\n",
            quote_local(&recipient.address)
        ));
    }
    file.write_all(&encode(&head))?;
    file.write_all(cleaned.map_or(&message.content, |cleaned| &cleaned.text))?;
    file.sync_all()
}

/// Brings the names of a folder to the disk, where folders can be opened.
fn sync_folder(path: &Path) -> io::Result<()> {
    match cfg!(unix) {
        true => File::open(path)?.sync_all(),
        false => Ok(()),
    }
}
