//! What grows has an end (docs/BOUNDS.md), and who meets it is told. No test here is timed: what has no
//! end never passes.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use smtp_terminal::simulator::Simulator;

/// The screen after lines at the mail server.
fn at_server(lines: &str) -> Simulator {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run("ssh smtp.safeer.in");
    simulator.settle();
    simulator.run(lines);
    simulator.settle();
    simulator
}

#[test]
fn a_host_has_so_much_room_and_mail_waits_for_it() {
    let mut lines = String::from("yes 'a line of some length' | head -c 1000000 > /tmp/f\n");
    for _ in 0..26 {
        lines.push_str("cat /tmp/f /tmp/f > /tmp/g && mv /tmp/g /tmp/f\n");
    }
    lines.push_str("cp /tmp/f /tmp/h\ncp /tmp/f /tmp/i; rm /tmp/g; cat /tmp/f >> /tmp/i\n");
    lines.push_str("for i in 1 2 3 4 5 6; do cat /tmp/f >> /tmp/i; done 2> /dev/null\n");
    lines.push_str("yes x | head -c 1000000 > /tmp/j; yes x | head -c 1000000 >> /tmp/j\n");
    lines.push_str("for i in $(seq 40); do yes x | head -c 1000000 >> /tmp/j; done 2> /dev/null\n");
    lines.push_str("seq 300000 | sed 's/.*/xxxxxxxxxxxxx/' | sendmail safeer\nsleep 5; mailq\n");
    let simulator = at_server(&lines);
    let text = simulator.transcript();
    assert!(text.contains("No space left on device"));
    assert!(
        text.contains("error writing message: No space left on device"),
        "{}",
        &text[text.len().saturating_sub(2_000)..]
    );
}

#[test]
fn a_message_has_an_end_where_main_cf_names_none() {
    let simulator = at_server(
        "sudo postconf -e message_size_limit=0\nsudo postfix reload\n\
         (echo HELO x; echo 'MAIL FROM:<a@safeer.in>'; echo 'RCPT TO:<safeer@safeer.in>'; \
         echo 'BDAT 99999999999 LAST'; echo x) | nc -C localhost 25",
    );
    let text = simulator.transcript();
    assert!(
        text.contains("552 5.3.4 Chunk exceeds message size limit"),
        "{text}"
    );
}

#[test]
fn as_many_recipients_are_remembered_as_in_postfix() {
    let simulator = at_server(
        "sudo postconf -e smtpd_recipient_limit=100000 local_recipient_maps= always_bcc=\n\
         sudo postfix reload\n\
         (echo HELO x; echo 'MAIL FROM:<a@safeer.in>'; for i in 1 2; do \
         seq -f 'RCPT TO:<u%g@safeer.in>' 1100; done; echo DATA; echo hi; echo .; echo QUIT) > /tmp/s\n\
         nc -C localhost 25 < /tmp/s | tail -n 1\n\
         grep -o 'nrcpt=[0-9]*' /var/log/mail.log | head -n 1",
    );
    // A hundred of the second eleven hundred are not known to be there.
    let text = simulator.transcript();
    assert!(text.contains("\nnrcpt=1200\n"), "{text}");
}

#[test]
fn a_host_has_so_many_transfers_at_once() {
    let simulator = at_server(
        "for i in $(seq 250); do echo hi | sendmail x@gmail.com; done\nsleep 60\n\
         grep -c 'to=<x@gmail.com>.*status=sent' /var/log/mail.log; mailq",
    );
    let text = simulator.transcript();
    assert!(text.contains("\n250\nMail queue is empty\n"), "{text}");
}

#[test]
fn who_was_asleep_hears_once() {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run("ping smtp.safeer.in");
    simulator.catch_up(Duration::from_secs(3));
    simulator.catch_up(Duration::from_secs(86_400));
    simulator.catch_up(Duration::from_secs(86_402));
    let text = simulator.transcript();
    let count = text.matches("icmp_seq=").count();
    assert!((4..12).contains(&count), "{text}");
    // A server's patience has an end, and that is told once.
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run("telnet smtp.safeer.in 25\nHELO x");
    simulator.settle();
    let now = simulator.deadline().unwrap();
    simulator.catch_up(now + Duration::from_secs(86_400));
    simulator.settle();
    let text = simulator.transcript();
    assert_eq!(text.matches("421 4.4.2 ").count(), 1, "{text}");
    assert!(
        text.contains("Connection closed by foreign host."),
        "{text}"
    );
}

#[test]
fn a_clock_that_is_set_back_stops_nothing() {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.catch_up(Duration::from_secs(7_200));
    simulator.catch_up(Duration::from_secs(3_600));
    simulator.run("telnet smtp.safeer.in 25");
    for _ in 0..20 {
        let Some(next) = simulator.deadline() else {
            break;
        };
        assert!(next < Duration::from_secs(3_600 + 400), "{next:?}");
        simulator.catch_up(next);
        if simulator.transcript().contains("220 ") {
            return;
        }
    }
    panic!("{}", simulator.transcript());
}
