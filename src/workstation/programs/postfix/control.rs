//! postfix: the mail system as a whole.

use crate::postfix::config::main_cf::{Config, EVERY_PROGRAM};
use crate::postfix::config::master_cf::{parse, Unreadable, MASTER_CF};
use crate::smtp::policy::Note;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::postfix::paths::MAIN_CF;

/// postfix reload, status, check, start and stop.
pub(super) fn postfix(arguments: &[&str], at: &mut Machine) -> Output {
    let mut output = Output::default();
    let script = "postfix-script";
    let mut tell = |at: &mut Machine, text: &str| {
        output.complain(format!("postfix/{script}: {text}\n"));
        log(at, script, text.into());
    };
    // Whatever is asked of it, it reads main.cf first.
    let text = at.read(MAIN_CF).unwrap_or_default();
    let verified = Config::parse(&text).and_then(|config| config.verify());
    if let Some(fatal) = verified.err().filter(|f| f.program == EVERY_PROGRAM) {
        return at.refuse("postfix", fatal);
    }
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
            let outcome = at.server().map(|(server, _)| server.reload());
            let fatal = outcome.and_then(Result::err);
            match &fatal {
                Some(fatal) if fatal.program == "postconf" => return unread(&fatal.reason, at),
                Some(fatal) if fatal.program != "master" => {
                    return at.refuse("postfix", fatal.clone());
                }
                _ => {}
            }
            let mut said = Vec::new();
            if let Some((server, _)) = at.server() {
                let says = server.master_says().into_iter();
                said.extend(says.map(|text| format!("warning: {text}")));
                server.is_stopped = fatal.is_some();
            }
            let place = "-- version 3.7.11, configuration /etc/postfix";
            match is_stopped {
                true => {
                    tell(at, "starting the Postfix mail system");
                    match &fatal {
                        None => said.push(format!("daemon started {place}")),
                        Some(fatal) => {
                            let then = "daemon initialization failure -- see logs for details";
                            said.extend([format!("{fatal}"), format!("fatal: {then}")]);
                        }
                    }
                }
                false => {
                    tell(at, "refreshing the Postfix mail system");
                    said.insert(0, format!("reload {place}"));
                    said.extend(fatal.iter().map(|fatal| fatal.to_string()));
                }
            }
            for text in said {
                log(at, "master", text);
            }
            if fatal.is_some() && is_stopped {
                tell(at, "fatal: mail system startup failed");
                output.status = 1;
            }
        }
        ["stop"] => {
            tell(at, "stopping the Postfix mail system");
            if let Some((server, _)) = at.server() {
                server.is_stopped = true;
            }
            log(at, "master", "terminating on signal 15".into());
        }
        ["check"] => {
            let master = at.read(MASTER_CF).unwrap_or_default();
            if let Err(Unreadable("postconf", why)) = parse(&master) {
                return unread(&why, at);
            }
        }
        [command] => return at.fatal("postfix", format!("unknown command: '{command}'. Here there are status, check, reload, start and stop")),
        _ => return at.fatal("postfix", "usage: postfix [-c config_dir] [-Dv] command".into()),
    }
    output
}

/// The script asks postconf first, which does not get through master.cf.
fn unread(reason: &str, at: &mut Machine) -> Output {
    let mut output = Output::default();
    let then = "fatal: cannot execute /usr/sbin/postconf!";
    output.complain(format!(
        "/usr/sbin/postconf: fatal: {reason}\npostfix/postfix-script: {then}\n"
    ));
    output.status = 1;
    log(at, "postfix-script", then.into());
    output
}

fn log(at: &mut Machine, program: &'static str, text: String) {
    if let Some((server, now)) = at.server() {
        server.note_transfer(Note { program, text }, now);
    }
}
