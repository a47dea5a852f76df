//! postsuper: surgery on the queue.

use crate::postfix::queue::file::{Place, QueueFile};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;

fn postsuper_usage(at: &mut Machine, why: &str, option: &str) -> Output {
    let usage = "usage: postsuper [-c config_dir] [-d queue_id (delete)] [-e queue_id (expire)] [-f queue_id (expire and/or un-hold)] [-h queue_id (hold)] [-H queue_id (un-hold)] [-p (purge temporary files)] [-r queue_id (requeue)] [-s (structure fix)] [-S (redundant structure fix)][-v (verbose)] [queue...]";
    let option = option.chars().nth(1).unwrap_or('-');
    let mut output = at.fatal("postsuper", usage.into());
    output.complain_first(format!("postsuper: {why} -- '{option}'\n"));
    output
}

/// postsuper, with -d, -h, -H and -r.
pub(super) fn postsuper(arguments: &[&str], at: &mut Machine) -> Output {
    let mut output = Output::default();
    let mut words = arguments.iter();
    while let Some(option) = words.next() {
        let (done, summary) = match *option {
            "-d" => ("removed", "Deleted"),
            "-h" => ("placed on hold", "Placed on hold"),
            "-H" => ("released from hold", "Released from hold"),
            "-r" => ("requeued", "Requeued"),
            _ => return postsuper_usage(at, "invalid option", option),
        };
        let Some(wanted) = words.next() else {
            return postsuper_usage(at, "option requires an argument", option);
        };
        let matching: Vec<String> = at.server().map_or(Vec::new(), |(server, _)| {
            let fits = |f: &&QueueFile| *wanted == "ALL" || &*f.id == *wanted;
            let places = |f: &&QueueFile| match *option {
                "-H" => f.place == Place::Hold,
                "-h" => !matches!(f.place, Place::Hold | Place::Maildrop),
                _ => true,
            };
            let files = server.queue.files.iter();
            files
                .filter(fits)
                .filter(places)
                .map(|f| f.id.to_string())
                .collect()
        });
        for id in &matching {
            if let Some((server, now)) = at.server() {
                match *option {
                    "-d" => server.queue.files.retain(|f| *f.id != **id),
                    option => {
                        if let Some(file) = server.queue.file_mut(id) {
                            file.place = match option {
                                "-h" => Place::Hold,
                                _ => Place::Deferred,
                            };
                            file.due = now;
                        }
                    }
                }
            }
            // All at once is done without a line for each on the screen.
            at.report("postsuper", &mut output, format!("{id}: {done}"));
        }
        let plural = if matching.len() == 1 { "" } else { "s" };
        at.report(
            "postsuper",
            &mut output,
            format!("{summary}: {} message{plural}", matching.len()),
        );
    }
    output
}
