//! What is asked of tables and parameters: the real programs and ours, at a host that has the same
//! files. The real ones see them in a mount namespace of their own.

use std::path::Path;

use super::oracle::root::{as_root, must};
use super::support::sabotage::Sabotage;
use super::support::tables::{in_order, parse, paths, text, Host, FOLDER};

/// Stands between what two commands print.
const END: &str = "\u{1}";

/// Puts the files of a host into a folder; the lines of a script that runs its commands.
fn prepare(host: &Host, folder: &Path) -> String {
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::create_dir_all(folder.join("t")).unwrap();
    must("cp", &["-r", "/etc/postfix", &path("etc")]);
    for (name, text) in host.whole_files() {
        let own = match name.strip_prefix(FOLDER) {
            Some(rest) => folder.join("t").join(rest.trim_start_matches('/')),
            None => match name.strip_prefix("/etc/postfix/") {
                Some(rest) => folder.join("etc").join(rest),
                None => panic!("a file belongs into /etc/postfix or {FOLDER}: {name}"),
            },
        };
        std::fs::write(own, text).unwrap();
    }
    let mut script = format!(
        "mount --bind {} /etc/postfix && mount --bind {} {FOLDER} && cd {FOLDER}\n\
         touch -d '1 hour ago' *\n",
        path("etc"),
        path("t"),
    );
    for (command, _) in &host.asked {
        // A file that was written in this very second is read again and again.
        script.push_str("touch -d '1 hour ago' /etc/postfix/*.cf\n");
        script.push_str(&format!(
            "{{ {command}\n}} 2>&1 </dev/null; printf '{END}'\n"
        ));
    }
    script
}

/// What each command of each host prints. A mount namespace is slow to go, so they have one.
fn real(hosts: &[Host], folder: &Path) -> Vec<Vec<String>> {
    let path = |name: &str| folder.join(name).display().to_string();
    let mut script = format!("hostname h.example; mount -t tmpfs tmpfs /srv && mkdir {FOLDER}\n");
    for (number, host) in hosts.iter().enumerate() {
        script.push_str(&prepare(host, &folder.join(number.to_string())));
    }
    std::fs::write(folder.join("script"), script).unwrap();
    must("chown", &["-R", "root:root", &path("")]);
    let output = as_root("unshare", &["--mount", "--uts", "bash", &path("script")]);
    as_root("rm", &["-rf", &path("")]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut said = text.split(END);
    let mut next = || {
        let mut text = in_order(said.next().unwrap_or("(nothing)"));
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text
    };
    let hosts = hosts.iter();
    let all = hosts
        .map(|host| host.asked.iter().map(|_| next()).collect())
        .collect();
    assert_eq!(said.next(), Some(""), "{text}");
    all
}

/// Whether ours says the same, and the files what both say; or writes the files.
pub fn compare(recording: bool) -> bool {
    let mut count = 0;
    let mut differ = 0;
    let mut sabotage = Sabotage::default();
    for (number, path) in paths().into_iter().enumerate() {
        let read = std::fs::read_to_string(&path).unwrap();
        let mut hosts = parse(&read);
        let name = format!("st-{}-tables-{number}", std::process::id());
        let all = real(&hosts, &std::env::temp_dir().join(name));
        for (host, said) in hosts.iter_mut().zip(all) {
            count += said.len();
            if !recording {
                let ours = host.ours();
                for ((command, written), (said, ours)) in
                    host.asked.iter().zip(said.iter().zip(&ours))
                {
                    if said != ours || said != written {
                        differ += 1;
                        println!("$ {command}\n--- Postfix\n{said}--- we\n{ours}");
                    }
                }
                sabotage.plant("tables", &ours, 4, |at, wrong| said[at].as_bytes() != wrong);
            }
            for ((_, written), said) in host.asked.iter_mut().zip(said) {
                *written = said;
            }
        }
        if recording {
            std::fs::write(&path, text(&hosts)).unwrap();
        }
    }
    if recording {
        println!("recorded what the programs say to {count} lines");
        return true;
    }
    println!("{count} lines typed, {differ} differ");
    sabotage.verdict(&["tables"]) && differ == 0
}
