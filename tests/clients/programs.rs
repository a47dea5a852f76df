//! The workstation's programs beside Debian's own: the same command lines, the same text.

use std::path::PathBuf;
use std::process::Command;

use smtp_terminal::simulator::Simulator;

use super::is_here;
use super::support::dialogue::mask;
use super::support::served::Served;
use super::support::tests;

fn lines() -> Vec<String> {
    let text = std::fs::read_to_string(tests("clients/programs.txt")).unwrap();
    let lines = text.lines().filter(|l| !l.starts_with('#'));
    lines.map(str::to_string).collect()
}

/// What bash prints for each line, in a folder of its own.
fn theirs(lines: &[String]) -> Vec<String> {
    let folder = std::env::temp_dir().join(format!("st-{}-programs", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let said = lines.iter().map(|line| run(&folder, line)).collect();
    std::fs::remove_dir_all(&folder).unwrap();
    said
}

fn run(folder: &PathBuf, line: &str) -> String {
    let script = format!("{{ {line}\n}} 2>&1");
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // A shell that is not interactive says in which line.
    let text = text.replace("bash: line 1: ", "bash: ");
    text.replace("printf: usage: printf [-v var] format [arguments]", "")
}

/// What the simulated workstation prints for each line.
fn ours(lines: &[String]) -> Vec<String> {
    let mut simulator = Simulator::new("{}").unwrap();
    let prompt = "safeer@penguinpower:~$ ";
    let mut said = Vec::new();
    for line in lines {
        let before = simulator.transcript().len();
        simulator.run(line);
        simulator.settle();
        let screen = simulator.transcript();
        let text = &screen[before + line.len() + 1..];
        said.push(text.strip_suffix(prompt).unwrap_or(text).to_string());
    }
    said
}

#[test]
fn programs_say_what_debians_say() {
    if !is_here("bash") || !is_here("nc") {
        return;
    }
    let lines = lines();
    let mut problems = Vec::new();
    for ((line, theirs), ours) in lines.iter().zip(theirs(&lines)).zip(ours(&lines)) {
        if theirs != ours {
            problems.push(format!("{line}\n--- Debian\n{theirs}--- we\n{ours}"));
        }
    }
    println!("{} command lines, {} differ", lines.len(), problems.len());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// What a line of swaks shows, without what is different every time.
fn masked(text: &str) -> String {
    let line = |line: &str| {
        for start in [
            " -> Date: ",
            " -> Subject: test ",
            " -> Message-Id: ",
            "=== Trying ",
            "=== Connected to ",
        ] {
            if line.starts_with(start) {
                return start.to_string();
            }
        }
        mask(line)
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn swaks_says_what_debians_says() {
    if !is_here("swaks") {
        return;
    }
    let base = "--ehlo penguinpower --from safeer@safeer.in";
    let cases = [
        "--to asha@safeer.in",
        "--to nosuch@safeer.in",
        "--to asha@safeer.in,nosuch@safeer.in",
        "--to asha@safeer.in --quit-after RCPT",
        "--to asha@safeer.in --quit-after MAIL",
        "--to asha@safeer.in --header Subject:hello --h-X-Test yes --body short",
        "--to asha@safeer.in -n",
        "--to asha@safeer.in --quit-after EHLO",
    ];
    let served = Served::start(&[]);
    let address = served.address.to_string();
    let mut problems = Vec::new();
    for case in cases {
        let line = format!("swaks --server {address} {base} {case}");
        let theirs = masked(&run(&std::env::temp_dir(), &line));
        let ours = ours(&[format!("swaks --server smtp.safeer.in {base} {case}")]);
        let ours = masked(&ours[0]);
        if theirs != ours {
            problems.push(format!("{case}\n--- Debian\n{theirs}\n--- we\n{ours}"));
        }
    }
    println!("{} runs of swaks, {} differ", cases.len(), problems.len());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// What is typed to mail, reading the mailbox of `mailbox.txt`.
const MAIL: [&str; 14] = [
    "h",
    "1",
    "t 1-2",
    "t *",
    "n\nn\nn",
    "d 1\nh\nu 1\nh",
    "d 9\nd x\nt 1-9",
    "top 1",
    "dp\ndp\nh",
    "f 1 2\n=\n+\n=\n-",
    "nonsense\nz",
    "d *\n\nh",
    "d\n\nd\nn",
    "s 1 kept\ns 2 kept\nh",
];

#[test]
fn mail_says_what_debians_says() {
    if !is_here("mail") {
        return;
    }
    let mailbox = std::fs::read_to_string(tests("clients/mailbox.txt")).unwrap();
    let folder = std::env::temp_dir().join(format!("st-{}-mail", std::process::id()));
    let mut problems = Vec::new();
    for typed in MAIL {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("box"), format!("{mailbox}\n")).unwrap();
        let script = typed.replace('\n', "\\n");
        let line = format!("printf '{script}\\nx\\n' | mail -f box");
        let theirs = run(&folder, &line).replace(&folder.display().to_string(), "/tmp");
        std::fs::remove_dir_all(&folder).unwrap();
        let scenario = serde_json::to_string(&mailbox).unwrap();
        let scenario = format!(
            r#"{{ "workstation": {{ "host": "smtp.safeer.in" }},
            "hosts": [{{ "name": "smtp.safeer.in", "addresses": ["10.25.0.1"],
            "users": [{{ "name": "safeer" }}], "files": {{ "/tmp/box": {scenario} }},
            "main_cf": "compatibility_level = 3.6\nmyhostname = smtp.safeer.in" }}] }}"#
        );
        let mut simulator = Simulator::new(&scenario).unwrap();
        simulator.run("cd /tmp");
        simulator.settle();
        let before = simulator.transcript().len();
        simulator.run(&line);
        simulator.settle();
        let screen = simulator.transcript();
        let text = &screen[before + line.len() + 1..];
        let ours = text.rsplit_once("safeer@").map_or(text, |(text, _)| text);
        if theirs != ours {
            problems.push(format!("{typed}\n--- Debian\n{theirs}--- we\n{ours}"));
        }
    }
    println!(
        "{} dialogues with mail, {} differ",
        MAIL.len(),
        problems.len()
    );
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
