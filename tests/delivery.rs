//! After the dot: a message is followed from the queue to a mailbox, or back.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use smtp_terminal::postfix::server::Server;
use smtp_terminal::simulator::Simulator;

/// A world in which some lines have been typed, some time later.
fn after(lines: &str, seconds: u64) -> Simulator {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run(lines);
    simulator.settle();
    simulator.tick(Duration::from_secs(seconds));
    simulator
}

/// Types a message at the server.
fn message(from: &str, to: &str) -> String {
    format!(
        "telnet smtp.safeer.in 25\nHELO penguinpower\nMAIL FROM:<{from}>\nRCPT TO:<{to}>\nDATA\n\
         Subject: Happy New Year!!!\n\nHappy New Year\n.\nQUIT"
    )
}

fn server<'a>(simulator: &'a Simulator, host: &str) -> &'a Server {
    simulator
        .world()
        .host(host)
        .unwrap()
        .server
        .as_ref()
        .unwrap()
}

fn log(simulator: &Simulator) -> String {
    let lines = server(simulator, "smtp.safeer.in").log.iter();
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn to_a_mailbox_of_this_host() {
    let world = after(&message("safeer@safeer.in", "asha@safeer.in"), 5);
    let server = server(&world, "smtp.safeer.in");
    let mailbox = server.files.get("/var/mail/asha").unwrap();
    assert!(
        mailbox.starts_with("From safeer@safeer.in  Tue Nov 24 10:00:0"),
        "{mailbox}"
    );
    assert!(mailbox.contains("\nDelivered-To: asha@safeer.in\nReceived: from penguinpower"));
    assert!(
        mailbox.ends_with("Subject: Happy New Year!!!\n\nHappy New Year\n\n"),
        "{mailbox}"
    );
    assert!(log(&world).contains("status=sent (delivered to mailbox)"));
    assert!(server.queue.files.is_empty());
}

#[test]
fn to_another_host() {
    let world = after(&message("safeer@safeer.in", "praveen@gmail.com"), 5);
    let gmail = server(&world, "gmail-smtp-in.l.google.com");
    let mailbox = gmail.files.get("/var/mail/praveen").unwrap();
    assert!(
        mailbox.contains("Received: from smtp.safeer.in (smtp.safeer.in [10.25.0.1])"),
        "{mailbox}"
    );
    let log = log(&world);
    assert!(
        log.contains("relay=gmail-smtp-in.l.google.com[10.26.0.27]:25, delay="),
        "{log}"
    );
    assert!(
        log.contains("dsn=2.0.0, status=sent (250 2.0.0 OK  "),
        "{log}"
    );
}

/// Those who watch are told what the learner types, not what servers say to each other.
#[test]
fn servers_are_not_overheard() {
    use smtp_terminal::network::Happening;
    let mut world = after(&message("safeer@safeer.in", "praveen@gmail.com"), 5);
    let mut told = Vec::new();
    while let Some(happening) = world.poll() {
        told.push(match happening {
            Happening::Line { host, line, .. } => format!("{host} hears {line}"),
            Happening::Reply { host, reply } => format!("{host} says {}", reply.code()),
            Happening::Queued { host, .. } => format!("{host} queues"),
        });
    }
    let of = |host: &str| told.iter().filter(|t| t.starts_with(host)).count();
    // HELO, MAIL, RCPT, DATA, four lines, QUIT; seven replies; the message.
    assert_eq!(of("smtp.safeer.in "), 17, "{told:#?}");
    let gmail = "gmail-smtp-in.l.google.com ";
    assert_eq!(of(gmail), 1, "{told:#?}");
    assert_eq!(told.last(), Some(&format!("{gmail}queues")));
}

#[test]
fn back_as_a_bounce() {
    let world = after(&message("safeer@safeer.in", "nosuch@gmail.com"), 5);
    let mailbox = server(&world, "smtp.safeer.in")
        .files
        .get("/var/mail/safeer")
        .unwrap();
    assert!(mailbox.starts_with("From MAILER-DAEMON  "), "{mailbox}");
    assert!(
        mailbox.contains("Remote-MTA: dns; gmail-smtp-in.l.google.com\n"),
        "{mailbox}"
    );
    let unwrapped = mailbox.replace("\n    ", " ");
    assert!(
        unwrapped.contains("(in reply to RCPT TO command)"),
        "{mailbox}"
    );
}

#[test]
fn again_and_again() {
    let mut world = after(&message("safeer@safeer.in", "x@down.example"), 5);
    let why = "connect to mail.down.example[10.28.0.1]:25: Connection refused";
    assert!(log(&world).contains(&format!("dsn=4.4.1, status=deferred ({why})")));
    assert_eq!(log(&world).matches("(queue active)").count(), 1);
    world.tick(Duration::from_secs(700));
    assert_eq!(log(&world).matches("status=deferred").count(), 2);
    // After five days it is given up.
    world.tick(Duration::from_secs(6 * 86_400));
    assert!(log(&world).contains("status=expired, returned to sender"));
    assert!(server(&world, "smtp.safeer.in")
        .files
        .get("/var/mail/safeer")
        .is_some());
    assert!(server(&world, "smtp.safeer.in").queue.files.is_empty());
}

#[test]
fn the_views_show_it() {
    use smtp_terminal::views;
    let world = after(&message("safeer@safeer.in", "praveen@gmail.com"), 5);
    let world = world.world();
    let boxes = views::mailboxes(world);
    let praveen = boxes.iter().find(|b| b.user == "praveen").unwrap();
    assert_eq!(praveen.letters.len(), 1);
    let all = boxes.iter().map(|b| b.letters.len());
    assert_eq!(views::count(world), all.sum::<usize>());
    assert_eq!(praveen.letters[0].header("subject"), "Happy New Year!!!");
    assert_eq!(praveen.letters[0].body, "Happy New Year\n\n");
    let id = views::latest(world).unwrap();
    let journey = views::journey(world, &id).unwrap();
    assert_eq!(journey.host, "smtp.safeer.in");
    let branch = &journey.branches[0];
    assert_eq!(branch.recipient, "praveen@gmail.com");
    let there = branch.next.as_ref().unwrap();
    assert_eq!(there.host, "gmail-smtp-in.l.google.com");
    assert_eq!(there.branches[0].state(), "sent");
    assert!(views::queues(world).is_empty());
    assert!(views::log(world)
        .iter()
        .any(|l| l.id.as_deref() == Some(&*id)));
}

#[test]
fn greylisting_is_lived_through() {
    let mut world = after(&message("safeer@safeer.in", "tux@penguins.example"), 5);
    let text = log(&world);
    assert!(text.contains("status=deferred (host mail.penguins.example[10.27.0.1] said: 450 4.2.0 <tux@penguins.example>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/penguins.example.html (in reply to RCPT TO command))"), "{text}");
    world.tick(Duration::from_secs(1_000));
    assert!(log(&world)
        .contains("to=<tux@penguins.example>, relay=mail.penguins.example[10.27.0.1]:25, "));
    let there = server(&world, "mail.penguins.example");
    assert!(
        there.files.get("/var/mail/tux").is_some(),
        "{}",
        log(&world)
    );
    let seen: String = there.log.iter().map(|line| format!("{line}\n")).collect();
    assert!(seen.contains(" postgrey["), "{seen}");
    assert!(
        seen.contains("action=pass, reason=triplet found, delay="),
        "{seen}"
    );
}

#[test]
fn anvil_writes_its_statistics() {
    let mut world = after("telnet mail.penguins.example 25\nQUIT", 1);
    world.tick(Duration::from_secs(250));
    let log = &server(&world, "mail.penguins.example").log;
    let own = log.iter().filter(|line| line.note.program == "anvil");
    let own: Vec<String> = own.map(|line| line.to_string()).collect();
    assert_eq!(own.len(), 3, "{own:?}");
    let start = "statistics: max connection rate 1/60s for (smtp:10.25.0.57) at Nov 24 10:0";
    assert!(
        own[0].starts_with("Nov 24 10:03:20 mail postfix/anvil["),
        "{own:?}"
    );
    assert!(own[0].contains(start), "{own:?}");
}
