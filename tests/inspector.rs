//! What the inspector shows, as data: the session's picture, who decided, envelope and headers, the
//! wire, the way of a message.

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
    picture.states.iter().find(|s| s.is_now).map_or("", |s| s.name)
}

fn held<'a>(picture: &'a views::Picture, what: &str) -> &'a str {
    let found = picture.held.iter().find(|(name, _)| *name == what);
    found.map_or("", |(_, value)| value)
}

/// The names of the commands whose turn it is.
fn next(picture: &views::Picture) -> Vec<&str> {
    let all = picture.commands.iter();
    all.filter(|c| c.missing.is_empty()).map(|c| c.name).collect()
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
        "Connect", "EHLO", "MAIL", "RCPT", "DATA", "Header", "Empty line", "Text", "Dot", "RSET",
        "NOOP", "QUIT",
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
    text.push_str(&judgement.sentence);
    text
}

#[test]
fn who_decided_is_shown() {
    let scenario = r#"{"hosts": [{"name": "mx.example", "addresses": ["10.9.0.1"], "main_cf": "myhostname = mx.example\nsmtpd_restriction_classes = strict\nstrict = reject_unknown_sender_domain, reject_non_fqdn_sender\nsmtpd_recipient_restrictions = permit_mynetworks, warn_if_reject reject_unknown_sender_domain, strict, check_recipient_access inline:{ {friend@mx.example=OK} }, reject_unauth_destination, permit\n", "users": [{"name": "friend"}]}]}"#;
    let _ = scenario;
    let simulator = after(
        "{}",
        "telnet smtp.safeer.in 25\nEHLO x\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<nosuch@safeer.in>",
    );
    println!("{}", judged(&simulator));
    let simulator = after(
        "{}",
        "telnet smtp.safeer.in 25\nEHLO x\nMAIL FROM:<safeer@safeer.in>\nRCPT TO:<praveen@gmail.com>",
    );
    println!("{}", judged(&simulator));
    panic!();
}

#[test]
fn journeys() {
    let letter = "printf 'HELO x\\r\\nMAIL FROM:<safeer@safeer.in>\\r\\nRCPT TO:<praveen@gmail.com>\\r\\nRCPT TO:<x@down.example>\\r\\nRCPT TO:<nosuch@gmail.com>\\r\\nDATA\\r\\nSubject: x\\r\\n\\r\\nx\\r\\n.\\r\\nQUIT\\r\\n' | nc smtp.safeer.in 25";
    let mut simulator = after("{}", letter);
    simulator.skip(Duration::from_secs(1_000));
    let id = views::latest(simulator.world()).unwrap();
    for (depth, line) in views::journey(simulator.world(), &id).unwrap().lines() {
        println!("{}{line}", "  ".repeat(depth));
    }
    for line in views::conversations(simulator.world()) {
        println!("{line:?}");
        let c = views::conversation(simulator.world(), line.id).unwrap();
        println!("{}", views::text(c));
    }
    panic!();
}
