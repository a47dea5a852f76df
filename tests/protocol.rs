//! Nothing that a client sends, and nothing that a server's parameters are set to, makes a session
//! panic, hang or go on for ever.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use smtp_terminal::smtp::client::Client;
use smtp_terminal::smtp::policy::{
    Amended, Crash, Facts, InDoubt, Listed, Note, Policy, Question, Rate, Verdict,
};
use smtp_terminal::smtp::release::Release;
use smtp_terminal::smtp::sasl::proof::{Denied, Proof};
use smtp_terminal::smtp::session::{Action, Session};
use smtp_terminal::smtp::settings::{BareNewline, Settings, Tls};
use smtp_terminal::time::Time;

/// A server that answers at random, and lets every client do all.
struct Odd {
    settings: Settings,
    /// What its restrictions answer, in turn.
    answers: Vec<Option<String>>,
    sleep: u64,
    /// Of a question after so many bytes or recipients it dies.
    dies: Option<usize>,
}

impl Policy for Odd {
    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn check(&self, _: Question, facts: &Facts) -> Verdict {
        let turn = facts.recipient_count + facts.size as usize;
        Verdict {
            refusal: self.answers[turn % self.answers.len()].clone(),
            sleep: self.sleep,
            crash: (self.dies == Some(turn)).then_some(Crash::Watchdog),
            prepend: vec!["X-Odd: \u{F7FF}".into()],
            ..Verdict::default()
        }
    }

    fn rate(&self, _: Rate, _: &Client, now: Time) -> usize {
        now.0 as usize
    }

    fn is_exempt_from_rates(&self, _: &Client) -> Listed {
        Ok(false)
    }

    fn is_authorized(&self, _: &str, _: &Client) -> Listed {
        Ok(true)
    }

    fn authenticate(&self, _: &str, proof: &Proof) -> Result<(), Denied> {
        match proof.holds("penguin") {
            true => Ok(()),
            false => Err(Denied::WrongPassword),
        }
    }

    fn amend(&self, what: Amended, text: &str, facts: &Facts) -> (Option<String>, Vec<Note>) {
        // What is given decides what becomes of it.
        let at = (text.len() + facts.recipient_count) % 8;
        let odd = "é\u{F7FF}\r\n".to_string();
        let said = vec![Note::warning(text)];
        match what {
            Amended::Footer => ((text != "y").then_some(odd), said),
            Amended::Refusal => {
                let footers = ["x", "\\cx\\nx", "x\\ny"];
                (footers.get(at).map(|f| f.to_string()), Vec::new())
            }
            Amended::Command => match at {
                0 => (Some("NOOP".into()), said),
                1 => (Some(odd), Vec::new()),
                2 if facts.recipient_count > 2 => (None, said),
                _ => (None, Vec::new()),
            },
            Amended::Undeclared => (None, said),
            Amended::Client => ((at > 3).then_some(odd), Vec::new()),
        }
    }

    fn flush(&self, domain: &str) -> Listed {
        match domain.len() % 3 {
            0 => Ok(true),
            1 => Ok(false),
            _ => Err(InDoubt(Vec::new())),
        }
    }
}

/// An odd number now and then, else the usual one.
fn number(usual: usize, random: &mut fastrand::Rng) -> usize {
    match random.u8(..30) {
        0 => usize::MAX,
        1 => random.usize(..4),
        2 => random.usize(..3_000),
        _ => usual,
    }
}

fn span(usual: Duration, random: &mut fastrand::Rng) -> Duration {
    match random.u8(..12) {
        0 => Duration::MAX,
        1 => Duration::ZERO,
        2 => Duration::from_secs(random.u64(..400)),
        _ => usual,
    }
}

/// True now and then.
fn odd(random: &mut fastrand::Rng) -> bool {
    random.u8(..5) == 0
}

fn odd_server(random: &mut fastrand::Rng) -> Odd {
    let refusals = [
        "554 5.7.1 no",
        "421 4.7.0 later",
        "521",
        "",
        "5",
        "é55",
        "550 5.1.1 one\r\n550 two\r\n5",
        "\r\n",
    ];
    let answers = (0..4).map(|_| match random.u8(..6) {
        0 => random.choice(refusals).map(str::to_string),
        _ => None,
    });
    let answers: Vec<Option<String>> = answers.collect();
    let defaults = Settings::default();
    let releases = (8..=10).map(|minor| Release(2, minor));
    let releases: Vec<Release> = releases.chain((0..=10).map(|m| Release(3, m))).collect();
    let mut settings = Settings {
        release: random.choice(releases).unwrap(),
        helo_required: odd(random),
        delay_reject: random.bool(),
        strict_envelopes: odd(random),
        disable_vrfy: odd(random),
        smtputf8: random.bool(),
        strict_smtputf8: random.bool(),
        message_size_limit: number(10_240_000, random) as u64,
        line_length_limit: number(defaults.line_length_limit, random),
        recipient_limit: number(defaults.recipient_limit, random),
        recipient_overshoot_limit: number(defaults.recipient_overshoot_limit, random),
        soft_error_limit: number(defaults.soft_error_limit, random),
        hard_error_limit: number(defaults.hard_error_limit, random),
        error_sleep: span(defaults.error_sleep, random),
        junk_command_limit: number(defaults.junk_command_limit, random),
        timeout: span(defaults.timeout, random),
        tls: random
            .choice([Tls::May, Tls::May, Tls::None, Tls::Encrypt])
            .unwrap(),
        tls_certificate: random.bool(),
        tls_auth_only: odd(random),
        sasl: random.bool(),
        broken_sasl_clients: random.bool(),
        sasl_response_limit: number(defaults.sasl_response_limit, random),
        delay_open: random.bool(),
        connection_count_limit: number(defaults.connection_count_limit, random),
        bare_newline: random
            .choice([
                BareNewline::Allow,
                BareNewline::Normalize,
                BareNewline::Reject,
            ])
            .unwrap(),
        bare_newline_code: random.u16(..),
        forbid_unauth_pipelining: odd(random),
        soft_bounce: odd(random),
        ..defaults
    };
    for mechanisms in &mut settings.sasl_mechanisms {
        mechanisms.plaintext = random.bool();
    }
    if random.u8(..12) == 0 {
        settings.message_rate_limit = 1;
        settings.recipient_rate_limit = 1;
        settings.auth_rate_limit = 1;
        settings.tls_rate_limit = 1;
        settings.connection_rate_limit = 1;
    }
    // Otherwise most sessions would end before they have come anywhere.
    if random.u8(..4) > 0 {
        settings.hard_error_limit = usize::MAX;
    }
    Odd {
        settings,
        answers,
        dies: (random.u8(..20) == 0).then(|| random.usize(..3)),
        sleep: random.choice([0, 0, 0, 0, 0, 0, 1, u64::MAX]).unwrap(),
    }
}

/// What a client says: lines that lead somewhere, and bytes that lead nowhere.
fn say(random: &mut fastrand::Rng) -> Vec<u8> {
    const LINES: &[&str] = &[
        "EHLO x",
        "HELO é\\",
        "EHLO \u{F7E9} <(",
        "MAIL FROM:<a@b>",
        "MAIL FROM:<\"é\\\"@[b]> SIZE=9223372036854775808 RET=full ENVID=+",
        "MAIL FROM:<@a,@b:c(d@e> SIZE=9223372036854775807 SMTPUTF8 BODY=8BITMIME AUTH=é",
        "MAIL FROM:<a@b> XVERP=é AUTH=<> ENVID=+C3+A9",
        "RCPT TO:<c@d>",
        "RCPT TO:<c@d> NOTIFY=é,NEVER ORCPT=utf-8;\\x{F7E9}\\x{}",
        "RCPT TO:<\\> ORCPT=rfc822;+E9+",
        "RCPT TO:<é@é> ORCPT=é;+C3+A",
        "DATA",
        "From x",
        ">From ",
        ".",
        "..",
        "Subject: x",
        "BDAT 3",
        "BDAT 0 LAST",
        "BDAT 9223372036854775807",
        "BDAT 5 LAST",
        "BDAT 99999999999999999999 é",
        "AUTH LOGIN",
        "AUTH PLAIN AHNhZmVlcgBwZW5ndWlu",
        "AUTH CRAM-MD5",
        "AUTH é =",
        "AHNhZmVlcgBwZW5ndWlu",
        "c2FmZWVyIDEyMw==",
        "4Q==",
        "*",
        "STARTTLS",
        "XCLIENT NAME=é ADDR=IPv6:é PORT=é",
        "XCLIENT NAME=[UNAVAILABLE] ADDR=IPv6:::1 HELO=+E9 PROTO=ESMTP LOGIN=+00 DESTADDR=é",
        "XFORWARD NAME=x ADDR=é IDENT=+C3 SOURCE=local",
        "XFORWARD NAME=x ADDR=10.0.0.1 IDENT=é",
        "VRFY é@",
        "VRFY <<<\"",
        "ETRN #é",
        "ETRN x.y",
        "NOOP",
        "RSET",
        "HELP",
        "",
    ];
    let ends: [&[u8]; 5] = [b"\r\n", b"\r\n", b"\n", b"\r\r\n", b""];
    match random.u8(..120) {
        0 => (0..random.usize(..300)).map(|_| random.u8(..)).collect(),
        1 => vec![random.u8(..); random.usize(..5_000)],
        // What comes far.
        2..30 => b"RSET\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n".to_vec(),
        30..40 => b"DATA\r\nFrom x\r\nSubject: x\r\n.\r\n".to_vec(),
        40..50 => b"BDAT 5\r\nab\r\ncBDAT 3 LAST\r\nd\r\n".to_vec(),
        _ => {
            let mut line = random.choice(LINES).unwrap().as_bytes().to_vec();
            if random.u8(..20) == 0 && !line.is_empty() {
                let at = random.usize(..line.len());
                line[at] = random.u8(..);
            }
            line.extend(random.choice(ends).unwrap());
            line
        }
    }
}

/// A session, in pieces; how many replies there were, and messages.
fn play(random: &mut fastrand::Rng) -> [usize; 2] {
    let policy = odd_server(random);
    let mut session = Session::new(Client::new("penguinpower", "10.25.0.57", 40_000));
    if random.bool() {
        session.watch();
    }
    let mut now = Time(0);
    let mut seen = [0; 2];
    let mut bytes = 0;
    let mut steps = 0;
    for turn in 0.. {
        while let Some(action) = session.poll(now, &policy) {
            steps += 1;
            assert!(
                steps < 10_000 + 10 * bytes,
                "a session that goes on for ever"
            );
            match action {
                Action::Reply(reply) => {
                    let mut wire = Vec::new();
                    reply.write_to(&mut wire);
                    assert!(wire.ends_with(b"\r\n"));
                    seen[0] += 1;
                }
                Action::Enqueue(..) => seen[1] += 1,
                Action::StartTls if random.bool() => session.start_tls(),
                _ => {}
            }
        }
        if session.is_over() {
            break;
        }
        assert!(turn < 10_000, "a session that never ends");
        let deadline = session.deadline(&policy).unwrap();
        if session.is_pausing() || random.u8(..100) == 0 {
            now = now.max(deadline);
        } else if turn < 60 {
            let mut said = say(random);
            if random.bool() {
                said.extend(say(random));
            }
            bytes += said.len();
            session.receive(&said);
        } else {
            session.disconnect();
        }
    }
    assert_eq!(session.deadline(&policy), None);
    seen
}

#[test]
fn no_session_panics_or_hangs() {
    let seed = std::env::var("SEED").ok().and_then(|s| s.parse().ok());
    let seed: u64 = seed.unwrap_or(2026);
    let mut all = [0; 2];
    for number in 0..20_000 {
        println!("SEED={seed}, session {number}");
        let seen = play(&mut fastrand::Rng::with_seed(seed.rotate_left(32) ^ number));
        all = [all[0] + seen[0], all[1] + seen[1]];
    }
    println!("{} replies and {} messages", all[0], all[1]);
    assert!(all[0] > 100_000 && all[1] > 500, "{all:?}");
}
