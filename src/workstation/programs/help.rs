//! `--help`, in our own words: what a program takes here, and what it does.

use crate::workstation::programs::machine::Output;

/// A line for each: how it is called, and what for.
const HELP: &str = "\
base64 [-d] [FILE]|Encodes in base64; -d decodes.
cat [FILE]...|Shows files one after the other.
date [-u | -R | +%s]|Shows date and time.
dig [+short] [+trace] [@SERVER] NAME [TYPE] | dig -x ADDRESS|Asks for records of the domain name system.
echo [-n] [-e] [WORD]...|Shows words.
grep [-i] [-v] [-c] [-n] [-E] PATTERN [FILE]...|Shows the lines that match.
head [-n LINES] [FILE]...|Shows the first lines.
host [-t TYPE] NAME|Looks up a name or an address.
less [FILE]|Shows a page at a time: Enter goes on, b back, /WORD searches, q ends.
ls [-l] [FILE]...|Lists files.
mail [-s SUBJECT] [-c COPIES] [-r SENDER] PERSON... | mail [-f FILE]|Writes a message, or reads a mailbox.
mailq|Shows the mail queue.
nc [-C] [-v] [-z] [-w SECONDS] HOST PORT|Sends its input to a port and shows what comes back.
newaliases|Reads /etc/aliases again.
nslookup [-type=TYPE] NAME|Looks up a name.
openssl s_client -connect HOST:PORT [-starttls smtp] [-crlf] [-quiet] [-brief]|Opens a connection with TLS.
ping [-c COUNT] HOST|Sends an echo each second until Ctrl-C.
postcat [-e] [-h] [-b] -q QUEUE_ID|Shows a queue file.
postconf [-n | -d] [-x] [-h] [NAME]... | postconf -e NAME=VALUE...|Shows or sets parameters of main.cf.
postfix status | check | reload | start | stop|Looks after the mail system.
postmap -q KEY TYPE:FILE | postmap -s TYPE:FILE | postmap FILE|Asks, shows or makes a lookup table.
postqueue -p | -j | -f | -i QUEUE_ID|Shows the queue, or tries messages now.
postsuper -d | -h | -H | -r QUEUE_ID | ALL|Deletes, holds, releases or requeues mail.
printf FORMAT [WORD]...|Shows words in a format; \\r\\n ends a line of SMTP.
sendmail [-t] [-f SENDER] [-F NAME] PERSON... | sendmail -bs | -bp|Hands in a message, speaks SMTP, or shows the queue.
sleep NUMBER[smhd]|Lets time pass at once.
ssh [USER@]HOST|Logs in on a server.
swaks --to PERSON [--from PERSON] [--server HOST] [--auth] [--tls] [--header H] [--body TEXT] [--quit-after STEP] [-n]|Sends a test message and shows the dialogue.
tail [-n LINES] [-f] FILE|Shows the last lines; -f waits for more.
telnet HOST [PORT]|Opens a connection; Ctrl-] leaves it.
wc [-l] [-w] [-c] [FILE]...|Counts lines, words and bytes.
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
