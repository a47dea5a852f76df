//! Plays dialogues to the real server and to ours, and tells where they differ: in what the
//! client is told, or in what is logged.

use std::net::Ipv4Addr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use smtp_terminal::dns::Dns;
use smtp_terminal::postfix::server::Server;

use super::beside;
use super::hosts::Host;
use super::log;
use super::oracle::{Build, Postfix};
use super::support::dialogue::Dialogue;
use super::support::ours::{self, Cut, Performance, Said, Talk};
use super::support::player::{converse, Manner};
use super::support::sabotage::Sabotage;
use super::support::scene;

/// Both servers with one main.cf.
pub struct Machine {
    /// The real one.
    pub real: Postfix,
    /// One that is copied for each who asks: it keeps what it has found, so threads cannot share it.
    ours: Mutex<Server>,
    dns: Dns,
    compares_logs: bool,
    /// Where ours is talked to: a service by its place, and its port.
    service: (usize, u16),
    /// What is before that in the real log is not looked at.
    from: usize,
}

/// What stands for the folder of either's own files.
const DATA: &str = "(data)/";

/// What one server said and logged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The replies to each turn.
    pub said: Said,
    /// smtpd's lines.
    pub log: Vec<String>,
    /// What its processes said when they started.
    pub start: Vec<String>,
}

/// How long a server may say nothing before it has nothing more to say: long enough for a slow
/// machine, or short, where a session is known to differ and is being shortened.
#[derive(Clone, Copy, Debug)]
pub enum Patience {
    /// For a comparison.
    Long,
    /// To shorten what differs.
    Short,
}

impl Machine {
    /// Starts both.
    pub fn start(main_cf: &str, build: &Build, nameserver: Ipv4Addr) -> Machine {
        let mut ours = scene::server(&as_ours(main_cf, build));
        beside::furnish(&mut ours, main_cf);
        let service = scene::service(&ours);
        Machine {
            real: Postfix::start(main_cf, build, nameserver),
            ours: Mutex::new(ours),
            dns: scene::dns(),
            compares_logs: build.logs(),
            service: (service, 20_025),
            from: 0,
        }
    }

    /// Starts both as a host.
    pub fn host(host: &Host, build: &Build, nameserver: Ipv4Addr) -> Machine {
        let ours = host.ours();
        Machine {
            real: Postfix::start_host(host, build, nameserver),
            ours: Mutex::new(ours),
            dns: scene::dns(),
            compares_logs: build.logs(),
            service: (0, 25),
            from: 0,
        }
    }

    /// Talks to another port from now on.
    pub fn turn_to(&mut self, port: u16) {
        let address = self.real.address.ip().to_string();
        let service = self.server().listens(&address, port, false);
        self.service = (service.unwrap(), port);
        self.real.address.set_port(port);
        self.from = self.real.log().len();
    }

    /// What the real one has logged.
    fn log(&self) -> String {
        let log = self.real.log().split_off(self.from);
        log.replace(&self.real.data(), DATA)
    }

    /// A connection to our server, for who makes up a dialogue.
    pub fn talk(&self, client: &str) -> Talk {
        self.talk_to(&self.server(), client)
    }

    fn talk_to(&self, server: &Server, client: &str) -> Talk {
        let dns = scene::dns_with(&self.dns, client);
        Talk::open_at(server, self.service, dns, client)
    }

    fn server(&self) -> Server {
        self.ours.lock().unwrap().clone()
    }

    /// What our server does with a dialogue; of its log, what smtpd writes.
    pub fn ours(&self, dialogue: &Dialogue) -> Performance {
        self.perform(self.talk(dialogue.client()), dialogue)
    }

    /// The same with queue IDs of another length.
    pub fn ours_with_ids(&self, id_length: usize, dialogue: &Dialogue) -> Performance {
        let mut server = self.server();
        server.renumber(ours::number_for(id_length));
        self.perform(self.talk_to(&server, dialogue.client()), dialogue)
    }

    fn perform(&self, talk: Talk, dialogue: &Dialogue) -> Performance {
        let mut played = ours::perform(talk, dialogue, &mut Cut::Whole);
        let is_named = |l: &str, program: &str| l.contains(&format!("/{program}["));
        let own = |l: &&str| {
            l.contains(" postfix/") && log::PROGRAMS.iter().any(|program| is_named(l, program))
        };
        let kept = played.log.lines().filter(own);
        let kept = kept.collect::<Vec<_>>().join("\n");
        played.log = kept.replace("/var/lib/postfix/", DATA);
        played
    }

    /// What is compared of it.
    pub fn account(&self, played: &Performance) -> Account {
        let log = log::sessions(&played.log).into_iter();
        Account {
            said: played.said(),
            log: self.kept(log.flat_map(|s| s.lines).collect()),
            start: self.kept(log::at_start(&played.log)),
        }
    }

    /// What the real server says; its log is read later.
    pub fn real(&self, dialogue: &Dialogue, dribbling: bool, patience: Patience) -> Said {
        let manner = Manner {
            dribbling,
            patience: match patience {
                Patience::Long => Duration::from_secs(30),
                Patience::Short => Duration::from_secs(4),
            },
            ..Manner::default()
        };
        converse(self.real.address, dialogue, manner)
    }

    /// What the real server has logged of its sessions, once all of them are over.
    pub fn real_logs(&self, count: usize) -> Vec<log::Session> {
        let mut progress = Instant::now();
        let mut before = 0;
        loop {
            let mut sessions = log::sessions(&self.log());
            let ended = |s: &&log::Session| s.is_over || s.has_crashed;
            let over = sessions.iter().filter(ended).count();
            if over > before {
                // It still writes.
                (before, progress) = (over, Instant::now());
            }
            let is_late = progress.elapsed() > Duration::from_secs(30);
            if over >= count || is_late || !self.compares_logs {
                for session in &mut sessions {
                    session.lines = self.kept(std::mem::take(&mut session.lines));
                }
                return sessions;
            }
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// What the processes of the real server have said when they started.
    pub fn real_start(&self) -> Vec<String> {
        self.kept(log::at_start(&self.log()))
    }

    fn kept(&self, lines: Vec<String>) -> Vec<String> {
        if self.compares_logs {
            lines
        } else {
            Vec::new()
        }
    }

    /// Plays a dialogue to both by itself: what both said.
    pub fn both(
        &self,
        dialogue: &Dialogue,
        dribbling: bool,
        patience: Patience,
    ) -> (Account, Performance) {
        let ours = self.ours(dialogue);
        let before = log::sessions(&self.log()).len();
        let said = self.real(dialogue, dribbling, patience);
        let sessions = self.real_logs(before + dialogue.connections());
        let own = |s: &log::Session| s.client == dialogue.client();
        let log = sessions.into_iter().skip(before).filter(own);
        let log = log.flat_map(|s| s.lines).collect();
        let start = self.real_start();
        (Account { said, log, start }, ours)
    }

    /// How they differ, if they do.
    pub fn difference(
        &self,
        dialogue: &Dialogue,
        dribbling: bool,
        patience: Patience,
    ) -> Option<[Account; 2]> {
        let (real, ours) = self.both(dialogue, dribbling, patience);
        let ours = self.account(&ours);
        (real != ours).then_some([real, ours])
    }

    /// Plants wrong bytes in what we said and logged, where the real server said and logged the
    /// same.
    pub fn sabotage(
        &self,
        sabotage: &mut Sabotage,
        real: &Account,
        ours: &Performance,
        count: usize,
    ) {
        sabotage.plant("replies", &ours.bytes(), count, |turn, bytes| {
            self.account(&ours.with_bytes(turn, bytes)) != *real
        });
        if !self.compares_logs {
            return;
        }
        sabotage.plant("smtpd's log", &[&ours.log], count, |_, bytes| {
            let mut spoilt = ours.clone();
            spoilt.log = String::from_utf8_lossy(&bytes).into_owned();
            self.account(&spoilt) != *real
        });
    }

    /// The dialogue with the replies that our server gives to it.
    pub fn answered(&self, dialogue: &Dialogue) -> Dialogue {
        let mut dialogue = dialogue.clone();
        let mut talk = self.talk(dialogue.client());
        for turn in &mut dialogue.turns {
            turn.replies.clear();
            turn.replies = talk.turn(turn, &mut Cut::Whole).replies();
        }
        dialogue
    }
}

/// The main.cf for our server, which shows another release where that is asked for.
fn as_ours(main_cf: &str, build: &Build) -> String {
    match build.folder {
        Some(_) => format!("{main_cf}\nmail_version = {}\n", build.version()),
        None => main_cf.into(),
    }
}

/// A difference as a reader wants to see it: what was sent up to there, and the two answers.
pub fn report(dialogue: &Dialogue, [real, ours]: &[Account; 2]) -> String {
    let mut text = format!("{} (client {})\n", dialogue.name, dialogue.client());
    let shown = |lines: &[String]| {
        lines
            .iter()
            .map(|l| format!("      {l}\n"))
            .collect::<String>()
    };
    for (i, turn) in dialogue.turns.iter().enumerate() {
        for send in &turn.sends {
            text.push_str(&format!("  {}\n", shortened(send)));
        }
        let [left, right] = [real.said.get(i), ours.said.get(i)];
        let lines = |said: Option<&Vec<Vec<String>>>| said.map(|s| s.concat()).unwrap_or_default();
        if left != right {
            text.push_str(&format!("    Postfix:\n{}", shown(&lines(left))));
            text.push_str(&format!("    we:\n{}", shown(&lines(right))));
            return text;
        }
        for line in lines(left).iter().take(1) {
            text.push_str(&format!("    {}\n", shortened(line)));
        }
    }
    if real.start != ours.start {
        text.push_str(&format!("    Postfix starts:\n{}", shown(&real.start)));
        text.push_str(&format!("    we start:\n{}", shown(&ours.start)));
    }
    let same = real
        .log
        .iter()
        .zip(&ours.log)
        .take_while(|(a, b)| a == b)
        .count();
    text.push_str(&format!("    Postfix logs:\n{}", shown(&real.log[same..])));
    text.push_str(&format!("    we log:\n{}", shown(&ours.log[same..])));
    text
}

fn shortened(line: &str) -> String {
    let mut text: String = line.chars().take(160).collect();
    if text.len() < line.len() {
        text.push('…');
    }
    text
}

/// What kind of difference it is, so that many of one kind are told once.
pub fn kind([real, ours]: &[Account; 2]) -> String {
    let blurred = |line: Option<&String>| -> String {
        let line = line.map(String::as_str).unwrap_or("");
        let words = line
            .split(' ')
            .filter(|w| !w.contains(['@', '<', '[', '"']));
        words.take(9).collect::<Vec<_>>().join(" ")
    };
    let [left, right] = [real.said.concat().concat(), ours.said.concat().concat()];
    let (left, right) = if left == right && real.log == ours.log {
        (&real.start, &ours.start)
    } else if left == right {
        (&real.log, &ours.log)
    } else {
        (&left, &right)
    };
    let same = left
        .iter()
        .zip(right.iter())
        .take_while(|(a, b)| a == b)
        .count();
    format!("{} / {}", blurred(left.get(same)), blurred(right.get(same)))
}
