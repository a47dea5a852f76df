//! The administrator's programs, as Postfix 3.7 has them.

use crate::postfix::config::defaults;
use crate::postfix::config::main_cf::Config;
use crate::postfix::lookup::table::Table;
use crate::postfix::queue::file::{Place, QueueFile};
use crate::postfix::queue::intake::Submission;
use crate::postfix::queue::text::{size, split};
use crate::postfix::server::Server;
use crate::smtp::address::{internal, parse, Token};
use crate::smtp::bytes::{decode, encode};
use crate::smtp::policy::Note;
use crate::time::Time;
use crate::workstation::programs::machine::{Machine, Output};

/// Where main.cf is.
const MAIN_CF: &str = "/etc/postfix/main.cf";

impl Machine<'_> {
    fn server(&mut self) -> Option<(&mut Server, Time)> {
        let now = self.world.now();
        let hosts = self.world.hosts.iter_mut();
        let host = hosts
            .into_iter()
            .find(|h| h.name.eq_ignore_ascii_case(self.host))?;
        Some((host.server.as_deref_mut()?, now))
    }

    /// Says something on the screen and in the log, as Postfix's commands do.
    fn say(&mut self, program: &'static str, output: &mut Output, text: String) {
        output.error.push_str(&format!("{program}: {text}\n"));
        if let Some((server, now)) = self.server() {
            server.note_transfer(Note { program, text }, now);
        }
    }

    fn fatal(&mut self, program: &'static str, text: String) -> Output {
        let mut output = Output {
            status: 1,
            ..Output::default()
        };
        self.say(program, &mut output, format!("fatal: {text}"));
        output
    }
}

/// mailq.
pub fn mailq(at: &mut Machine) -> Output {
    Output::good(
        at.server()
            .map_or(String::new(), |(server, _)| server.mailq()),
    )
}

/// postqueue, with -p, -j, -f and -i.
pub fn postqueue(arguments: &[&str], at: &mut Machine) -> Output {
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

/// postcat -q, with -h, -b and -e.
pub fn postcat(arguments: &[&str], at: &mut Machine) -> Output {
    let letters: String = arguments
        .iter()
        .filter_map(|w| w.strip_prefix('-'))
        .collect();
    let id = arguments.iter().find(|w| !w.starts_with('-'));
    // Without a file it would read one that is piped in.
    let Some(id) = id else {
        return Output::default();
    };
    let file = at
        .server()
        .and_then(|(server, _)| server.queue.file(id).cloned());
    let Some(file) = file else {
        return at.fatal(
            "postcat",
            format!("open queue file {id}: No such file or directory"),
        );
    };
    let has = |letter| letters.contains(letter);
    let (headers, body) = split(&file.text);
    let all = !has('h') && !has('b') && !has('e');
    // Only some folders have folders of their own (`hash_queue_names`).
    let hash = match file.place {
        Place::Deferred => format!("{}/", &file.id[..1]),
        _ => String::new(),
    };
    let path = format!("{}/{hash}{}", file.place.name(), file.id);
    let mut text = String::new();
    if all || has('e') {
        let bytes = size(&file.text);
        let count = file.recipients.len();
        let date = file.arrival.mailbox_date();
        let mut records = file.envelope.clone();
        let is_new = file.place == Place::Maildrop;
        for recipient in &file.recipients {
            if !is_new {
                records.push_str(&format!(
                    "named_attribute: dsn_orig_rcpt={}\noriginal_recipient: {}\n",
                    recipient.dsn_original, recipient.original
                ));
            }
            let done = if recipient.is_done { "done_" } else { "" };
            records.push_str(&format!("{done}recipient: {}\n", recipient.address));
        }
        // Sizes, times, and a mark stand before and after these.
        let payload = |line: &str| 2 + line.split_once(": ").map_or(0, |(_, text)| text.len());
        let offset = 142 + records.lines().map(payload).sum::<usize>();
        text.push_str(&format!("*** ENVELOPE RECORDS {path} ***\n"));
        if !is_new {
            text.push_str(&format!(
                "message_size: {bytes:>15} {offset:>15} {count:>15} {0:>15} {bytes:>15} {0:>15}\n",
                0
            ));
        }
        text.push_str(&format!("message_arrival_time: {date}\n"));
        if !is_new {
            text.push_str(&format!("create_time: {date}\n"));
        }
        text.push_str(&records);
    }
    if all || has('e') {
        text.push_str(&format!("*** MESSAGE CONTENTS {path} ***\n"));
    }
    if all || has('h') {
        headers
            .iter()
            .for_each(|header| text.push_str(&decode(header)));
    }
    if all || has('b') {
        text.push_str(&decode(body));
    }
    if all || has('e') {
        let again = "named_attribute: encoding=8bit\n";
        let again = match file.envelope.contains(again) {
            true => again,
            false => "",
        };
        text.push_str(&format!(
            "*** HEADER EXTRACTED {path} ***\n{again}*** MESSAGE FILE END {path} ***\n"
        ));
    }
    Output::good(text)
}

fn postsuper_usage(at: &mut Machine, why: &str, option: &str) -> Output {
    let usage = "usage: postsuper [-c config_dir] [-d queue_id (delete)] [-e queue_id (expire)] [-f queue_id (expire and/or un-hold)] [-h queue_id (hold)] [-H queue_id (un-hold)] [-p (purge temporary files)] [-r queue_id (requeue)] [-s (structure fix)] [-S (redundant structure fix)][-v (verbose)] [queue...]";
    let option = option.chars().nth(1).unwrap_or('-');
    let mut output = at.fatal("postsuper", usage.into());
    output.error = format!("postsuper: {why} -- '{option}'\n{}", output.error);
    output
}

/// postsuper, with -d, -h, -H and -r.
pub fn postsuper(arguments: &[&str], at: &mut Machine) -> Output {
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
            at.say("postsuper", &mut output, format!("{id}: {done}"));
        }
        let plural = if matching.len() == 1 { "" } else { "s" };
        at.say(
            "postsuper",
            &mut output,
            format!("{summary}: {} message{plural}", matching.len()),
        );
    }
    output
}

/// postconf, with -n, -d, -e, -x and names.
pub fn postconf(arguments: &[&str], at: &mut Machine) -> Output {
    let letters: String = arguments
        .iter()
        .filter_map(|w| w.strip_prefix('-'))
        .collect();
    let names: Vec<&str> = arguments
        .iter()
        .copied()
        .filter(|w| !w.starts_with('-'))
        .collect();
    if let Some(odd) = letters.chars().find(|c| !"ndexhH".contains(*c)) {
        return crate::workstation::programs::machine::invalid_option("postconf", odd);
    }
    let text = at.read(MAIN_CF).unwrap_or_default();
    let config = match Config::parse(&text) {
        Ok(config) => config,
        Err(fatal) => return at.fatal("postconf", fatal.0),
    };
    if letters.contains('e') || names.iter().any(|n| n.contains('=')) {
        return edit(&names, &text, at);
    }
    let mut output = Output::default();
    let value_of = |name: &str| {
        let raw = match letters.contains('d') {
            true => defaults::default_of(name).map(str::to_string),
            false => config.raw(name),
        };
        raw.map(|raw| match letters.contains('x') {
            true => config.expand(&raw),
            false => raw,
        })
    };
    let wanted: Vec<String> = if !names.is_empty() {
        names.iter().map(|n| n.to_string()).collect()
    } else if letters.contains('n') {
        config
            .explicit()
            .map(|(name, _)| name.to_string())
            .collect()
    } else {
        let mut all: Vec<String> = defaults::all().map(|(name, _)| name.to_string()).collect();
        all.sort();
        all
    };
    for name in wanted {
        match value_of(&name) {
            Some(value) if letters.contains('h') => output.text.push_str(&format!("{value}\n")),
            Some(value) => {
                let line = format!("{name} = {value}");
                output.text.push_str(&format!("{}\n", line.trim_end()));
            }
            None => output
                .error
                .push_str(&format!("postconf: warning: {name}: unknown parameter\n")),
        }
    }
    output
}

/// Writes parameters into main.cf: over those that are there, or at its end.
fn edit(settings: &[&str], text: &str, at: &mut Machine) -> Output {
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    for setting in settings {
        let Some((name, value)) = setting.split_once('=') else {
            return at.fatal(
                "postconf",
                format!("missing '=' after attribute name: \"{setting}\""),
            );
        };
        let (name, value) = (name.trim(), value.trim());
        let line = format!("{name} = {value}").trim_end().to_string();
        let is_same = |l: &String| l.split_once('=').is_some_and(|(n, _)| n.trim() == name);
        match lines.iter().position(is_same) {
            Some(place) => {
                // With the lines that went on with it.
                let more = lines[place + 1..]
                    .iter()
                    .take_while(|l| l.starts_with([' ', '\t']));
                let end = place + 1 + more.count();
                lines.splice(place..end, [line]);
            }
            None => lines.push(line),
        }
    }
    match at.write(MAIN_CF, &(lines.join("\n") + "\n"), false) {
        Ok(()) => Output::default(),
        Err(why) => Output::bad(format!("postconf: fatal: {why}"), 1),
    }
}

/// postmap -q; -s and indexing, which these hosts do by themselves.
pub fn postmap(arguments: &[&str], at: &mut Machine) -> Output {
    let open = |spec: &str, at: &mut Machine| {
        let files = at
            .server()
            .map(|(server, _)| server.files.clone())
            .unwrap_or_default();
        let mut warnings = Vec::new();
        (Table::open(spec, &files, &mut warnings), warnings)
    };
    match arguments {
        ["-q", key, spec] => {
            let (table, warnings) = open(spec, at);
            if let Some(why) = warnings.iter().find_map(|w| w.strip_prefix("error: ")) {
                return at.fatal("postmap", why.into());
            }
            match table.get(key) {
                Ok(Some(value)) => Output::good(format!("{value}\n")),
                _ => Output {
                    status: 1,
                    ..Output::default()
                },
            }
        }
        ["-s", spec] => {
            let (table, warnings) = open(spec, at);
            if let Some(why) = warnings.iter().find_map(|w| w.strip_prefix("error: ")) {
                return at.fatal("postmap", why.into());
            }
            let lines = table.entries().map(|entries| {
                let lines = entries.iter().map(|(k, v)| format!("{k}\t{v}\n"));
                lines.collect::<String>()
            });
            match lines {
                Some(lines) => Output::good(lines),
                None => at.fatal(
                    "postmap",
                    format!("table {spec}: sequence operation is not supported"),
                ),
            }
        }
        [spec] if !spec.starts_with('-') => {
            let path = spec.split_once(':').map_or(*spec, |(_, path)| path);
            match at.read(path) {
                Some(_) => Output::default(),
                None => at.fatal("postmap", format!("open {path}: No such file or directory")),
            }
        }
        _ => at.fatal(
            "postmap",
            "usage: postmap [-NfinoprsuUvw] [-c config_dir] [-d key] [-q key] [map_type:]file..."
                .into(),
        ),
    }
}

/// newaliases: aliases are read from their file, so there is only that to see to.
pub fn newaliases(at: &mut Machine) -> Output {
    reload(at).unwrap_or_default()
}

/// Reads main.cf again; the complaint if Postfix would not go on with it.
fn reload(at: &mut Machine) -> Option<Output> {
    let outcome = at.server().map(|(server, _)| server.reload());
    match outcome {
        Some(Err(fatal)) => Some(at.fatal("postfix", fatal.0)),
        _ => None,
    }
}

/// postfix reload, status, check, start and stop.
pub fn postfix(arguments: &[&str], at: &mut Machine) -> Output {
    let mut output = Output::default();
    let script = "postfix-script";
    let mut tell = |at: &mut Machine, text: &str| {
        output
            .error
            .push_str(&format!("postfix/{script}: {text}\n"));
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
            if let Err(fatal) = Config::parse(&text) {
                return at.fatal("postfix", fatal.0);
            }
        }
        [command] => return at.fatal("postfix", format!("unknown command: '{command}'. Here there are status, check, reload, start and stop")),
        _ => return at.fatal("postfix", "usage: postfix [-c config_dir] [-Dv] command".into()),
    }
    output
}

/// sendmail, with -f, -t and recipients: hands a message in.
pub fn sendmail(arguments: &[&str], input: Option<&str>, at: &mut Machine) -> Output {
    let mut sender = at.user.to_string();
    let mut from_headers = false;
    let mut full_name = None;
    let mut recipients: Vec<String> = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match *word {
            "-f" => sender = words.next().copied().unwrap_or("").into(),
            "-t" => from_headers = true,
            "-F" => full_name = words.next().copied(),
            "-bp" => return mailq(at),
            "-q" => return postqueue(&["-f"], at),
            "-i" | "-oi" | "-bm" => {}
            word if word.starts_with("-f") => sender = word[2..].into(),
            word if word.starts_with('-') => {
                let odd = word.chars().nth(1).unwrap_or('-');
                let text = format!("invalid option -- '{odd}'");
                return at.fatal("sendmail", text);
            }
            word => recipients.push(word.into()),
        }
    }
    let content = encode(input.unwrap_or(""));
    if from_headers {
        for header in split(&content).0 {
            let header = decode(header);
            let Some((name, value)) = header.split_once(':') else {
                continue;
            };
            if ["to", "cc", "bcc"].contains(&name.to_ascii_lowercase().as_str()) {
                recipients.extend(parse(value).iter().filter_map(|token| match token {
                    Token::Address(inner) => Some(internal(inner, false)),
                    _ => None,
                }));
            }
        }
    }
    if recipients.is_empty() {
        return at.fatal(
            "sendmail",
            match from_headers {
                true => "No recipient addresses found in message header".into(),
                false => {
                    "Recipient addresses must be specified on the command line or via the -t option"
                        .into()
                }
            },
        );
    }
    // People have no full names here, and root has its own.
    let (uid, name) = match at.user {
        "root" => (0, "root"),
        _ => (1_000, ""),
    };
    let full_name = full_name.unwrap_or(name);
    if let Some((server, now)) = at.server() {
        let given = Submission {
            uid,
            full_name,
            sender: &sender,
            recipients: &recipients,
            content: &content,
        };
        server.submit(&given, now);
    }
    Output::default()
}
