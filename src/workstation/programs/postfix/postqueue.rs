//! mailq and postqueue: what waits.

use crate::postfix::queue::file::QueueFile;
use crate::postfix::server::Server;
use crate::time::Time;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;

/// mailq.
pub(super) fn mailq(at: &mut Machine) -> Output {
    Output::good(
        at.server()
            .map_or(String::new(), |(server, _)| server.mailq()),
    )
}

/// postqueue, with -p, -j, -f and -i.
pub(super) fn postqueue(arguments: &[&str], at: &mut Machine) -> Output {
    match arguments {
        ["-p"] => mailq(at),
        ["-j"] => {
            let list = |(server, _): (&mut Server, Time)| {
                server.queue.files.iter().map(json).collect::<String>()
            };
            Output::good(at.server().map_or(String::new(), list))
        }
        ["-f"] => {
            if let Some((server, now)) = at.server() {
                server.flush(None, now);
            }
            Output::default()
        }
        ["-i", id] => {
            if let Some((server, now)) = at.server() {
                server.flush(Some(id), now);
            }
            Output::default()
        }
        _ => {
            let usage = "usage: postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p | postqueue -s site";
            at.fatal("postqueue", usage.into())
        }
    }
}

/// A queue file as `postqueue -j` prints it.
fn json(file: &QueueFile) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let recipients: Vec<String> = file
        .recipients
        .iter()
        .filter(|r| !r.is_done)
        .map(|r| {
            let reason = r.reason.as_ref().map_or(String::new(), |reason| {
                format!(", \"delay_reason\": {}", quoted(&reason.why))
            });
            format!("{{\"address\": {}{reason}}}", quoted(&r.address))
        })
        .collect();
    let sender = match file.sender.as_str() {
        "" => "MAILER-DAEMON",
        sender => sender,
    };
    format!(
        "{{\"queue_name\": \"{}\", \"queue_id\": \"{}\", \"arrival_time\": {}, \"message_size\": {}, \"forced_expire\": false, \"sender\": {}, \"recipients\": [{}]}}\n",
        file.place.name(),
        file.id,
        file.arrival.seconds(),
        file.size(),
        quoted(sender),
        recipients.join(", ")
    )
}
