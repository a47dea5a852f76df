//! The engine beside the session type of the crate `mailin`, in one run: whole sessions a second,
//! megabytes of messages a second, and whether the time grows with the size of the message and
//! with the number of recipients, and no faster. `make bench`.

use std::hint::black_box;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use mailin::{Handler, SessionBuilder};
use smtp_terminal::dns::Dns;
use smtp_terminal::files::Files;
use smtp_terminal::postfix::server::Server;
use smtp_terminal::smtp::client::Client;
use smtp_terminal::smtp::policy::{AcceptAll, Policy};
use smtp_terminal::smtp::session::{Action, Session};
use smtp_terminal::time::Time;

/// What a client sends: a message of so many lines to so many recipients.
fn script(lines: usize, recipients: usize) -> Vec<u8> {
    let mut text = String::from("HELO penguinpower\r\nMAIL FROM:<safeer@safeer.in>\r\n");
    for n in 0..recipients {
        text.push_str(&format!("RCPT TO:<person{n}@safeer.in>\r\n"));
    }
    text.push_str("DATA\r\nSubject: Happy New Year!!!\r\n\r\n");
    for n in 0..lines {
        // A dot now and then, which has to be unstuffed.
        let start = if n % 50 == 0 { ".." } else { "Wi" };
        text.push_str(start);
        text.push_str("shing you a very happy new year, and many happy returns of the day.\r\n");
    }
    text.push_str(".\r\nQUIT\r\n");
    text.into_bytes()
}

/// The script as it would come from a client that waits for the reply to each command, and then
/// from a socket.
fn pieces(script: &[u8]) -> Vec<&[u8]> {
    let end = script
        .windows(6)
        .position(|w| w == b"DATA\r\n")
        .map_or(0, |at| at + 6);
    let (commands, content) = script.split_at(end);
    let commands = commands.split_inclusive(|&b| b == b'\n');
    commands.chain(content.chunks(64 * 1024)).collect()
}

/// Our session with a policy: the bytes of its replies.
fn ours(policy: &dyn Policy, pieces: &[&[u8]]) -> usize {
    let mut session = Session::new(Client::new("penguinpower", "127.0.0.1", 40_000));
    let mut said = Vec::new();
    // Nothing is sent before the banner has come.
    for &piece in [&[] as &[u8]].iter().chain(pieces) {
        session.receive(piece);
        while let Some(action) = session.poll(Time(1), policy) {
            match action {
                Action::Reply(reply) => reply.write_to(&mut said),
                Action::Enqueue(message, _) => {
                    black_box(message.content.len());
                }
                _ => {}
            }
        }
    }
    black_box(&said).len()
}

/// Keeps the message, as ours does.
#[derive(Clone, Default)]
struct Keeper {
    content: Vec<u8>,
}

impl Handler for Keeper {
    fn data(&mut self, buf: &[u8]) -> io::Result<()> {
        self.content.extend_from_slice(buf);
        Ok(())
    }

    fn data_end(&mut self) -> mailin::Response {
        black_box(self.content.len());
        mailin::response::OK
    }
}

/// mailin's session, which wants its lines cut by the caller.
fn theirs(script: &[u8]) -> usize {
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let mut session = SessionBuilder::new("smtp.safeer.in").build(address, Keeper::default());
    let mut said = Vec::new();
    let _ = session.greeting().write_to(&mut said);
    for line in script.split_inclusive(|&b| b == b'\n') {
        let response = session.process(line);
        if !matches!(response.action, mailin::Action::NoReply) {
            let _ = response.write_to(&mut said);
        }
    }
    black_box(&said).len()
}

/// The shortest of several runs, each long enough to be timed, in seconds a turn.
fn time(work: &mut dyn FnMut() -> usize) -> f64 {
    let begun = Instant::now();
    let mut turns = 0_u32;
    while begun.elapsed() < Duration::from_millis(120) {
        for _ in 0..20 {
            black_box(work());
        }
        turns += 20;
    }
    begun.elapsed().as_secs_f64() / f64::from(turns)
}

/// Both in turn, several times: the best of each.
fn pair(mut one: impl FnMut() -> usize, mut other: impl FnMut() -> usize) -> (f64, f64) {
    let mut best = (f64::MAX, f64::MAX);
    for _ in 0..9 {
        best.0 = best.0.min(time(&mut one));
        best.1 = best.1.min(time(&mut other));
    }
    best
}

fn main() {
    let mut policy = AcceptAll::default();
    policy.settings.recipient_limit = 0;
    policy.settings.message_size_limit = 0;
    let main_cf = "myhostname = smtp.safeer.in\nmydomain = safeer.in\ncompatibility_level = 3.6\n\
                   mydestination = safeer.in\nlocal_recipient_maps =\nmynetworks = 127.0.0.0/8\n\
                   message_size_limit = 0\nsmtpd_recipient_limit = 100000\n";
    let own = vec!["127.0.0.1".to_string()];
    let server = Server::new(main_cf, Files::default(), Vec::new(), own)
        .unwrap_or_else(|fatal| panic!("{fatal}"));
    let dns = Dns::default();
    let view = server.policy(&dns);

    println!("whole sessions a second (one recipient, a message of 3 lines)");
    let small = script(3, 1);
    let small_pieces = pieces(&small);
    let (our, their) = pair(|| ours(&policy, &small_pieces), || theirs(&small));
    println!("  smtp-terminal, the protocol alone   {:>9.0}", 1.0 / our);
    println!("  mailin                              {:>9.0}", 1.0 / their);
    println!("  ahead by a factor of                {:>9.2}", their / our);
    let (whole, _) = pair(|| ours(&view, &small_pieces), || 0);
    println!("  smtp-terminal with Postfix's rules  {:>9.0}", 1.0 / whole);

    println!("message megabytes a second");
    for lines in [1_000, 10_000, 100_000] {
        let text = script(lines, 1);
        let cut = pieces(&text);
        let megabytes = text.len() as f64 / 1e6;
        let (our, their) = pair(|| ours(&policy, &cut), || theirs(&text));
        println!(
            "  {megabytes:>5.2} MB: smtp-terminal {:>6.0}, mailin {:>6.0}, ahead by a factor of {:.2}",
            megabytes / our,
            megabytes / their,
            their / our
        );
    }

    println!("microseconds a recipient");
    for recipients in [100, 1_000, 10_000] {
        let text = script(1, recipients);
        let cut = pieces(&text);
        let (our, their) = pair(|| ours(&policy, &cut), || theirs(&text));
        let (whole, _) = pair(|| ours(&view, &cut), || 0);
        let each = |seconds: f64| seconds * 1e6 / recipients as f64;
        println!(
            "  {recipients:>6}: smtp-terminal {:.2}, mailin {:.2}; with Postfix's rules {:.2}",
            each(our),
            each(their),
            each(whole)
        );
    }
}
