//! The session that all began with, against the library.

#![allow(clippy::unwrap_used)]

use smtp_terminal::simulator::Simulator;

const TYPED: &str = "\
telnet smtp.safeer.in 25
HELO penguinpower
MAIL FROM: safeer@safeer.in
RCPT TO: praveen@gmail.com
RCPT TO: asha@safeer.in
DATA
Subject: Happy New Year!!!
From: safeer@safeer.in
To: praveen@gmail.com
Happy New Year
.
RSET
QUIT";

const SEEN: &str = "\
safeer@penguinpower:~$ telnet smtp.safeer.in 25
Trying 10.25.0.1...
Connected to smtp.safeer.in.
Escape character is '^]'.
220 smtp.safeer.in ESMTP Postfix (Ubuntu)
HELO penguinpower
250 smtp.safeer.in
MAIL FROM: safeer@safeer.in
250 2.1.0 Ok
RCPT TO: praveen@gmail.com
250 2.1.5 Ok
RCPT TO: asha@safeer.in
250 2.1.5 Ok
DATA
354 End data with <CR><LF>.<CR><LF>
Subject: Happy New Year!!!
From: safeer@safeer.in
To: praveen@gmail.com
Happy New Year
.
250 2.0.0 Ok: queued as QUEUEID
RSET
250 2.0.0 Ok
QUIT
221 2.0.0 Bye
Connection closed by foreign host.
safeer@penguinpower:~$ ";

/// The queue ID of a transcript, and the transcript without it.
fn without_queue_id(transcript: &str) -> (String, String) {
    let (before, after) = transcript.split_once("queued as ").unwrap();
    let (id, rest) = after.split_once('\n').unwrap();
    (id.into(), format!("{before}queued as QUEUEID\n{rest}"))
}

#[test]
fn the_whole_session() {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run(TYPED);
    simulator.settle();
    let (id, seen) = without_queue_id(&simulator.transcript());
    assert_eq!(seen, SEEN);
    // Postfix's short form: five digits of microseconds, then the number of the inode.
    assert!((8..=15).contains(&id.len()), "{id}");
    assert!(
        id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')),
        "{id}"
    );

    let server = simulator.world().host("smtp.safeer.in").unwrap();
    let queue = &server.server.as_ref().unwrap().accepted;
    assert_eq!(queue.len(), 1);
    let message = &queue[0];
    assert_eq!(&*message.queue_id, id);
    assert_eq!(&*message.sender, "safeer@safeer.in");
    let recipients: Vec<&str> = message.recipients.iter().map(|r| &*r.address).collect();
    assert_eq!(recipients, ["praveen@gmail.com", "asha@safeer.in"]);
    let content = String::from_utf8(message.content.clone()).unwrap();
    assert_eq!(
        content,
        "Subject: Happy New Year!!!\nFrom: safeer@safeer.in\nTo: praveen@gmail.com\nHappy New Year\n"
    );
}

#[test]
fn typed_key_by_key_it_is_the_same() {
    use smtp_terminal::workstation::line::key::Key;
    let mut simulator = Simulator::new("{}").unwrap();
    for c in TYPED.chars().chain(['\n']) {
        simulator.press(if c == '\n' { Key::Enter } else { Key::Char(c) });
        simulator.settle();
    }
    assert_eq!(without_queue_id(&simulator.transcript()).1, SEEN);
}

#[test]
fn names_address_banner_and_port_are_the_scenarios() {
    let scenario = r#"{
        "workstation": { "host": "laptop", "user": "asha", "prompt": "\\u at \\h> " },
        "hosts": [
            { "name": "laptop", "addresses": ["192.0.2.7"] },
            {
                "name": "mx.example.org",
                "addresses": ["192.0.2.1"],
                "ports": { "2525": "smtp" },
                "main_cf": ["compatibility_level = 3.6", "myhostname = mx.example.org", "smtpd_banner = $myhostname at your service"]
            }
        ]
    }"#;
    let mut simulator = Simulator::new(scenario).unwrap();
    simulator.run("telnet mx.example.org 2525\nQUIT\ntelnet mx.example.org 25");
    simulator.settle();
    assert_eq!(
        simulator.transcript(),
        "\
asha at laptop> telnet mx.example.org 2525
Trying 192.0.2.1...
Connected to mx.example.org.
Escape character is '^]'.
220 mx.example.org at your service
QUIT
221 2.0.0 Bye
Connection closed by foreign host.
asha at laptop> telnet mx.example.org 25
Trying 192.0.2.1...
telnet: Unable to connect to remote host: Connection refused
asha at laptop> "
    );
}
