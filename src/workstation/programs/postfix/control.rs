//! postfix: the mail system as a whole.

use crate::postfix::config::main_cf::Config;
use crate::smtp::policy::Note;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::postfix::paths::MAIN_CF;

/// Reads main.cf again; the complaint if Postfix would not go on with it.
fn reload(at: &mut Machine) -> Option<Output> {
    let outcome = at.server().map(|(server, _)| server.reload());
    match outcome {
        Some(Err(fatal)) => Some(at.refuse("postfix", fatal)),
        _ => None,
    }
}

/// postfix reload, status, check, start and stop.
pub(super) fn postfix(arguments: &[&str], at: &mut Machine) -> Output {
    let mut output = Output::default();
    let script = "postfix-script";
    let mut tell = |at: &mut Machine, text: &str| {
        output.complain(format!("postfix/{script}: {text}\n"));
        if let Some((server, now)) = at.server() {
            server.note_transfer(
                Note {
                    program: script,
                    text: text.into(),
                },
                now,
            );
        }
    };
    let is_stopped = at.server().is_some_and(|(server, _)| server.is_stopped);
    match arguments {
        ["status"] if is_stopped => {
            tell(at, "the Postfix mail system is not running");
            output.status = 1;
        }
        ["reload" | "stop"] if is_stopped => {
            tell(at, "fatal: the Postfix mail system is not running");
            output.status = 1;
        }
        ["start"] if !is_stopped => {
            tell(at, "fatal: the Postfix mail system is already running");
            output.status = 1;
        }
        ["status"] => tell(at, "the Postfix mail system is running: PID: 1201"),
        ["reload" | "start"] => {
            if let Some(complaint) = reload(at) {
                return complaint;
            }
            tell(
                at,
                match is_stopped {
                    true => "starting the Postfix mail system",
                    false => "refreshing the Postfix mail system",
                },
            );
            if let Some((server, now)) = at.server().filter(|_| is_stopped) {
                server.is_stopped = false;
                let text = "daemon started -- version 3.7.11, configuration /etc/postfix".into();
                let program = "master";
                server.note_transfer(Note { program, text }, now);
            }
        }
        ["stop"] => {
            tell(at, "stopping the Postfix mail system");
            if let Some((server, now)) = at.server() {
                server.is_stopped = true;
                let (program, text) = ("master", "terminating on signal 15".into());
                server.note_transfer(Note { program, text }, now);
            }
        }
        ["check"] => {
            let text = at.read(MAIN_CF).unwrap_or_default();
            let verified = Config::parse(&text).and_then(|config| config.verify());
            if let Err(fatal) = verified {
                return at.refuse("postfix", fatal);
            }
        }
        [command] => return at.fatal("postfix", format!("unknown command: '{command}'. Here there are status, check, reload, start and stop")),
        _ => return at.fatal("postfix", "usage: postfix [-c config_dir] [-Dv] command".into()),
    }
    output
}
