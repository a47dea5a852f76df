//! Whose server speaks, as far as its words tell.

use crate::native::doc::dialogue::Conversation;

/// Whose a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Maker {
    /// It says that it is a Postfix, or speaks as only Postfix does.
    Postfix,
    /// It says that it is something else, or speaks so.
    Other(String),
    /// It does not say.
    Unknown,
}

/// What other servers say in their banner; a domain is that of the host.
const BANNERS: [(&str, &str); 41] = [
    ("exim", "Exim"),
    ("sendmail", "Sendmail"),
    ("microsoft", "Exchange"),
    ("exchange", "Exchange"),
    ("outlook", "Exchange"),
    ("gsmtp", "Google"),
    ("google", "Google"),
    ("gmail", "Google"),
    ("opensmtpd", "OpenSMTPD"),
    ("qmail", "qmail"),
    ("haraka", "Haraka"),
    ("courier", "Courier"),
    ("mailhog", "MailHog"),
    ("mailpit", "Mailpit"),
    ("mailcatcher", "MailCatcher"),
    ("mailenable", "MailEnable"),
    ("hmailserver", "hMailServer"),
    ("mercury", "Mercury"),
    ("domino", "Domino"),
    ("groupwise", "GroupWise"),
    ("amazon", "Amazon SES"),
    ("simpleemailservice", "Amazon SES"),
    ("yahoo", "Yahoo"),
    ("james", "James"),
    ("kerio", "Kerio"),
    ("python smtp", "smtpd.py"),
    ("aiosmtpd", "aiosmtpd"),
    ("citadel", "Citadel"),
    ("stalwart", "Stalwart"),
    ("maddy", "maddy"),
    ("momentum", "Momentum"),
    ("powermta", "PowerMTA"),
    ("mdaemon", "MDaemon"),
    ("coremail", "Coremail"),
    ("amavis", "amavisd-new"),
    ("qq.com", "QQ"),
    ("google.com", "Google"),
    ("yahoo.com", "Yahoo"),
    ("outlook.com", "Exchange"),
    ("amazonaws.com", "Amazon SES"),
    ("zmailer", "ZMailer"),
];

/// What only other servers say in replies.
const OTHERS: [&str; 30] = [
    "ok id=",
    "pleased to meet you",
    "glad to meet you",
    "at your service",
    "sender ok",
    "recipient ok",
    "start mail input",
    "enter message, ending",
    "enter mail, end with",
    "message accepted for delivery",
    "closing transmission channel",
    "closing connection",
    "queued mail for delivery",
    "go ahead",
    "authentication succeeded",
    "requested mail action",
    "requested action",
    "flushed",
    "gsmtp",
    "recipient address accepted",
    "sender address accepted",
    "service closing",
    "see ya in cyberspace",
    "ok: message",
    "accepted message",
    "mail ok queued",
    "send message content",
    "reset state",
    "ok to send",
    "user not local",
];

/// What Postfix says, letter for letter, and hardly another.
const OWN: [&str; 17] = [
    "2.1.0 Ok",
    "2.1.5 Ok",
    "2.0.0 Bye",
    "2.0.0 Ok: queued as",
    "Ok: queued as",
    "User unknown in local recipient table",
    "User unknown in virtual",
    "User unknown in relay recipient table",
    "Relay access denied",
    "Recipient address rejected:",
    "Sender address rejected:",
    "Helo command rejected:",
    "Client host rejected:",
    "Error: need MAIL command",
    "Error: need RCPT command",
    "Error: command not recognized",
    "5.5.4 Syntax: MAIL FROM:<address>",
];

/// Whose server a conversation is with.
pub fn maker(conversation: &Conversation) -> Maker {
    let mut own = 0;
    let mut others: Vec<&str> = Vec::new();
    for (said, shown) in conversation.replies() {
        let text = shown.iter().map(|line| line.text.to_lowercase());
        let text = text.collect::<Vec<_>>().join("\n");
        if said.is_empty() {
            if text.contains("postfix") {
                return Maker::Postfix;
            }
            let host = text.split_whitespace().nth(1).unwrap_or("");
            let rest = text
                .split_once(host)
                .map_or(text.as_str(), |(_, rest)| rest);
            let is_said = |word: &str| match word.contains('.') {
                true => host.ends_with(word),
                false => rest.contains(word),
            };
            if let Some((_, name)) = BANNERS.iter().find(|(word, _)| is_said(word)) {
                return Maker::Other((*name).into());
            }
        }
        let is_own = |line: &str| OWN.iter().any(|words| line.contains(words));
        own += usize::from(shown.iter().any(|line| is_own(&line.text)));
        others.extend(OTHERS.iter().filter(|words| text.contains(**words)));
        if shown.len() > 1 && text.lines().next().is_some_and(is_hello) {
            others.push("Hello");
        }
    }
    match (own, others.as_slice()) {
        (0, []) => Maker::Unknown,
        (own, []) if own > 0 => Maker::Postfix,
        (own, others) if own >= 2 && own > others.len() => Maker::Postfix,
        (_, [words, ..]) => Maker::Other(format!("a server that says \"{words}\"")),
        _ => Maker::Unknown,
    }
}

/// `250-mx Hello client [192.0.2.7]`, as Exim, Exchange and Sendmail greet.
fn is_hello(line: &str) -> bool {
    line.starts_with("250-") && line.contains(" hello ")
}
