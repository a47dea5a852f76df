//! The picture of a session: its states and the ways between them, what the server holds, and what
//! can be typed next. States and ways are those of the session's own table.

use crate::network::World;
use crate::postfix::lookup::maps::Locality;
use crate::smtp::command::Verb;
use crate::smtp::policy::Facts;
use crate::smtp::session::{Cause, DEMANDS, TRANSITIONS};
use crate::smtp::settings::Settings;

/// A session, as a picture shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The states, in the order of the table.
    pub states: Vec<State>,
    /// The ways, in the order of the table.
    pub ways: Vec<Way>,
    /// How far the transaction has come: HELO, MAIL and RCPT, and whether each was accepted.
    pub progress: [(&'static str, bool); 3],
    /// What the server holds: what it is, and its value, empty where there is none.
    pub held: Vec<(&'static str, String)>,
    /// What can be typed, now or later.
    pub commands: Vec<Command>,
    /// Where the session stands, in a sentence or two; the second may be empty.
    pub sentence: [&'static str; 2],
}

/// A state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Its name in the code.
    pub name: &'static str,
    /// The session is in it.
    pub is_now: bool,
}

/// A way from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// From which state.
    pub from: &'static str,
    /// To which.
    pub to: &'static str,
    /// What leads there.
    pub by: Cause,
    /// It begins where the session is.
    pub is_open: bool,
}

/// Something that can be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What it is called.
    pub name: &'static str,
    /// The line.
    pub line: String,
    /// Why it is not its turn; empty where it is.
    pub missing: &'static str,
}

/// Whom examples are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example<'a> {
    /// The learner's host.
    pub host: &'a str,
    /// The learner's name there.
    pub user: &'a str,
    /// The server that is called.
    pub server: &'a str,
}

/// The session that the learner has, or has had last, as a picture.
pub fn picture(world: &World, example: Example) -> Picture {
    let watched = world.watched();
    let state = watched.map(|w| w.state);
    // A session that is over is forgotten.
    let facts = watched.filter(|w| w.state != "Closed").map(|w| w.facts);
    let now = |name: &str| state == Some(name);
    let mut states: Vec<State> = Vec::new();
    for name in TRANSITIONS.iter().flat_map(|(from, _, to)| [*from, *to]) {
        if !states.iter().any(|s| s.name == name) {
            let is_now = now(name);
            states.push(State { name, is_now });
        }
    }
    let ways = TRANSITIONS.iter().map(|(from, by, to)| Way {
        from,
        to,
        by: *by,
        is_open: now(from),
    });
    let settings = watched.and_then(|w| w.settings);
    let recipients = watched.and_then(|w| w.message).map(|m| &m.recipients);
    Picture {
        ways: ways.collect(),
        progress: progress(facts),
        held: facts.map_or(Vec::new(), |facts| {
            let all = recipients.into_iter().flatten();
            let all: Vec<&str> = all.map(|r| &*r.address).collect();
            held(facts, &all)
        }),
        commands: commands(world, state, facts, settings, example),
        sentence: sentence(state, facts),
        states,
    }
}

fn progress(facts: Option<&Facts>) -> [(&'static str, bool); 3] {
    [
        ("greeted", facts.is_some_and(|f| f.helo.is_some())),
        ("sender", facts.is_some_and(|f| f.sender.is_some())),
        ("recipients", facts.is_some_and(|f| f.recipient_count > 0)),
    ]
}

/// What the server holds between two commands.
fn held(facts: &Facts, recipients: &[&str]) -> Vec<(&'static str, String)> {
    let address = |address: &str| format!("<{address}>");
    let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().unwrap_or("").to_string();
    let tls = if facts.tls { "on" } else { "off" };
    let sasl = facts.sasl.as_ref();
    let user = sasl.map(|s| [&s.username, " (", &s.method, ")"].concat());
    let paths: Vec<String> = recipients.iter().map(|r| address(r)).collect();
    vec![
        ("Client", facts.client.namaddr()),
        ("HELO name", text(&facts.helo)),
        ("Protocol", facts.protocol.into()),
        ("TLS", tls.into()),
        ("User", user.unwrap_or_default()),
        (
            "Reverse-path",
            facts.sender.as_deref().map(address).unwrap_or_default(),
        ),
        ("Forward-paths", paths.join(", ")),
        ("Queue ID", text(&facts.queue_id)),
    ]
}

fn sentence(state: Option<&'static str>, facts: Option<&Facts>) -> [&'static str; 2] {
    let place = match state {
        None => "There is no session: nobody has called a server yet.",
        Some("Connecting") => "The server has not said its banner yet.",
        Some("Command") => "The server waits for a command.",
        Some("Content") => "The server takes every line as part of the message, until a lone dot.",
        Some("Chunk") => "The server counts bytes of a chunk.",
        Some("Exchange") => "The server waits for the response to its challenge, in base64.",
        Some("Handshake") => "The server waits for a TLS handshake.",
        Some("Closing") => "The server hangs up.",
        _ => "The session is over.",
    };
    let facts = facts.filter(|_| state == Some("Command"));
    let Some(facts) = facts else {
        return [place, ""];
    };
    let so_far = match (&facts.helo, &facts.sender, facts.recipient_count) {
        (None, None, _) => "Nobody has said EHLO.",
        (_, None, _) => "No message has been begun.",
        (_, Some(_), 0) => "A message has a sender and no recipient yet.",
        (_, Some(_), 1) => "A message has a sender and one recipient.",
        (_, Some(_), _) => "A message has a sender and several recipients.",
    };
    [place, so_far]
}

/// Why a command is not in its turn, by the session's own demands.
fn missing(verb: Verb, facts: &Facts, settings: Option<&Settings>) -> &'static str {
    let Some(demand) = DEMANDS.iter().find(|demand| demand.verb == verb) else {
        return "";
    };
    let must_greet = settings.is_some_and(|s| s.helo_required);
    if demand.greeting && must_greet && facts.helo.is_none() {
        return "not before EHLO";
    }
    match (demand.transaction, facts.sender.is_some()) {
        (true, false) => return "not before MAIL",
        (false, true) => return "not within a transaction",
        _ => {}
    }
    match demand.recipients && facts.recipient_count == 0 {
        true => "not before RCPT",
        false => "",
    }
}

fn commands(
    world: &World,
    state: Option<&str>,
    facts: Option<&Facts>,
    settings: Option<&Settings>,
    example: Example,
) -> Vec<Command> {
    let Example { host, user, server } = example;
    let (sender, recipient) = people(world, user, server);
    let is_over = matches!(state, None | Some("Closing" | "Closed"));
    let turn = |verb: Verb| match (state, facts) {
        (Some("Command"), Some(facts)) => missing(verb, facts, settings),
        (Some("Content"), _) => "a message is being written",
        (Some("Exchange"), _) => "a response is waited for",
        (Some("Handshake"), _) => "a handshake is waited for",
        (Some("Connecting"), _) => "not before the banner",
        (Some("Chunk"), _) => "a chunk is being sent",
        _ => "not connected",
    };
    let in_message = match state {
        Some("Content") => "",
        _ => "not before DATA",
    };
    let all = [
        (
            "Connect",
            format!("telnet {server} 25"),
            if is_over { "" } else { "connected already" },
        ),
        ("EHLO", format!("EHLO {host}"), turn(Verb::Ehlo)),
        ("MAIL", format!("MAIL FROM:<{sender}>"), turn(Verb::Mail)),
        ("RCPT", format!("RCPT TO:<{recipient}>"), turn(Verb::Rcpt)),
        ("DATA", "DATA".into(), turn(Verb::Data)),
        ("Header", "Subject: Hello".into(), in_message),
        ("Empty line", String::new(), in_message),
        ("Text", "How are you?".into(), in_message),
        ("Dot", ".".into(), in_message),
        ("RSET", "RSET".into(), turn(Verb::Rset)),
        ("NOOP", "NOOP".into(), turn(Verb::Noop)),
        ("QUIT", "QUIT".into(), turn(Verb::Quit)),
    ];
    let command = |(name, line, missing)| Command {
        name,
        line,
        missing,
    };
    all.into_iter().map(command).collect()
}

/// A sender and a recipient for examples: the learner, and somebody on another host.
fn people(world: &World, user: &str, server: &str) -> (String, String) {
    let mut own = None;
    let mut other = None;
    for host in &world.hosts {
        let Some(server_here) = &host.server else {
            continue;
        };
        let domain = server_here.resolver().origin();
        for person in &server_here.users {
            let address = format!("{}@{domain}", person.name);
            let is_near = host.name.eq_ignore_ascii_case(server);
            if person.name == user && (own.is_none() || is_near) {
                own = Some(address);
            } else if other.is_none() && !is_near {
                other = Some(address);
            }
        }
    }
    let domain = world.host(server).and_then(|host| host.server.as_ref());
    let domain = domain.map_or("example.com", |server| server.resolver().origin());
    (
        own.unwrap_or_else(|| format!("{user}@{domain}")),
        other.unwrap_or_else(|| format!("postmaster@{domain}")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smtp::client::Client;
    use crate::smtp::policy::AcceptAll;
    use crate::smtp::session::{Action, Session};
    use crate::time::Time;

    /// The last reply to some lines.
    fn last_reply(lines: &str, helo_required: bool) -> String {
        let mut policy = AcceptAll::default();
        policy.settings.helo_required = helo_required;
        policy.settings.sasl = true;
        let mut session = Session::new(Client::new("client.example", "192.0.2.1", 40_000));
        session.receive(lines.as_bytes());
        let mut reply = String::new();
        while let Some(action) = session.poll(Time(0), &policy) {
            if let Action::Reply(said) = action {
                reply = said.text().into();
            }
        }
        reply
    }

    /// The table of demands against what a session says, in every situation.
    #[test]
    fn sessions_demand_what_the_table_says() {
        let lines = [
            (Verb::Mail, "MAIL FROM:<a@example.com>"),
            (Verb::Rcpt, "RCPT TO:<b@example.com>"),
            (Verb::Data, "DATA"),
            (Verb::Bdat, "BDAT 0 LAST"),
            (Verb::Auth, "AUTH PLAIN"),
            (Verb::Etrn, "ETRN example.com"),
            (Verb::Ehlo, "EHLO x"),
            (Verb::Helo, "HELO x"),
            (Verb::Rset, "RSET"),
            (Verb::Noop, "NOOP"),
            (Verb::Vrfy, "VRFY b"),
            (Verb::Quit, "QUIT"),
        ];
        let situations = [
            ("", false, 0, 0),
            ("EHLO x\r\n", true, 0, 0),
            ("MAIL FROM:<a@example.com>\r\n", false, 1, 0),
            ("EHLO x\r\nMAIL FROM:<a@example.com>\r\n", true, 1, 0),
            (
                "EHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n",
                true,
                1,
                1,
            ),
        ];
        let mut tried = 0;
        for helo_required in [false, true] {
            for (before, greeted, senders, recipients) in situations {
                if helo_required && !greeted && senders > 0 {
                    continue;
                }
                for (verb, line) in lines {
                    let reply = last_reply(&format!("{before}{line}\r\n"), helo_required);
                    let is_out_of_turn = reply.starts_with("503")
                        || reply.starts_with("554 5.5.1 Error: no valid recipients");
                    let demand = DEMANDS.iter().find(|demand| demand.verb == verb);
                    let is_met = demand.is_none_or(|demand| {
                        (!demand.greeting || !helo_required || greeted)
                            && demand.transaction == (senders > 0)
                            && (!demand.recipients || recipients > 0)
                    });
                    assert_eq!(!is_out_of_turn, is_met, "{before:?} {line}: {reply}");
                    tried += 1;
                }
            }
        }
        assert!(tried > 70, "{tried}");
    }

    #[test]
    fn the_picture_has_every_state_and_way_of_the_table() {
        let world = World::default();
        let example = Example {
            host: "here",
            user: "me",
            server: "there",
        };
        let picture = picture(&world, example);
        assert_eq!(picture.ways.len(), TRANSITIONS.len());
        assert_eq!(picture.states.len(), 8);
        assert!(picture.states.iter().all(|state| !state.is_now));
        assert!(picture.held.is_empty());
        let may: Vec<&str> = picture
            .commands
            .iter()
            .filter(|c| c.missing.is_empty())
            .map(|c| c.name)
            .collect();
        assert_eq!(may, ["Connect"]);
    }
}
