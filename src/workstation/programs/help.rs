//! `--help`, in our own words: what a program takes here, and what it does.

use crate::workstation::programs::output::Output;

/// A line for each: how it is called, and what for.
const HELP: &str = "\
echo [-n] [-e] [WORD]...|Shows words.
less [FILE]|Shows a page at a time: Enter goes on, b back, /WORD searches, q ends.
mail [-s SUBJECT] [-c COPIES] [-r SENDER] PERSON... | mail [-f FILE]|Writes a message, or reads a mailbox.
nc [-C] [-v] [-z] [-w SECONDS] HOST PORT|Sends its input to a port and shows what comes back.
openssl s_client -connect HOST:PORT [-starttls smtp] [-crlf] [-quiet] [-brief]|Opens a connection with TLS.
ping [-c COUNT] HOST|Sends an echo each second until Ctrl-C.
ssh [USER@]HOST|Logs in on a server.
swaks --to PERSON [--from PERSON] [--server HOST] [--auth] [--tls] [--header H] [--body TEXT] [--quit-after STEP] [-n]|Sends a test message and shows the dialogue.
telnet HOST [PORT]|Opens a connection; Ctrl-] leaves it.
";

/// What `program --help` prints, where there is such a program.
pub fn help(program: &str) -> Option<Output> {
    for line in HELP.lines() {
        let name = line.split([' ', '|']).next();
        if name == Some(program) {
            let (usage, what) = line.rsplit_once('|')?;
            return Some(Output::good(format!("Usage: {usage}\n{what}\n")));
        }
    }
    None
}
