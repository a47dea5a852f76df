//! What smtpd says of a main.cf when it starts. It is run by hand as sendmail's `-bs` runs it, which
//! takes no running Postfix.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

use super::oracle::Build;
use super::support::sabotage::Sabotage;
use super::support::starts::{path, read_all, text, Start};
use super::WAITING;

/// What the real smtpd says.
fn real(build: &Build, start: &Start, number: usize) -> Vec<String> {
    let folder: PathBuf =
        std::env::temp_dir().join(format!("st-{}-start-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("main.cf"), start.main_cf()).unwrap();
    let mut command = Command::new(format!("{}/{}", build.daemons(), start.program()));
    command.args(["-S", "-V"]).env("MAIL_CONFIG", &folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    // One that does not start reads nothing.
    let _ = child.stdin.take().unwrap().write_all(b"QUIT\r\n");
    let output = child.wait_with_output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = |line: &str| {
        line.split_once(": ")
            .map_or("", |(_, text)| text)
            .replace(&*folder.to_string_lossy(), "/etc/postfix")
    };
    let lines = log.lines().map(text);
    // What a daemon misses that is not run by master is no matter.
    let is_smtpds = start.program() == "smtpd";
    let mut said: Vec<String> = lines
        .take_while(|line| !line.starts_with("connect from "))
        .filter(|line| is_smtpds || line.starts_with("fatal: "))
        .collect();
    if let Some(signal) = output.status.signal() {
        said.push(format!("(killed by signal {signal})"));
    }
    said
}

/// Whether ours says the same, and the file what both say; or writes the file.
pub fn compare(build: &Build, recording: bool) -> bool {
    let mut all = read_all();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(vec![Vec::new(); all.len()]);
    std::thread::scope(|scope| {
        for _ in 0..WAITING {
            scope.spawn(|| loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(start) = all.get(number) else {
                    break;
                };
                let said = real(build, start, number);
                found.lock().unwrap()[number] = said;
            });
        }
    });
    let found = found.into_inner().unwrap();
    if recording {
        for (start, said) in all.iter_mut().zip(found) {
            start.said = said;
        }
        std::fs::write(path(), text(&all)).unwrap();
        println!("recorded what smtpd says of {} main.cf", all.len());
        return true;
    }
    let mut differ = 0;
    let mut texts = Vec::new();
    for (start, said) in all.iter().zip(&found) {
        let ours = start.ours();
        if ours != *said || start.said != *said {
            differ += 1;
            println!("{start}Postfix:\n{said:#?}\nwe:\n{ours:#?}");
        }
        texts.push(ours.join("\n"));
    }
    println!(
        "of {} main.cf smtpd and ours say the same when they start, but for {differ}",
        all.len()
    );
    let mut sabotage = Sabotage::default();
    sabotage.plant("starts", &texts, 100, |number, wrong| {
        found[number].join("\n").as_bytes() != wrong
    });
    sabotage.verdict(&["starts"]) && differ == 0
}
