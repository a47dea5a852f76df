//! What grows has an end (docs/BOUNDS.md), and who meets it is told. No test here is timed: what has no
//! end never passes.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use smtp_terminal::simulator::Simulator;
use smtp_terminal::smtp::client::Client;
use smtp_terminal::smtp::policy::AcceptAll;
use smtp_terminal::smtp::session::{Action, Session};
use smtp_terminal::time::Time;
use smtp_terminal::workstation::line::key::Key;

/// The screen after lines at the mail server.
fn at_server(lines: &str) -> Simulator {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run("ssh smtp.safeer.in");
    simulator.settle();
    simulator.run(lines);
    simulator.settle();
    simulator
}

#[test]
fn a_host_has_so_much_room_and_mail_waits_for_it() {
    let simulator = at_server(
        "for size in 4000000 1000000 10000 100 10; do while yes x | head -c $size >> /tmp/j; \
         do :; done 2> /dev/null; done\necho x >> /tmp/j\nls -l /tmp/j | cut -d ' ' -f 5\n\
         echo hi | sendmail safeer\nsleep 5; mailq\n\
         rm /tmp/j; postqueue -f\nsleep 5; mailq",
    );
    let text = simulator.transcript();
    assert!(text.contains("No space left on device"), "{text}");
    assert!(
        text.contains("error writing message: No space left on device"),
        "{text}"
    );
    assert!(text.trim_end().contains("Mail queue is empty"), "{text}");
}

#[test]
fn a_message_has_an_end_where_main_cf_names_none() {
    let mut policy = AcceptAll::default();
    policy.settings.message_size_limit = 0;
    let mut session = Session::new(Client::new("penguinpower", "10.25.0.57", 40_000));
    let mut said = String::new();
    let line = [b'x'; 1_022]
        .iter()
        .copied()
        .chain(*b"\r\n")
        .collect::<Vec<u8>>();
    let mega = line.repeat(1_024);
    let start = b"HELO x\r\nMAIL FROM:<a@safeer.in>\r\nRCPT TO:<b@safeer.in>\r\nDATA\r\n";
    let pieces = [&start[..]].into_iter().chain((0..66).map(|_| &mega[..]));
    for piece in [&b""[..]].into_iter().chain(pieces).chain([&b".\r\n"[..]]) {
        session.receive(piece);
        while let Some(action) = session.poll(Time(1), &policy) {
            if let Action::Reply(reply) = action {
                said.push_str(&reply.to_string());
            }
        }
        assert!(session.holds() < 65 << 20);
    }
    assert!(
        said.ends_with("552 5.3.4 Error: message file too big\r\n"),
        "{said}"
    );
}

#[test]
fn as_many_recipients_are_remembered_as_in_postfix() {
    let simulator = at_server(
        "sudo postconf -e smtpd_recipient_limit=100000 local_recipient_maps= always_bcc=\n\
         sudo postfix reload\n\
         (echo HELO x; echo 'MAIL FROM:<a@safeer.in>'; for i in 1 2; do \
         seq 1100 | sed 's/.*/RCPT TO:<u&@safeer.in>/'; done; echo DATA; echo hi; echo .; echo QUIT) > /tmp/s\n\
         nc -C localhost 25 < /tmp/s | tail -n 1\n\
         grep -o 'nrcpt=[0-9]*' /var/log/mail.log | head -n 1",
    );
    // A hundred of the second eleven hundred are not known to be there; Postfix 3.7.11 says so too.
    let text = simulator.transcript();
    assert!(text.contains("\nnrcpt=1200\n"), "{text}");
}

#[test]
fn a_host_has_so_many_transfers_at_once() {
    let simulator = at_server(
        "for i in $(seq 250); do echo hi | sendmail praveen@gmail.com; done\nsleep 60\n\
         grep -c 'to=<praveen@gmail.com>.*status=sent' /var/log/mail.log; mailq",
    );
    let text = simulator.transcript();
    assert!(text.contains("\n250\nMail queue is empty\n"), "{text}");
}

#[test]
fn who_was_asleep_hears_once() {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run("ping smtp.safeer.in");
    simulator.catch_up(Duration::from_secs(3));
    simulator.catch_up(Duration::from_secs(86_400));
    simulator.catch_up(Duration::from_secs(86_402));
    let text = simulator.transcript();
    let count = text.matches("icmp_seq=").count();
    assert!((4..12).contains(&count), "{text}");
    // A server's patience has an end, and that is told once.
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run("telnet smtp.safeer.in 25\nHELO x");
    simulator.settle();
    let now = simulator.deadline().unwrap();
    simulator.catch_up(now + Duration::from_secs(86_400));
    simulator.settle();
    let text = simulator.transcript();
    assert_eq!(text.matches("421 4.4.2 ").count(), 1, "{text}");
    assert!(
        text.contains("Connection closed by foreign host."),
        "{text}"
    );
}

#[test]
fn a_clock_that_is_set_back_stops_nothing() {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.catch_up(Duration::from_secs(7_200));
    simulator.catch_up(Duration::from_secs(3_600));
    simulator.run("telnet smtp.safeer.in 25");
    for _ in 0..20 {
        let Some(next) = simulator.deadline() else {
            break;
        };
        assert!(next < Duration::from_secs(3_600 + 400), "{next:?}");
        simulator.catch_up(next);
        if simulator.transcript().contains("220 ") {
            return;
        }
    }
    panic!("{}", simulator.transcript());
}

#[test]
fn what_is_pasted_is_read_in_slices() {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run("cat > /tmp/p");
    simulator.settle();
    simulator.run(&"This is a line that was pasted.\n".repeat(1_000));
    // The front end comes back at once, and sees how far it has come.
    let rows = simulator.screen().rows().len();
    assert!(rows < 400, "{rows}");
    let now = simulator.deadline().unwrap();
    simulator.tick(now);
    assert!(simulator.screen().rows().len() > rows);
    assert!(simulator.screen().rows().len() < 800);
    // Ctrl-C ends the program, and what waits is not read.
    simulator.press(smtp_terminal::workstation::line::key::Key::Ctrl('c'));
    simulator.settle();
    simulator.run("wc -l < /tmp/p");
    simulator.settle();
    let text = simulator.transcript();
    let count = text.trim_end().lines().rev().nth(1).unwrap();
    assert!(count.parse::<usize>().unwrap() < 800, "{count}");
}

#[test]
fn a_here_document_that_is_too_long_runs_as_nothing() {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.settle();
    simulator.run("cat > much <<'EOF'");
    for _ in 0..120 {
        simulator.run(&format!("touch evil #{}", "a".repeat(10_000)));
    }
    for line in ["EOF", "ls evil", "echo on it goes"] {
        simulator.run(line);
        simulator.settle();
    }
    let screen = simulator.transcript();
    assert!(screen.contains("this is too much for one command"));
    assert!(screen.contains("cannot access 'evil'"));
    assert!(screen.trim_end().contains("\non it goes\n"));
}

#[test]
fn one_ctrl_c_ends_a_loop_wherever_it_is() {
    for line in ["while :; do ls; done", "for ((;;)); do ls >/dev/null; done"] {
        for turns in [1, 2, 3, 5, 8] {
            let mut simulator = Simulator::new("{}").unwrap();
            let mut now = Duration::ZERO;
            let mut pass = |simulator: &mut Simulator, turns: usize| {
                for _ in 0..turns {
                    now += Duration::from_millis(1);
                    simulator.tick(now);
                }
            };
            pass(&mut simulator, 3);
            simulator.run(line);
            pass(&mut simulator, turns);
            simulator.press(smtp_terminal::workstation::line::key::Key::Ctrl('c'));
            pass(&mut simulator, 5);
            let prompt = simulator.screen().last().text();
            assert_eq!(prompt, "safeer@penguinpower:~$ ", "{line}, {turns} turns");
        }
    }
}

#[test]
fn commands_of_awk_have_an_end() {
    let text = at_server(
        "awk 'BEGIN { for (;;) { system(\"true\"); n++; print n } }' | tail -1\n\
         echo 'BEGIN { print \"deep\"; system(\"awk -f x\") }' > x; awk -f x | wc -l\n\
         awk 'BEGIN { system(\"yes\"); print \"after\" }' | tail -1",
    );
    let text = text.transcript();
    assert!(text.contains("runs without end and was stopped"), "{text}");
    assert!(text.contains("\n997\n"), "{text}");
    assert!(text.contains("\n5\n"), "{text}");
    assert!(text.contains("\nafter\n"), "{text}");
}

#[test]
fn a_text_that_grows_in_a_loop_has_an_end() {
    let text = at_server(
        "echo x | sed ':a;s/x/xx/;ta'\necho x | sed ':a;s/^/x/;ta'\n\
         awk 'BEGIN { s = \"x\"; while (1) s = s \"x\" }'\n\
         awk 'BEGIN { while (1) x = sprintf(\"%100000s\", \"x\") }'\n\
         seq 1 4000 | sed ':a;N;$!ba;s/\\n/ /g' | wc -c\n\
         seq 1 4000 | awk '{ s = s $0 \" and some more of it\" } END { print length(s) }'",
    );
    let text = text.transcript();
    let stopped = text.matches("runs without end and was stopped").count();
    assert_eq!(stopped, 4, "{text}");
    assert!(text.contains("\n18893\n"), "{text}");
    assert!(text.contains("\n94893\n"), "{text}");
}

#[test]
fn many_words_are_looked_for_at_once() {
    // Each word in each line would be looked for 400 million times.
    let text = at_server(
        "seq 1 3 30000 > /tmp/p; seq 1 30000 > /tmp/l\ngrep -vxFf /tmp/p /tmp/l | wc -l\n\
         grep -cFf /tmp/p /tmp/l\n\
         printf 'abc\\nbcd\\n' | grep -cF -e abcd -e bc -e b -e bcdx",
    );
    let text = text.transcript();
    // As GNU grep 3.8 counts them.
    for count in ["\n20000\n", "\n28720\n", "\n2\n"] {
        assert!(text.contains(count), "{text}");
    }
}

#[test]
fn a_busy_job_keeps_nobody_from_typing() {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run("while :; do :; done &\necho on it goes; kill %1\nwait; echo end");
    for turn in 1..100 {
        simulator.tick(Duration::from_millis(turn));
    }
    let text = simulator.transcript();
    assert!(text.contains("\non it goes\n"), "{text}");
    assert!(
        text.contains("Terminated") && text.contains("\nend\n"),
        "{text}"
    );
    assert!(!simulator.is_running());
}

#[test]
fn words_of_a_command_have_an_end() {
    for (line, said) in [
        (
            "x=a; for i in {1..18}; do x=\"$x $x\"; set -- $x; done; echo $#",
            "262144",
        ),
        (
            "x=a; for i in {1..19}; do x=\"$x $x\"; set -- $x; done; echo $#",
            "xrealloc: cannot",
        ),
        (
            "x=$(seq 50000); set -- {1..40}; set -- $x ${@/#*/$x}; echo $#",
            "xrealloc: cannot",
        ),
    ] {
        let mut simulator = Simulator::new("{}").unwrap();
        simulator.run(line);
        simulator.settle();
        let text = simulator.transcript();
        let answer = text.lines().rev().nth(1).unwrap();
        assert!(answer.contains(said), "{line}: {answer}");
    }
}

#[test]
fn many_operands_of_expr_are_read_in_few_turns() {
    let mut simulator = Simulator::new("{}").unwrap();
    simulator.run("expr $(printf '1 + %.0s' {1..20000}) 1");
    let mut turns = 0;
    while simulator.is_running() {
        turns += 1;
        simulator.tick(Duration::from_millis(turns));
    }
    let text = simulator.transcript();
    assert!(text.contains("\n20001\n"), "{text}");
    assert!(turns < 50, "{turns}");
}

#[test]
fn words_before_a_command_have_an_end() {
    for (prefix, count, found) in [
        ("command ", 3_000, "hi"),
        (
            "command builtin ",
            3_000,
            "maximum nesting level exceeded (100)",
        ),
        ("eval ", 90, "hi"),
        ("eval ", 3_000, "maximum eval nesting level exceeded (100)"),
        ("env ", 90, "hi"),
        ("env ", 3_000, "more than 100 programs"),
        ("sudo ", 3_000, "more than 100 programs"),
        ("nice ", 500, "more than 100 programs"),
    ] {
        let mut simulator = Simulator::new("{}").unwrap();
        simulator.run(&format!("{}echo hi 2>&1 | cat", prefix.repeat(count)));
        simulator.settle();
        simulator.run("echo end");
        simulator.settle();
        let text = simulator.transcript();
        let shown = text.split_once("| cat\n").unwrap().1;
        let shown = shown.lines().next().unwrap();
        assert!(shown.contains(found), "{prefix}{count}: {shown}");
        assert!(text.contains("\nend\n"), "{prefix}{count}: {text}");
    }
}

#[test]
fn ctrl_c_is_heard_among_many_words() {
    for prefix in ["env ", "eval "] {
        let mut simulator = Simulator::new("{}").unwrap();
        simulator.run(&format!("{}echo hi", prefix.repeat(60_000 / prefix.len())));
        assert!(simulator.is_running(), "{prefix} took one turn");
        simulator.press(Key::Ctrl('c'));
        simulator.settle();
        let text = simulator.transcript();
        assert!(text.contains("^C\n"), "{prefix}: {text}");
        assert!(!text.contains("100"), "{prefix}: {text}");
    }
}

/// One after the other: each line stands for a way to go deeper than a stack is, and is refused; the
/// shell goes on.
#[test]
fn what_is_nested_too_deep_is_refused_and_the_shell_goes_on() {
    let many = |piece: &str| piece.repeat(20_000);
    let lines = [
        format!("awk '{}1' /etc/hostname", many("a&&")),
        format!("awk 'BEGIN {{ print 1{} }}'", many(" in a")),
        format!("awk 'BEGIN {{ print 1{} }}'", many(" 1")),
        format!("awk 'BEGIN {{ print 1{} }}'", many("+1")),
        format!("awk 'BEGIN {{ print 1{} }}'", many("^1")),
        format!("awk 'BEGIN {{ {}x }}'", many("if(1)")),
        format!("echo $(({}1))", many("a=")),
        format!("echo $(({}1))", many("1**")),
        format!("echo $(({}0))", many("1?1:")),
        format!("a=0; echo $(({}0{}))", many("a["), many("]")),
        "a='a[a]'; echo $((a))".into(),
        "x='y[x]'; y='x[y]'; echo $((x))".into(),
    ];
    for line in lines {
        let mut simulator = Simulator::new("{}").unwrap();
        simulator.run(&line);
        simulator.settle();
        simulator.run("echo alive");
        simulator.settle();
        let text = simulator.transcript();
        let start: String = line.chars().take(40).collect();
        let is_told = text.contains("nested too deep") || text.contains("recursion level exceeded");
        assert!(is_told, "{start}: nothing is said");
        assert!(text.contains("\nalive\n"), "{start}: the shell has ended");
    }
}
