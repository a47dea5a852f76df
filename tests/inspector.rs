//! What the inspector shows, as data: the session's picture, who decided, envelope and headers, the
//! wire, the way of a message.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use smtp_terminal::simulator::Simulator;
use smtp_terminal::views;

/// The world after some lines were typed.
fn after(scenario: &str, lines: &str) -> Simulator {
    let mut simulator = Simulator::new(scenario).unwrap();
    simulator.run(lines);
    simulator.settle();
    simulator
}

fn picture(simulator: &Simulator) -> views::Picture {
    let example = views::Example {
        host: "penguinpower",
        user: "safeer",
        server: "smtp.safeer.in",
    };
    views::picture(simulator.world(), example)
}

fn now(picture: &views::Picture) -> &str {
    picture
        .states
        .iter()
        .find(|s| s.is_now)
        .map_or("", |s| s.name)
}

fn held<'a>(picture: &'a views::Picture, what: &str) -> &'a str {
    let found = picture.held.iter().find(|(name, _)| *name == what);
    found.map_or("", |(_, value)| value)
}

/// The names of the commands whose turn it is.
fn next(picture: &views::Picture) -> Vec<&str> {
    let all = picture.commands.iter();
    all.filter(|c| c.missing.is_empty())
        .map(|c| c.name)
        .collect()
}

#[test]
fn the_picture_follows_a_session() {
    let mut simulator = after("{}", "telnet smtp.safeer.in 25");
    let picture_now = picture(&simulator);
    assert_eq!(now(&picture_now), "Command");
    assert_eq!(next(&picture_now), ["EHLO", "MAIL", "RSET", "NOOP", "QUIT"]);
    simulator.run("EHLO penguinpower\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<praveen@gmail.com>");
    simulator.run("RCPT TO:<asha@safeer.in>");
    simulator.settle();
    let picture_now = picture(&simulator);
    assert_eq!(held(&picture_now, "HELO name"), "penguinpower");
    assert_eq!(held(&picture_now, "Protocol"), "ESMTP");
    assert_eq!(held(&picture_now, "Reverse-path"), "<safeer@safeer.in>");
    let paths = "<praveen@gmail.com>, <asha@safeer.in>";
    assert_eq!(held(&picture_now, "Forward-paths"), paths);
    let turn = ["EHLO", "RCPT", "DATA", "RSET", "NOOP", "QUIT"];
    assert_eq!(next(&picture_now), turn);
    assert!(picture_now.progress.iter().all(|(_, is_done)| *is_done));
    simulator.run("DATA\nSubject: Hello");
    simulator.settle();
    let picture_now = picture(&simulator);
    assert_eq!(now(&picture_now), "Content");
    assert_eq!(next(&picture_now), ["Header", "Empty line", "Text", "Dot"]);
    simulator.run("\nHow are you?\n.\nQUIT");
    simulator.settle();
    let picture_now = picture(&simulator);
    assert_eq!(now(&picture_now), "Closed");
    assert_eq!(next(&picture_now), ["Connect"]);
    assert_eq!(held(&picture_now, "Reverse-path"), "");
}

#[test]
fn every_example_does_what_it_says() {
    let mut simulator = after("{}", "");
    let whole = [
        "Connect",
        "EHLO",
        "MAIL",
        "RCPT",
        "DATA",
        "Header",
        "Empty line",
        "Text",
        "Dot",
        "RSET",
        "NOOP",
        "QUIT",
    ];
    for name in whole {
        let picture = picture(&simulator);
        let command = picture.commands.iter().find(|c| c.name == name).unwrap();
        assert_eq!(command.missing, "", "{name}");
        simulator.run(&format!("{}\n", command.line));
        simulator.settle();
    }
    let screen = simulator.transcript();
    assert!(screen.contains("250 2.0.0 Ok: queued as "), "{screen}");
    assert!(screen.contains("221 2.0.0 Bye"), "{screen}");
}

/// What was asked, a line each.
fn judged(simulator: &Simulator) -> String {
    let judgement = views::judgement(simulator.world()).unwrap();
    let mut text = format!("{}: {}\n", judgement.command, judgement.reply);
    for list in &judgement.lists {
        text.push_str(&format!("{} <{}>\n", list.name, list.about));
        for row in &list.rows {
            let indent = "  ".repeat(row.depth + 1);
            let mark = if row.decides { " *" } else { "" };
            text.push_str(&format!("{indent}{}: {}{mark}\n", row.words, row.verdict));
        }
    }
    text.push_str(&judgement.sentence.to_string());
    text
}

/// A server with these lines in its main.cf, and the learner beside it.
fn strict(main_cf: &str) -> String {
    let lines: Vec<String> = main_cf.lines().map(|l| format!("{l:?}")).collect();
    format!(
        r#"{{"hosts": [{{"name": "penguinpower", "addresses": ["10.25.0.57"]}},
            {{"name": "mail.example.com", "addresses": ["10.25.0.1"],
              "users": [{{"name": "friend"}}],
              "main_cf": ["compatibility_level = 3.6", "myhostname = mail.example.com", "myorigin = example.com",
                "mydestination = example.com", "mynetworks = 127.0.0.0/8", {}]}}]}}"#,
        lines.join(", ")
    )
}

#[test]
fn who_decided_is_shown() {
    let lines = "telnet smtp.safeer.in 25\nEHLO x\nMAIL FROM:<safeer@safeer.in>";
    let simulator = after("{}", &format!("{lines}\nRCPT TO:<nosuch@safeer.in>"));
    assert_eq!(
        judged(&simulator),
        "\
RCPT: 550 5.1.1 <nosuch@safeer.in>: Recipient address rejected: User unknown in local recipient table
smtpd_relay_restrictions <nosuch@safeer.in>
  permit_mynetworks: lets it pass
  permit_sasl_authenticated: not asked any more
  defer_unauth_destination: not asked any more
smtpd_reject_unlisted_recipient <nosuch@safeer.in>
  smtpd_reject_unlisted_recipient: refuses *
smtpd_reject_unlisted_recipient has decided."
    );
    let simulator = after("{}", &format!("{lines}\nNOOP"));
    let nothing = "No restriction was asked: the session answered NOOP by itself.";
    assert!(judged(&simulator).ends_with(nothing));
    // A command that is refused because of its place asks nobody, and what was asked before is
    // not told again.
    let simulator = after(
        "{}",
        &format!("{lines}\nRCPT TO:<asha@safeer.in>\nMAIL FROM:<>"),
    );
    let said = judged(&simulator);
    assert!(
        said.starts_with("MAIL: 503 5.5.1 Error: nested MAIL command"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 2, "{said}");
}

#[test]
fn classes_tables_warnings_and_deferrals_are_told_apart() {
    let scenario = strict(
        "smtpd_restriction_classes = careful\n\
         careful = reject_non_fqdn_sender, check_sender_access inline:{ {evil@example.org=REJECT go away} }\n\
         smtpd_helo_restrictions = reject_non_fqdn_helo_hostname\n\
         smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n\
         smtpd_recipient_restrictions = warn_if_reject reject_unknown_sender_domain, careful, \
         defer_if_permit, permit",
    );
    let lines = "telnet mail.example.com 25\nEHLO me.example.org\nMAIL FROM:<evil@example.org>";
    let simulator = after(&scenario, &format!("{lines}\nRCPT TO:<friend@example.com>"));
    assert_eq!(
        judged(&simulator),
        "\
RCPT: 554 5.7.1 <evil@example.org>: Sender address rejected: go away
smtpd_helo_restrictions <me.example.org>
  reject_non_fqdn_helo_hostname: no opinion
smtpd_relay_restrictions <friend@example.com>
  permit_mynetworks: no opinion
  reject_unauth_destination: no opinion
smtpd_recipient_restrictions <friend@example.com>
  warn_if_reject reject_unknown_sender_domain: would refuse, only warns
  careful: refuses
    reject_non_fqdn_sender: no opinion
    check_sender_access inline:{ {evil@example.org=REJECT go away} }: refuses *
  defer_if_permit: not asked any more
  permit: not asked any more
check_sender_access inline:{ {evil@example.org=REJECT go away} } in smtpd_recipient_restrictions has decided."
    );
    let lines = "telnet mail.example.com 25\nEHLO me.example.org\nMAIL FROM:<>";
    let simulator = after(&scenario, &format!("{lines}\nRCPT TO:<friend@example.com>"));
    let said = judged(&simulator);
    assert!(said.starts_with("RCPT: 450 4.7.0 "), "{said}");
    assert!(
        said.contains("  defer_if_permit: 4xx, should others accept\n"),
        "{said}"
    );
    assert!(said.ends_with("defer_if_permit has decided."), "{said}");
}

#[test]
fn nobody_pays_who_does_not_watch() {
    use smtp_terminal::smtp::client::Client;
    use smtp_terminal::smtp::session::Session;
    let mut simulator = after("{}", "telnet smtp.safeer.in 25\nEHLO x");
    let watched = simulator.world().watched().unwrap();
    assert!(watched.facts.trail.is_kept());
    let session = Session::new(Client::new("client.example", "192.0.2.1", 40_000));
    assert!(!session.facts().trail.is_kept());
    simulator.run("QUIT");
    simulator.settle();
    assert_eq!(simulator.world().watched().unwrap().state, "Closed");
}

/// The pairs, a line each.
fn pairs(simulator: &Simulator) -> String {
    let compared = views::envelope(simulator.world()).unwrap();
    let line = |pair: &views::Pair| {
        let views::Pair {
            command,
            envelope,
            name,
            header,
            ..
        } = pair;
        let mark = if pair.difference.is_some() {
            "!="
        } else {
            "=="
        };
        format!("{command} <{envelope}> {mark} {name}: {header}\n")
    };
    compared.pairs.iter().map(line).collect()
}

#[test]
fn envelope_and_headers_side_by_side() {
    let lines = "telnet smtp.safeer.in 25\nEHLO x\nMAIL FROM:<safeer@safeer.in>\n\
                 RCPT TO:<praveen@gmail.com>\nRCPT TO:<asha@safeer.in>\nDATA\n\
                 From: The King <king@palace.example>\nTo: praveen <PRAVEEN@gmail.com>,\n friends: tux@penguins.example;\n\
                 Bcc: asha\n";
    let expected = "\
MAIL FROM <safeer@safeer.in> != From: king@palace.example
RCPT TO <praveen@gmail.com> == To: PRAVEEN@gmail.com
RCPT TO <asha@safeer.in> != Bcc: asha
RCPT TO <> != To: tux@penguins.example
";
    let mut simulator = after("{}", lines);
    assert_eq!(pairs(&simulator), expected);
    assert_eq!(views::envelope(simulator.world()).unwrap().id, "");
    simulator.run("\nSoon.\n.\n");
    simulator.settle();
    // It has been accepted, and can still be looked at.
    assert_eq!(pairs(&simulator), expected);
    assert_ne!(views::envelope(simulator.world()).unwrap().id, "");
    assert!(views::envelope(after("{}", "").world()).is_none());
}

const LETTER: &str = "printf 'HELO x\\r\\nMAIL FROM:<safeer@safeer.in>\\r\\nRCPT TO:<praveen@gmail.com>\\r\\nRCPT TO:<x@down.example>\\r\\nRCPT TO:<nosuch@gmail.com>\\r\\nDATA\\r\\nSubject: x\\r\\n\\r\\nx\\r\\n.\\r\\nQUIT\\r\\n' | nc smtp.safeer.in 25";

#[test]
fn a_journey_is_a_tree() {
    let mut simulator = after("{}", LETTER);
    simulator.skip(Duration::from_secs(1_000));
    let id = views::latest(simulator.world()).unwrap();
    let journey = views::journey(simulator.world(), &id).unwrap();
    let mut text = String::new();
    let mut ids: Vec<String> = Vec::new();
    for (depth, line) in journey.lines() {
        // What differs from run to run is the queue ID alone; each gets a letter.
        let line = match line.split_once(" as ") {
            Some((start, id)) => {
                ids.push(id.into());
                format!("{start} as {}", char::from(b'@' + ids.len() as u8))
            }
            None => line,
        };
        let line = line.split(" (").next().unwrap_or_default();
        text.push_str(&format!("{}{line}\n", "  ".repeat(depth)));
    }
    assert_eq!(
        text,
        "\
smtp.safeer.in took it from penguinpower[10.25.0.57] as A
  to x@down.example
    deferred
    deferred
    waits in the deferred queue
  to nosuch@gmail.com
    bounced through gmail-smtp-in.l.google.com[10.26.0.27]:25
  to praveen@gmail.com
    sent through gmail-smtp-in.l.google.com[10.26.0.27]:25
    gmail-smtp-in.l.google.com took it from smtp.safeer.in[10.25.0.1] as B
      to praveen@gmail.com
        sent through local
        lies in /var/mail/praveen
  back to the sender: sender non-delivery notification
    smtp.safeer.in made it as C
      to safeer@safeer.in
        sent through local
        lies in /var/mail/safeer
"
    );
    let waits = &journey.branches[0];
    let apart = waits.attempts[1].at - waits.attempts[0].at;
    assert!(apart >= Duration::from_secs(300), "{apart:?}");
    let (queue, due) = waits.waits.unwrap();
    assert_eq!(queue, "deferred");
    assert!(due.unwrap() > waits.attempts[1].at);
    // Each queue ID in the log leads there.
    let log = views::log(simulator.world());
    let links = |line: &views::Logged| line.links.len();
    assert!(log.iter().map(links).sum::<usize>() > 10);
    for line in &log {
        for link in &line.links {
            let id = &line.text[link.clone()];
            assert!(views::journey(simulator.world(), id).is_some(), "{id}");
        }
    }
}

#[test]
fn the_wire_is_remembered_byte_for_byte_and_not_for_ever() {
    let mut simulator = after("{}", "telnet smtp.safeer.in 25\nHELO tab\there\nQUIT");
    let all = views::conversations(simulator.world());
    assert_eq!(all[0].name, "penguinpower → smtp.safeer.in:25");
    let conversation = views::conversation(simulator.world(), all[0].id).unwrap();
    let text = views::text(conversation);
    let said: Vec<&str> = text
        .lines()
        .skip(1)
        .map(|line| line.split_once(' ').unwrap().1)
        .collect();
    assert_eq!(
        said,
        [
            "-- The client calls (SYN).",
            "-- The server takes the call (SYN, ACK).",
            "S: 220 smtp.safeer.in ESMTP Postfix (Ubuntu)\\r\\n",
            "C: HELO tab\\there\\r\\n",
            "S: 250 smtp.safeer.in\\r\\n",
            "C: QUIT\\r\\n",
            "S: 221 2.0.0 Bye\\r\\n",
            "-- The server closes its end (FIN).",
        ]
    );
    assert!(views::hexdump(b"250 Ok\r\n").starts_with("00000000  32 35 30 20 4f 6b 0d 0a "));
    // A long dialogue loses its beginning, and of many the oldest is forgotten.
    let long = format!("{}\n", "x".repeat(900)).repeat(600);
    simulator.run("telnet smtp.safeer.in 25\nMAIL FROM:<>\nRCPT TO:<asha@safeer.in>\nDATA");
    simulator.run(&format!("{long}.\nQUIT"));
    simulator.settle();
    let newest = views::conversations(simulator.world())[0].id;
    let conversation = views::conversation(simulator.world(), newest).unwrap();
    let text = views::text(conversation);
    assert!((200_000..400_000).contains(&text.len()), "{}", text.len());
    assert!(text.contains("S: 220 ") || text.contains("Bytes before this that are forgotten:"));
    assert!(text.ends_with("-- The server closes its end (FIN).\n"));
    for _ in 0..70 {
        simulator.run("echo QUIT | nc smtp.safeer.in 25");
        simulator.settle();
    }
    assert_eq!(simulator.world().tap().conversations().len(), 60);
}

#[test]
fn files_are_shown_and_no_more() {
    let mut simulator = after("{}", LETTER);
    simulator.skip(Duration::from_secs(5));
    let all = views::files(simulator.world());
    let paths: Vec<&str> = all.iter().map(|entry| &*entry.path).collect();
    assert!(paths.contains(&"/etc/postfix/main.cf"));
    assert!(paths.contains(&"/var/mail/praveen"));
    let main_cf = views::file(simulator.world(), "smtp.safeer.in", "/etc/postfix/main.cf");
    assert!(main_cf.unwrap().contains("myhostname"));
    assert_eq!(
        views::file(simulator.world(), "smtp.safeer.in", "/etc/passwd"),
        None
    );
}
