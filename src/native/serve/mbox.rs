//! `--mbox FILE`: each message that is accepted stands at the end of one file, as programs that read mail know
//! it: `From ` and a date, the message with each line `From ` marked by a `>`, an empty line.
//!
//! A message whose writing was broken off must not be taken for one. So its first letter is a zero byte until
//! all of it is on the disk; whoever opens the file cuts off what still has it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use smtp_terminal::smtp::address::quote_local;
use smtp_terminal::smtp::bytes::encode;
use smtp_terminal::smtp::envelope::{Cleaned, Message};
use smtp_terminal::time::Time;

/// What a message begins with until it is whole.
const UNFINISHED: &[u8] = b"\0rom ";

/// So much is read at a time when the file is looked through.
const PIECE: usize = 1 << 16;

/// A file of messages.
pub struct Mbox {
    file: Mutex<File>,
}

impl Mbox {
    /// Opens a file, and makes it where it is not there.
    ///
    /// # Errors
    /// It cannot be written, or another process writes there.
    pub fn open(path: &Path) -> Result<Mbox, String> {
        let fail = |e: &dyn std::fmt::Display| format!("--mbox {}: {e}", path.display());
        let options = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let mut file = options.map_err(|e| fail(&e))?;
        if !file.metadata().is_ok_and(|known| known.is_file()) {
            return Err(fail(&"is no regular file"));
        }
        // Until this process ends, however it does.
        file.try_lock().map_err(|e| fail(&e))?;
        let end = whole(&mut file).map_err(|e| fail(&e))?;
        file.set_len(end).map_err(|e| fail(&e))?;
        Ok(Mbox {
            file: Mutex::new(file),
        })
    }

    /// Stores a message.
    ///
    /// # Errors
    /// It is not stored, and the file is as it was.
    pub fn store(&self, message: &Message, cleaned: Option<&Cleaned>, now: Time) -> io::Result<()> {
        let text = written(message, cleaned, now);
        // Whoever panicked with it had not stored anything.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let start = file.seek(SeekFrom::End(0))?;
        let stored = append(&mut file, start, &text);
        if stored.is_err() {
            // Where even that fails, the next one who opens it does it.
            let _ = file.set_len(start);
        }
        stored
    }
}

fn append(file: &mut File, start: u64, text: &[u8]) -> io::Result<()> {
    file.write_all(text)?;
    file.sync_all()?;
    file.seek(SeekFrom::Start(start))?;
    file.write_all(b"F")?;
    file.sync_all()
}

/// A message as it stands in the file, but for its first letter.
fn written(message: &Message, cleaned: Option<&Cleaned>, now: Time) -> Vec<u8> {
    let sender: &str = match message.sender.is_empty() {
        true => "MAILER-DAEMON",
        false => &message.sender,
    };
    // A blank in it would be taken for its end.
    let sender = encode(sender).into_iter().filter(|b| *b > b' ');
    let mut text = UNFINISHED.to_vec();
    text.extend(sender);
    let mut head = format!("  {}\n", now.mailbox_date());
    head.push_str(&format!(
        "Return-Path: <{}>\n",
        quote_local(&message.sender)
    ));
    for recipient in &message.recipients {
        let address = quote_local(&recipient.address);
        head.push_str(&format!("Delivered-To: {address}\n"));
    }
    text.extend(encode(&head));
    let content: &[u8] = match cleaned {
        Some(cleaned) => &cleaned.text,
        None => &message.content,
    };
    for line in content.split_inclusive(|b| *b == b'\n') {
        let bare = line.iter().position(|b| *b != b'>').unwrap_or(0);
        let rest = line.get(bare..).unwrap_or_default();
        if rest.starts_with(b"From ") || rest.starts_with(UNFINISHED) {
            text.push(b'>');
        }
        text.extend_from_slice(line);
    }
    if !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    text.push(b'\n');
    text
}

/// How far a file reaches with whole messages: to the first that is unfinished, or its end.
fn whole(file: &mut File) -> io::Result<u64> {
    let mut piece = vec![0; PIECE];
    let mut kept: Vec<u8> = b"\n".to_vec();
    let mut before = 0u64;
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return file.seek(SeekFrom::End(0));
        }
        kept.extend_from_slice(piece.get(..read).unwrap_or_default());
        let found = kept.windows(UNFINISHED.len() + 1).position(|window| {
            window.first() == Some(&b'\n') && window.get(1..) == Some(UNFINISHED)
        });
        if let Some(at) = found {
            // The line end before it stands in front of what was read, the first time one that is not there.
            return Ok(before + at as u64);
        }
        let rest = kept.len().saturating_sub(UNFINISHED.len() + 1);
        before += rest as u64;
        kept.drain(..rest);
    }
}
