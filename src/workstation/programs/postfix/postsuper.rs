//! postsuper: surgery on the queue.

use crate::postfix::queue::file::{Place, QueueFile};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::postfix::release::is_before;

const USAGE: &str = "usage: postsuper [-c config_dir] [-d queue_id (delete)] [-e queue_id (expire)] [-f queue_id (expire and/or un-hold)] [-h queue_id (hold)] [-H queue_id (un-hold)] [-p (purge temporary files)] [-r queue_id (requeue)] [-s (structure fix)] [-S (redundant structure fix)][-v (verbose)] [queue...]";

/// The folders with messages, and those beside them.
const QUEUES: [&str; 9] = [
    "maildrop", "incoming", "active", "deferred", "hold", "defer", "bounce", "trace", "flush",
];

/// What is done: the option, what is said of one message, and of all.
const ACTS: [(char, &str, &str); 5] = [
    ('r', "requeued", "Requeued"),
    ('d', "removed", "Deleted"),
    ('e', "expired", "Force-expired"),
    ('h', "placed on hold", "Placed on hold"),
    ('H', "released from hold", "Released from hold"),
];

fn usage(at: &mut Machine, said: &str) -> Output {
    let mut text = USAGE.to_string();
    // `-e` and `-f` came with 3.5.
    if is_before(at, 3, 5) {
        text = text.replace(
            " [-e queue_id (expire)] [-f queue_id (expire and/or un-hold)]",
            "",
        );
    }
    // `-S` with 2.9.
    if is_before(at, 2, 9) {
        text = text.replace(" [-S (redundant structure fix)][", " [");
    }
    let mut output = at.fatal("postsuper", text);
    if !said.is_empty() {
        output.complain_first(format!("postsuper: {said}\n"));
    }
    output
}

/// postsuper, with -d, -e, -f, -h, -H, -r, and folders.
pub(super) fn postsuper(arguments: &[&str], at: &mut Machine) -> Outcome {
    if !at.who().is_root() {
        return Err(at.superuser("postsuper", "use of this command"));
    }
    let takes = if is_before(at, 3, 5) {
        "dhHrc"
    } else {
        "dhHrcef"
    };
    let mut wanted: Vec<(char, String)> = Vec::new();
    let mut queues: Vec<&str> = Vec::new();
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        let Some(letters) = word
            .strip_prefix('-')
            .filter(|l| !l.is_empty() && *l != "-")
        else {
            if word != "--" {
                queues.push(word);
            }
            queues.extend(words);
            break;
        };
        for (place, letter) in letters.char_indices() {
            if "psSv".contains(letter) {
                continue;
            }
            if !takes.contains(letter) {
                return Err(usage(at, &format!("invalid option -- '{letter}'")));
            }
            let rest = letters.get(place + 1..).unwrap_or("");
            let value = if rest.is_empty() {
                words.next()
            } else {
                Some(rest)
            };
            let Some(value) = value else {
                let said = format!("option requires an argument -- '{letter}'");
                return Err(usage(at, &said));
            };
            if letter != 'c' {
                wanted.push((letter, value.into()));
            }
            break;
        }
    }
    if let Some(odd) = queues.iter().find(|q| !QUEUES.contains(q)) {
        return Err(at.fatal("postsuper", format!("invalid directory name: {odd}")));
    }
    let input = match wanted.iter().any(|(_, id)| id == "-") {
        true => at.input()?,
        false => "",
    };
    let mut output = Output::default();
    let mut counts = [0; ACTS.len()];
    let mut asked = String::new();
    for (letter, id) in &wanted {
        asked.push(*letter);
        let ids: Vec<&str> = match id.as_str() {
            "-" => input.split_whitespace().collect(),
            id => vec![id],
        };
        for id in ids {
            if id != "ALL" && !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
                let text = format!("warning: invalid mail queue id: {id}");
                at.report("postsuper", &mut output, text);
                continue;
            }
            // To expire and to release is two things.
            let both = if *letter == 'f' { "eH" } else { "" };
            let letters = if both.is_empty() {
                letter.to_string()
            } else {
                both.into()
            };
            for letter in letters.chars() {
                let place = ACTS.iter().position(|(l, ..)| *l == letter).unwrap_or(0);
                let done = operate(letter, id, &queues, at);
                if let Some(count) = counts.get_mut(place) {
                    *count += done.len();
                }
                // All at once is done without a line for each.
                for id in if id == "ALL" { &[][..] } else { &done[..] } {
                    let text = format!("{id}: {}", ACTS[place].1);
                    at.report("postsuper", &mut output, text);
                }
            }
        }
    }
    for ((letter, _, summary), count) in ACTS.iter().zip(counts) {
        let with_f = asked.contains('f') && "eH".contains(*letter);
        if asked.contains(*letter) || with_f {
            let plural = if count == 1 { "" } else { "s" };
            let text = format!("{summary}: {count} message{plural}");
            at.report("postsuper", &mut output, text);
        }
    }
    Ok(output)
}

/// Does one thing to one message, or to all; which were there for it.
fn operate(letter: char, id: &str, queues: &[&str], at: &mut Machine) -> Vec<String> {
    let mut done = Vec::new();
    let Some((server, now)) = at.server() else {
        return done;
    };
    let fits = |file: &QueueFile| {
        let is_named = id == "ALL" || id == &*file.id;
        let is_there = queues.is_empty() || queues.contains(&file.place.name());
        let may = match letter {
            'd' => true,
            'H' => file.place == Place::Hold,
            'h' => !matches!(file.place, Place::Hold | Place::Maildrop),
            'e' => file.place != Place::Maildrop && !file.is_expired,
            _ => file.place != Place::Maildrop,
        };
        is_named && is_there && may
    };
    for file in server.queue.files.iter_mut().filter(|f| fits(f)) {
        done.push(file.id.to_string());
        match letter {
            'd' => {}
            'e' => file.is_expired = true,
            'h' => file.place = Place::Hold,
            'H' => (file.place, file.due) = (Place::Deferred, now),
            _ => {
                file.place = Place::Maildrop;
                file.is_requeued = true;
                // pickup looks every minute; here it is about to.
                file.due = now + std::time::Duration::from_secs(1);
            }
        }
    }
    if letter == 'd' {
        server.queue.files.retain(|file| !fits(file));
    }
    done
}
