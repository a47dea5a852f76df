//! What a document has the benefit of the doubt in: refusals that an administrator, a Milter or a policy
//! server may have put into words, releases of long ago, mechanisms of other libraries, and replies that
//! its author did not care to show.

use crate::native::doc::compare::is_enhanced;
use crate::native::doc::dialogue::{Conversation, Step};

/// Whether no reply of a conversation has an enhanced code, and nothing in it is newer than that.
pub fn is_old(conversation: &Conversation) -> bool {
    let newer = ["ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8", "CHUNKING"];
    !conversation.replies().any(|(_, shown)| {
        shown.iter().any(|line| {
            let rest = line.text.get(4..).unwrap_or("");
            let word = rest.split_whitespace().next().unwrap_or("");
            is_enhanced(word) || newer.contains(&word)
        })
    })
}

/// Whether a conversation shows so many replies that one that is missing has been forgotten.
pub fn counts_missing(conversation: &Conversation) -> bool {
    let (mut shown, mut missing) = (0, 0);
    for step in &conversation.steps {
        if let Step::Exchange {
            shown: reply,
            is_missing,
            ..
        } = step
        {
            shown += usize::from(reply.is_some());
            missing += usize::from(*is_missing);
        }
    }
    shown >= 3 && missing * 2 <= shown
}

/// Mechanisms that are not simulated.
pub fn is_foreign(mechanism: &str) -> bool {
    !matches!(mechanism, "PLAIN" | "LOGIN" | "CRAM-MD5" | "")
}

/// Words of refusals that are no syntax error for all their code.
const JUDGEMENTS: [&str; 5] = [
    "rejected:",
    "Service unavailable",
    "access denied for",
    "support is disabled",
    "Server configuration error",
];

/// Whether a refusal may be one that the server's administrator, a Milter or a policy server has put
/// into words.
pub fn is_free(verb: &str, text: &str) -> bool {
    let code = text.get(..3).unwrap_or("");
    let is_asked = matches!(
        verb,
        "HELO" | "EHLO" | "MAIL" | "RCPT" | "DATA" | "VRFY" | "." | "BDAT" | "ETRN"
    );
    if says_yes(text) {
        return false;
    }
    let is_judgement = JUDGEMENTS.iter().any(|words| text.contains(words));
    match code {
        "500" | "501" | "502" | "503" | "504" | "530" => is_asked && is_judgement,
        _ => is_asked,
    }
}

/// Whether the words of a reply say yes, whatever its code says.
pub fn says_yes(text: &str) -> bool {
    let words = text.get(4..).unwrap_or("").trim();
    let (first, rest) = words.split_once(' ').unwrap_or((words, ""));
    let words = if is_enhanced(first) { rest } else { words };
    words.eq_ignore_ascii_case("ok") || words.starts_with("Ok: queued")
}

/// Refusals that are Postfix's own, for which nobody else has a say: codes and words.
const OWN: [(&str, &str); 5] = [
    ("452 4.3.1", "Insufficient system storage"),
    ("452 4.5.3", "Error: too many recipients"),
    ("552 5.3.4", "Error: message file too big"),
    ("451 4.3.0", "Error: queue file write error"),
    ("554 5.4.0", "Error: too many hops"),
];

/// A refusal with the codes that Postfix has for it, where the words are its own, or with an enhanced code of
/// the class of its code, which it sees to.
pub fn with_codes(text: &str) -> String {
    let (codes, words) = text.split_at_checked(4).unwrap_or(("", ""));
    let (first, rest) = words.split_once(' ').unwrap_or((words, ""));
    let own = OWN.iter().find(|(_, own)| *own == rest);
    match own {
        Some((own, words)) if is_enhanced(first) && !codes.is_empty() => format!("{own} {words}"),
        _ => with_class(text),
    }
}

/// A refusal whose enhanced code is of the class of its code, which Postfix sees to.
fn with_class(text: &str) -> String {
    let word = text.get(4..).unwrap_or("").split(' ').next().unwrap_or("");
    let class = text.get(..1).unwrap_or("5");
    match is_enhanced(word) && !word.starts_with(class) {
        true => {
            let (head, tail) = text.split_at(4);
            format!("{head}{class}{}", tail.get(1..).unwrap_or(""))
        }
        false => text.into(),
    }
}
