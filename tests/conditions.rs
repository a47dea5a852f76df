//! Each condition of a lesson: what is typed before it holds, and what makes it hold.

#![allow(clippy::unwrap_used)]

use smtp_terminal::simulator::{Outside, Simulator};

/// A lesson of one step with this goal.
fn lesson(goal: &str) -> String {
    format!(
        r#"{{ "id": "x", "title": "x", "steps": [
             {{ "title": "x", "text": "x", "solution": [], "goal": {goal} }} ] }}"#
    )
}

/// Types lines; whether the goal holds then.
fn holds(simulator: &mut Simulator, lines: &str) -> bool {
    let lines: Vec<&str> = lines.lines().map(str::trim_start).collect();
    simulator.perform(&lines);
    simulator.settle();
    simulator.teacher().unwrap().is_done()
}

/// A goal does not hold after `before`, and does after `then`.
fn case(goal: &str, before: &str, then: &str) {
    let lesson = lesson(goal);
    let mut simulator = Simulator::teach(&lesson, "", Outside::default())
        .unwrap_or_else(|fault| panic!("{goal}: {fault}"));
    let is_early = holds(&mut simulator, before);
    assert!(
        !is_early,
        "{goal} holds after\n{before}\n{}",
        simulator.transcript()
    );
    let is_done = holds(&mut simulator, then);
    assert!(
        is_done,
        "{goal} does not hold after\n{then}\n{}",
        simulator.transcript()
    );
}

const TELNET: &str = "telnet smtp.safeer.in 25";
const LETTER: &str = "telnet smtp.safeer.in 25
    helo penguinpower
    mail from:<safeer@safeer.in>
    rcpt to:<asha@safeer.in>
    data
    Subject: Happy New Year!!!
    To: everyone

    Many happy returns
    .";

/// A server that hangs up has agreed to nothing.
#[test]
fn what_ends_a_connection_is_no_agreement() {
    case(
        r#"{ "greeted": {} }"#,
        "telnet smtp.safeer.in 25\nHELO: x",
        "telnet smtp.safeer.in 25\nHELO x",
    );
    case(
        r#"{ "sender": {} }"#,
        "telnet smtp.safeer.in 25\nHELO x\nMAIL: a@b.example",
        "telnet smtp.safeer.in 25\nHELO x\nMAIL FROM:<a@b.example>",
    );
}

#[test]
fn connections() {
    case(
        r#"{ "connected": {} }"#,
        "telnet mail.down.example 25",
        TELNET,
    );
    case(
        r#"{ "connected": { "host": "smtp.safeer.in", "port": 25 } }"#,
        "nc mail.penguins.example 25\nQUIT",
        "nc smtp.safeer.in smtp",
    );
    case(
        r#"{ "connected": { "host": "10.25.0.1" } }"#,
        "ls",
        "swaks -q CONNECT -s smtp.safeer.in",
    );
    case(
        r#"{ "connected": { "outcome": "refused" } }"#,
        "telnet smtp.safeer.in 25\nQUIT",
        "telnet smtp.safeer.in 26",
    );
    case(
        r#"{ "connected": { "outcome": "timed_out", "host": "mail.silent.example" } }"#,
        "telnet smtp.safeer.in 26",
        "telnet mail.silent.example 25\n<wait 130>",
    );
    case(
        r#"{ "connected": { "outcome": "closed" } }"#,
        TELNET,
        "QUIT",
    );
    case(
        r#"{ "reply": { "to": "connect", "code": 220 } }"#,
        "telnet smtp.safeer.in 26",
        TELNET,
    );
}

#[test]
fn greetings() {
    case(r#"{ "greeted": {} }"#, TELNET, "helo penguinpower");
    case(
        r#"{ "greeted": { "by": "EHLO", "name": "PenguinPower" } }"#,
        "telnet smtp.safeer.in 25\nHELO penguinpower\nEHLO other",
        "ehlo penguinpower",
    );
    case(
        r#"{ "greeted": { "host": "smtp.safeer.in" } }"#,
        "swaks -q EHLO -s mail.penguins.example",
        "swaks -q EHLO -s smtp.safeer.in",
    );
}

#[test]
fn envelopes() {
    let open = "telnet smtp.safeer.in 25\nhelo penguinpower";
    case(
        r#"{ "sender": {} }"#,
        &format!("{open}\nmail from"),
        "mail from:<>",
    );
    case(
        r#"{ "sender": { "is": "" } }"#,
        &format!("{open}\nmail from:<a@b.example>\nrset"),
        "mail from:<>",
    );
    case(
        r#"{ "sender": { "is": "safeer@safeer.in" } }"#,
        &format!("{open}\nmail from:<asha@safeer.in>\nrset"),
        "MAIL FROM: Safeer@SAFEER.in",
    );
    let mail = format!("{open}\nmail from:<safeer@safeer.in>");
    case(
        r#"{ "recipients": {} }"#,
        &format!("{mail}\nrcpt to:<nosuch@safeer.in>"),
        "rcpt to:<asha@safeer.in>",
    );
    case(
        r#"{ "recipients": { "are": ["praveen@gmail.com", "<asha@safeer.in>"], "sender": "safeer@safeer.in" } }"#,
        &format!("{mail}\nrcpt to:<asha@safeer.in>"),
        "rcpt to:<praveen@gmail.com>",
    );
    case(
        r#"{ "recipients": { "include": ["praveen@gmail.com"], "least": 3 } }"#,
        &format!("{mail}\nrcpt to:<praveen@gmail.com>\nrcpt to:<asha@safeer.in>"),
        "rcpt to:<safeer@safeer.in>",
    );
    case(
        r#"{ "recipients": { "are": ["asha@safeer.in"] } }"#,
        "ls",
        "swaks --silent -f safeer@safeer.in -t asha@safeer.in -s smtp.safeer.in",
    );
}

#[test]
fn replies() {
    let mail = "telnet smtp.safeer.in 25\nhelo penguinpower\nmail from:<safeer@safeer.in>";
    case(
        r#"{ "reply": { "to": "RCPT", "code": "5xx", "enhanced": "5.1.1", "contains": "user unknown", "line": "nosuch@", "host": "smtp.safeer.in", "tls": false } }"#,
        &format!("{mail}\nrcpt to:<other@safeer.in>"),
        "rcpt to:<nosuch@safeer.in>",
    );
    case(
        r#"{ "reply": { "to": "content", "code": 250 } }"#,
        LETTER.strip_suffix('.').unwrap(),
        ".",
    );
    case(
        r#"{ "reply": { "to": "rcpt", "code": 454, "contains": "relay" } }"#,
        &format!("{mail}\nrcpt to:<asha@safeer.in>\nquit"),
        "telnet mail.penguins.example 25\nhelo x\nmail from:<>\nrcpt to:<x@elsewhere.example>",
    );
}

#[test]
fn lines() {
    case(
        r#"{ "said": { "matches": "^subject:", "content": true } }"#,
        "telnet smtp.safeer.in 25\nhelo x",
        &LETTER[TELNET.len()..],
    );
    case(r#"{ "typed": { "matches": "^ls *-l" } }"#, "ls", "ls -l");
    case(
        r#"{ "shown": { "matches": "^hello, world" } }"#,
        "echo 'hello,  world'",
        "echo hello, world",
    );
    case(
        r#"{ "ended": { "program": "swaks", "status": 0, "matches": "--quit" } }"#,
        "swaks --quit EHLO -s nowhere.example",
        "swaks --quit EHLO -s smtp.safeer.in",
    );
}

#[test]
fn messages() {
    case(
        r#"{ "accepted": { "sender": "safeer@safeer.in", "recipients": ["asha@safeer.in"], "header": { "Subject": "happy new", "To": "" }, "without": ["Bcc"], "body": "happy returns", "host": "smtp.safeer.in", "tls": false } }"#,
        "swaks --silent -f safeer@safeer.in -t asha@safeer.in -s smtp.safeer.in",
        LETTER,
    );
    case(r#"{ "accepted": { "matches": "^returns" } }"#, LETTER, "quit\nswaks --silent -f safeer@safeer.in -t asha@safeer.in -s smtp.safeer.in --body 'many\\nreturns'");
    case(
        r#"{ "mailbox": { "user": "asha", "host": "smtp.safeer.in", "header": { "Subject": "happy" }, "body": "returns" } }"#,
        "ls",
        &format!("{LETTER}\n<wait 5>"),
    );
    case(
        r#"{ "mailbox": { "user": "asha", "count": 2 } }"#,
        &format!("{LETTER}\nquit\n<wait 5>"),
        &format!("{LETTER}\n<wait 5>"),
    );
    case(r#"{ "mailbox": { "path": "/var/mail/asha", "without": ["Date"], "header": {} } }"#, "ls",
        "swaks --silent -f safeer@safeer.in -t asha@safeer.in -s smtp.safeer.in --data 'Subject: x\\n\\ny'\n<wait 5>\nexit\n<wait 1>\nls");
}

#[test]
fn what_becomes_of_it() {
    let bad = "swaks --silent -f safeer@safeer.in -t nosuch@gmail.com -s smtp.safeer.in\n<wait 10>";
    case(
        r#"{ "bounce": { "user": "safeer", "recipient": "nosuch@gmail.com", "status": "5.1.1", "action": "failed" } }"#,
        LETTER,
        &format!("quit\n{bad}"),
    );
    case(
        r#"{ "tried": { "recipient": "nosuch@gmail.com", "status": "bounced", "enhanced": "5.1.1", "relay": "google.com", "reason": "does not exist", "host": "smtp.safeer.in" } }"#,
        "ls",
        bad,
    );
    let down = "swaks --silent -f safeer@safeer.in -t x@down.example -s smtp.safeer.in\n<wait 10>";
    case(
        r#"{ "queue": { "host": "smtp.safeer.in", "recipient": "x@down.example", "reason": "refused", "place": "deferred", "sender": "safeer@safeer.in" } }"#,
        "ls",
        down,
    );
    case(
        r#"{ "sequence": [ { "queue": {} }, { "queue": { "count": 0 } } ] }"#,
        down,
        "ssh smtp.safeer.in\nsudo postsuper -d ALL",
    );
    case(
        r#"{ "logged": { "matches": "status=deferred .*refused", "host": "smtp.safeer.in" } }"#,
        LETTER,
        &format!("quit\n{down}"),
    );
    case(
        r#"{ "log_read": { "host": "smtp.safeer.in" } }"#,
        "ssh smtp.safeer.in\nls /var/log",
        "sudo tail -n 3 /var/log/mail.log",
    );
    case(
        r#"{ "log_read": {} }"#,
        "ssh smtp.safeer.in",
        "grep postfix < /var/log/mail.log",
    );
}

#[test]
fn the_administrators_side() {
    let there = "ssh smtp.safeer.in";
    case(
        r#"{ "read": { "path": "/etc/aliases" } }"#,
        there,
        "less /etc/aliases\nq",
    );
    case(
        r#"{ "file": { "path": "/etc/aliases", "host": "smtp.safeer.in", "matches": "^info: *asha", "contains": "ASHA" } }"#,
        &format!("{there}\necho 'info: safeer' | sudo tee -a /etc/aliases"),
        "echo 'info: asha' | sudo tee -a /etc/aliases",
    );
    case(
        r#"{ "file": { "path": "/home/safeer/x", "exists": true } }"#,
        "ls",
        "touch x",
    );
    case(
        r#"{ "sequence": [ { "file": { "path": "/home/safeer/x" } }, { "file": { "path": "/home/safeer/x", "exists": false } } ] }"#,
        "touch x",
        "rm x",
    );
    case(
        r#"{ "parameter": { "name": "mynetworks", "is": "127.0.0.0/8, [::1]/128", "host": "smtp.safeer.in" } }"#,
        &format!("{there}\nsudo postconf -e 'mynetworks = 127.0.0.0/8 [::1]/128'"),
        "sudo postfix reload",
    );
    case(
        r#"{ "parameter": { "name": "myorigin", "matches": "^smtp[.]" } }"#,
        there,
        "sudo postconf -e 'myorigin = $myhostname'\nsudo postfix reload",
    );
    case(
        r#"{ "not": { "running": { "host": "smtp.safeer.in" } } }"#,
        there,
        "sudo postfix stop",
    );
    case(
        r#"{ "sequence": [ { "not": { "running": {} } }, { "running": { "port": 25 } } ] }"#,
        &format!("{there}\nsudo postfix stop"),
        "sudo postfix start",
    );
    case(
        r#"{ "passed": { "seconds": 60 } }"#,
        "<wait 30>",
        "<wait 31>",
    );
}

#[test]
fn passwords_and_encryption() {
    let plain = "swaks --silent -s smtp.provider.example:587 -f safeer@provider.example -t asha@provider.example --tls --auth PLAIN --auth-user safeer --auth-password";
    case(
        r#"{ "authenticated": { "user": "safeer", "mechanism": "plain", "host": "smtp.provider.example" } }"#,
        &format!("{plain} wrong"),
        &format!("{plain} iceberg"),
    );
    case(
        r#"{ "accepted": { "user": "safeer", "tls": true } }"#,
        LETTER,
        &format!("quit\n{plain} iceberg"),
    );
    case(
        r#"{ "tls": {} }"#,
        "swaks --silent -q EHLO -s smtp.provider.example",
        "swaks --silent -q EHLO --tls -s smtp.provider.example",
    );
    case(
        r#"{ "tls": { "greeted": true, "host": "smtp.provider.example" } }"#,
        "telnet smtp.provider.example 25\nehlo x\nstarttls\n^]\nquit",
        "openssl s_client -quiet -starttls smtp -connect smtp.provider.example:25\nehlo x",
    );
}

#[test]
fn put_together() {
    let a = r#"{ "typed": { "matches": "^echo a" } }"#;
    let b = r#"{ "typed": { "matches": "^echo b" } }"#;
    case(&format!(r#"{{ "all": [{a}, {b}] }}"#), "echo b", "echo a");
    case(&format!(r#"{{ "any": [{a}, {b}] }}"#), "echo c", "echo b");
    case(
        &format!(r#"{{ "sequence": [{a}, {b}] }}"#),
        "echo b\necho a",
        "echo b",
    );
    case(
        &format!(r#"{{ "all": [{b}, {{ "not": {a} }}] }}"#),
        "echo c",
        "echo b",
    );
    case(
        &format!(r#"{{ "times": {{ "least": 3, "goal": {a} }} }}"#),
        "echo a\necho a",
        "echo a",
    );
    case(
        &format!(r#"{{ "within": {{ "seconds": 60, "goal": {a} }} }}"#),
        "<wait 30>",
        "echo a",
    );
    case(
        &format!(r#"{{ "sequence": [{b}, {{ "within": {{ "seconds": 60, "goal": {a} }} }}] }}"#),
        "<wait 90>\necho b",
        "<wait 30>\necho a",
    );
    let late = lesson(&format!(
        r#"{{ "within": {{ "seconds": 60, "goal": {a} }} }}"#
    ));
    let mut simulator = Simulator::teach(&late, "", Outside::default()).unwrap();
    assert!(!holds(&mut simulator, "<wait 61>\necho a"));
}
