//! What is asked of tables and parameters: the real programs and ours, at a host that has the same
//! files. The real ones see them in a mount namespace of their own.

use std::path::Path;

use super::oracle::root::{as_root, must};
use super::support::sabotage::Sabotage;
use super::support::tables::{in_order, parse, paths, text, Host, FOLDER};

/// Stands between what two commands print.
const END: &str = "\u{1}";

/// Has files under their whole paths, and runs commands there; what each prints.
pub fn real(host: &Host, folder: &Path) -> Vec<String> {
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::create_dir_all(folder.join("etc")).unwrap();
    std::fs::create_dir_all(folder.join("t")).unwrap();
    as_root(
        "sh",
        &["-c", &format!("cp -r /etc/postfix/. {}", path("etc"))],
    );
    for (name, text) in host.whole_files() {
        let own = match name.strip_prefix(FOLDER) {
            Some(rest) => folder.join("t").join(rest.trim_start_matches('/')),
            None => match name.strip_prefix("/etc/postfix/") {
                Some(rest) => folder.join("etc").join(rest),
                None => panic!("a file belongs into /etc/postfix or {FOLDER}: {name}"),
            },
        };
        std::fs::create_dir_all(own.parent().unwrap()).unwrap();
        std::fs::write(own, text).unwrap();
    }
    let mut script = format!("cd {FOLDER}\ntouch -d '1 hour ago' *\n");
    for (command, _) in &host.asked {
        // A file that was written in this very second is read again and again.
        script.push_str("touch -d '1 hour ago' /etc/postfix/*.cf\n");
        script.push_str(&format!(
            "{{ {command}\n}} 2>&1 </dev/null; printf '{END}'\n"
        ));
    }
    std::fs::write(folder.join("script"), script).unwrap();
    let start = format!(
        "hostname h.example && mount --bind {} /etc/postfix && mount -t tmpfs tmpfs /srv && \
         mkdir {FOLDER} && mount --bind {} {FOLDER} && exec bash {}",
        path("etc"),
        path("t"),
        path("script"),
    );
    must("chown", &["-R", "root:root", &path("")]);
    let output = as_root("unshare", &["--mount", "--uts", "sh", "-c", &start]);
    as_root("rm", &["-rf", &path("")]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut said: Vec<String> = text.split(END).map(String::from).collect();
    said.pop();
    assert_eq!(
        said.len(),
        host.asked.len(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for text in &mut said {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        *text = in_order(text);
    }
    said
}

/// Whether ours says the same, and the files what both say; or writes the files.
pub fn compare(recording: bool) -> bool {
    let mut count = 0;
    let mut differ = 0;
    let mut sabotage = Sabotage::default();
    for (number, path) in paths().into_iter().enumerate() {
        let read = std::fs::read_to_string(&path).unwrap();
        let mut hosts = parse(&read);
        for (at, host) in hosts.iter_mut().enumerate() {
            let name = format!("st-{}-tables-{number}-{at}", std::process::id());
            let said = real(host, &std::env::temp_dir().join(name));
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
