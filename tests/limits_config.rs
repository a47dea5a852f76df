//! Configurations, tables and lists without an end, and values out of every range: each is
//! refused, or has a limit, in Postfix's words where Postfix has some.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use smtp_terminal::files::Files;
use smtp_terminal::postfix::config::main_cf::{Config, Fatal};
use smtp_terminal::postfix::server::Server;
use smtp_terminal::simulator::Simulator;
use smtp_terminal::workstation::line::key::Key;

/// Starts a server with some lines more in its main.cf, and with files.
fn start(lines: &str, files: &[(&str, &str)]) -> Result<Server, Fatal> {
    let main_cf = format!(
        "compatibility_level = 3.6\nmyhostname = smtp.safeer.in\nmydomain = safeer.in\n\
         mynetworks = 10.25.0.0/24\n{lines}\n"
    );
    let mut all = Files::default();
    for (path, text) in files {
        all.insert(*path, *text);
    }
    Server::new(&main_cf, all, Vec::new(), vec!["10.25.0.1".into()])
}

fn refused(lines: &str) -> String {
    start(lines, &[]).unwrap_err().reason
}

/// What a world shows after some lines were typed.
fn screen(world: &str, typed: &str) -> String {
    let mut simulator = Simulator::new(world).unwrap();
    simulator.run(typed);
    simulator.settle();
    simulator.transcript()
}

const MACRO: &str = "dictionary mail_dict: macro processing error";
const MEMORY: &str = "myrealloc: insufficient memory for 524289 bytes: Cannot allocate memory";

#[test]
fn parameters_that_name_themselves() {
    for lines in [
        "mydestination = $mydestination",
        "mydestination = $mydestination, $mydestination",
        "foo = $foo$foo\nmydestination = $foo",
        "a = $b\nb = $a\nsmtpd_banner = $a",
        "smtpd_banner = ${smtpd_banner?$smtpd_banner}",
        "smtpd_restriction_classes = a\na = $a",
        "mydomain = $myhostname\nmyhostname = $mydomain",
        "mynetworks = $mynetworks",
    ] {
        let fatal = start(lines, &[]).unwrap_err();
        assert_eq!(fatal.reason, MACRO, "{lines}");
        let warning = &fatal.warnings[0];
        assert!(warning.starts_with("unreasonable macro call nesting: "));
    }
}

/// Here Postfix goes on until its stack is full, and is killed; what we say is our own.
#[test]
fn a_comparison_that_names_itself() {
    let lines = "smtpd_banner = ${{$smtpd_banner} == {x} ? {y} : {z}}";
    let fatal = start(lines, &[]).unwrap_err();
    assert_eq!(fatal.reason, "the comparisons have no end");
}

#[test]
fn a_chain_of_forty_that_doubles() {
    let mut lines = "c0 = x\n".to_string();
    for number in 1..=40 {
        let before = number - 1;
        lines += &format!("c{number} = $c{before} $c{before}\n");
    }
    assert_eq!(refused(&(lines.clone() + "smtpd_banner = $c40")), MEMORY);
    assert!(start(&(lines + "smtpd_banner = $c10"), &[]).is_ok());
}

#[test]
fn a_host_that_is_named_for_its_domain() {
    for (main_cf, name) in [
        ("myhostname = $mydomain", "myhostname"),
        ("myhostname = a.$mydomain", "mydomain"),
    ] {
        let fatal = Config::parse(main_cf).unwrap().verify().unwrap_err();
        assert_eq!(fatal.reason, format!("bad string length 0 < 1: {name} = "));
    }
    let config = Config::parse("mydomain = b.c\nmyhostname = x.$mydomain").unwrap();
    assert_eq!(config.get("myhostname"), "x.b.c");
}

#[test]
fn a_dollar_that_is_left_over() {
    for (lines, warning) in [
        (
            "virtual_alias_maps = pcre:{{/x$/ y}}",
            "empty macro name: \"pcre:{{/x$/ y}}\"",
        ),
        ("smtpd_banner = $ 5", "empty macro name: \"$ 5\""),
        ("mynetworks = $", "empty macro name: \"$\""),
        (
            "queue_run_delay = ${x",
            "truncated macro reference: \"${x\"",
        ),
        (
            "smtpd_banner = ${{a} == é{}}",
            "\"{expression}\" expected at: \"...{a} ==>>> é{}\"",
        ),
    ] {
        let fatal = start(lines, &[]).unwrap_err();
        assert_eq!(fatal.reason, MACRO, "{lines}");
        // Other programs may have said something of their own before.
        let is_said = fatal.warnings.iter().any(|said| said.starts_with(warning));
        assert!(is_said, "{:?}", fatal.warnings);
    }
}

#[test]
fn numbers_and_times_are_those_of_postfix() {
    for (lines, reason) in [
        (
            "queue_run_delay = 18446744073709551615s",
            "parameter queue_run_delay: bad time value or unit: 18446744073709551615s",
        ),
        ("queue_run_delay = 0", "invalid queue_run_delay: 0 (min 1)"),
        (
            "maximal_queue_lifetime = 101",
            "invalid maximal_queue_lifetime: 8726400 (max 8640000)",
        ),
        (
            "smtpd_recipient_limit = 4294967297",
            "bad numerical configuration: smtpd_recipient_limit = 4294967297",
        ),
        (
            "smtpd_soft_error_limit = 0",
            "invalid smtpd_soft_error_limit parameter value 0 < 1",
        ),
        (
            "smtpd_helo_required = Maybe",
            "bad boolean configuration: smtpd_helo_required = Maybe",
        ),
        ("myorigin =", "bad string length 0 < 1: myorigin = "),
    ] {
        assert_eq!(refused(lines), reason);
    }
    // A number of 64 bits is one in the browser too, and a time without a unit has its default's.
    let config =
        Config::parse("message_size_limit = 9223372036854775807\nbounce_queue_lifetime = 3");
    let config = config.unwrap();
    assert_eq!(config.verify(), Ok(()));
    assert_eq!(config.size("message_size_limit"), 9_223_372_036_854_775_807);
    let days = Duration::from_secs(3 * 86_400);
    assert_eq!(config.time("bounce_queue_lifetime"), days);
}

#[test]
fn a_list_file_that_names_itself() {
    for (text, error) in [
        ("/etc/a\n", "error: open file /etc/a: Too many open files"),
        (
            "/etc/a /etc/a\n",
            "error: open file /etc/a: Too many open files",
        ),
        (
            "!/etc/a, /etc/b",
            "error: open file /etc/b: Too many open files",
        ),
    ] {
        let server = start("mydestination = /etc/a", &[("/etc/a", text)]).unwrap();
        let warnings: Vec<&str> = server.warnings().collect();
        assert!(warnings.contains(&error), "{warnings:?}");
        // Nothing more can be said of any name.
        assert!(server.resolver().resolve("asha@safeer.in").is_err());
    }
}

#[test]
fn tables_in_tables() {
    let nested = |kind: &str, depth: usize| {
        let (open, close) = (format!("{kind}:{{").repeat(depth), "}".repeat(depth));
        format!("virtual_alias_maps = {open}static:x{close}")
    };
    for kind in ["unionmap", "pipemap"] {
        let server = start(&nested(kind, 50), &[]).unwrap();
        assert!(server.warnings().all(|text| !text.starts_with("error: ")));
        let server = start(&nested(kind, 3_000), &[]).unwrap();
        let error = "error: too many tables within tables";
        assert!(server.warnings().any(|text| text == error));
    }
    let proxies = format!("virtual_alias_maps = {}static:x", "proxy:".repeat(20_000));
    assert!(start(&proxies, &[]).is_ok());
}

/// A world with a server that has a table, which it asks for each recipient.
fn asked(table: &str) -> String {
    let main_cf = format!("smtpd_recipient_restrictions = check_recipient_access {table}");
    let world = format!(
        r#"{{ "hosts": [{{ "name": "penguinpower", "addresses": ["10.25.0.57"] }},
            {{ "name": "smtp.safeer.in", "addresses": ["10.25.0.1"],
               "main_cf": ["compatibility_level = 3.6", "mynetworks = 10.25.0.0/24",
                           "myhostname = smtp.safeer.in", {main_cf:?}] }}] }}"#
    );
    screen(
        &world,
        "telnet smtp.safeer.in 25\nHELO x\nMAIL FROM:<a@b.example>\nRCPT TO:<aaaaaaaa@x.example>\nQUIT",
    )
}

#[test]
fn tables_that_double_what_they_are_asked() {
    let double = "pcre:{{/^(.*)$$/ $$1$$1}}";
    let pipe = |times: usize| format!("pipemap:{{{}}}", vec![double; times].join(","));
    let screen = asked(&pipe(40));
    assert!(
        screen.contains("\n451 4.3.5 <aaaaaaaa@x.example>: "),
        "{screen}"
    );
    let union = format!("unionmap:{{{}}}", [pipe(10), pipe(10)].join(",").repeat(20));
    let screen = asked(&union);
    assert!(
        screen.contains("\n451 4.3.5 <aaaaaaaa@x.example>: "),
        "{screen}"
    );
}

/// What every program reads stops `postfix reload`; what smtpd reads stops smtpd, which says so when
/// somebody connects.
#[test]
fn a_reload_that_fails_says_why() {
    let mut simulator = Simulator::new("{}").unwrap();
    let mut screen = |typed: &str, escapes: bool| {
        let before = simulator.transcript().len();
        simulator.run(typed);
        simulator.settle();
        if escapes {
            simulator.press(Key::Ctrl(']'));
            simulator.run("close\ntail -n 4 /var/log/mail.log");
            simulator.settle();
        }
        simulator.transcript()[before..].to_string()
    };
    let refused = screen(
        "ssh root@smtp.safeer.in\npostconf -e 'myhostname = $'\npostfix reload",
        false,
    );
    let complaint = "\npostfix: warning: empty macro name: \"$\"\npostfix: fatal: ".to_string();
    assert!(refused.contains(&(complaint + MACRO)), "{refused}");
    let taken = screen(
        "postconf -e 'myhostname = smtp.safeer.in' 'smtpd_banner = $'\npostfix reload\ntelnet localhost 25",
        true,
    );
    assert!(taken.contains("\npostfix/postfix-script: refreshing the Postfix mail system\n"));
    assert!(!taken.contains("\n220 "), "{taken}");
    let lines = [
        "]: warning: empty macro name: \"$\"\n".to_string(),
        format!("]: fatal: {MACRO}\n"),
        " exit status 1\n".into(),
        "/smtpd: bad command startup -- throttling\n".into(),
    ];
    let places = lines.each_ref().map(|line| taken.find(line));
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{taken}"
    );
}

#[test]
fn programs_say_why_they_do_not_go_on() {
    let screen = screen(
        "{}",
        "ssh root@smtp.safeer.in\npostconf -e 'smtpd_banner = $'\npostfix reload\npostconf mail_name\n\
         postconf -e 'smtpd_banner = x' 'site = ${'\npostconf mail_name\n",
    );
    let empty = "warning: empty macro name: \"$\"\n";
    // What smtpd alone reads is no affair of postfix's.
    let reload = "postfix reload\npostfix/postfix-script: refreshing the Postfix mail system\n";
    assert!(screen.contains(reload), "{screen}");
    // postconf looks at each value, and then reads those of Postfix's own parameters.
    let postconf = format!(
        "postconf mail_name\npostconf: {empty}postconf: {empty}postconf: fatal: macro processing error\n"
    );
    assert!(screen.contains(&postconf), "{screen}");
    let site = "postconf mail_name\npostconf: warning: truncated macro reference: \"${\"\nmail_name = Postfix\n";
    assert!(screen.contains(site), "{screen}");
}
