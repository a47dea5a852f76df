//! Text is text and bytes are bytes, from the keyboard, a page or a scenario to the server and back
//! onto the screen.

#![allow(clippy::unwrap_used)]

use smtp_terminal::network::Happening;
use smtp_terminal::simulator::Simulator;
use smtp_terminal::smtp::bytes::{encode, shown};
use smtp_terminal::workstation::line::key::Key;

/// What the servers have heard and said, line by line, as bytes.
fn on_the_wire(simulator: &mut Simulator) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    while let Some(happening) = simulator.poll() {
        match happening {
            Happening::Line { line, .. } => lines.push(encode(&line)),
            Happening::Reply { reply, .. } => lines.push(encode(reply.text())),
            Happening::Queued { .. } => {}
        }
    }
    lines
}

#[test]
fn what_is_typed_is_one_line() {
    // These once stood for the bytes CR, LF and E9.
    let odd = "NOOP \u{F70D}\u{F70A}QUIT \u{F7E9}\u{F780}";
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run("telnet smtp.safeer.in 25");
    simulator.run(odd);
    simulator.settle();
    let wire = on_the_wire(&mut simulator);
    assert_eq!(wire[1], odd.as_bytes());
    assert_eq!(wire[2], b"250 2.0.0 Ok");
    assert_eq!(wire.len(), 3);
    assert!(simulator
        .transcript()
        .ends_with(&format!("{odd}\n250 2.0.0 Ok\n")));
    // And so it is key by key, and once more out of the history.
    odd.chars().for_each(|c| simulator.press(Key::Char(c)));
    simulator.press(Key::Enter);
    simulator.settle();
    simulator.press(Key::Up);
    assert_eq!(simulator.line().0, odd);
    simulator.press(Key::Enter);
    simulator.settle();
    let wire = on_the_wire(&mut simulator);
    assert_eq!([&wire[0], &wire[2]], [odd.as_bytes(); 2]);
    assert_eq!(wire.len(), 4);
}

#[test]
fn bytes_of_a_pipe_stay_bytes() {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run("telnet smtp.safeer.in 25");
    simulator.run_bytes(b"HELO caf\xe9");
    simulator.run_bytes(b"VRFY \xc3\xa9\nQUIT");
    simulator.settle();
    let wire = on_the_wire(&mut simulator);
    assert_eq!(wire[1], b"HELO caf\xe9");
    assert_eq!(wire[3], "VRFY é".as_bytes());
    // On a terminal that is set to UTF-8 the byte is no letter.
    assert!(simulator
        .transcript()
        .contains("HELO caf\u{FFFD}\n500 5.5.2"));
    let rows = simulator.screen().rows();
    assert!(rows.iter().any(|row| row.bytes() == b"HELO caf\xe9"));
}

#[test]
fn a_scenario_is_text() {
    for banner in ["\u{F7E9}\u{F70A}!", "\\uf7e9\\uf70a!"] {
        let scenario = format!(
            r#"{{ "hosts": [
                {{ "name": "penguinpower", "addresses": ["10.25.0.57"] }},
                {{ "name": "mx", "addresses": ["10.25.0.1"],
                   "main_cf": ["compatibility_level = 3.6", "myhostname = mx.test", "smtpd_banner = {banner}"] }}
            ] }}"#
        );
        let mut simulator = Simulator::new(&scenario).unwrap();
        simulator.run("telnet mx 25");
        simulator.settle();
        let wire = on_the_wire(&mut simulator);
        assert_eq!(wire, ["220 \u{F7E9}\u{F70A}!".as_bytes()]);
        assert!(simulator
            .transcript()
            .ends_with("\n220 \u{F7E9}\u{F70A}!\n"));
    }
}

#[test]
fn a_page_sees_no_stand_ins() {
    let mut random = fastrand::Rng::with_seed(5);
    let mut simulator = Simulator::new("{}").unwrap();
    for _ in 0..200 {
        let bytes: Vec<u8> = (0..8).map(|_| random.u8(0x20..)).collect();
        simulator.run_bytes(&[b"# ", bytes.as_slice()].concat());
        simulator.settle();
        let seen = String::from_utf8_lossy(&bytes);
        let seen = seen.replace('\x7f', "^?");
        let transcript = simulator.transcript();
        assert!(transcript.contains(&format!("# {seen}\n")), "{transcript}");
        assert_eq!(shown(&transcript), transcript);
    }
}
