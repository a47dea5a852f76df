//! A host of ours, on which root runs programs.

use std::time::Duration;

use smtp_terminal::files::Files;
use smtp_terminal::network::{Event, Host, Port, World};
use smtp_terminal::postfix::server::{Server, User};
use smtp_terminal::simulator::Outside;
use smtp_terminal::workstation::programs::{catalogue, machine::Machine};

use super::Input;

/// A world of one host by its main.cf and files; or what it does not start with.
pub fn world(main_cf: &str, files: Files) -> Result<World, String> {
    let user = |name: &str| User {
        name: name.into(),
        password: None,
    };
    let addresses = vec!["127.0.0.1".to_string()];
    let users = vec![user("games"), user("news")];
    let server = Server::new(main_cf, files, users, addresses.clone());
    let server = server.map_err(|fatal| fatal.to_string())?;
    let mut world = World::default();
    world.hosts.push(Host {
        name: "h.example".into(),
        addresses,
        ports: vec![(25, Port::Smtp)],
        server: Some(Box::new(server)),
        ..Host::default()
    });
    world.tick(Outside::default().now);
    Ok(world)
}

/// What root runs in a folder of the host: what is said on standard error, and then what is printed.
pub fn run(world: &mut World, folder: &str, words: &[&str], input: &str) -> String {
    let words: Vec<String> = words.iter().map(|w| w.to_string()).collect();
    let mut at = Machine::new(world, "h.example", "root", folder, Some(input));
    let output = catalogue::run(&words, &mut at);
    output.map_or("(no such program)".into(), |output| {
        output.error() + &output.text
    })
}

/// What is said of each input, with all of the machine's processors.
pub fn each(inputs: &[Input], said: &(dyn Fn(&Input) -> String + Sync)) -> Vec<String> {
    let workers = std::thread::available_parallelism().map_or(2, |n| n.get());
    let size = inputs.len().div_ceil(workers).max(1);
    std::thread::scope(|scope| {
        let part = |part: &'_ [Input]| part.iter().map(said).collect::<Vec<String>>();
        let parts: Vec<_> = inputs
            .chunks(size)
            .map(|inputs| scope.spawn(move || part(inputs)))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap())
            .collect()
    })
}

/// The host takes a letter in over SMTP: its queue ID, or what it said.
pub fn take_in(world: &mut World, sender: &str, recipient: &str, content: &str) -> String {
    let id = world.connect("h.example", "127.0.0.1", 25);
    let turns = [
        "EHLO h.example".into(),
        format!("MAIL FROM:<{sender}>"),
        format!("RCPT TO:<{recipient}>"),
        "DATA".into(),
        format!("{content}."),
        "QUIT".into(),
    ];
    let mut said = String::new();
    for turn in turns {
        world.tick(world.now() + Duration::from_millis(5));
        world.send(id, format!("{turn}\r\n").as_bytes());
        world.tick(world.now() + Duration::from_millis(5));
        while let Some(event) = world.receive(id) {
            if let Event::Data(bytes) = event {
                said.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
    }
    let id = said.split("queued as ").nth(1);
    let id = id.and_then(|rest| rest.split_ascii_whitespace().next());
    id.map_or(said.clone(), String::from)
}

/// What one of the host's programs has logged, without who and when.
pub fn notes(world: &World, program: &str) -> Vec<String> {
    let log = &world.hosts[0].server.as_ref().unwrap().log;
    let own = log.iter().filter(|line| line.note.program == program);
    own.map(|line| line.note.text.clone()).collect()
}
