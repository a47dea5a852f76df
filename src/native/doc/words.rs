//! The words by which lines of a listing are known: SMTP's commands, what programs say of a
//! connection, and what stands for something left out.

/// How a program connects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// The server, as the command names it; empty where it does not.
    pub host: String,
    /// TLS comes before the banner.
    pub is_wrapped: bool,
    /// The program has said EHLO and STARTTLS itself.
    pub is_started: bool,
    /// The client's commands are in the shell's command and not in the dialogue.
    pub is_fed: bool,
}

impl Connection {
    /// One of telnet.
    pub fn plain(host: &str) -> Connection {
        Connection {
            host: host.into(),
            ..Connection::default()
        }
    }
}

/// Commands of SMTP that stand alone.
const ALONE: [&str; 6] = ["DATA", "RSET", "QUIT", "STARTTLS", "NOOP", "TURN"];

/// Commands of SMTP that take one word.
const WITH_A_WORD: [&str; 9] = [
    "HELO", "EHLO", "LHLO", "VRFY", "EXPN", "ETRN", "HELP", "NOOP", "BDAT",
];

/// Whether a line is a command of SMTP and no sentence that begins with one.
pub fn is_command(line: &str) -> bool {
    let line = line.trim();
    let upper = line.to_ascii_uppercase();
    let mut words = upper.split_whitespace();
    let verb = words.next().unwrap_or("");
    let more = words.clone().count();
    let next = words.next().unwrap_or("");
    let is_sentence =
        line.ends_with([':', '?', '!']) && !upper.starts_with("MAIL") && !upper.starts_with("RCPT");
    match verb {
        _ if is_sentence => false,
        // "MAIL FROM" and "MAIL" alone, and what is written by mistake.
        "MAIL" | "SEND" | "SOML" | "SAML" => next.starts_with("FROM") || next.starts_with("TO:"),
        "RCPT" => next.starts_with("TO") || next.starts_with("FROM:"),
        "AUTH" => (1..=2).contains(&more) && is_word(next),
        "XCLIENT" | "XFORWARD" => next.contains('='),
        "BDAT" => next.bytes().all(|byte| byte.is_ascii_digit()) && (1..=2).contains(&more),
        verb if WITH_A_WORD.contains(&verb) && more == 1 => true,
        "HELO" | "EHLO" | "HELP" => more == 0,
        verb => ALONE.contains(&verb) && more == 0,
    }
}

/// Whether a word is a verb of SMTP, or has one letter too many, too few or another than a verb of SMTP, or two that have
/// changed places.
pub fn is_nearly_a_verb(word: &str) -> bool {
    let word = word.to_ascii_uppercase();
    let verbs = ["MAIL", "RCPT", "AUTH"];
    let mut verbs = verbs.iter().chain(&ALONE).chain(&WITH_A_WORD);
    verbs.any(|verb| word == **verb || is_slip(word.as_bytes(), verb.as_bytes()))
}

/// Whether a word begins a header that letters have.
pub fn is_letters(word: &str) -> bool {
    let headers = ["FROM:", "TO:", "CC:", "SUBJECT:", "DATE:"];
    headers.contains(&word.to_ascii_uppercase().as_str())
}

/// Whether one slip of a finger makes one word of the other.
fn is_slip(one: &[u8], other: &[u8]) -> bool {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let rest = |word: &[u8]| word.get(same..).unwrap_or_default().to_vec();
    match (rest(one).as_slice(), rest(other).as_slice()) {
        ([_, one @ ..], [_, other @ ..]) if one == other => true,
        ([_, one @ ..], other) if one == other => true,
        (one, [_, other @ ..]) if one == other => true,
        ([a, b, one @ ..], [c, d, other @ ..]) => a == d && b == c && one == other,
        _ => false,
    }
}

fn is_word(word: &str) -> bool {
    word.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// The first word, in capitals.
pub fn verb(line: &str) -> String {
    let word = line.split(|c: char| c.is_whitespace()).next().unwrap_or("");
    word.to_ascii_uppercase()
}

/// Signs that begin a remark at the end of a line.
const REMARKS: [&str; 13] = [
    " # ", "\t#", "  #", " // ", " <-- ", " <- ", " <== ", " ← ", " --> ", " -->", " ⇐ ", " -- ",
    "  (",
];

/// A line without the remark at its end, and without the callouts of AsciiDoc (` <1>`).
pub fn without_remark(line: &str) -> &str {
    let mut end = line.len();
    for sign in REMARKS {
        if let Some(at) = line.find(sign) {
            // `NOOP # x` is as good as a remark; what begins a line is none.
            if at > 0 {
                end = end.min(at);
            }
        }
    }
    let line = line.get(..end).unwrap_or(line).trim_end();
    let callout = line.rsplit_once(" <").and_then(|(head, tail)| {
        let number = tail.strip_suffix('>')?;
        let is_number =
            !number.is_empty() && number.len() < 3 && number.bytes().all(|b| b.is_ascii_digit());
        is_number.then_some(head)
    });
    callout.unwrap_or(line).trim_end()
}

/// What stands for something left out, all by itself.
const GAPS: [&str; 12] = [
    "...", "…", "[...]", "[…]", "(...)", "(…)", "[snip]", "<snip>", "(snip)", "--snip--", ". . .",
    "[..]",
];

/// Whether a line stands for lines that have been left out.
pub fn is_gap(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '-', ' ', '/', '#', ';']);
    GAPS.contains(&line)
        || !line.is_empty()
            && line.starts_with(['[', '(', '<'])
            && line.contains("...")
            && line.ends_with([']', ')', '>'])
        || line.starts_with("...") && line.ends_with("...")
}

/// Whether a line says that the connection has ended.
pub fn is_closed(line: &str) -> bool {
    let line = line.trim();
    let starts = [
        "Connection closed",
        "Connection to ",
        "closed",
        "DONE",
        "read:errno",
        "Ncat: ",
        "Closing connection",
        "Verbindung zu ",
        "Verbindung wurde ",
        "Connexion fermée",
        "Conexión cerrada",
        "Host-Verbindung",
        "{The server closes",
        "(connection closed)",
        "Connection lost",
        "Ligação terminada",
    ];
    starts.iter().any(|start| line.starts_with(start))
}

/// Whether a line says that both sides speak TLS from here on.
pub fn is_secured(line: &str) -> bool {
    let line = line.trim().to_ascii_lowercase();
    let says = [
        "tls started",
        "tls handshake",
        "<tls negotiation>",
        "<starts tls negotiation>",
        "tls negotiation",
        "ssl connection using",
        "starttls handshake",
        "<negotiates a tls",
        "tls-handshake",
    ];
    line.len() < 120 && says.iter().any(|words| line.contains(words))
}

/// Whether a line is telnet's own.
pub fn is_telnets(line: &str) -> bool {
    let starts = [
        "Trying ",
        "Connected to ",
        "Escape character is",
        "telnet> ",
        "telnet: ",
    ];
    starts.iter().any(|start| line.starts_with(start))
}

/// The connection that a command makes, where it makes one to a mail server.
pub fn connection(command: &str) -> Option<Connection> {
    let last = command.rsplit('|').next().unwrap_or(command).trim();
    let is_fed = command.contains('|') || command.contains("<<") || command.contains(" < ");
    let mut words = last.split_whitespace().filter(|word| *word != "sudo");
    let program = words.next()?.rsplit('/').next()?;
    let words: Vec<&str> = words.collect();
    let plain: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !word.starts_with('-'))
        .collect();
    let is_words = plain.len() <= 3
        && plain
            .iter()
            .all(|w| !w.ends_with([',', ':', '.']) || w.contains('/'));
    let mut made = match program {
        "telnet" if is_words && !plain.is_empty() => Connection::plain(plain.first()?),
        "nc" | "ncat" | "netcat" if is_words && plain.len() >= 2 => {
            Connection::plain(plain.first()?)
        }
        "openssl" if words.first() == Some(&"s_client") => secured(&words)?,
        "gnutls-cli" if is_words => Connection {
            is_wrapped: true,
            ..Connection::plain(plain.first()?)
        },
        "swaks" if words.iter().any(|word| word.starts_with('-')) => Connection::plain(""),
        "curl" => Connection::plain(words.iter().find_map(|word| of_url(word))?),
        _ => return None,
    };
    // Ports of other services.
    let others = [
        "110", "143", "993", "995", "80", "443", "22", "23", "4190", "21", "53", "389", "11211",
        "6379",
    ];
    if plain.get(1).is_some_and(|port| others.contains(port)) {
        return None;
    }
    made.is_fed = is_fed;
    Some(made)
}

fn of_url(word: &str) -> Option<&str> {
    let word = word.trim_matches(['"', '\'']);
    let rest = word
        .strip_prefix("smtp://")
        .or(word.strip_prefix("smtps://"))?;
    Some(rest.split([':', '/']).next().unwrap_or(rest))
}

/// openssl's s_client: TLS from the first byte, or after STARTTLS.
fn secured(words: &[&str]) -> Option<Connection> {
    let after = |name: &str| {
        let at = words
            .iter()
            .position(|word| word.trim_start_matches('-') == name)?;
        words.get(at + 1).copied()
    };
    let address = after("connect").or(words.last().copied())?;
    let (host, port) = address.rsplit_once(':').unwrap_or((address, "465"));
    let protocol = after("starttls");
    if protocol.is_some_and(|p| p != "smtp")
        || protocol.is_none() && matches!(port, "993" | "995" | "443")
    {
        return None;
    }
    Some(Connection {
        host: host.into(),
        is_wrapped: protocol.is_none(),
        is_started: protocol.is_some(),
        is_fed: false,
    })
}
