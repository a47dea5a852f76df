//! Sessions at the workstation, key by key, against the screens in `tests/sessions`.
//!
//! The screens of `telnet-*.txt` are also compared with those of a real telnet (`tests/clients`).

#![allow(clippy::unwrap_used)]

mod support;

use support::sabotage::Sabotage;
use support::screen::{masked, play, Session};
use support::tests;

/// So many there are at least.
const LEAST: usize = 40;

#[test]
fn screens() {
    let sessions = Session::read_all(&tests("sessions"), "");
    let recording = std::env::var_os("SMTP_TERMINAL_RECORD").is_some();
    let mut problems = Vec::new();
    let mut sabotage = Sabotage::default();
    let count = sessions.len();
    for session in sessions {
        let ours = play(&session.typed, &session.world);
        let screen = masked(&ours);
        if session.screen == "?" && recording {
            session.record(&screen);
        } else if screen != session.screen {
            problems.push(format!(
                "{}:\n--- in the file\n{}\n--- on the screen\n{screen}\n",
                session.path.display(),
                session.screen
            ));
        } else {
            sabotage.plant("screens", &[ours], 4, |_, spoilt| {
                masked(&String::from_utf8_lossy(&spoilt)) != session.screen
            });
        }
    }
    println!("{count} sessions, {} differ", problems.len());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(count >= LEAST, "there were {LEAST}");
    assert!(recording || sabotage.verdict(&["screens"]));
}
