//! sendmail: hands a message in.

use crate::postfix::queue::intake::Submission;
use crate::postfix::queue::text::split;
use crate::smtp::address::{internal, parse, Token};
use crate::smtp::bytes::{decode, encode};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::{Become, Outcome, Output};
use crate::workstation::programs::postfix::postqueue::{mailq, postqueue};

/// sendmail, with -f, -t and recipients.
pub(super) fn sendmail(arguments: &[&str], at: &mut Machine) -> Outcome {
    hand_in(arguments, None, at)
}

/// The same with a text of another program's.
pub fn hand_in(arguments: &[&str], input: Option<&str>, at: &mut Machine) -> Outcome {
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
            // A session with this host's own server.
            "-bs" => {
                let words = ["nc", "localhost", "25"].map(String::from).into();
                return Ok(Output::becoming(Become {
                    words,
                    ..Become::default()
                }));
            }
            "-bp" => return Ok(mailq(at)),
            "-q" => return Ok(postqueue(&["-f"], at)),
            "-i" | "-oi" | "-bm" => {}
            word if word.starts_with("-f") => sender = word[2..].into(),
            word if word.starts_with('-') => {
                let odd = word.chars().nth(1).unwrap_or('-');
                let text = format!("invalid option -- '{odd}'");
                return Err(at.fatal("sendmail", text));
            }
            word => recipients.push(word.into()),
        }
    }
    if recipients.is_empty() && !from_headers {
        let text = "Recipient addresses must be specified on the command line or via the -t option";
        return Err(at.fatal("sendmail", text.into()));
    }
    let content = encode(input.map_or_else(|| at.input(), Ok)?);
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
        let text = "No recipient addresses found in message header";
        return Err(at.fatal("sendmail", text.into()));
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
    Ok(Output::default())
}
