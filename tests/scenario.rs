//! What a scenario may say, and what is said of one with a mistake: the place, and what to write
//! instead.

#![allow(clippy::unwrap_used)]

use smtp_terminal::dns::Kind;
use smtp_terminal::postfix::config::main_cf::EVERY_PROGRAM;
use smtp_terminal::scenario::{Fault, Scenario};
use smtp_terminal::simulator::Simulator;

/// A world of two hosts, with members more for the second, in the place of its own, and for the whole.
fn world(host: &str, whole: &str) -> String {
    let own = [
        ("addresses", r#", "addresses": ["192.0.2.1"]"#),
        (
            "main_cf",
            r#", "main_cf": ["compatibility_level = 3.6", "myhostname = mx.example.org"]"#,
        ),
    ];
    let kept = own
        .iter()
        .filter(|(name, _)| !host.contains(&format!("\"{name}\":")));
    let own: String = kept.map(|(_, text)| *text).collect();
    format!(
        r#"{{ "hosts": [
            {{ "name": "penguinpower", "addresses": ["10.25.0.57"] }},
            {{ "name": "mx.example.org" {own} {host} }}
        ] {whole} }}"#
    )
}

fn fault(text: &str) -> Fault {
    match Scenario::parse(text) {
        Err(fault) => fault,
        Ok(_) => panic!("nothing is wrong with {text}"),
    }
}

#[test]
fn each_mistake_has_its_place_and_its_cure() {
    let whole = |member: &str| member.to_string();
    let host = |member: &str| world(&format!(", {member}"), "");
    let dns = |record: &str| {
        format!(r#"{{ "dns": [{{ "name": "a.example", "a": "10.0.0.1" }}, {record}] }}"#)
    };
    let number = |limit: &str| format!("expected a whole number from 0 to {limit}");
    let (hour, year_9999) = (number("3600000"), number("253402300799"));
    let (year, seeds) = (number("31536000"), number("9007199254740991"));
    let name = "a name is one word, without blanks";
    let address =
        "\"10.25.0.256\" is not an IP address; write one such as 192.0.2.1 or 2001:db8::1";
    let port = "a port is a number from 1 to 65535";
    let family = "an IPv4 address belongs to \"a\", an IPv6 address to \"aaaa\"";
    let cases = [
        // The whole.
        (whole("[]"), "", "expected an object, { … }; this is a list"),
        (whole("null"), "", "expected an object, { … }; there is nothing"),
        (whole(""), "", "not JSON: EOF while parsing a value at line 1 column 0"),
        (
            whole("{ \"latncy\": 1 }"),
            "",
            "there is no \"latncy\" here; use $schema, title, workstation, hosts, dns, latency, start, seed. Did you mean \"latency\"?",
        ),
        (
            world("", r#", "latency": 0, "hosts": []"#),
            "",
            "\"hosts\" is here a second time at line 4 column 33",
        ),
        (whole(r#"{ "hosts": {} }"#), "hosts", "expected a list, [ … ]; this is an object"),
        (whole(r#"{ "title": 7 }"#), "title", "expected a text in quotes, or a list of lines"),
        (whole(r#"{ "title": ["a", ["b"]] }"#), "title[1]", "expected a text in quotes; this is a list"),
        // Numbers.
        (whole(r#"{ "latency": -1 }"#), "latency", &hour),
        (whole(r#"{ "latency": 0.5 }"#), "latency", &hour),
        (whole(r#"{ "latency": 3600001 }"#), "latency", &hour),
        (whole(r#"{ "latency": "20" }"#), "latency", "expected a whole number from 0 to 3600000; this is a text"),
        (whole(r#"{ "start": 9e15 }"#), "start", &year_9999),
        (whole(r#"{ "seed": 18446744073709551615 }"#), "seed", &seeds),
        (whole(r#"{ "seed": true }"#), "seed", "expected a whole number from 0 to 9007199254740991; this is true or false"),
        (host(r#""greylist": 1e12"#), "hosts[1].greylist", &year),
        (host(r#""greylist": -300"#), "hosts[1].greylist", &year),
        // The workstation.
        (whole(r#"{ "workstation": [] }"#), "workstation", "expected an object, { … }; this is a list"),
        (
            whole(r#"{ "workstation": { "usr": "a" } }"#),
            "workstation",
            "there is no \"usr\" here; use host, user, prompt. Did you mean \"user\"?",
        ),
        (
            whole(r#"{ "workstation": { "host": "laptop" } }"#),
            "workstation.host",
            "there is no host \"laptop\"; add it to hosts",
        ),
        (whole(r#"{ "workstation": { "user": "" } }"#), "workstation.user", name),
        // Hosts.
        (whole(r#"{ "hosts": [{}] }"#), "hosts[0].name", "expected a text in quotes; there is nothing"),
        (whole(r#"{ "hosts": [{ "name": "a b" }] }"#), "hosts[0].name", name),
        (whole(r#"{ "hosts": [null] }"#), "hosts[0]", "expected an object, { … }; there is nothing"),
        (
            whole(r#"{ "hosts": [{ "name": "penguinpower" }, { "name": "PENGUINPOWER" }] }"#),
            "hosts[1].name",
            "there is another host \"PENGUINPOWER\"",
        ),
        (host(r#""addresses": "192.0.2.1""#), "hosts[1].addresses", "expected a list, [ … ]; this is a text"),
        (host(r#""addresses": ["10.25.0.256"]"#), "hosts[1].addresses[0]", address),
        (
            host(r#""addresses": ["2001:db8::1", "2001:0db8:0::1"]"#),
            "hosts[1].addresses[1]",
            "a host before has this address already",
        ),
        (host(r#""ports": { "0": "smtp" }"#), "hosts[1].ports[\"0\"]", port),
        (host(r#""ports": { "65536": "smtp" }"#), "hosts[1].ports[\"65536\"]", port),
        (host(r#""ports": { "+25": "smtp" }"#), "hosts[1].ports[\"+25\"]", port),
        (host(r#""ports": { "smtp": "smtp" }"#), "hosts[1].ports[\"smtp\"]", port),
        (
            host(r#""ports": { "25": "smpt" }"#),
            "hosts[1].ports[\"25\"]",
            "there is no \"smpt\" here; use smtp, filtered",
        ),
        (host(r#""ports": [25]"#), "hosts[1].ports", "expected an object, { … }; this is a list"),
        (
            whole(r#"{ "hosts": [{ "name": "a", "ports": { "25": "smtp" } }] }"#),
            "hosts[0].ports[\"25\"]",
            "\"smtp\" needs a main_cf for the host",
        ),
        (host(r#""main_cf": ["a = b", 7]"#), "hosts[1].main_cf[1]", "expected a text in quotes"),
        (host(r#""users": [{ "password": "x" }]"#), "hosts[1].users[0].name", "expected a text in quotes; there is nothing"),
        (host(r#""files": { "/etc/aliases": { } }"#), "hosts[1].files[\"/etc/aliases\"]", "expected a text in quotes, or a list of lines; this is an object"),
        (
            host(r#""adresses": []"#),
            "hosts[1]",
            "there is no \"adresses\" here; use name, addresses, aliases, ports, main_cf, master_cf, users, files, services, greylist, wording. Did you mean \"addresses\"?",
        ),
        // The DNS.
        (dns(r#"{ "a": "10.0.0.1" }"#), "dns[1].name", "expected a text in quotes; there is nothing"),
        (
            dns(r#"{ "name": "b.example", "preference": 10 }"#),
            "dns[1]",
            "it says nothing; add a, aaaa, mx, txt, ptr, cname, ns or silent",
        ),
        (dns(r#"{ "name": "b.example", "a": "10.25.0.256" }"#), "dns[1].a", address),
        (dns(r#"{ "name": "b.example", "a": "::1" }"#), "dns[1].a", family),
        (dns(r#"{ "name": "b.example", "aaaa": "10.0.0.1" }"#), "dns[1].aaaa", family),
        (
            dns(r#"{ "name": "b.example", "mx": "c.example", "preference": 65536 }"#),
            "dns[1].preference",
            "expected a whole number from 0 to 65535",
        ),
        (dns(r#"{ "name": "b.example", "silent": "no" }"#), "dns[1].silent", "expected true or false; this is a text"),
    ];
    for (text, place, problem) in &cases {
        let fault = fault(text);
        assert_eq!(
            (fault.place.as_str(), fault.problem.as_str()),
            (*place, *problem),
            "{text}"
        );
    }
    println!("{} mistakes", cases.len());
}

#[test]
fn too_many_hosts_are_refused() {
    let hosts: Vec<String> = (0..501)
        .map(|i| format!(r#"{{ "name": "h{i}" }}"#))
        .collect();
    let fault = fault(&format!(r#"{{ "hosts": [{}] }}"#, hosts.join(",")));
    assert_eq!(
        fault.to_string(),
        "scenario, at hosts: there are more than 500"
    );
}

#[test]
fn a_fault_of_main_cf_is_postfixs() {
    for (line, program, is_down) in [
        ("soft_bounce = maybe", EVERY_PROGRAM, true),
        ("nonsense", EVERY_PROGRAM, true),
        ("smtpd_helo_required = maybe", "smtpd", false),
        ("smtpd_relay_restrictions = permit", "smtpd", false),
        ("smtpd_restriction_classes = nosuch", "smtpd", false),
        ("body_checks_size_limit = x", "cleanup", false),
    ] {
        let text = world("", "").replace("myhostname =", &format!("{line}\\nmyhostname ="));
        let scenario = Scenario::parse(&text).unwrap();
        let server = scenario.world.hosts[1].server.as_ref().unwrap();
        assert_eq!(server.fault().unwrap().program, program, "{line}");
        assert_eq!(server.is_stopped, is_down, "{line}");
    }
}

#[test]
fn what_is_null_is_as_if_it_were_not_written() {
    let text = r#"{ "$schema": null, "title": null, "hosts": null, "dns": null, "seed": null,
        "workstation": { "host": null, "user": "asha", "prompt": null } }"#;
    let scenario = Scenario::parse(text).unwrap();
    assert_eq!(scenario.workstation.user, "asha");
    assert_eq!(scenario.workstation.host, "penguinpower");
    assert_eq!(scenario.seed, None);
    assert!(scenario.world.host("smtp.safeer.in").is_some());
}

#[test]
fn servers_that_are_not_silent_answer() {
    for (silent, answers) in [("true", false), ("false", true)] {
        let text = format!(
            r#"{{ "dns": [{{ "name": "a.example", "a": "10.0.0.1", "silent": {silent} }}] }}"#
        );
        let dns = Scenario::parse(&text).unwrap().world.dns;
        assert_eq!(dns.look_up("a.example", Kind::A).is_ok(), answers);
    }
}

#[test]
fn the_schema_may_be_named() {
    let text =
        r#"{ "$schema": "schema/scenario.json", "start": 253402300799, "latency": 3600000 }"#;
    let mut simulator = Simulator::new(text).unwrap();
    simulator.run("date");
    simulator.settle();
    let transcript = simulator.transcript();
    assert!(
        transcript.contains("Fri Dec 31 23:59:59 UTC 9999"),
        "{transcript}"
    );
}

/// Those that a schema lets pass, and others; the page says the same (`tests/browser/hostile.test.mjs`).
#[test]
fn a_byte_order_mark_says_nothing() {
    let text = "\u{feff}{ \"workstation\": { \"user\": \"asha\" } }";
    let mut simulator = Simulator::new(text).unwrap();
    simulator.run("whoami");
    assert!(simulator.transcript().contains("\nasha\n"));
    let fault = Simulator::new("\u{feff}").unwrap_err().to_string();
    assert!(fault.starts_with("scenario: not JSON"), "{fault}");
}

#[test]
#[cfg_attr(not(feature = "full"), ignore = "the full build has such tables")]
fn a_table_that_is_asked_elsewhere_has_a_name_and_no_path() {
    let host = |main_cf: &str| {
        format!(
            r#"{{ "hosts": [ {{ "name": "penguinpower", "addresses": ["10.25.0.57"] }},
                {{ "name": "mx", "main_cf": "{main_cf}", "files": {{ "mail.aliases": "a: b" }} }} ] }}"#
        )
    };
    Simulator::new(&host("alias_maps = nis:mail.aliases")).unwrap();
    let fault = Simulator::new(&host("")).unwrap_err().to_string();
    assert_eq!(
        fault,
        "scenario, at hosts[1].files[\"mail.aliases\"]: no file can be there: a path begins with / and has no //, . or .."
    );
}

#[test]
fn a_path_is_as_long_as_unix_has_it() {
    let file = |path: &str| {
        format!(
            r#"{{ "hosts": [ {{ "name": "penguinpower", "addresses": ["10.25.0.57"], "files": {{ "{path}": "x" }} }} ] }}"#
        )
    };
    for path in ["/a".repeat(2_048), format!("/{}", "a".repeat(255))] {
        Simulator::new(&file(&path)).unwrap();
    }
    let place = "hosts[0].files[\"/a";
    for path in ["/a".repeat(20_000), format!("/a{}", "a".repeat(255))] {
        let fault = fault(&file(&path));
        assert!(fault.place.starts_with(place), "{fault}");
        assert!(fault.place.len() < 80, "{fault}");
        assert!(fault.problem.starts_with("no file can be there"), "{fault}");
    }
}

#[test]
#[cfg_attr(not(feature = "full"), ignore = "the full build has directories")]
fn a_host_has_so_many_folders() {
    let deep = "/a".repeat(1_000);
    let files: Vec<String> = (0..30).map(|i| format!(r#""/{i}{deep}": "x""#)).collect();
    let files = files.join(",");
    let fault = fault(&format!(
        r#"{{ "hosts": [ {{ "name": "penguinpower", "addresses": ["10.25.0.57"], "files": {{ {files} }} }} ] }}"#
    ));
    assert_eq!(fault.problem, "there are more than 20000 files and folders");
}

#[test]
#[cfg_attr(not(feature = "full"), ignore = "the full build has directories")]
fn a_file_is_no_directory() {
    for (paths, odd) in [
        (r#""/etc/postfix": "x""#, "/etc/postfix"),
        (r#""/var/mail": "x""#, "/var/mail"),
        (r#""/a/b": "x", "/a": "x""#, "/a"),
        (r#""/a": "x", "/a/b": "x""#, "/a/b"),
        (r#""/a": "x", "/a/b/c": "x""#, "/a/b/c"),
        (r#""/etc/hostname/x": "x""#, "/etc/hostname/x"),
    ] {
        let text = format!(
            r#"{{ "hosts": [ {{ "name": "penguinpower", "addresses": ["10.25.0.57"], "files": {{ {paths} }} }} ] }}"#
        );
        let place = format!("hosts[0].files[\"{odd}\"]");
        let fault = fault(&text);
        assert_eq!(fault.place, place);
        assert!(
            fault.problem.contains("it is a folder, or a file"),
            "{fault}"
        );
    }
    // Beside each other there is room.
    let world = r#"{ "hosts": [ { "name": "penguinpower", "addresses": ["10.25.0.57"],
        "files": { "/a": "x", "/ab/c": "x", "/ab/d": "x" } } ] }"#;
    Simulator::new(world).unwrap();
}

#[test]
#[cfg_attr(not(feature = "full"), ignore = "the full build has other words")]
fn a_reply_in_other_words_has_its_code() {
    let wording = |words: &str| world(&format!(", \"wording\": {{ \"250 2.1.0\": {words} }}"), "");
    for odd in [
        r#""no code""#,
        r#""""#,
        r#""25 Ok""#,
        r#""2500 Ok""#,
        r#""650 Ok""#,
        r#""150 Ok""#,
        r#"["250-first", "second"]"#,
        r#""250Ok""#,
    ] {
        let fault = fault(&wording(odd));
        assert_eq!(fault.place, "hosts[1].wording[\"250 2.1.0\"]", "{odd}");
        let problem =
            "each line of a reply begins with its code, three digits from 200 to 599, and a blank";
        assert_eq!(fault.problem, problem, "{odd}");
    }
    for good in [
        r#""250 OK {client}""#,
        r#""550""#,
        r#"["250-first", "250 second"]"#,
    ] {
        Simulator::new(&wording(good)).unwrap();
    }
}

#[test]
fn odd_scenarios_have_their_place() {
    let odd: Vec<(String, String)> =
        serde_json::from_str(include_str!("odd_scenarios.json")).unwrap();
    assert!(odd.len() > 20);
    for (scenario, said) in &odd {
        assert_eq!(fault(scenario).to_string(), *said, "{scenario}");
    }
}

#[test]
#[cfg_attr(not(feature = "full"), ignore = "the full build has services")]
fn the_example_of_the_services_is_a_world() {
    let text = include_str!("../docs/SERVICES.md");
    let example = text.split("```json\n").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let scenario = Scenario::parse(&example.replacen(
        "\"hosts\"",
        "\"workstation\": { \"host\": \"mail.shop.example\", \"user\": \"asha\" }, \"hosts\"",
        1,
    ));
    assert!(scenario.is_ok(), "{:?}", scenario.err());
}

#[test]
#[cfg_attr(not(feature = "full"), ignore = "the full build has services")]
fn what_is_no_service_is_named() {
    let services = |service: &str| world(&format!(", \"services\": [{service}]"), "");
    for (text, place, problem) in [
        (
            services(r#"{ "at": "inet:127.0.0.1:10023", "kind": "grey" }"#),
            "hosts[1].services[0].kind",
            "greylist",
        ),
        (
            services(r#"{ "kind": "spf" }"#),
            "hosts[1].services[0].at",
            "there is nothing",
        ),
        (
            services(r#"{ "at": "x", "kind": "spf", "delay": -1 }"#),
            "hosts[1].services[0].delay",
            "0 to 31536000",
        ),
    ] {
        let Fault {
            place: own,
            problem: said,
            ..
        } = fault(&text);
        assert_eq!(own, place, "{said}");
        assert!(said.contains(problem), "{said}");
    }
}
