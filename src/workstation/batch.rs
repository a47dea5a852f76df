//! A command run to its end without a terminal, with its outputs apart: for tests, and for whoever
//! wants to know what a command line does.

use std::cell::Cell;
use std::rc::Rc;

use crate::network::World;
use crate::smtp::bytes::decode;
use crate::workstation::line::history::History;
use crate::workstation::programs::files::home_of;
use crate::workstation::programs::io::{Read, State, Take};
use crate::workstation::screen::Screen;
use crate::workstation::shell::launch::{launch, login_environment};
use crate::workstation::system::kernel::Process;
use crate::workstation::system::kernel::{Kernel, Os, System};
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

/// Puts a program into the process that stands ready.
fn begin(words: &[String], kernel: &mut Kernel) -> std::result::Result<(), (String, i32)> {
    kernel.os.me_mut().environment = Rc::new(login_environment(kernel));
    let body = launch(words, kernel)?;
    kernel.os.me_mut().body = Some(body);
    Ok(())
}

/// How often it may go on.
const TURNS: usize = 2_000;

/// How many may wait for one another: each needs room on the stack.
const MOST: u32 = 3;

/// How much it may say.
const BYTES: usize = 16 << 20;

thread_local! {
    /// How many of these wait for one another.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs a command of a person's on a host, in the home there.
pub fn run(world: &mut World, host: &str, user: &str, words: &[String], input: &[u8]) -> Result {
    let home = home_of(world, host, user);
    run_at(world, (host, user, &home), words, input)
}

/// Runs a command on a host, by a person, in a folder. Whoever asks may be a command that runs so itself, but
/// not for ever.
pub fn run_at(
    world: &mut World,
    (host, user, directory): (&str, &str, &str),
    words: &[String],
    input: &[u8],
) -> Result {
    let depth = DEPTH.get();
    if depth > MOST {
        return Result::default();
    }
    DEPTH.set(depth + 1);
    let result = run_within(world, (host, user, directory), words, input);
    DEPTH.set(depth);
    result
}

fn run_within(
    world: &mut World,
    (host, user, directory): (&str, &str, &str),
    words: &[String],
    input: &[u8],
) -> Result {
    let (mut screen, mut history) = (Screen::default(), History::default());
    let mut system = System::new(launch);
    let pid = system.number();
    let (output, writes) = pipe();
    let (error, complains) = pipe();
    system.terminal.group = pid;
    system.processes.push(Process {
        pid,
        parent: 0,
        group: pid,
        directory: directory.into(),
        host: host.into(),
        user: user.into(),
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
    });
    let begun = begin(
        words,
        &mut Kernel {
            world,
            os: Os {
                system: &mut system,
                screen: &mut screen,
                history: &mut history,
                at: 0,
            },
        },
    );
    let mut result = Result::default();
    if let Err((why, status)) = begun {
        result.error = why + "\n";
        result.status = Some(status);
        return result;
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
