//! What is logged goes to standard error by way of a thread of its own, so that nobody waits for a
//! terminal that has been stopped, and a standard error that is full or closed stops nothing.

use std::io::{self, BufWriter, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{sync_channel, Receiver, SyncSender};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How many lines may wait to be written; what is more is lost, and counted.
const WAITING: usize = 100_000;

/// How long a fault is not told again.
const TOLD: Duration = Duration::from_secs(60);

enum Word {
    Line(String),
    /// Everything before this has been written once this is answered.
    Flush(SyncSender<()>),
}

/// The log.
pub struct Log {
    lines: SyncSender<Word>,
    lost: AtomicUsize,
    /// Which kinds of faults have been told, and when.
    told: Mutex<Vec<(&'static str, Instant)>>,
}

impl Log {
    /// Begins to write.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub fn start() -> io::Result<Log> {
        let (lines, written) = sync_channel(WAITING);
        std::thread::Builder::new()
            .name("log".into())
            .spawn(move || write(&written))?;
        Ok(Log {
            lines,
            lost: AtomicUsize::new(0),
            told: Mutex::default(),
        })
    }

    /// Writes a line.
    pub fn say(&self, line: String) {
        let lost = self.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let text = format!("smtp-terminal: {lost} lines of the log are lost: nobody took them");
            if self.lines.try_send(Word::Line(text)).is_err() {
                self.lost.fetch_add(lost, Ordering::Relaxed);
            }
        }
        if self.lines.try_send(Word::Line(line)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Tells of a fault, unless one of its kind has been told a short time ago.
    pub fn say_once(&self, kind: &'static str, text: impl std::fmt::Display) {
        if let Ok(mut told) = self.told.lock() {
            told.retain(|(_, since)| since.elapsed() < TOLD);
            if told.iter().any(|(known, _)| *known == kind) {
                return;
            }
            told.push((kind, Instant::now()));
        }
        self.say(format!("smtp-terminal: {kind}: {text}"));
    }

    /// Waits a while for all that has been said to be written.
    pub fn flush(&self) {
        let (done, is_done) = sync_channel(1);
        if self.lines.try_send(Word::Flush(done)).is_ok() {
            // Nobody reads it any more: there is nothing left to do about it.
            let _ = is_done.recv_timeout(Duration::from_secs(2));
        }
    }
}

fn write(words: &Receiver<Word>) {
    let mut out = BufWriter::new(io::stderr());
    while let Ok(word) = words.recv() {
        let mut next = Some(word);
        // Written together is what has come together. What cannot be written is lost: there is no
        // other place where one could say so.
        while let Some(word) = next {
            match word {
                Word::Line(line) => {
                    let _ = writeln!(out, "{line}");
                }
                Word::Flush(done) => {
                    let _ = out.flush();
                    let _ = done.send(());
                }
            }
            next = words.try_recv().ok();
        }
        if out.flush().is_err() {
            out = BufWriter::new(io::stderr());
        }
    }
}
