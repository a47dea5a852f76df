//! The way of a message as a tree: one branch a recipient, with what was tried and when, where the
//! message went on, and what came back.

use crate::network::World;
use crate::postfix::queue::file::Place;
use crate::postfix::queue::history::{Happened, Hop, Next};
use crate::time::Time;

/// A message on one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The host.
    pub host: String,
    /// Its queue ID there.
    pub id: String,
    /// When it was taken.
    pub at: Option<Time>,
    /// Who brought it: a client, `name[address]`, or a person on the host.
    pub from: String,
    /// Recipients that stand for others, and for whom.
    pub expanded: Vec<(String, Vec<String>)>,
    /// One for each recipient.
    pub branches: Vec<Branch>,
    /// What was sent back to its sender: what it is called, when, and its own way.
    pub back: Vec<(&'static str, Time, Stop)>,
    /// Too many messages have come of one, and this one is held.
    pub is_stopped: bool,
    /// What comes after this is not shown: it goes round, or there is too much of it.
    pub is_cut: bool,
}

/// The way to one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Whom it is for.
    pub recipient: String,
    /// What was tried, in order.
    pub attempts: Vec<Attempt>,
    /// The mailbox or file that it lies in.
    pub file: Option<String>,
    /// Where it went on.
    pub next: Option<Box<Stop>>,
    /// Where it waits: the queue, and when it is tried again.
    pub waits: Option<(&'static str, Option<Time>)>,
}

/// An attempt to deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When.
    pub at: Time,
    /// Through which agent or host.
    pub relay: String,
    /// `sent`, `deferred` or `bounced`.
    pub state: &'static str,
    /// The words in brackets of the log line.
    pub why: String,
}

impl Branch {
    /// What became of it: `sent`, `deferred`, `bounced`, or `waiting` where nothing was tried yet.
    pub fn state(&self) -> &'static str {
        self.attempts.last().map_or("waiting", |a| a.state)
    }
}

/// How many stops are shown. A message that goes round has more, and they are all alike.
const SHOWN: usize = 150;

/// How far the tree goes.
const DEEPEST: usize = 60;

/// The way of a message, from its queue ID: over other hosts to mailboxes, or back.
pub fn journey(world: &World, id: &str) -> Option<Stop> {
    // A queue ID is a name on one host alone.
    let known = world.hosts.iter().find(|host| {
        let server = host.server.as_ref();
        server.is_some_and(|s| s.queue.history.knows(id))
    })?;
    let mut traveller = Traveller {
        world,
        seen: Vec::new(),
    };
    Some(traveller.follow(&known.name, id, 0))
}

/// Who goes along the tree.
struct Traveller<'a> {
    world: &'a World,
    /// Hosts and queue IDs that it has come to.
    seen: Vec<(String, String)>,
}

impl Traveller<'_> {
    fn follow(&mut self, place: &str, id: &str, depth: usize) -> Stop {
        let mut stop = Stop {
            host: place.into(),
            id: id.into(),
            at: None,
            from: String::new(),
            expanded: Vec::new(),
            branches: Vec::new(),
            back: Vec::new(),
            is_stopped: false,
            is_cut: false,
        };
        let here = (place.to_string(), id.to_string());
        if depth >= DEEPEST || self.seen.len() >= SHOWN || self.seen.contains(&here) {
            stop.is_cut = true;
            return stop;
        }
        self.seen.push(here);
        let world = self.world;
        let server = world.host(place).and_then(|host| host.server.as_ref());
        let Some(server) = server else {
            return stop;
        };
        // First what happened here, then where it led: those who come later are found later.
        let mut ways: Vec<Option<(String, String)>> = Vec::new();
        let mut told = Vec::new();
        for hop in server.queue.history.of(id) {
            match &hop.what {
                Happened::Taken { from } => {
                    stop.at.get_or_insert(hop.at);
                    stop.from.clone_from(from);
                }
                Happened::Expanded { recipient, into } => {
                    stop.expanded.push((recipient.clone(), into.clone()));
                }
                Happened::Tried { .. } => note_attempt(&mut stop, &mut ways, hop, place),
                Happened::Told { notice, id } => told.push((*notice, hop.at, id.to_string())),
                Happened::Stopped => stop.is_stopped = true,
            }
        }
        let file = server.queue.files.iter().find(|file| &*file.id == id);
        for left in file
            .iter()
            .flat_map(|f| &f.recipients)
            .filter(|r| !r.is_done)
        {
            let due = file.filter(|f| f.place == Place::Deferred).map(|f| f.due);
            let waits = file.map(|f| (f.place.name(), due));
            let place = branch_of(&mut stop, &mut ways, &left.address);
            if let Some(branch) = stop.branches.get_mut(place) {
                branch.waits = waits;
            }
        }
        for (branch, way) in stop.branches.iter_mut().zip(ways) {
            if let Some((host, id)) = way {
                branch.next = Some(Box::new(self.follow(&host, &id, depth + 1)));
            }
        }
        for (notice, at, id) in told {
            stop.back
                .push((notice, at, self.follow(place, &id, depth + 1)));
        }
        stop
    }
}

/// The place of a recipient's branch, which is begun where there is none.
fn branch_of(stop: &mut Stop, ways: &mut Vec<Option<(String, String)>>, recipient: &str) -> usize {
    let known = stop.branches.iter().position(|b| b.recipient == recipient);
    known.unwrap_or_else(|| {
        stop.branches.push(Branch {
            recipient: recipient.into(),
            attempts: Vec::new(),
            file: None,
            next: None,
            waits: None,
        });
        ways.push(None);
        stop.branches.len() - 1
    })
}

fn note_attempt(stop: &mut Stop, ways: &mut Vec<Option<(String, String)>>, hop: &Hop, place: &str) {
    let Happened::Tried {
        recipient,
        relay,
        outcome,
        next,
    } = &hop.what
    else {
        return;
    };
    let at = branch_of(stop, ways, recipient);
    let (Some(branch), Some(way)) = (stop.branches.get_mut(at), ways.get_mut(at)) else {
        return;
    };
    branch.attempts.push(Attempt {
        at: hop.at,
        relay: match relay.as_str() {
            "none" => String::new(),
            relay => relay.into(),
        },
        state: outcome.status.name(),
        why: outcome.why.clone(),
    });
    match next {
        Some(Next::File(path)) => branch.file = Some(path.clone()),
        Some(Next::Queue(id)) => *way = Some((place.into(), id.to_string())),
        Some(Next::Host { host, id }) => *way = Some((host.clone(), id.to_string())),
        None => {}
    }
}

impl Stop {
    /// The tree as lines, each with its depth: for tests, and for whoever wants text.
    pub fn lines(&self) -> Vec<(usize, String)> {
        let mut lines = Vec::new();
        self.tell(0, &mut lines);
        lines
    }

    fn tell(&self, depth: usize, lines: &mut Vec<(usize, String)>) {
        let (host, id) = (&self.host, &self.id);
        let from = match self.from.as_str() {
            "" => "made it".into(),
            from => format!("took it from {from}"),
        };
        lines.push((depth, format!("{host} {from} as {id}")));
        if self.is_cut {
            lines.push((depth + 1, "and so on".into()));
        }
        for (recipient, into) in &self.expanded {
            lines.push((depth, format!("{recipient} stands for {}", into.join(", "))));
        }
        for branch in &self.branches {
            lines.push((depth + 1, format!("to {}", branch.recipient)));
            for attempt in &branch.attempts {
                let (state, why) = (attempt.state, &attempt.why);
                let through = match attempt.relay.as_str() {
                    "" => String::new(),
                    relay => format!(" through {relay}"),
                };
                lines.push((depth + 2, format!("{state}{through} ({why})")));
            }
            if let Some(file) = &branch.file {
                lines.push((depth + 2, format!("lies in {file}")));
            }
            if let Some((queue, _)) = branch.waits {
                lines.push((depth + 2, format!("waits in the {queue} queue")));
            }
            if let Some(next) = &branch.next {
                next.tell(depth + 2, lines);
            }
        }
        for (notice, _, back) in &self.back {
            lines.push((depth + 1, format!("back to the sender: {notice}")));
            back.tell(depth + 2, lines);
        }
        if self.is_stopped {
            lines.push((depth + 1, "held: too many messages have come of one".into()));
        }
    }
}

/// The queue ID of the message that the first server with any has accepted last.
pub fn latest(world: &World) -> Option<String> {
    let first = world
        .hosts
        .iter()
        .find_map(|h| h.server.as_ref().filter(|s| !s.accepted.is_empty()))?;
    first.accepted.last().map(|m| m.queue_id.to_string())
}
