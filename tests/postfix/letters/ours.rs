//! The letters and our Postfix, with another host of ours.

use std::time::Duration;

use smtp_terminal::dns::Data;
use smtp_terminal::files::Files;
use smtp_terminal::network::{Event, Host, Port, World};
use smtp_terminal::postfix::config::master_cf::{self, MASTER_CF};
use smtp_terminal::postfix::neighbour::{Kind, Neighbour};
use smtp_terminal::postfix::server::{Server, User};
use smtp_terminal::simulator::Outside;
use smtp_terminal::workstation::programs::{catalogue, machine::Machine};

use super::super::hosts::make_mailboxes;
use super::super::oracle::forward_files;
use super::super::support::dialogue::challenge;
use super::super::support::ours::number_for;
use super::super::support::scene;
use super::administer::administer;
use super::evidence::Evidence;
use super::real::{Likeness, OTHER};
use super::{hosts, submission, turns, Scene, Set};

/// What ours makes of the letters.
pub fn deliver(likeness: &Likeness, set: &Set) -> Evidence {
    let letters = &set.letters;
    let (mut world, address) = match &set.scene {
        Scene::Config(_, other_cf) => (world(likeness, other_cf), "127.0.0.1".into()),
        Scene::Host(scene) => (
            host_world(likeness, scene, set),
            scene.host.address.to_string(),
        ),
    };
    let mut now = Outside::default().now;
    world.tick(now);
    let mut evidence = Evidence::default();
    for letter in letters {
        if let Some(arguments) = submission(letter) {
            let text: String = letter.content.iter().map(|l| format!("{l}\n")).collect();
            let words = [&["sendmail"], &arguments[..]].concat();
            evidence.add("replies", run(&mut world, &words, Some(&text)));
            continue;
        }
        let from = letter.client.as_deref().unwrap_or("localhost");
        let id = world.connect(from, &address, letter.port.unwrap_or(25));
        let mut said = Vec::new();
        for turn in turns(letter) {
            now = now + Duration::from_millis(5);
            world.tick(now);
            if turn.starts_tls() {
                world.handshake(id);
            }
            world.send(id, &turn.bytes(&challenge(&said)));
            while !world.is_quiet() {
                now = world.deadline().unwrap_or(now).max(now);
                world.tick(now);
            }
            now = now + Duration::from_millis(5);
            world.tick(now);
            while let Some(event) = world.receive(id) {
                assert!(!matches!(event, Event::Refused | Event::TimedOut));
                if let Event::Data(bytes) = event {
                    said.extend(bytes);
                }
            }
        }
        evidence.add("replies", String::from_utf8_lossy(&said));
    }
    world.tick(now + Duration::from_secs(20));
    let own = world.hosts[0].server.as_ref().unwrap();
    let base = own.config.get("virtual_mailbox_base");
    let base = Some(base.as_str()).filter(|base| !base.is_empty());
    let base = base.unwrap_or("/nonexistent");
    let main_cf = matches!(set.scene, Scene::Config(..)).then_some(likeness.main_cf.as_str());
    for (place, host) in [("here", &world.hosts[0]), ("there", &world.hosts[1])] {
        let server = host.server.as_ref().unwrap();
        evidence.add(format!("log {place}"), log(server, 0));
        for (path, text) in server.files.iter() {
            let name = path
                .strip_prefix("/var/mail/")
                .or(path.strip_prefix(&format!("{base}/")))
                .or(path.strip_prefix("/home/"))
                .filter(|name| !name.contains("/.forward"));
            if let Some(name) = name {
                let name = name.split("/new/").next().unwrap_or(name);
                evidence.add(format!("mailbox {name} {place}"), text);
            }
        }
    }
    let server = world.hosts[0].server.as_ref().unwrap();
    let mailq = server.mailq();
    let written = server.log.len();
    evidence.add("mailq", &mailq);
    administer(&mut evidence, main_cf, &mailq, &mut |words| {
        run(&mut world, words, None)
    });
    let server = world.hosts[0].server.as_ref().unwrap();
    evidence.add("log after", log(server, written));
    evidence
}

fn world(likeness: &Likeness, other_cf: &str) -> World {
    let user = |name: &str| User {
        name: name.into(),
        password: None,
    };
    let mut files = Files::default();
    for (name, text) in scene::tables() {
        files.insert(format!("/etc/postfix/{name}"), text);
    }
    for name in ["games", "news"] {
        for (file, text) in forward_files(&likeness.main_cf, name) {
            files.insert(format!("/home/{name}/{file}"), text);
        }
    }
    let first = number_for(likeness.id_length);
    // The real ones have no name of their own for `relay`, either.
    let clients = "smtp unix - - n - - smtp\nrelay unix - - n - - smtp\nlmtp unix - - n - - lmtp\n";
    let listens = |port: &str| format!("{port} inet n - n - - smtpd\n{clients}");
    let offered = scene::master_cf(&likeness.main_cf, "smtp");
    let offered = offered.map(|text| text.replace("$program", "/usr/local/bin/program"));
    let master_cf = listens("smtp") + offered.as_deref().unwrap_or("");
    files.insert(MASTER_CF, &master_cf);
    let own = vec!["127.0.0.1".to_string()];
    let users = vec![user("games"), user("news"), user("proxy")];
    let mut server = Server::new(&likeness.main_cf, files, users, own.clone()).unwrap();
    make_mailboxes(&mut server);
    server.port = likeness.port;
    server.renumber(first);
    for entry in master_cf::parse(&master_cf).unwrap() {
        let name = entry.field(0);
        let kept = ["stdin", "argv"].map(|what| (what.into(), format!("/var/mail/{what}-{name}")));
        let mut program = Neighbour::new(&format!("pipe:{name}"), Kind::Program);
        program.entries = kept.to_vec();
        server.neighbours.0.push(program);
    }
    let there = vec![OTHER.to_string()];
    let users = vec![user("games"), user("news")];
    let mut files = Files::default();
    files.insert(MASTER_CF, listens(&likeness.other_port.to_string()));
    let mut other = Server::new(other_cf, files, users, there.clone()).unwrap();
    other.port = likeness.other_port;
    other.renumber(first + 7);
    let mut world = World::default();
    world.dns = scene::dns();
    world.hosts.push(Host {
        name: "localhost".into(),
        addresses: own,
        ports: vec![(25, Port::Smtp)],
        server: Some(Box::new(server)),
        ..Host::default()
    });
    world.hosts.push(Host {
        name: "other".into(),
        addresses: there,
        ports: vec![(likeness.other_port, Port::Smtp)],
        server: Some(Box::new(other)),
        ..Host::default()
    });
    world.hosts.push(Host {
        name: "closed".into(),
        addresses: vec!["127.99.0.1".into()],
        ..Host::default()
    });
    let dns = &mut world.dns;
    for last in [7, 9] {
        scene::add_client(dns, [127, 0, 0, last].into());
    }
    dns.add("1.0.0.127.in-addr.arpa", Data::Ptr("localhost".into()));
    dns.add("localhost", Data::A("127.0.0.1".into()));
    world
}

/// A host, the other one, and who sends letters.
fn host_world(likeness: &Likeness, scene: &hosts::World, set: &Set) -> World {
    let mut world = World::default();
    world.dns = scene.dns();
    let first = number_for(likeness.id_length);
    for (own, name) in [(&scene.host, "localhost"), (&scene.other, "other")] {
        let mut server = own.ours();
        server.renumber(first);
        let address = own.address.to_string();
        let addresses = match name {
            "localhost" => vec!["127.0.0.1".into(), address],
            _ => vec![address],
        };
        world.hosts.push(Host {
            name: name.into(),
            addresses,
            ports: own.ports().iter().map(|p| (p.number, Port::Smtp)).collect(),
            server: Some(Box::new(server)),
            ..Host::default()
        });
    }
    for client in set
        .letters
        .iter()
        .filter_map(|letter| letter.client.clone())
    {
        if world.host(&client).is_none() {
            if let Ok(address) = client.parse() {
                scene::add_client(&mut world.dns, address);
            }
            world.hosts.push(Host {
                name: client.clone(),
                addresses: vec![client],
                ..Host::default()
            });
        }
    }
    world
}

/// What root types on the host.
fn run(world: &mut World, words: &[&str], input: Option<&str>) -> String {
    let words: Vec<String> = words.iter().map(|w| w.to_string()).collect();
    let mut at = Machine::new(world, "localhost", "root", "/root", input);
    let output = catalogue::run(&words, &mut at).unwrap();
    output.error() + &output.text
}

/// A server's log from a line on.
fn log(server: &Server, from: usize) -> String {
    let lines = server.log.iter().skip(from);
    let lines: Vec<String> = lines.map(|line| line.to_string()).collect();
    lines.join("\n")
}
