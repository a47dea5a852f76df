//! Mail that would go on for ever: it is stopped at a number, and the log says so.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use smtp_terminal::files::Files;
use smtp_terminal::network::{Event, Host, Port, World};
use smtp_terminal::postfix::queue::intake::Submission;
use smtp_terminal::postfix::server::{Server, User};
use smtp_terminal::simulator::Simulator;
use smtp_terminal::time::Time;

/// A world whose server has these lines in its main.cf, in which a message has been sent.
fn world(main_cf: &[&str], to: &str) -> Simulator {
    scenario("", main_cf, to)
}

fn scenario(members: &str, main_cf: &[&str], to: &str) -> Simulator {
    let lines: Vec<String> = main_cf.iter().map(|l| format!(", {l:?}")).collect();
    let text = format!(
        r#"{{ {members} "hosts": [{{ "name": "penguinpower", "addresses": ["10.25.0.57"] }}, {{ "name": "smtp.safeer.in", "addresses": ["10.25.0.1"],
            "users": [{{ "name": "safeer" }}, {{ "name": "asha" }}],
            "main_cf": ["compatibility_level = 3.6", "myhostname = smtp.safeer.in", "mydomain = safeer.in",
                "myorigin = $mydomain", "mydestination = $mydomain",
                "mynetworks = 10.25.0.0/24", "local_recipient_maps ="{}] }}] }}"#,
        lines.concat()
    );
    let mut simulator = Simulator::new(&text).unwrap();
    simulator.run(&format!(
        "telnet smtp.safeer.in 25\nHELO penguinpower\nMAIL FROM:<safeer@safeer.in>\n\
         RCPT TO:<{to}>\nDATA\nSubject: x\n\nhello\n.\nQUIT"
    ));
    simulator.settle();
    simulator
}

fn server(simulator: &Simulator) -> &Server {
    let host = simulator.world().host("smtp.safeer.in").unwrap();
    host.server.as_ref().unwrap()
}

fn log(simulator: &Simulator) -> String {
    let lines = server(simulator).log.iter();
    lines.map(|line| format!("{line}\n")).collect()
}

/// Lets time pass, which has to come to an end.
fn pass(simulator: &mut Simulator, seconds: u64) {
    simulator.tick(Duration::from_secs(seconds));
}

/// The real server sends a hundred messages a second, for ever.
#[test]
fn bounces_to_the_owner_of_a_list_that_bounces() {
    let aliases = "alias_maps = inline:{ { team = nosuch }, { owner-team = team } }";
    let mut world = world(&[aliases], "team@safeer.in");
    pass(&mut world, 3_600);
    let log = log(&world);
    assert!(log.contains("status=bounced (unknown user: \"nosuch\")"));
    assert!(log.contains(" smtp-terminal["), "{}", &log[..4_000]);
    let stopped =
        "held, because 1000 messages have come of one; Postfix would go on (postsuper -H ";
    assert_eq!(log.matches(stopped).count(), 1);
    // What waits for somebody to look at it is all that is left.
    let queue = &server(&world).queue;
    assert_eq!(queue.files.len(), 1);
    assert_eq!(queue.files[0].place.name(), "hold");
    assert_eq!(server(&world).deadline(), None);
    // The views show an end of it, and a beginning.
    use smtp_terminal::views;
    assert_eq!(views::log(world.world()).len(), 1_000);
    let id = views::latest(world.world()).unwrap();
    let lines = views::journey(world.world(), &id).unwrap().lines();
    assert!((100..=1_000).contains(&lines.len()), "{}", lines.len());
}

#[test]
fn a_table_that_makes_everybody_somebody_else() {
    let mut world = world(&["alias_maps = static:asha"], "team@safeer.in");
    pass(&mut world, 3_600);
    let log = log(&world);
    assert!(log.contains("status=bounced (mail forwarding loop for asha@safeer.in)"));
    assert_eq!(log.matches(" smtp-terminal[").count(), 1);
}

/// As the real server says it.
#[test]
fn a_relay_for_the_unknown_that_is_unknown() {
    let mut world = world(&["luser_relay = x$user", "alias_maps ="], "team@safeer.in");
    pass(&mut world, 10);
    let log = log(&world);
    let last = "xxxxxxxxxxxxxxxxxxxxxxxxxteam";
    assert!(log.contains(&format!("warning: alias database loop for {last}\n")));
    assert!(log.contains(&format!(
        "to=<{last}@safeer.in>, orig_to=<team@safeer.in>, relay=local, "
    )));
    assert!(log.contains(&format!(
        "dsn=5.4.6, status=bounced (alias database loop for {last})\n"
    )));
}

/// Expressions may not make up names in `alias_maps`, but a table may have as many as one likes.
#[test]
fn aliases_that_lead_to_more_and_more() {
    let level = |level: usize| {
        let next = |name| format!("x{}-{name}@safeer.in", level + 1);
        let next: Vec<String> = (0..40).map(next).collect();
        let entry = |name| format!("{{x{level}-{name} = {}}} ", next.join(", "));
        (0..40).map(entry).collect::<String>()
    };
    let levels: String = (0..3).map(level).collect();
    let all: Vec<String> = (0..1_500).map(|n| format!("y{n}@safeer.in")).collect();
    let table = format!(
        "alias_maps = inline:{{{{team = x0-0}} {{safeer = x0-0}} {levels} {{x3-7 = {}}}}}",
        all.join(", ")
    );
    let mut world = world(&[&table], "team@safeer.in");
    pass(&mut world, 60);
    let log = log(&world);
    // What comes back is for somebody with as many aliases.
    let stopped = "stopped, because its aliases have led to ";
    assert_eq!(log.matches(stopped).count(), 2, "{log}");
    assert!(log.lines().count() < 10_000);
}

/// Postfix has bounds of its own, which hold for one recipient.
#[test]
fn virtual_aliases_without_end() {
    let long = "virtual_alias_maps = regexp:{{/^(.*)@/ x$$1@safeer.in}}";
    let world = world(&[long], "team@safeer.in");
    let said = world.transcript();
    assert!(said.contains("451 4.6.0 Alias expansion error"), "{said}");
    let log = log(&world);
    assert!(log.contains("unreasonable virtual_alias_maps "), "{log}");
}

#[test]
fn a_least_that_is_more_than_the_most() {
    let main_cf = ["minimal_backoff_time = 2h", "relayhost = [10.25.0.57]"];
    let mut world = world(&main_cf, "x@elsewhere.example");
    pass(&mut world, 10_000);
    let log = log(&world);
    assert_eq!(log.matches("status=deferred").count(), 2, "{log}");
}

#[test]
fn times_beyond_all_bounds() {
    for main_cf in [
        ["queue_run_delay = 2147483647s", "minimal_backoff_time = 1s"],
        ["queue_run_delay = 1s", "minimal_backoff_time = 2147483647s"],
        ["queue_run_delay = 1s", "minimal_backoff_time = 1s"],
    ] {
        let all = [
            main_cf[0],
            main_cf[1],
            "maximal_backoff_time = 1s",
            "relayhost = [10.25.0.57]",
        ];
        let mut world = world(&all, "x@elsewhere.example");
        pass(&mut world, 10_000);
        // Whatever happens to the mail, the page goes on.
        world.run("echo still here");
        world.settle();
        assert!(world.transcript().contains("\nstill here\n"));
    }
}

/// Nobody waits for two million turns of the queue manager: what is left of them comes late.
#[test]
fn a_month_of_turns_every_second() {
    let main_cf = [
        "queue_run_delay = 1s",
        "minimal_backoff_time = 1s",
        "maximal_backoff_time = 1s",
        "maximal_queue_lifetime = 100d",
        "relayhost = [10.25.0.57]",
    ];
    let mut world = world(&main_cf, "x@elsewhere.example");
    let before = world.world().now();
    pass(&mut world, 30 * 86_400);
    assert!(world.world().now() >= before + Duration::from_secs(29 * 86_400));
    assert!(world.deadline().is_some());
    let said = "so much was due in this time that the rest of it comes late";
    assert_eq!(log(&world).matches(said).count(), 1);
    assert!(world.transcript().contains(said), "{}", world.transcript());
}

/// A program that wants to go on at once, over and over, is left alone.
#[test]
fn an_alarm_that_rings_for_ever() {
    let mut world = World::default();
    world.alarm = Some((Time(1), true));
    let mut rung = 0;
    world.pass(Time(5), &mut |world| {
        rung += 1;
        world.alarm = Some((world.now(), true));
    });
    assert!(rung < 500_000);
    assert_eq!(world.now(), Time(5));
}

/// There is an end of time, after which nothing happens, and nothing goes round.
#[test]
fn the_end_of_time() {
    let start = r#""start": 253402300700, "#;
    let mut world = scenario(start, &["relayhost = [10.25.0.57]"], "x@elsewhere.example");
    pass(&mut world, u64::MAX / 4);
    world.skip(Duration::MAX);
    world.skip(Duration::MAX);
    assert_eq!(world.deadline(), None);
    world.settle();
}

/// A page's clock may be set back while it is open.
#[test]
fn a_clock_that_is_set_back() {
    let mut world = world(&[], "asha@safeer.in");
    pass(&mut world, 3_600);
    let before = world.world().now();
    pass(&mut world, 100);
    world.run("telnet smtp.safeer.in 25");
    for second in 100..110 {
        pass(&mut world, second);
    }
    assert!(world.world().now() > before);
    assert!(
        world
            .transcript()
            .ends_with("220 smtp.safeer.in ESMTP Postfix\n"),
        "{}",
        world.transcript()
    );
}

/// The disk of a host is full at some time, and mail waits until there is room again.
#[test]
fn a_disk_that_is_full() {
    let mut files = Files::default();
    files.insert("/var/big", "x".repeat((64 << 20) - 60_000));
    let main_cf = "compatibility_level = 3.6\nmyhostname = smtp.safeer.in\nmydestination = safeer.in\nmyorigin = safeer.in";
    let user = User {
        name: "asha".into(),
        password: None,
    };
    let server = Server::new(main_cf, files, vec![user], vec!["10.25.0.1".into()]).unwrap();
    let mut world = World::default();
    world.hosts.push(Host {
        server: Some(Box::new(server)),
        ..Host::default()
    });
    world.tick(Time(1_795_514_400_000_000));
    let letter = |world: &mut World, size: usize| {
        let now = world.now();
        let server = world.hosts[0].server.as_mut().unwrap();
        let submission = Submission {
            uid: 0,
            full_name: "",
            sender: "asha",
            recipients: &["asha".to_string()],
            content: &b"x\n".repeat(size / 2),
            ..Submission::default()
        };
        server.submit(&submission, now);
        world.tick(now + Duration::from_secs(10));
    };
    letter(&mut world, 1_000);
    letter(&mut world, 80_000);
    let log = |world: &World| {
        let log = &world.hosts[0].server.as_ref().unwrap().log;
        log.iter()
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    };
    let text = log(&world);
    assert!(
        text.contains("status=sent (delivered to mailbox)"),
        "{text}"
    );
    let why = "dsn=4.3.0, status=deferred (cannot update mailbox /var/mail/asha for user asha. \
               error writing message: No space left on device)";
    assert!(text.contains(why), "{text}");
    let server = world.hosts[0].server.as_mut().unwrap();
    server.files.remove("/var/big");
    world.tick(world.now() + Duration::from_secs(1_000));
    assert_eq!(
        log(&world)
            .matches("status=sent (delivered to mailbox)")
            .count(),
        2
    );
}

/// A queue that nobody empties is full at some time, and smtpd says so before it takes more.
#[test]
fn a_queue_that_is_full() {
    let mut files = Files::default();
    files.insert("/etc/mailname", "safeer.in");
    let main_cf = "compatibility_level = 3.6\nmyhostname = smtp.safeer.in\nmydestination = safeer.in\nrelayhost = [10.25.0.9]";
    let server = Server::new(main_cf, files, Vec::new(), vec!["10.25.0.1".into()]).unwrap();
    let mut world = World::default();
    world.hosts.push(Host {
        name: "smtp.safeer.in".into(),
        addresses: vec!["10.25.0.1".into()],
        ports: vec![(25, Port::Smtp)],
        server: Some(Box::new(server)),
        ..Host::default()
    });
    world.tick(Time(1_795_514_400_000_000));
    let content = b"x\n".repeat(4 << 20);
    let mail = |world: &mut World| {
        let id = world.connect("smtp.safeer.in", "10.25.0.1", 25);
        world.send(id, b"EHLO me\r\nMAIL FROM:<asha>\r\nQUIT\r\n");
        world.tick(world.now() + Duration::from_secs(5));
        let mut said = String::new();
        while let Some(event) = world.receive(id) {
            if let Event::Data(bytes) = event {
                said.push_str(&String::from_utf8(bytes).unwrap());
            }
        }
        said
    };
    for taken in 0..8 {
        assert!(
            mail(&mut world).contains("250 2.1.0 Ok"),
            "{taken} messages"
        );
        let now = world.now();
        let submission = Submission {
            uid: 0,
            full_name: "",
            sender: "asha",
            recipients: &["bob@elsewhere.example".to_string()],
            content: &content,
            ..Submission::default()
        };
        world.hosts[0]
            .server
            .as_mut()
            .unwrap()
            .submit(&submission, now);
        world.tick(now + Duration::from_secs(1));
    }
    let said = mail(&mut world);
    assert!(
        said.contains("452 4.3.1 Insufficient system storage\r\n"),
        "{said}"
    );
    let log = &world.hosts[0].server.as_ref().unwrap().log;
    let warns = |line: &str| line.contains("bytes < 1.5*message size limit");
    assert!(log.iter().any(|line| warns(&line.note.text)));
}
