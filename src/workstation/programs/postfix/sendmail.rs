//! sendmail: hands a message in, or stands for other programs.

use crate::postfix::queue::file::Trace;
use crate::postfix::queue::intake::Submission;
use crate::postfix::queue::text::split;
use crate::smtp::address::{internal, parse, Token};
use crate::smtp::bytes::{decode, encode};
use crate::smtp::envelope::{Notify, Ret};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::{Become, Next, Outcome, Output};
use crate::workstation::programs::postfix::postqueue::{mailq, postqueue};

/// Letters; one with a `:` after it takes a value.
const LETTERS: &str = "A:B:C:F:GIL:N:O:R:UV:X:b:ce:f:h:imno:p:r:q:tvx";

/// EX_TEMPFAIL: every mistake is one.
pub(super) const TEMPORARY: i32 = 75;

/// sendmail.
pub(super) fn sendmail(arguments: &[&str], at: &mut Machine) -> Outcome {
    hand_in(arguments, None, at)
}

fn fail(at: &mut Machine, text: &str) -> Output {
    let mut output = at.fatal("sendmail", text.into());
    output.status = TEMPORARY;
    output
}

/// Another program takes over.
fn other(words: &[&str]) -> Outcome {
    let words = words.iter().map(|w| w.to_string()).collect();
    Ok(Output::becoming(Become {
        words,
        ..Become::default()
    }))
}

/// What `-N` says; `None` where it is no such list.
fn notify(list: &str, said: &mut Vec<String>) -> Option<Notify> {
    let mut notify = Notify::default();
    let mut count = 0;
    for word in list.split([',', ' ']).filter(|w| !w.is_empty()) {
        count += 1;
        match word.to_ascii_lowercase().as_str() {
            "never" => notify.never = true,
            "success" => notify.success = true,
            "failure" => notify.failure = true,
            "delay" => notify.delay = true,
            _ => {
                let text =
                    format!("warning: unknown DSN NOTIFY command value \"{word}\" in \"{list}\"");
                said.push(text);
                return None;
            }
        }
    }
    Some(notify).filter(|n| count > 0 && (!n.never || count == 1))
}

/// A parameter of the mail system.
fn setting(at: &mut Machine, name: &str) -> String {
    let value = at.server().map(|(server, _)| server.config.get(name));
    value.unwrap_or_default()
}

/// Whether a byte may stand in an envelope ID.
fn is_shown(byte: u8) -> bool {
    byte == b'\t' || (b' '..=b'~').contains(&byte)
}

/// The addresses in a value.
fn addresses(value: &str) -> Vec<String> {
    let tokens = parse(value);
    let mut found = Vec::new();
    for token in &tokens {
        if let Token::Address(inner) = token {
            found.push(internal(inner, false));
        }
    }
    found
}

/// The same with a text of another program's.
pub fn hand_in(arguments: &[&str], input: Option<&str>, at: &mut Machine) -> Outcome {
    let mut sender = at.user.to_string();
    let mut full_name = None;
    let mut recipients: Vec<String> = Vec::new();
    let (mut mode, mut verify, mut from_headers, mut ends_at_dot) = ('m', false, false, true);
    let (mut verbose, mut flush, mut waits, mut is_remote) = (0, None, false, false);
    let mut output = Output::default();
    // Only who has the whole message says anything: until then it is asked again.
    let mut said: Vec<String> = Vec::new();
    let (mut wishes, mut ret) = (None, None);
    let (mut verp, mut envid) = (String::new(), None);
    let mut words = arguments.iter().copied().peekable();
    'words: while let Some(word) = words.next() {
        if word == "-q" {
            mode = 'q';
            continue;
        }
        let old = word.strip_prefix("-V").filter(|own| match own.len() {
            0 => words.peek().is_some_and(|next| next.len() == 2),
            length => length == 2,
        });
        if let Some(own) = old {
            let text = format!(
                "warning: option {word} is deprecated with Postfix 2.3; specify -XV{own} instead"
            );
            said.push(text);
        }
        if let Some(own) = old.or(word.strip_prefix("-XV")) {
            verp = match own {
                "" => setting(at, "default_verp_delimiters"),
                own => own.into(),
            };
            let filter = setting(at, "verp_delimiter_filter");
            if verp.len() != 2 || !verp.chars().all(|c| filter.contains(c)) {
                let text = format!("-V requires two characters from {filter}");
                return Err(fail(at, &text));
            }
            continue;
        }
        let Some(letters) = word.strip_prefix('-').filter(|l| !l.is_empty()) else {
            recipients.push(word.into());
            break;
        };
        if letters == "-" {
            break;
        }
        for (place, letter) in letters.char_indices() {
            let known = LETTERS.find(letter).filter(|_| letter != ':');
            let Some(known) = known else {
                let text = format!("invalid option -- '{letter}'");
                let mut output = fail(at, "usage: sendmail [options]");
                output.complain_first(format!("sendmail: {text}\n"));
                return Err(output);
            };
            let takes = LETTERS.get(known + 1..).is_some_and(|r| r.starts_with(':'));
            let mut value = letters.get(place + letter.len_utf8()..).unwrap_or("");
            if takes && value.is_empty() {
                value = match words.next() {
                    Some(value) => value,
                    None => {
                        let text = format!("option requires an argument -- '{letter}'");
                        let mut output = fail(at, "usage: sendmail [options]");
                        output.complain_first(format!("sendmail: {text}\n"));
                        return Err(output);
                    }
                };
            }
            let first = value.chars().next().unwrap_or(' ');
            match letter {
                'n' => return Err(fail(at, "-n option not supported")),
                'B' if value != "8BITMIME" && value != "7BIT" => {
                    return Err(fail(at, "-B option needs 8BITMIME or 7BIT"));
                }
                'F' => full_name = Some(value),
                'G' => is_remote = true,
                'I' => mode = 'i',
                'N' => {
                    wishes = notify(value, &mut said);
                    if wishes.is_none() {
                        let text = "warning: bad -N option value -- ignored";
                        said.push(text.into());
                    }
                }
                'R' => {
                    ret = match value.to_ascii_lowercase().as_str() {
                        "full" => Some(Ret::Full),
                        "hdrs" => Some(Ret::Headers),
                        _ => None,
                    };
                    if ret.is_none() {
                        let text = "warning: bad -R option value -- ignored";
                        said.push(text.into());
                    }
                }
                'V' if value.len() > 100 || !value.bytes().all(is_shown) => {
                    let what = match value.len() {
                        ..=100 => "bad syntax in",
                        _ => "too long",
                    };
                    let text = format!("warning: {what} -V option value -- ignored");
                    said.push(text);
                }
                'V' => envid = Some(value.to_string()),
                'X' => {
                    return Err(fail(at, &format!("unsupported: -X{first}")));
                }
                'b' => match first {
                    'v' => verify = true,
                    'd' | 'l' => mode = 'd',
                    'h' | 'H' => mode = 'h',
                    'i' | 'm' | 'p' | 's' => mode = first,
                    _ => return Err(fail(at, &format!("unsupported: -b{first}"))),
                },
                'f' | 'r' => sender = value.into(),
                'i' => ends_at_dot = false,
                'o' if first == 'i' => ends_at_dot = false,
                'q' => match first {
                    '0'..='9' => waits = true,
                    'R' if value.len() == 1 => return Err(fail(at, "specify: -qRsitename")),
                    'I' if value.len() == 1 => return Err(fail(at, "specify: -qIqueueid")),
                    'R' => flush = Some(["-s", value.get(1..).unwrap_or("")]),
                    'I' => flush = Some(["-i", value.get(1..).unwrap_or("")]),
                    _ => return Err(fail(at, &format!("-q{first} is not implemented"))),
                },
                't' => from_headers = true,
                'v' => verbose += 1,
                _ => {}
            }
            if takes {
                continue 'words;
            }
        }
    }
    recipients.extend(words.map(str::to_string));
    let conflict = match (from_headers, flush) {
        (true, _) if mode != 'm' => "-t can be used only in delivery mode",
        (_, Some(["-s", _])) if mode != 'm' => "-qR can be used only in delivery mode",
        (_, Some(_)) if mode != 'm' => "-qI can be used only in delivery mode",
        (true, _) if verify => "-t option cannot be used with -bv",
        _ if verify && wishes.is_some() => "-N option cannot be used with -bv",
        _ if verify && ret.is_some() => "-R option cannot be used with -bv",
        _ if verify && verbose == 1 => "-v option cannot be used with -bv",
        (_, Some(["-s", _])) if !recipients.is_empty() => "flush site requires no recipient",
        (_, Some(_)) if !recipients.is_empty() => "flush queue_id requires no recipient",
        _ if recipients.is_empty() => "",
        _ => match mode {
            'p' => "display queue mode requires no recipient",
            'q' => "flush queue mode requires no recipient",
            'd' => "daemon mode requires no recipient",
            'i' => "alias initialization mode requires no recipient",
            _ => "",
        },
    };
    if !conflict.is_empty() {
        return Err(fail(at, conflict));
    }
    if waits && mode != 'd' {
        return Ok(output);
    }
    if let Some(flush) = flush {
        return Ok(postqueue(&flush, at));
    }
    match mode {
        'p' => return at.starting("postqueue", |at| Ok(mailq(at))),
        'q' => return Ok(postqueue(&["-f"], at)),
        'h' => return Ok(output),
        'd' => return other(&["postfix", "start"]),
        'i' => return other(&["newaliases"]),
        // A session with this host's own server.
        's' => return other(&["nc", "-C", "-N", "localhost", "25"]),
        _ => {}
    }
    let uid = at.who().uid;
    let (given, list) = (sender.clone(), addresses(&sender));
    if !sender.is_empty() && sender != "<>" {
        let is_one = parse(&sender).len() == 1;
        if !is_one || list.len() != 1 {
            let text = format!("warning: -f option specified malformed sender: {sender}");
            said.push(text);
        }
        sender = list.into_iter().next().unwrap_or_default();
    } else {
        sender.clear();
    }
    if recipients.is_empty() && !from_headers {
        let text = format!("{given}({uid}): Recipient addresses must be specified on the command line or via the -t option");
        return Err(fail(at, &text));
    }
    if !verp.is_empty() && sender.is_empty() {
        let text = format!("{sender}({uid}): -V option requires non-null sender address");
        return Err(fail(at, &text));
    }
    let content = match (verify, input) {
        (true, _) => {
            let to = recipients.join(",\n\t");
            let from = match given.as_str() {
                "" => String::new(),
                given => format!("From: {given}\n"),
            };
            encode(&format!("{from}Subject: probe\nTo:\t{to}\n"))
        }
        (_, Some(text)) => encode(text),
        (_, None) => {
            let mut text = at.input()?;
            let dot = match text.starts_with(".\n") {
                true => Some(0),
                false => text.find("\n.\n").map(|at| at + 1),
            };
            match dot.filter(|_| ends_at_dot) {
                Some(dot) => text = text.get(..dot).unwrap_or(""),
                None if !at.is_whole() => return Err(Output::waiting()),
                None => {}
            }
            // Who types need not end their input as well.
            output.next = Next::Enough;
            encode(text)
        }
    };
    for text in said {
        at.report("sendmail", &mut output, text);
    }
    if let Some(why) = at.forbidden("authorized_submit_users", "submit mail") {
        return Err(fail(at, &why));
    }
    if !at.may_send_as(&sender) {
        let text = format!("{sender}({uid}): not authorized to use sender='{sender}'");
        return Err(fail(at, &text));
    }
    // Each argument may have several addresses, or none.
    for list in std::mem::take(&mut recipients)
        .iter()
        .map(|list| addresses(list))
    {
        match list.is_empty() {
            true => recipients.push(String::new()),
            false => recipients.extend(list),
        }
    }
    if from_headers {
        let mut resent = Vec::new();
        for header in split(&content).0 {
            let header = decode(header);
            let Some((name, value)) = header.split_once(':') else {
                continue;
            };
            let name = name.to_ascii_lowercase();
            match name.strip_prefix("resent-") {
                Some("to" | "cc" | "bcc") => resent.extend(addresses(value)),
                None if ["to", "cc", "bcc"].contains(&name.as_str()) => {
                    recipients.extend(addresses(value));
                }
                _ => {}
            }
        }
        if !resent.is_empty() {
            recipients = resent;
        }
        if recipients.is_empty() {
            let text = format!("{given}({uid}): No recipient addresses found in message header");
            return Err(fail(at, &text));
        }
    }
    let trace = match (verify, verbose) {
        (true, _) => Trace::Verify,
        (_, 1) => Trace::Record,
        _ => Trace::No,
    };
    // People have no full names here, and root has its own.
    let name = if uid == 0 { "root" } else { "" };
    // postdrop's file may not become larger than a message.
    let limit = setting(at, "message_size_limit").parse().unwrap_or(0);
    if limit > 0 && content.len() > limit {
        let why = format!("warning: uid={uid}: File too large");
        at.report("postdrop", &mut output, why);
        let why = "warning: mail_stream_cleanup: close error".into();
        at.report("sendmail", &mut output, why);
        let why = format!("fatal: {given}({uid}): message file too big");
        at.report("sendmail", &mut output, why);
        output.status = TEMPORARY;
        return Err(output);
    }
    if let Some((server, now)) = at.server() {
        let given = Submission {
            uid,
            full_name: full_name.unwrap_or(name),
            sender: &sender,
            recipients: &recipients,
            content: &content,
            trace,
            is_remote,
            notify: wishes,
            ret,
            verp: &verp,
            envid: envid.as_deref(),
            is_extracted: from_headers,
            origin: None,
        };
        server.submit(&given, now);
    }
    if trace != Trace::No {
        output.text = format!("Mail Delivery Status Report will be mailed to <{given}>.\n");
    }
    Ok(output)
}
