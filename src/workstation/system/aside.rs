//! A command run to its end beside all others, with its outputs apart, while whoever asked for it waits.

use std::rc::Rc;

use crate::network::World;
use crate::smtp::bytes::decode;
use crate::workstation::line::history::History;
use crate::workstation::programs::io::{Read, State, Take};
use crate::workstation::screen::Screen;
use crate::workstation::system::kernel::{Body, Kernel, Launch, Os, Process, System};
use crate::workstation::system::open::{pipe, Open};

/// What a command has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Result {
    /// What it printed.
    pub output: String,
    /// What it complained of.
    pub error: String,
    /// Its exit status; `None` where it did not end in time.
    pub status: Option<i32>,
}

/// Where a command runs: the host, the person, the folder.
pub type Place = (Rc<str>, Rc<str>, Rc<str>);

/// Puts a program into the process that stands ready.
pub type Begin<'a> =
    dyn FnMut(&mut Kernel) -> std::result::Result<Box<dyn Body>, (String, i32)> + 'a;

/// How often it may go on.
const TURNS: usize = 2_000;

/// How much it may say.
const BYTES: usize = 16 << 20;

/// How many may wait for one another: each needs room on the stack.
pub const DEEPEST: u32 = 3;

/// Runs a command, which may be as deep in others.
pub fn run(
    world: &mut World,
    (launch, depth): (Launch, u32),
    (host, user, directory): Place,
    words: &[String],
    input: &[u8],
    begin: &mut Begin,
) -> Result {
    let (mut screen, mut history) = (Screen::default(), History::default());
    let mut system = System::new(launch);
    system.depth = depth;
    let pid = system.number();
    let (output, writes) = pipe();
    let (error, complains) = pipe();
    system.terminal.group = pid;
    system.processes.push(Process {
        pid,
        parent: 0,
        group: pid,
        directory,
        host,
        user,
        environment: Rc::default(),
        descriptors: vec![(0, Open::text(input.to_vec())), (1, writes), (2, complains)],
        umask: 0o022,
        words: words.into(),
        body: None,
        state: State::Running,
        sleep: None,
        begun: world.now(),
        pending: Vec::new(),
        is_news: false,
        places: 0,
    });
    let mut kernel = Kernel {
        world,
        os: Os {
            system: &mut system,
            screen: &mut screen,
            history: &mut history,
            at: 0,
        },
    };
    let mut result = Result::default();
    match begin(&mut kernel) {
        Ok(body) => kernel.os.me_mut().body = Some(body),
        Err((why, status)) => {
            result.error = why + "\n";
            result.status = Some(status);
            return result;
        }
    }
    let mut said = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        let goes_on = system.run(world, &mut screen, &mut history);
        for (handle, said) in [&output, &error].into_iter().zip(&mut said) {
            if let Read::Bytes(bytes) = handle.read(Take::ALL, world) {
                said.extend(bytes);
            }
        }
        let state = system
            .processes
            .iter()
            .find(|p| p.pid == pid)
            .map(|p| p.state);
        if let Some(state) = state.filter(|s| s.has_ended()) {
            result.status = Some(state.status());
            break;
        }
        if said[0].len() + said[1].len() > BYTES {
            break;
        }
        if goes_on || output.is_full() || error.is_full() {
            continue;
        }
        match world.deadline() {
            // Nobody else waits meanwhile, so the clock is put forward.
            Some(next) => world.skip(next - world.now()),
            None => break,
        }
    }
    result.output = decode(&said[0]).into_owned();
    result.error = decode(&said[1]).into_owned();
    result
}
