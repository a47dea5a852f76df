//! What stands before a line that says who speaks: the marks of RFCs and tutorials, of swaks, curl,
//! msmtp, Exim and smtplib; and the prompts of shells.

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The client.
    Client,
    /// The server.
    Server,
    /// The tool itself, about the connection.
    Tool,
}

use Speaker::{Client, Server, Tool};

/// Marks, the longer ones before those that they begin with.
const MARKS: [(&str, Speaker); 58] = [
    ("CLIENT -> SERVER:", Client),
    ("SERVER -> CLIENT:", Server),
    ("SMTP>>", Client),
    ("SMTP<<", Server),
    ("SMTP>", Client),
    ("SMTP<", Server),
    ("Client:", Client),
    ("Server:", Server),
    ("CLIENT:", Client),
    ("SERVER:", Server),
    ("client:", Client),
    ("server:", Server),
    ("Cliente:", Client),
    ("Servidor:", Server),
    ("Klient:", Client),
    ("Serwer:", Server),
    ("Serveur:", Server),
    ("Клиент:", Client),
    ("Сервер:", Server),
    ("クライアント:", Client),
    ("サーバー:", Server),
    ("サーバ:", Server),
    ("客户端:", Client),
    ("用戶端:", Client),
    ("伺服器:", Server),
    ("服务器:", Server),
    ("send: ", Client),
    ("reply: ", Server),
    ("C:", Client),
    ("S:", Server),
    ("c:", Client),
    ("s:", Server),
    ("K:", Client),
    ("C>", Client),
    ("S>", Server),
    ("===", Tool),
    ("***", Tool),
    (">>>", Client),
    ("<<<", Server),
    ("-->", Client),
    ("<--", Server),
    ("**>", Client),
    ("<**", Server),
    ("*~>", Client),
    ("<~*", Server),
    ("~~>", Client),
    ("<~~", Server),
    (">>", Client),
    ("<<", Server),
    ("->", Client),
    ("<-", Server),
    ("~>", Client),
    ("<~", Server),
    ("=>", Client),
    ("<=", Server),
    ("→", Client),
    ("←", Server),
    ("* ", Tool),
];

/// Marks of one sign, which need a space behind them, and so does `#` before what a server says.
const SIGNS: [(&str, Speaker); 4] = [
    ("> ", Client),
    ("< ", Server),
    ("# ", Server),
    ("#", Server),
];

/// The mark at the start of a line, and the rest of the line.
pub fn mark(line: &str) -> Option<(Speaker, &str)> {
    let bare = undecorated(line.trim_start());
    let all = MARKS.iter().chain(&SIGNS);
    for (sign, speaker) in all {
        let Some(rest) = bare.strip_prefix(sign) else {
            continue;
        };
        if sign.starts_with('#') && !is_reply(rest) {
            return None;
        }
        // swaks puts the sign of a file's end, RFCs two spaces.
        let rest = rest.trim_start_matches(' ');
        return Some((*speaker, unquoted(sign, uncoded(rest))));
    }
    match bare {
        ">" => Some((Client, "")),
        _ => None,
    }
}

/// Who speaks in a column of this title.
pub fn named(title: &str) -> Option<Speaker> {
    let title = title.trim().to_lowercase();
    let names = MARKS.iter().filter_map(|(sign, speaker)| {
        let name = sign.strip_suffix(':')?;
        (name.chars().count() > 1 && !name.contains('>')).then(|| (name.to_lowercase(), *speaker))
    });
    let mut names = names.filter(|(name, _)| {
        let rest = title.strip_prefix(name.as_str());
        // "Client", "Client (you)", "サーバの応答", and not "Clients".
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    });
    names.next().map(|(_, speaker)| speaker)
}

/// A line without what may stand before a mark: the bullet or the number of a list, a moment, a connection.
fn undecorated(line: &str) -> &str {
    let is_marked = |rest: &str, is_of: fn(&str) -> bool| {
        let mut marks = MARKS.iter().filter(|(sign, _)| is_of(sign));
        marks.any(|(sign, _)| rest.starts_with(sign))
    };
    let bare = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let listed = ["* ", "- ", "+ ", ". ", ") "];
    if let Some(rest) = listed.iter().find_map(|sign| bare.strip_prefix(sign)) {
        let rest = rest.trim_start();
        if is_marked(rest, |sign| sign.ends_with(':')) {
            return rest;
        }
    }
    // A date, a time, or both; Perl names the connection.
    let mut rest = line;
    for _ in 0..2 {
        match rest.split_once(' ') {
            Some((word, more)) if is_moment(word) => rest = more.trim_start(),
            _ => break,
        }
    }
    if let Some((_, more)) = rest
        .strip_prefix("Net::SMTP")
        .and_then(|r| r.split_once(')'))
    {
        rest = more;
    }
    match is_marked(rest, |_| true) {
        true => rest,
        false => line,
    }
}

/// Whether a word is a date or a time of day: digits with colons or hyphens between them.
fn is_moment(word: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_digit() || b":-.,[]TZ+".contains(&b);
    let bare = word.trim_start_matches('[');
    bare.len() >= 8
        && bare.starts_with(|c: char| c.is_ascii_digit())
        && word.matches([':', '-']).count() >= 2
        && word.bytes().all(is_part)
}

/// Running text has what is said between backquotes.
fn uncoded(text: &str) -> &str {
    match text.strip_prefix('`').and(text.strip_suffix('`')) {
        Some(_) => text.trim_matches('`'),
        None => text,
    }
}

/// smtplib shows what is said as Python writes a text.
fn unquoted<'a>(sign: &str, rest: &'a str) -> &'a str {
    if !matches!(sign, "send: " | "reply: ") {
        return rest;
    }
    let rest = rest.trim_start_matches('b');
    let rest = rest.trim_matches(['\'', '"']);
    rest.trim_end_matches("\\r\\n")
}

/// Whether a line begins as a reply does: a code of SMTP, then a space, a hyphen or nothing.
pub fn is_reply(line: &str) -> bool {
    let line = line.trim_start();
    let bytes = line.as_bytes();
    let is_code = matches!(bytes, [b'2'..=b'5', b'0'..=b'5', b'0'..=b'9', ..]);
    is_code && matches!(bytes.get(3), None | Some(b' ' | b'-'))
}

/// Programs whose name makes a prompt of a `#` or a `>` before it.
const PROGRAMS: [&str; 34] = [
    "telnet",
    "nc",
    "ncat",
    "netcat",
    "openssl",
    "swaks",
    "curl",
    "mail",
    "mailx",
    "s-nail",
    "sendmail",
    "mailq",
    "postconf",
    "postmap",
    "postqueue",
    "postcat",
    "postsuper",
    "postfix",
    "postalias",
    "newaliases",
    "systemctl",
    "service",
    "journalctl",
    "dig",
    "host",
    "nslookup",
    "cat",
    "tail",
    "grep",
    "echo",
    "printf",
    "sudo",
    "gnutls-cli",
    "apt",
];

/// The command behind a shell's prompt.
pub fn prompt(line: &str) -> Option<&str> {
    let line = line.trim_start();
    // user@host:~$ …, [user@host ~]# …, host$ …, C:\> …
    let end = line.find(['$', '#', '%', '>'])?;
    let head = line.get(..end)?;
    let sign = line.get(end..end + 1)?;
    let rest = line.get(end + 1..)?;
    let command = rest.trim();
    let word = command.split_whitespace().next().unwrap_or("");
    let is_known = PROGRAMS.contains(&word.rsplit('/').next().unwrap_or(word));
    let is_named = head.contains('@') && !head.contains(' ')
        || head.starts_with('[') && head.ends_with(']')
        || head.get(1..3) == Some(":\\");
    let is_short = head.chars().count() <= 24 && !head.contains([' ', ':', '<', '"']);
    let is_prompt = match (is_named, is_short, sign) {
        (true, ..) => {
            !head.contains(['<', '"', ','])
                && (rest.is_empty() || rest.starts_with(' ') || is_known)
        }
        (false, true, "$") if head.is_empty() => rest.starts_with(' ') && !command.is_empty(),
        (false, true, _) => is_known,
        _ => false,
    };
    (is_prompt && !is_reply(line)).then_some(command)
}

/// A word that is no command, but that somebody has tried: the server says that it knows it not.
pub fn is_tried(said: &str, next: Option<&str>) -> bool {
    let refused = ["500", "501", "502", "503", "221"];
    let is_refused = next.is_some_and(|line| {
        let line = mark(line).map_or(line, |(_, text)| text);
        is_reply(line) && refused.contains(&line.get(..3).unwrap_or(""))
    });
    is_refused && said.split_whitespace().count() <= 4 && !said.ends_with([':', '.'])
}
