//! The words that random sessions are made of: what people send, what the tests' configurations
//! know, and what breaks parsers.

use fastrand::Rng;

fn pick<'a>(random: &mut Rng, from: &[&'a str]) -> &'a str {
    from[random.usize(..from.len())]
}

/// HELO or EHLO.
pub fn helo(random: &mut Rng) -> String {
    const VERBS: &[&str] = &["HELO", "EHLO", "EHLO", "EHLO", "ehlo", "Helo"];
    const NAMES: &[&str] = &[
        "penguinpower",
        "client.example",
        "client.example",
        "a.example",
        "smtp.safeer.in",
        "localhost",
        "spam.example",
        "mx.spam.example",
        "silent.example",
        "nowhere.example",
        "nullmx.example",
        "[127.0.0.1]",
        "[IPv6:::1]",
        "[IPv6:2001:db8::1]",
        "[ipv6:1::2::3]",
        "[127.0.0]",
        "[127.0.0.1",
        "[]",
        "1.2.3.4",
        "127.0.0.256",
        "::1",
        "a b",
        "-x",
        "x-",
        "x..y",
        ".x.y",
        "",
        "x@y",
        "<x>",
        "<x y>",
        "é",
        "é.example",
        "bücher.example",
        "xn--bcher-kva.example",
        "_a.example",
        "a.example.",
        "a.example..",
        "[x",
        "\"q q\"",
        "a,b",
        "a;b(c)",
        "1",
        "0x7f.1",
        "gmail.com",
        "$myhostname",
        "%s%n",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example",
    ];
    format!("{} {}", pick(random, VERBS), pick(random, NAMES))
}

/// The part of an address before its `@`.
pub fn local(random: &mut Rng) -> &'static str {
    const USUAL: &[&str] = &[
        "safeer",
        "safeer",
        "praveen",
        "asha",
        "nobody",
        "info",
        "sales",
        "joe",
        "postmaster",
    ];
    const ODD: &[&str] = &[
        "SAFEER",
        "Postmaster",
        "root",
        "safeer+x",
        "praveen+x",
        "praveen+list",
        "list+x",
        "safeer-x",
        "+x",
        "safeer+",
        "a.b",
        "a..b",
        ".a",
        "a.",
        "a b",
        "\"a b\"",
        "\"safeer\"",
        "\"a\\\"b\"",
        "\"a\\b",
        "a\\ b",
        "a\\",
        "-a",
        "a%b",
        "a%gmail.com",
        "safeer%safeer.in",
        "safeer%relayed.example",
        "safeer%",
        "%",
        "h!a",
        "gmail.com!a",
        "a!b!c",
        "!a",
        "safeer.in!safeer",
        "é",
        "josé",
        "a,b",
        "a(c)b",
        "(c)safeer",
        "a@b",
        "safeer@safeer.in",
        "",
        "\"\"",
        "\"",
        "[a]",
        "a:b",
        "a;b",
        "\"a@b\"",
        "\"safeer@gmail.com\"",
        "a\tb",
        "a/b",
        "../x",
        "|x",
        "owner-x",
        "MAILER-DAEMON",
        "double-bounce",
        "1",
        "old",
        "gone",
        "$x",
        "a=b",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];
    if random.u8(..100) < 62 {
        pick(random, USUAL)
    } else {
        pick(random, ODD)
    }
}

/// The part of an address from its `@` on.
pub fn domain(random: &mut Rng) -> &'static str {
    const USUAL: &[&str] = &[
        "@safeer.in",
        "@safeer.in",
        "@smtp.safeer.in",
        "@gmail.com",
        "@localhost",
        "",
        "@relayed.example",
        "@x.relayed.example",
        "@backup.example",
        "@virtual.example",
        "@mailbox.example",
        "@second.example",
        "@spam.example",
        "@a.example",
        "@b.example",
        "@primary.example",
        "@nowhere.example",
    ];
    const ODD: &[&str] = &[
        "@",
        "@[127.0.0.1]",
        "@[1.2.3.4]",
        "@[192.0.2.1]",
        "@[x]",
        "@[]",
        "@[IPv6:::1]",
        "@[IPv6:1::2::3]",
        "@[300.1.1.1]",
        "@[127.0.0.1",
        "@127.0.0.1]",
        "@1.2.3.4",
        "@127.0.0.1",
        "@SAFEER.IN",
        "@a..b",
        "@-a",
        "@a-",
        "@a.",
        "@.a",
        "@a_b.example",
        "@é.example",
        "@bücher.example",
        "@пример.example",
        "@xn--bcher-kva.example",
        "@foo",
        "@safeer.in.",
        "@safeer.in..",
        "@gmail.com.",
        "@a b",
        "@(c)safeer.in",
        "@safeer.in(c)",
        "@safeer.in@gmail.com",
        "@gmail.com@safeer.in",
        "@nullmx.example",
        "@silent.example",
        "@mxsilent.example",
        "@mxgone.example",
        "@alias.example",
        "@loop.example",
        "@dangling.example",
        "@text.example",
        "@sub.spam.example",
        "@x.virtual.example",
        "@y.z.gmail.com",
        "@www.safeer.in",
        "@c.example",
        "@d.example",
        "@a%b",
        "@\"x\"",
        "@safeer.in:25",
        "@#1",
        "@a,b",
        "@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example",
    ];
    if random.u8(..100) < 66 {
        pick(random, USUAL)
    } else {
        pick(random, ODD)
    }
}

/// An address as an argument, in any of the forms in which people write it.
pub fn path(random: &mut Rng) -> String {
    let both = format!("{}{}", local(random), domain(random));
    match random.u8(..34) {
        0 | 1 => both,
        2 => format!("Joe <{both}>"),
        3 => format!("<@a.example,@b.example:{both}>"),
        4 => format!("<{both}"),
        5 => format!("<<{both}>>"),
        6 => format!("{both}>"),
        7 => format!("<{both}> <{both}>"),
        8 => format!("<{both}>x"),
        9 => format!("\"Joe\" <{both}>"),
        10 => format!("< {both} >"),
        11 => format!("<@a.example:{both}>"),
        12 => format!("<@:{both}>"),
        13 => format!("<{both}, {both}>"),
        14 => format!("<(c) {both}>"),
        15 => format!("<group: {both};>"),
        16 => format!("({both})"),
        _ => format!("<{both}>"),
    }
}

/// MAIL with its parameters.
pub fn mail(random: &mut Rng) -> String {
    const FROM: &[&str] = &[
        "FROM:", "FROM:", "FROM:", "FROM:", "from: ", "FROM: ", "FROM ", "FROM :", "TO:", "",
        "FROM:  ", "From:",
    ];
    const PARAMETERS: &[&str] = &[
        "SIZE=100",
        "SIZE=1500",
        "SIZE=20000000",
        "SIZE=x",
        "SIZE=",
        "SIZE=-1",
        "SIZE=99999999999999999999",
        "size=5",
        "SIZE",
        "BODY=8BITMIME",
        "BODY=7BIT",
        "BODY=7bit",
        "BODY=BINARYMIME",
        "BODY=",
        "SMTPUTF8",
        "SMTPUTF8=1",
        "RET=FULL",
        "RET=HDRS",
        "RET=X",
        "ret=full",
        "ENVID=a+3Db",
        "ENVID=a+3",
        "ENVID=",
        "ENVID=a+0Ab",
        "AUTH=<>",
        "AUTH=a@b",
        "AUTH=a+40b",
        "AUTH=+xx",
        "AUTH=",
        "X=Y",
        "=",
        "XVERP",
        "XVERP==+",
        "XVERP=ab",
        "<x>",
        "\"a b\"",
    ];
    let from = pick(random, FROM);
    let sender = match random.u8(..8) {
        0 => "<>".into(),
        1 => "safeer@safeer.in".into(),
        2 | 3 => "<safeer@safeer.in>".into(),
        _ => path(random),
    };
    let mut line = format!("MAIL {from}{sender}");
    while random.u8(..100) < 30 {
        let space = pick(random, &[" ", " ", " ", "  ", "\t", ""]);
        line = format!("{line}{space}{}", pick(random, PARAMETERS));
    }
    line
}

/// RCPT with its parameters.
pub fn rcpt(random: &mut Rng) -> String {
    const TO: &[&str] = &[
        "TO:", "TO:", "TO:", "TO:", "to: ", "TO: ", "TO ", "TO :", "FROM:", "", "To:",
    ];
    const PARAMETERS: &[&str] = &[
        "NOTIFY=NEVER",
        "NOTIFY=SUCCESS,DELAY",
        "NOTIFY=success,failure,delay",
        "NOTIFY=NEVER,DELAY",
        "NOTIFY=",
        "NOTIFY=,",
        "NOTIFY=X",
        "NOTIFY=SUCCESS,SUCCESS",
        "ORCPT=rfc822;a+40b",
        "ORCPT=rfc822;",
        "ORCPT=a",
        "ORCPT=;a",
        "ORCPT=utf-8;\\x{E9}@b",
        "ORCPT=utf-8;é@b",
        "ORCPT=utf-8;\\x{zz}",
        "ORCPT=rfc822;+zz",
        "X=Y",
        "SIZE=1",
        "<>",
    ];
    let to = pick(random, TO);
    let recipient = match random.u8(..8) {
        0 => "<praveen@gmail.com>".into(),
        1 | 2 => "<safeer@safeer.in>".into(),
        3 => "<praveen@safeer.in>".into(),
        _ => path(random),
    };
    let mut line = format!("RCPT {to}{recipient}");
    while random.u8(..100) < 22 {
        let space = pick(random, &[" ", " ", " ", "  ", "\t", ""]);
        line = format!("{line}{space}{}", pick(random, PARAMETERS));
    }
    line
}

/// VRFY, ETRN and the commands that nobody needs.
pub fn other(random: &mut Rng) -> String {
    const LINES: &[&str] = &[
        "RSET",
        "RSET",
        "RSET x",
        "rset",
        "RSET  ",
        "NOOP",
        "NOOP x y",
        "noop",
        "XNOOP",
        "DATA",
        "DATA",
        "DATA x",
        "DATA ",
        "VRFY",
        "VRFY safeer",
        "VRFY safeer SMTPUTF8",
        "VRFY a b",
        "VRFY é SMTPUTF8",
        "VRFY é",
        "VRFY <safeer@safeer.in>",
        "VRFY postmaster",
        "VRFY \"safeer\"",
        "ETRN",
        "ETRN relayed.example",
        "ETRN backup.example",
        "ETRN spam.example",
        "ETRN safeer.in",
        "ETRN x y",
        "ETRN @gmail.com",
        "ETRN #gmail.com",
        "ETRN [1.2.3.4]",
        "ETRN [1.2.3]",
        "ETRN -",
        "ETRN é.example",
        "ETRN @",
        "STARTTLS",
        "STARTTLS x",
        "AUTH",
        "AUTH PLAIN",
        "AUTH GSSAPI",
        "AUTH X Y Z",
        "XCLIENT",
        "XFORWARD",
        "HELP",
        "EXPN x",
        "TURN",
        "FOO",
        "FOO:",
        "FOO :",
        "foo bar",
        "SEND FROM:<a>",
        "HELLO x",
        "QUIT x",
        "",
        " ",
        "\t",
        "  NOOP",
        "\"",
        "<",
        ">",
        "NO OP",
        "NOOP\u{a0}",
        "MAIL",
        "RCPT",
        "MAIL FROM",
        "RCPT TO",
        "MAIL FROM:",
        "RCPT TO:",
        "MAIL FROM: ",
        "MAIL <a@b>",
        "MAIL FROM:<> <>",
        "MAILFROM:<>",
        "RCPT TO:<>",
        "RCPT TO:\"\"",
        "RCPT TO:<\"\">",
        "RCPT TO:<@a.example>",
        "BDAT",
        "BDAT x",
        "BDAT -1",
        "BDAT 1 2 3",
        "BDAT 99999999999999999999",
        "BDAT 0 LASTT",
        "BDAT 0",
        "BDAT 0 LAST",
    ];
    match random.u8(..10) {
        0 => format!("VRFY {}", path(random)),
        1 => format!("ETRN {}", domain(random).trim_start_matches('@')),
        2 => format!("NOOP {}", "x".repeat(random.usize(..2300))),
        _ => pick(random, LINES).into(),
    }
}

/// What ends most sessions.
pub fn last_word(random: &mut Rng) -> &'static str {
    pick(
        random,
        &[
            "GET / HTTP/1.0",
            "POST / HTTP/1.1",
            "CONNECT x:25 HTTP/1.0",
            "Subject: x",
            "From: x",
            "Received : x",
            "123",
            ".",
            "-",
            "é",
            "Host: smtp",
            "x: y",
        ],
    )
}

/// One line of a message.
pub fn content_line(random: &mut Rng) -> String {
    const LINES: &[&str] = &[
        "Subject: Happy New Year!!!",
        "From: safeer@safeer.in",
        "To: praveen@gmail.com",
        "Received: from a by b; Thu, 1 Jan 2026 00:00:00 +0000",
        "Received: from c by d; Thu, 1 Jan 2026 00:00:00 +0000",
        "Message-Id: <1@x>",
        "Bcc: someone@a.example",
        "Subject: é",
        "X-Long:",
        " folded",
        "",
        "",
        "..",
        ".x",
        ". ",
        "From safeer Thu",
        ">From x",
        "Happy New Year",
        "Happy New Year",
        "mailto: nobody",
        "not a header",
        "X:",
        ": x",
        "é",
        "To: undisclosed-recipients:;",
        "Cc: a b <",
        "Resent-To: x@y",
        "Return-Path: <x>",
        "Content-Length: 3",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=x",
        "Content-Type: multipart/digest; boundary=x; boundary=\"y\"; boundary=z",
        "Content-Type: message/rfc822",
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: 8bit",
        "--x",
        "--x--",
        "--y",
    ];
    match random.u8(..12) {
        0 => "y".repeat(random.usize(..1300)),
        1 => format!("X-Header: {}", "z ".repeat(random.usize(..300))),
        _ => pick(random, LINES).into(),
    }
}

/// XCLIENT or XFORWARD with attributes.
pub fn proxy(random: &mut Rng) -> String {
    const NAMES: &[&str] = &[
        "NAME",
        "NAME",
        "ADDR",
        "ADDR",
        "HELO",
        "PROTO",
        "PORT",
        "LOGIN",
        "REVERSE_NAME",
        "SOURCE",
        "IDENT",
        "DESTADDR",
        "DESTPORT",
        "FOO",
        "name",
    ];
    const VALUES: &[&str] = &[
        "xclient.example",
        "client.example",
        "[UNAVAILABLE]",
        "[TEMPUNAVAIL]",
        "[unavailable]",
        "192.0.2.1",
        "127.16.0.1",
        "IPV6:2001:db8::1",
        "IPv6:::1",
        "1.2.3",
        "ESMTP",
        "SMTP",
        "LMTP",
        "25",
        "70000",
        "safeer",
        "a+20b",
        "+zz",
        "",
        "a b",
        "LOCAL",
        "REMOTE",
        "é",
        "-x",
        "x@y",
    ];
    let mut line = pick(random, &["XCLIENT", "XCLIENT", "XFORWARD"]).to_string();
    for _ in 0..random.usize(1..4) {
        line = format!("{line} {}={}", pick(random, NAMES), pick(random, VALUES));
    }
    line
}
