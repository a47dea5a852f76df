//! nano and vi, whose file the front end shows: opened, written, refused, closed.

#![allow(clippy::unwrap_used)]

use smtp_terminal::simulator::Simulator;
use smtp_terminal::workstation::answer::Asked;

const WORLD: &str = r#"{ "workstation": { "host": "desk", "user": "mira" } ,
    "hosts": [{ "name": "desk", "addresses": ["192.0.2.40"] }] }"#;

fn seat(lines: &[&str]) -> Simulator {
    let mut simulator = Simulator::new(WORLD).unwrap();
    simulator.let_edit();
    for line in lines {
        simulator.run(line);
        simulator.settle();
    }
    simulator
}

fn last(simulator: &mut Simulator, line: &str) -> String {
    let before = simulator.transcript().len();
    simulator.run(line);
    simulator.settle();
    let text = simulator.transcript()[before + line.len() + 1..].to_string();
    let end = text.rfind('\n').map_or(0, |end| end + 1);
    text[..end].into()
}

#[test]
fn a_file_is_edited_and_saved() {
    let mut simulator = seat(&["echo one > notes", "nano -l notes"]);
    {
        let document = simulator.document().unwrap();
        assert_eq!(
            (document.program, document.name.as_str()),
            ("nano", "notes")
        );
        assert_eq!(*document.text.borrow(), "one\n");
    }
    assert!(simulator.is_in_program());
    simulator.edit(Asked::Save("one\ntwo".into()));
    assert_eq!(
        *simulator.document().unwrap().message.borrow(),
        "[ Wrote 2 lines ]"
    );
    simulator.edit(Asked::Close);
    assert!(simulator.document().is_none());
    assert_eq!(last(&mut simulator, "cat notes"), "one\ntwo\n");
}

#[test]
fn a_new_file_comes_into_being_when_it_is_saved() {
    let mut simulator = seat(&["vi new"]);
    assert_eq!(*simulator.document().unwrap().message.borrow(), "New File");
    simulator.edit(Asked::SaveAndClose("x\n".into()));
    assert!(simulator.document().is_none());
    assert!(simulator.transcript().contains("\"new\" 1L, 2B written\n"));
    assert_eq!(last(&mut simulator, "cat new"), "x\n");
}

#[test]
fn what_may_not_be_written_stays_open() {
    let mut simulator = seat(&["nano /etc/hosts"]);
    simulator.edit(Asked::SaveAndClose("gone\n".into()));
    let message = simulator.document().unwrap().message.borrow().clone();
    assert_eq!(message, "[ Error writing /etc/hosts: Permission denied ]");
    simulator.edit(Asked::Close);
    simulator.run("sudo nano /etc/hosts");
    simulator.settle();
    let text = simulator.document().unwrap().text.borrow().clone() + "192.0.2.80 town\n";
    simulator.edit(Asked::SaveAndClose(text));
    assert_eq!(
        last(&mut simulator, "getent hosts town"),
        "192.0.2.80      town\n"
    );
}

#[test]
fn without_an_editor_in_front_they_refuse() {
    let mut simulator = Simulator::new(WORLD).unwrap();
    simulator.run("nano x; echo $?");
    simulator.settle();
    assert!(simulator
        .transcript()
        .contains("Standard input is not a terminal\n1\n"));
    assert!(simulator.document().is_none());
}

#[test]
fn crontab_takes_what_was_written() {
    let mut simulator = seat(&["crontab -e"]);
    assert!(simulator.document().is_some());
    simulator.edit(Asked::SaveAndClose("0 6 * * * true\n".into()));
    simulator.settle();
    assert!(simulator
        .transcript()
        .contains("crontab: installing new crontab\n"));
    assert_eq!(last(&mut simulator, "crontab -l"), "0 6 * * * true\n");
}
