//! mailq, postqueue and qshape: what waits.

use crate::postfix::queue::file::{Place, QueueFile};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::postfix::release::is_before;

const USAGE: &str =
    "usage: postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p | postqueue -s site";

/// EX_UNAVAILABLE.
pub(super) const UNAVAILABLE: i32 = 69;

const DOWN: &str = "Cannot flush mail queue - mail system is down";

/// mailq.
pub(super) fn mailq(at: &mut Machine) -> Output {
    list(false, at)
}

fn fail(at: &mut Machine, text: &str) -> Output {
    let mut output = at.fatal("postqueue", text.into());
    output.status = UNAVAILABLE;
    output
}

/// The queue, in columns or as JSON.
fn list(is_json: bool, at: &mut Machine) -> Output {
    if let Some(why) = at.forbidden("authorized_mailq_users", "view the mail queue") {
        return fail(at, &why);
    }
    let is_root = at.user == "root";
    let mut output = Output::default();
    let Some((server, _)) = at.server() else {
        return output;
    };
    output.text = match is_json {
        true => {
            let nobody = server.config.get("empty_address_recipient");
            let files = server.queue.files.iter();
            files.map(|file| json(file, &nobody)).collect()
        }
        false => server.mailq(),
    };
    if server.is_stopped {
        if !is_root {
            return fail(at, "Queue report unavailable - mail system is down");
        }
        output.complain_first("postqueue: warning: Mail system is down -- accessing queue directly (Connect to the Postfix showq service: Connection refused)\n");
    }
    output
}

/// postqueue, with -p, -j, -f, -i and -s.
pub(super) fn postqueue(arguments: &[&str], at: &mut Machine) -> Output {
    let letters = if is_before(at, 3, 1) { "fisp" } else { "fispj" };
    let mut chosen: Option<(char, String)> = None;
    let mut problem = None;
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        let Some(option) = word.strip_prefix('-').filter(|o| !o.is_empty()) else {
            problem = Some(String::new());
            break;
        };
        for (place, letter) in option.char_indices() {
            let rest = option.get(place + 1..).unwrap_or("");
            match letter {
                'v' => continue,
                'c' | 'i' | 's' => {
                    let value = if rest.is_empty() {
                        words.next()
                    } else {
                        Some(rest)
                    };
                    match value {
                        Some(_) if letter == 'c' => {}
                        Some(value) if chosen.is_none() => chosen = Some((letter, value.into())),
                        Some(_) => problem = Some(String::new()),
                        None => {
                            problem = Some(format!("option requires an argument -- '{letter}'"));
                        }
                    }
                    break;
                }
                _ if !letters.contains(letter) => {
                    problem = Some(format!("invalid option -- '{letter}'"));
                }
                _ if chosen.is_none() => chosen = Some((letter, String::new())),
                _ => problem = Some(String::new()),
            }
            if problem.is_some() {
                break;
            }
        }
        if problem.is_some() {
            break;
        }
    }
    let (Some((letter, value)), None) = (chosen, &problem) else {
        let mut usage = USAGE.to_string();
        if !letters.contains('j') {
            usage = usage.replace(" | postqueue -j", "");
        }
        // It has not opened the log while it reads its options.
        let mut output = match arguments.is_empty() {
            true => fail(at, &usage),
            false => Output::bad(format!("postqueue: fatal: {usage}"), UNAVAILABLE),
        };
        if let Some(said) = problem.filter(|said| !said.is_empty()) {
            output.complain_first(format!("postqueue: {said}\n"));
        }
        return output;
    };
    let is_down = at.server().is_none_or(|(server, _)| server.is_stopped);
    let is_good = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    if !matches!(letter, 'p' | 'j') {
        if let Some(why) = at.forbidden("authorized_flush_users", "flush the mail queue") {
            return fail(at, &why);
        }
    }
    match letter {
        'p' | 'j' => return list(letter == 'j', at),
        'i' if !value.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            let text = format!("Cannot flush queue ID - invalid name: \"{value}\"");
            return fail(at, &text);
        }
        's' if value.contains("..") || !value.chars().all(is_good) => {
            let text = format!("Cannot flush mail queue - invalid destination: \"{value}\"");
            return fail(at, &text);
        }
        's' => {
            let bare = value.trim_matches(|c| c == '[' || c == ']');
            let server = at.server();
            let relays = server.map(|(server, _)| server.config.list("fast_flush_domains"));
            let mut expanded = Vec::new();
            for name in relays.unwrap_or_default() {
                match (name.as_str(), at.server()) {
                    ("$relay_domains", Some((server, _))) => {
                        expanded.extend(server.config.list("relay_domains"));
                    }
                    _ => expanded.push(name),
                }
            }
            if !expanded.iter().any(|d| d.eq_ignore_ascii_case(bare)) {
                let text = format!("Flush service is not configured for destination \"{value}\"");
                return fail(at, &text);
            }
            let domain = format!("@{bare}");
            let waits = |file: &QueueFile| {
                let mut all = file.recipients.iter().filter(|r| !r.is_done);
                all.any(|r| r.address.to_ascii_lowercase().ends_with(&domain))
            };
            if let Some((server, now)) = at.server() {
                let files = server.queue.files.iter();
                let ids: Vec<_> = files.filter(|f| waits(f)).map(|f| f.id.clone()).collect();
                ids.iter().for_each(|id| server.flush(Some(id), now));
            }
            return Output::default();
        }
        _ => {}
    }
    if is_down {
        let mut output = fail(at, DOWN);
        if letter == 'i' {
            let said = "postqueue: warning: connect to public/flush: Connection refused\n";
            output.complain_first(said);
        }
        return output;
    }
    if let Some((server, now)) = at.server() {
        server.flush(Some(value.as_str()).filter(|_| letter == 'i'), now);
    }
    Output::default()
}

/// A queue file as `postqueue -j` prints it.
fn json(file: &QueueFile, nobody: &str) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let recipients: Vec<String> = file
        .recipients
        .iter()
        .filter(|r| !r.is_done)
        .map(|r| {
            let reason = r.reason.as_ref().map_or(String::new(), |reason| {
                format!(", \"delay_reason\": {}", quoted(reason.why.trim_end()))
            });
            format!("{{\"address\": {}{reason}}}", quoted(&r.address))
        })
        .collect();
    let sender = match file.sender.as_str() {
        "" => nobody,
        sender => sender,
    };
    format!(
        "{{\"queue_name\": \"{}\", \"queue_id\": \"{}\", \"arrival_time\": {}, \"message_size\": {}, \"forced_expire\": {}, \"sender\": {}, \"recipients\": [{}]}}\n",
        file.place.name(),
        file.id,
        file.arrival.seconds(),
        file.size(),
        file.is_expired,
        quoted(sender),
        recipients.join(", ")
    )
}

/// The options of qshape that are followed by a value.
const QSHAPE_VALUES: &str = "mbtwNnc";

/// qshape: how many recipients each domain has, by how long they have waited.
pub(super) fn qshape(arguments: &[&str], at: &mut Machine) -> Output {
    let mut queues: Vec<&str> = Vec::new();
    let (mut by_sender, mut linear, mut buckets, mut minutes, mut width) =
        (false, false, 10, 5, 80);
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        let Some(option) = word.strip_prefix('-').filter(|o| !o.is_empty()) else {
            queues.push(word);
            continue;
        };
        let letter = option.chars().next().unwrap_or('h');
        if QSHAPE_VALUES.contains(letter) {
            let value = match option.get(1..) {
                None | Some("") => words.next().unwrap_or(""),
                Some(value) => value,
            };
            let number = value.parse::<u32>().unwrap_or(0);
            match letter {
                'b' => buckets = (number as usize).clamp(2, 30),
                't' => minutes = number.max(1),
                'w' => width = (number as usize).clamp(60, 300),
                _ => {}
            }
        } else if option.chars().all(|c| "slp".contains(c)) {
            by_sender |= option.contains('s');
            linear |= option.contains('l');
        } else {
            let text = "Usage: /usr/sbin/qshape [ -s ] [ -p ] [ -m <min_subdomains> ] [ -l ]\n\t[ -b <bucket_count> ] [ -t <bucket_time> ] [ -w <terminal_width> ]\n\t[ -N <batch_msg_count> ] [ -n <batch_top_domains> ]\n\t[ -c <config_directory> ] [ <queue_name> ... ]";
            return Output::bad(text, 255);
        }
    }
    let mut output = Output::default();
    for name in &queues {
        if ![
            "incoming", "active", "deferred", "hold", "maildrop", "bounce", "corrupt",
        ]
        .contains(name)
        {
            output.complain(format!(
                "Can't stat {name}: No such file or directory\n at /usr/sbin/qshape line 375.\n"
            ));
        }
    }
    if queues.is_empty() {
        queues = vec!["incoming", "active"];
    }
    // The last minute of each column but the last.
    let ends: Vec<u64> = (0..buckets - 1)
        .map(|n| u64::from(minutes) * if linear { n as u64 + 1 } else { 1 << n.min(40) })
        .collect();
    let mut rows: Vec<(String, Vec<usize>)> = vec![("TOTAL".into(), vec![0; buckets + 1])];
    if let Some((server, now)) = at.server() {
        for file in &server.queue.files {
            let is_there = queues.contains(&file.place.name());
            if !is_there || file.place == Place::Discarded {
                continue;
            }
            let age = (now - file.arrival).as_secs() / 60;
            let column = ends
                .iter()
                .position(|end| age < *end)
                .unwrap_or(buckets - 1)
                + 1;
            let domain = |address: &str| match address.rsplit_once('@') {
                Some((_, domain)) => domain.to_ascii_lowercase(),
                None => "MAILER-DAEMON".into(),
            };
            let mut domains = Vec::new();
            match by_sender {
                true => domains.push(domain(&file.sender)),
                false => {
                    let waiting = file.recipients.iter().filter(|r| !r.is_done);
                    domains.extend(waiting.map(|r| domain(&r.address)));
                }
            }
            for domain in domains {
                let at = rows.iter().position(|(name, _)| *name == domain);
                let at = at.unwrap_or_else(|| {
                    rows.push((domain, vec![0; buckets + 1]));
                    rows.len() - 1
                });
                for row in [0, at] {
                    for cell in [0, column] {
                        if let Some(count) = rows.get_mut(row).and_then(|r| r.1.get_mut(cell)) {
                            *count += 1;
                        }
                    }
                }
            }
        }
    }
    rows[1..].sort_by(|a, b| b.1[0].cmp(&a.1[0]).then(a.0.cmp(&b.0)));
    let mut heads = vec!["T".to_string()];
    heads.extend(ends.iter().map(u64::to_string));
    heads.push(format!("{}+", ends.last().copied().unwrap_or(0)));
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(n, head)| {
            let digits = rows.iter().map(|(_, row)| row[n].to_string().len());
            head.len().max(digits.max().unwrap_or(1)).max(2) + 1
        })
        .collect();
    let name_width = width.saturating_sub(widths.iter().sum::<usize>()).max(10);
    let mut line = |name: &str, cells: &[String]| {
        output
            .text
            .push_str(&format!("{name:>name_width$.name_width$}"));
        for (cell, width) in cells.iter().zip(&widths) {
            output.text.push_str(&format!("{cell:>width$}"));
        }
        output.text.push('\n');
    };
    line("", &heads);
    for (name, row) in &rows {
        let cells: Vec<String> = row.iter().map(usize::to_string).collect();
        line(name, &cells);
    }
    output
}
