//! Programs that look at many lines do so piece by piece: between two pieces the page is drawn and Ctrl-C is
//! heard. Pieces, turns and bytes are counted here, and nothing is timed.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use smtp_terminal::network::World;
use smtp_terminal::scenario::Scenario;
use smtp_terminal::simulator::Simulator;
use smtp_terminal::workstation::line::key::Key;
use smtp_terminal::workstation::programs::catalogue::find;
use smtp_terminal::workstation::programs::machine::Machine;
use smtp_terminal::workstation::programs::output::Output;
use smtp_terminal::workstation::programs::table::Entry;

const HOST: &str = "penguinpower";

/// A world with a file of so many lines, `n`.
fn world(lines: usize) -> World {
    let Scenario {
        mut world,
        workstation,
        ..
    } = Scenario::parse("{}").unwrap();
    smtp_terminal::workstation::furnish(&mut world, &workstation);
    let own = world.hosts.iter_mut().find(|h| h.name == HOST).unwrap();
    own.files.insert("/home/safeer/n", numbers(lines));
    world
}

fn numbers(lines: usize) -> String {
    (1..=lines).map(|i| format!("{i}\n")).collect()
}

/// The pieces in which a command line is done: what each has printed.
fn pieces(world: &mut World, line: &[&str], input: &str) -> Vec<Output> {
    let (name, words) = line.split_first().unwrap();
    let Entry::Run(run) = find(world, HOST, name).unwrap().entry else {
        panic!("{name} does not compute");
    };
    let mut at = Machine::new(world, HOST, "safeer", "/home/safeer", Some(input));
    let mut all = vec![run(words, &mut at).unwrap()];
    let mut work = at.take_work();
    while let Some(go) = &mut work {
        let mut output = Output::default();
        let goes_on = go.go_on(&mut at, &mut output);
        all.push(output);
        if !goes_on {
            break;
        }
        assert!(all.len() < 100_000, "{line:?} goes on for ever");
    }
    all
}

#[test]
fn whoever_looks_at_lines_looks_at_some_of_them_in_a_piece() {
    const LINES: usize = 40_000;
    let text = numbers(LINES);
    for line in [
        &["awk", "{print $1*2}", "n"][..],
        &["awk", "END {print NR}", "n"],
        &["awk", "BEGIN {while (i < 100000) i++}"],
        &[
            "awk",
            "function f(x) {return x+1} BEGIN {for (;i<50000;) i=f(i)}",
        ],
        &["sed", "s/1/x/", "n"],
        &["sed", "-n", "$p"],
        &["sed", "-i", "s/1/x/", "n"],
        &["sed", ":a;N;$!ba;s/\\n/ /g", "n"],
        &["sort", "n"],
        &["sort", "-rn"],
        &["sort", "-k1,1n", "-t1", "-o", "s", "n"],
        &["sort", "-cn", "n"],
        &["uniq", "-c", "n"],
        &["uniq", "-D", "n"],
        &["grep", "-c", "7", "n"],
        &["grep", "-E", "(1|2)+3$"],
        &["grep", "-on", "7", "n"],
        &["cut", "-c2", "n"],
        &["cut", "-sf2"],
        &["tr", "-d", "0-9"],
        &["tr", "1", "2"],
        &["rev", "n"],
        &["paste", "n", "n"],
        &["cat", "-n", "n"],
        &["od", "-c", "n"],
        &["hexdump", "-C", "n"],
        &["xxd", "n"],
    ] {
        let all = pieces(&mut world(LINES), line, &text);
        // There are 228,894 bytes, and no piece looks at more than 64 KiB.
        assert!(all.len() >= 4, "{line:?}: {} pieces", all.len());
        let longest = all.iter().map(|piece| piece.text.len()).max();
        assert!(
            longest < Some(300_000),
            "{line:?}: {longest:?} bytes in a piece"
        );
    }
}

#[test]
fn what_is_done_in_pieces_is_what_is_done_at_once() {
    // Pieces end in the middle of groups, ranges, lists and characters.
    let text: String = (0..30_000)
        .map(|i| format!("{} é{}\n", i / 40_000, i % 7))
        .collect();
    let printed = |line: &[&str], text: &str| {
        let all = pieces(&mut world(1), line, text);
        let text: String = all.iter().map(|piece| piece.text.as_str()).collect();
        (text, all.last().map(|piece| piece.status))
    };
    let (sorted, _) = printed(&["sort"], &text);
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    assert!(sorted.lines().eq(lines), "sort");
    let (groups, _) = printed(&["uniq", "-c"], &sorted);
    let counts = groups.lines().filter_map(|l| l.trim().split(' ').next());
    assert_eq!(
        counts.map(|c| c.parse::<usize>().unwrap()).sum::<usize>(),
        30_000
    );
    assert_eq!(groups.lines().count(), 7);
    assert_eq!(printed(&["uniq", "-D"], &sorted).0, sorted);
    assert_eq!(printed(&["uniq", "-u"], &sorted).0, "");
    assert_eq!(printed(&["tr", "z", "y"], &text).0, text);
    assert_eq!(
        printed(&["sed", "15000,$d"], &text).0.lines().count(),
        14_999
    );
    let one = printed(&["sed", "-n", ":a;N;$!ba;s/\\n/+/g;p"], &text).0;
    assert_eq!(one.trim_end(), text.trim_end().replace('\n', "+"));
    assert_eq!(
        printed(&["grep", "-c", "é3"], &text),
        ("4286\n".into(), Some(0))
    );
    assert_eq!(printed(&["grep", "x"], &text), (String::new(), Some(1)));
    let last = printed(&["grep", "-n", "-B1", "-m4285", "é3"], &text).0;
    assert!(last.ends_with("29991-0 é2\n29992:0 é3\n"), "{last}");
    assert_eq!(
        printed(&["awk", "{n += $1 == 0} END {print n}"], &text).0,
        "30000\n"
    );
}

/// Turns of the front end until the prompt is there.
fn turns(simulator: &mut Simulator, line: &str, most: usize) -> usize {
    simulator.run(line);
    let mut count = 0;
    while simulator.is_running() && count < most {
        simulator.tick(simulator.deadline().unwrap_or(Duration::ZERO));
        count += 1;
    }
    count
}

#[test]
fn ctrl_c_is_heard_between_two_pieces() {
    for line in [
        "sort -rn -o s n",
        "awk 'BEGIN {while (1) i++}'; touch s",
        "awk '{print $1*2 > \"/dev/null\"}' n; touch s",
        "sed 's/1/x/' n > /dev/null; touch s",
        "sed -i 's/1/x/;w s' n",
        "grep -c '\\(1\\|2\\)3*$' n; touch s",
        "uniq -u n s",
    ] {
        let mut simulator = Simulator::new("{}").unwrap();
        simulator.settle();
        turns(&mut simulator, "seq 100000 > n", 1_000);
        assert_eq!(turns(&mut simulator, line, 3), 3, "{line}");
        simulator.press(Key::Ctrl('c'));
        simulator.settle();
        simulator.run("clear; ls -s n s");
        simulator.settle();
        let text = simulator.transcript();
        assert!(text.contains("cannot access 's'"), "{line}: {text}");
    }
}

#[test]
fn a_shell_that_goes_through_long_texts_has_shorter_turns() {
    let turns = |line: &str| {
        let mut simulator = Simulator::new("{}").unwrap();
        simulator.settle();
        turns(&mut simulator, line, 10_000)
    };
    let short = turns("for i in {1..2000}; do t=$i; done");
    let long = turns(
        "s=0123456789012345678901234567890123456789012345678901234567890123456789; \
                      s=$s$s$s$s$s$s$s$s$s$s; s=$s$s$s$s$s$s$s$s$s$s; for i in {1..2000}; do t=$s$i; done",
    );
    // Some 14 million characters, of which 768,000 are as much as a turn.
    assert!(long >= short + 5, "{short} and {long} turns");
}

#[test]
fn who_changes_an_element_copies_no_array() {
    let turns = |line: &str| {
        let mut simulator = Simulator::new("{}").unwrap();
        simulator.settle();
        turns(&mut simulator, line, 10_000)
    };
    let one = turns("for i in {1..2000}; do t=x; done");
    for line in [
        "for i in {1..2000}; do a[i]=x; done",
        "for i in {1..2000}; do a+=(x); done",
        "for i in {1..2000}; do ((a[i]++)); done",
        "declare -A m; for i in {1..2000}; do m[k$i]=x; done",
        "declare -A m; for i in {1..2000}; do m+=([k$i]=x); done",
    ] {
        // Two million elements would be copied, which is the work of 20 turns.
        let count = turns(line);
        assert!(count < one + 8, "{line}: {one} and {count} turns");
    }
    let copies = turns("a=({1..2000}); for i in {1..1000}; do a=x; unset a[0]; done");
    assert!(copies > one + 8, "{one} and {copies} turns");
}

#[test]
fn many_words_cost_what_stands_in_the_lines() {
    let mut world = world(2_000);
    let own = world.hosts.iter_mut().find(|h| h.name == HOST).unwrap();
    let words: String = (1..=5_000).map(|i| format!("w{i}x\n")).collect();
    let expressions: String = (1..=5_000).map(|i| format!("w{i}.x\n")).collect();
    own.files
        .insert("/home/safeer/words", words + "W1700\n170\n17\n");
    own.files.insert("/home/safeer/more", expressions);
    let mut count = |line: &[&str]| {
        let all = pieces(&mut world, line, "");
        let text: String = all.iter().map(|piece| piece.text.as_str()).collect();
        (all.len(), text)
    };
    // As GNU grep 3.8 has it.
    for (options, found) in [
        ("-ciFf", "139\n"),
        ("-cEf", "139\n"),
        ("-cwf", "2\n"),
        ("-cxf", "2\n"),
    ] {
        let (pieces, text) = count(&["grep", options, "words", "n"]);
        assert_eq!(text, found, "{options}");
        assert!(pieces < 6, "{options}: {pieces} pieces");
    }
    let (_, text) = count(&["grep", "-of", "words", "n"]);
    assert!(text.starts_with("17\n17\n170\n17\n"), "{text}");
    assert_eq!(text.lines().filter(|l| *l == "170").count(), 12);
    // Where each has to be tried a piece is a line.
    let (pieces, text) = count(&["grep", "-cf", "more", "n"]);
    assert_eq!(text, "0\n");
    assert!(pieces >= 2_000, "{pieces} pieces");
}

#[test]
fn long_texts_count_for_their_length_in_awk() {
    let mut world = world(1);
    let text = "x".repeat(10_000);
    // Four hundred times in a few steps each: that alone would be one piece.
    for body in [
        "$0 = substr(s, 2)",
        "t = substr(s, 2)",
        "t = substr(s, 2) t",
        "n += s ~ /y$/",
        "n += sub(/y$/, \"z\", s)",
        "n += match(s, /y/)",
        "n += index(s, \"y\")",
        "n = split(s, a, \"\")",
        "$3 = i",
    ] {
        let program = format!(
            "{{ s = $0; for (i = 0; i < 400; i++) {{ if (i % 10 == 0) t = \"\"; {body} }} }}"
        );
        let all = pieces(&mut world, &["awk", &program], &text);
        assert!(all.len() >= 3, "{body}: {} pieces", all.len());
    }
    // Who goes through it by its places is quick.
    let program =
        "{ for (i = 1; i <= length($0); i++) n += substr($0, i, 1) == \"x\" } END { print n }";
    let all = pieces(&mut world, &["awk", program], &text);
    let said: String = all.iter().map(|piece| piece.text.as_str()).collect();
    assert_eq!(said, "10000\n");
}
