//! The transcripts against the library, without a network: fed turn by turn, byte by byte, and
//! in pieces of random length. What they should say was recorded from the real Postfix.

#![allow(clippy::unwrap_used)]

mod support;

use smtp_terminal::dns::Dns;
use smtp_terminal::postfix::server::{Server, User};
use smtp_terminal::postfix::table::Files;
use smtp_terminal::smtp::policy::Client;
use smtp_terminal::smtp::session::{Action, Session};
use smtp_terminal::smtp::text::encode;
use smtp_terminal::time::Time;
use support::dialogue::{complete, replies, Dialogue, CLOSED};
use support::{difference, main_cf, tests};

/// How the bytes of a turn are cut.
#[derive(Clone, Copy)]
enum Cut {
    Whole,
    Bytes,
    Random(u64),
}

impl Cut {
    fn pieces(self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut pieces = Vec::new();
        let mut rest = bytes;
        let mut state = match self {
            Cut::Random(seed) => seed,
            _ => 0,
        };
        while !rest.is_empty() {
            let size = match self {
                Cut::Whole => rest.len(),
                Cut::Bytes => 1,
                Cut::Random(_) => {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    1 + (state >> 33) as usize % 17
                }
            };
            let (piece, tail) = rest.split_at(size.min(rest.len()));
            pieces.push(piece.to_vec());
            rest = tail;
        }
        pieces
    }
}

/// What our server says to each turn.
fn play(dialogue: &Dialogue, cut: Cut) -> Vec<Vec<Vec<String>>> {
    let main_cf = main_cf(&dialogue.config);
    let own = vec!["127.0.0.1".to_string()];
    let user = User {
        name: "safeer".into(),
        password: Some("penguin".into()),
    };
    let mut server = Server::new(&main_cf, Files::default(), vec![user], own).unwrap();
    // Of as many digits as the one that was recorded: a queue file counts them.
    server.port = 20_025;
    let dns = Dns::default();
    let client = Client::new("localhost", "127.0.0.1", 40_000);
    let pid = server.accept(&client, Time(0));
    let mut session = Session::new(client.clone());
    let mut now = Time(1_000_000);
    let mut said = Vec::new();
    for turn in &dialogue.turns {
        let mut bytes = Vec::new();
        let mut is_closed = false;
        let mut pieces = cut.pieces(&turn.bytes()).into_iter();
        loop {
            while let Some(action) = session.poll(now, &server.policy(&dns)) {
                server.apply(&action, &client, pid, now);
                match action {
                    Action::Reply(reply) => bytes.extend(encode(&reply.to_string())),
                    Action::Close => is_closed = true,
                    _ => {}
                }
            }
            if session.is_pausing() {
                now = session.deadline(&server.policy(&dns)).unwrap();
                continue;
            }
            let wanted = turn.replies.iter().filter(|r| r[0] != CLOSED).count();
            match pieces.next() {
                Some(piece) => session.receive(&piece),
                // The server's patience is what is being looked at.
                None if !is_closed && complete(&bytes) < wanted => {
                    now = session.deadline(&server.policy(&dns)).unwrap();
                }
                None => break,
            }
        }
        let mut turn_said = replies(&bytes);
        if is_closed {
            turn_said.push(vec![CLOSED.into()]);
        }
        said.push(turn_said);
    }
    said
}

fn check(cut: impl Fn(usize) -> Cut) {
    let mut problems = Vec::new();
    let dialogues = Dialogue::read_all(&tests("transcripts"));
    for (i, (_, dialogue)) in dialogues.iter().enumerate() {
        let recorded: Vec<_> = dialogue.turns.iter().map(|t| t.replies.clone()).collect();
        let said = play(dialogue, cut(i));
        problems.extend(difference(dialogue, ["recorded", "we"], &recorded, &said));
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn turn_by_turn() {
    check(|_| Cut::Whole);
}

#[test]
fn byte_by_byte() {
    check(|_| Cut::Bytes);
}

#[test]
fn in_random_pieces() {
    let given = std::env::var("SMTP_TERMINAL_SEED")
        .ok()
        .and_then(|v| v.parse().ok());
    let seed: u64 = given.unwrap_or(2026);
    println!("SMTP_TERMINAL_SEED={seed}");
    for round in 0..5 {
        check(|i| Cut::Random(seed.wrapping_add(round * 1_000 + i as u64)));
    }
}

#[test]
fn files_read_back_as_they_are() {
    for (path, dialogue) in Dialogue::read_all(&tests("transcripts")) {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(dialogue.to_string(), text, "{}", path.display());
        assert!(
            !dialogue.comments.is_empty(),
            "{}: say what it shows",
            path.display()
        );
    }
}
