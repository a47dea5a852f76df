//! How time grows with what a learner may hand in: each line doubles what the one before it had, so
//! the time of a line should be twice that of the one above, and no more. And how long the front end
//! waits for the longest single turn. `make bench`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use smtp_terminal::regex::{Flags, Regex, Syntax};
use smtp_terminal::simulator::Simulator;
use smtp_terminal::workstation::line::key::Key;

/// A simulator at the mail server, where nothing is too much.
fn server() -> Simulator {
    let mut simulator = Simulator::new("{}").unwrap_or_else(|fault| panic!("{fault}"));
    simulator.run(
        "ssh smtp.safeer.in\n\
         sudo postconf -e message_size_limit=0 mailbox_size_limit=0 smtpd_recipient_limit=100000 \
         local_recipient_maps= luser_relay= smtpd_junk_command_limit=100000\n\
         sudo postfix reload",
    );
    simulator.settle();
    simulator
}

/// Runs lines; how long all took, and how long the longest turn.
fn run(simulator: &mut Simulator, lines: &str) -> (Duration, Duration) {
    let begun = Instant::now();
    simulator.run(lines);
    let mut longest = begun.elapsed();
    let mut rests = 0;
    while rests < 3 {
        let turn = Instant::now();
        match simulator.deadline() {
            Some(next) => simulator.tick(next),
            None => break,
        }
        longest = longest.max(turn.elapsed());
        let is_over = simulator.world().is_quiet() && !simulator.is_in_program();
        rests = if is_over { rests + 1 } else { 0 };
    }
    (begun.elapsed(), longest)
}

fn show(name: &str, amount: usize, unit: &str, (all, longest): (Duration, Duration)) {
    println!(
        "  {name:<34} {amount:>8} {unit:<12} {:>8.3} s, longest turn {:>6.0} ms",
        all.as_secs_f64(),
        longest.as_secs_f64() * 1e3
    );
}

/// The same for what a program reads that does not end by itself.
fn paste(simulator: &mut Simulator, lines: &str) -> (Duration, Duration) {
    let begun = Instant::now();
    simulator.run(lines);
    let mut longest = begun.elapsed();
    let at_once = simulator.deadline();
    while simulator.deadline() == at_once {
        let Some(next) = at_once else { break };
        let turn = Instant::now();
        simulator.tick(next);
        longest = longest.max(turn.elapsed());
    }
    (begun.elapsed(), longest)
}

/// One call, which is a turn as well.
fn call(work: impl FnOnce()) -> (Duration, Duration) {
    let begun = Instant::now();
    work();
    (begun.elapsed(), begun.elapsed())
}

/// A file of so many kilobytes in /tmp/b.
fn file(kilobytes: usize) -> String {
    let mut lines =
        String::from("yes 'This is a line of some length.' | head -c 125000 > /tmp/b\n");
    let mut has = 125;
    while has < kilobytes {
        lines.push_str("cat /tmp/b /tmp/b > /tmp/c; mv /tmp/c /tmp/b\n");
        has *= 2;
    }
    lines
}

fn expressions() {
    for (name, source) in [
        ("pcre (a+)+$", "(a+)+$"),
        ("pcre (a|aa)+$", "(a|aa)+$"),
        ("pcre a*a*a*a*a*b", "a*a*a*a*a*b"),
    ] {
        for amount in [12_500, 25_000, 50_000, 100_000] {
            let text = "a".repeat(amount) + "!";
            let regex = Regex::perl(source, Flags::default());
            let took = call(|| {
                black_box(regex.map(|regex| regex.is_match(&text)));
            });
            show(name, amount, "characters", took);
        }
    }
    for amount in [12_500, 25_000, 50_000, 100_000] {
        let text = "a".repeat(amount) + "!";
        let regex = Regex::new("(a+)+$b", Syntax::Extended, false);
        let took = call(|| {
            black_box(regex.map(|regex| regex.is_match(&text)).is_ok());
        });
        show("grep -E '(a+)+$b'", amount, "characters", took);
    }
}

fn mail() {
    for amount in [2_000, 4_000, 8_000, 16_000] {
        let mut simulator = server();
        let make = format!(
            "(echo HELO x; echo 'MAIL FROM:<a@safeer.in>'; seq {amount} | sed 's/.*/RCPT TO:<u&@safeer.in>/'; \
             echo DATA; echo; echo hi; echo .; echo QUIT) > /tmp/s"
        );
        run(&mut simulator, &make);
        // It is held, so that it is not delivered while nobody looks at the clock.
        let hold = "sudo postconf -e 'smtpd_data_restrictions = check_client_access static:HOLD'; \
                    sudo postfix reload";
        run(&mut simulator, hold);
        let took = run(&mut simulator, "nc -C localhost 25 < /tmp/s > /tmp/o");
        show("recipients, up to the dot", amount, "recipients", took);
        let took = run(&mut simulator, "sudo postsuper -H ALL; sleep 20");
        show("recipients, delivered", amount, "recipients", took);
        run(
            &mut simulator,
            "clear; grep -c to=.u /var/log/mail.log; mailq | tail -1",
        );
        let said = simulator.transcript();
        let log = said.lines().nth_back(2).unwrap_or("");
        println!(
            "    {log} lines of the log say so; {}",
            said.lines().nth_back(1).unwrap_or("")
        );
    }
    for amount in [1_000, 2_000, 4_000, 8_000] {
        let mut simulator = server();
        let start = "(echo HELO x; echo 'MAIL FROM:<a@safeer.in>'; echo 'RCPT TO:<asha@safeer.in>'; echo DATA; \
             cat /tmp/b; echo; echo .; echo QUIT) > /tmp/s; rm /tmp/b";
        run(&mut simulator, &(file(amount) + start));
        let took = run(&mut simulator, "nc -C localhost 25 < /tmp/s > /tmp/o");
        show("nc host < file", amount, "KB", took);
    }
    for amount in [500, 1_000, 2_000, 4_000] {
        let mut simulator = server();
        let lines =
            format!("for i in $(seq {amount}); do echo hi | sendmail x@gmail.com; done\nsleep 60");
        let took = run(&mut simulator, &lines);
        show("messages to another host", amount, "messages", took);
    }
    for amount in [500, 1_000, 2_000, 4_000] {
        let mut simulator = server();
        let lines = format!("for i in $(seq {amount}); do nc -z smtp.safeer.in 25; done");
        let took = run(&mut simulator, &lines);
        show(
            "connections, one after the other",
            amount,
            "connections",
            took,
        );
    }
}

fn tables() {
    for amount in [12_500, 25_000, 50_000, 100_000] {
        let mut simulator = server();
        let make = format!("seq {amount} | sed 's/.*/k&@x v&/' | sort -R > /tmp/t");
        run(&mut simulator, &make);
        let took = run(
            &mut simulator,
            "postmap hash:/tmp/t; postmap -q k7@x hash:/tmp/t",
        );
        show("hash table made and asked", amount, "entries", took);
    }
    for amount in [12_500, 25_000, 50_000, 100_000] {
        let mut simulator = server();
        let make = format!("seq {amount} | sed 's:.*:/^k&@x$/ v&:' > /tmp/t");
        run(&mut simulator, &make);
        let took = run(&mut simulator, "postmap -q k7@x pcre:/tmp/t");
        show("pcre table asked", amount, "rules", took);
    }
}

fn days() {
    for amount in [1_000, 2_000, 4_000, 8_000] {
        let mut simulator = server();
        let took = run(&mut simulator, &(file(amount) + "cat /tmp/b"));
        show("cat of a file", amount, "KB", took);
    }
    for amount in [1_250, 2_500, 5_000, 10_000] {
        let mut simulator = server();
        let text =
            "cat > /tmp/p\n".to_string() + &"This is a line that was pasted.\n".repeat(amount * 32);
        let took = paste(&mut simulator, &text);
        show("paste into cat > file", amount, "KB", took);
    }
    for amount in [1_250, 2_500, 5_000, 10_000] {
        let mut simulator = server();
        let text =
            "telnet localhost 25\nHELO x\nMAIL FROM:<a@safeer.in>\nRCPT TO:<asha@safeer.in>\nDATA\n"
                .to_string() + &"This is a line that was pasted.\n".repeat(amount * 32);
        let took = paste(&mut simulator, &text);
        show("paste into DATA", amount, "KB", took);
        let took = call(|| simulator.press(Key::Ctrl('c')));
        show("and Ctrl-C", amount, "KB", took);
    }
    for amount in [1, 2, 4, 8] {
        let mut simulator = Simulator::new("{}").unwrap_or_else(|fault| panic!("{fault}"));
        simulator.run("ping smtp.safeer.in");
        simulator.tick(Duration::from_secs(3));
        let took = call(|| simulator.catch_up(Duration::from_secs(amount * 86_400)));
        show("ping, and the tab asleep", amount as usize, "days", took);
    }
}

/// Programs over a file of numbers: however long all takes, a turn is as long for 200,000 lines as for 25,000.
fn programs() {
    for line in [
        "sort n > s",
        "sort -rn n > s",
        "sort -k2,2n -t1 n > s",
        "sed s/1/x/ n > s",
        "awk '{print $1*2}' n > s",
        "awk 'BEGIN {while (i < AMOUNT * 10) i++}'",
        "grep 7 n > s",
        "grep -E '(1|2)+3$' n > s",
        "uniq -c n > s",
        "cut -c2 n > s",
        "tr 1 2 < n > s",
        "rev n > s",
        "od -c n > s",
        "md5sum n",
        "xargs < n > s",
        "seq 3000 > a; seq 1500 4499 > b; diff a b > s",
    ] {
        for amount in [25_000, 50_000, 100_000, 200_000] {
            let mut simulator = server();
            run(&mut simulator, &format!("seq {amount} > n"));
            let line = line.replace("AMOUNT", &amount.to_string());
            let took = run(&mut simulator, &line);
            show(&line, amount, "lines", took);
        }
    }
}

/// What a learner's line does again and again with what grows.
fn loops() {
    for line in [
        "for ((i = 0; i < AMOUNT; i++)); do s=$s$i; done",
        "for ((i = 0; i < AMOUNT; i++)); do a[i]=x; done",
        "for ((i = 0; i < AMOUNT; i++)); do a+=(x); done",
        "declare -A m; for ((i = 0; i < AMOUNT; i++)); do m[k$i]=x; done",
        "while [ ${#a[@]} -lt AMOUNT ]; do a+=(x); done",
        "seq AMOUNT | tr '\\n' x > t; echo >> t; awk '{while (length($0) > 0) $0 = substr($0, 2)}' t",
        "seq AMOUNT | sed 's/.*/w&x/' > w; seq 20000 > n; grep -ciFf w n",
        "seq AMOUNT | sed 's/.*/w&x/' > w; seq 20000 > n; grep -owf w n",
    ] {
        for amount in [2_500, 5_000, 10_000, 20_000] {
            let mut simulator = server();
            let line = line.replace("AMOUNT", &amount.to_string());
            let took = run(&mut simulator, &line);
            show(&line[..line.len().min(34)], amount, "times", took);
        }
    }
    for amount in [25_000, 50_000, 100_000, 200_000] {
        let mut simulator = server();
        let make = format!(
            "seq {amount} | sed 's/.*/k&x = v&/' | sort -R > main.cf; cp /etc/postfix/master.cf ."
        );
        run(&mut simulator, &make);
        let took = run(&mut simulator, "postconf -c . -n 2> w");
        show("postconf -n", amount, "parameters", took);
    }
}

/// The parts that are named, or all.
fn main() {
    println!("how time grows");
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    let all: [(&str, fn()); 6] = [
        ("expressions", expressions),
        ("mail", mail),
        ("tables", tables),
        ("days", days),
        ("programs", programs),
        ("loops", loops),
    ];
    for (_, part) in all
        .iter()
        .filter(|(name, _)| named.is_empty() || named.iter().any(|n| n == name))
    {
        part();
    }
}
