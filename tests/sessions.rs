//! Sessions at the workstation, key by key, against the screens in `tests/sessions`.
//!
//! The screens of `telnet-*.txt` are also compared with those of a real telnet (`tests/clients`).

#![allow(clippy::unwrap_used)]

mod support;

use support::screen::{play, Session};
use support::tests;

#[test]
fn screens() {
    let sessions = Session::read_all(&tests("sessions"), "");
    assert!(sessions.len() >= 20, "only {} sessions", sessions.len());
    let recording = std::env::var_os("SMTP_TERMINAL_RECORD").is_some();
    let mut problems = Vec::new();
    for session in sessions {
        let screen = play(&session.typed);
        if session.screen == "?" && recording {
            session.record(&screen);
        } else if screen != session.screen {
            problems.push(format!(
                "{}:\n--- in the file\n{}\n--- on the screen\n{screen}\n",
                session.path.display(),
                session.screen
            ));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
