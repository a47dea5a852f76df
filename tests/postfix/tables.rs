//! What is asked of tables and parameters: the real programs and ours, at a host that has the same
//! files. The real ones see them in a mount namespace of their own.

use std::path::{Path, PathBuf};

use super::oracle::root::{as_root, must};
use super::support::sabotage::Sabotage;
use super::support::tables::{in_order, parse, paths, text, Host, FOLDER};

/// Stands between what two commands print.
const END: &str = "\u{1}";

/// What a host has whose mail system runs: a network, people and a spool of its own, and no name server,
/// which nobody asks for the names of hosts either (so that there are none, as in our DNS).
const NETWORK: &str = "printf '127.0.0.1 h.example localhost\\n' >$work/hosts && mount --bind $work/hosts /etc/hosts\n\
    printf 'nameserver 127.0.0.1\\n' >$work/resolv && mount --bind $work/resolv /etc/resolv.conf\n\
    sed 's/^hosts:.*/hosts: files/' /etc/nsswitch.conf >$work/nss && mount --bind $work/nss /etc/nsswitch.conf\n\
    { cat /etc/passwd; echo asha:x:61234:61234::/home/asha:/bin/sh; } >$work/passwd\n\
    chmod a+rx $work; mount --bind $work/passwd /etc/passwd\n";

/// The package makes a table of its aliases only where it is told what the machine is for.
const START: &str = "flock /etc/aliases sh -c '[ -e /etc/aliases.db ] || postalias hash:/etc/aliases'\n\
    for own in /var/spool/postfix /var/lib/postfix /var/mail /var/log; do\n\
    mount -t tmpfs tmpfs $own; done\n\
    (cd /var/spool/postfix && mkdir incoming active deferred bounce defer corrupt hold private public \
    maildrop trace flush saved && chown postfix * && mkdir pid && chown postfix:postdrop public maildrop \
    && chmod 710 public && chmod 1730 maildrop)\n\
    chown postfix /var/lib/postfix; chmod 1777 /var/mail\n\
    sed -i -E '/^[a-z]/s/^(([^ ]+ +){4})y/\\1n/' /etc/postfix/master.cf\n\
    postfix start >/dev/null 2>&1; sleep 0.5\n";

/// What a case sleeps for has happened however slow the machine is: no message is at work, and nothing more
/// is written into the log; or nothing has been for three seconds, where one waits. Parts of a second are
/// slept in loops that look for themselves.
const SLEEP: &str = "sleep() { command sleep \"$@\"; case $1 in *.*) return;; esac\n\
    declare round size= same=0; for round in $(seq 300); do\n\
    [ \"$size\" = \"$(stat -c %s /var/log/mail.log 2>/dev/null)\" ] && same=$((same+1)) || same=0\n\
    [ $same != 0 ] && \
    [ -z \"$(find /var/spool/postfix/{maildrop,incoming,active} -type f 2>/dev/null)\" ] && break\n\
    [ $same -lt 30 ] || break\n\
    size=$(stat -c %s /var/log/mail.log 2>/dev/null); command sleep 0.1; done; }\n";

/// Everything that its commands have brought about has happened, and its log has been written.
const SETTLED: &str = "for round in $(seq 300); do\n\
    [ -z \"$(find /var/spool/postfix/{maildrop,incoming,active} -type f)\" ] && break; command sleep 0.1\ndone\n\
    mark=mark-$RANDOM$RANDOM; postlog -t tests $mark 2>/dev/null\n\
    for round in $(seq 100); do grep -q $mark /var/log/mail.log && break; command sleep 0.05; done\n";

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
    if host.runs() {
        script.push_str(START);
        script.push_str(SLEEP);
    }
    for (command, _) in &host.asked {
        // A file that was written in this very second is read again and again.
        script.push_str("touch -d '1 hour ago' /etc/postfix/*.cf\n");
        script.push_str(&format!(
            "{{ {command}\n}} 2>&1 </dev/null; printf '{END}'\n"
        ));
        if host.runs() {
            script.push_str(SETTLED);
        }
    }
    if host.runs() {
        script.push_str("postfix stop >/dev/null 2>&1\nunset -f sleep\n");
    }
    script
}

/// What each command of each host prints. A mount namespace is slow to go, so they have one.
fn real(hosts: &[Host], folder: &Path) -> Vec<Vec<String>> {
    let path = |name: &str| folder.join(name).display().to_string();
    let mut script = format!(
        "hostname h.example; ip link set lo up; mount -t tmpfs tmpfs /srv && mkdir {FOLDER}\n"
    );
    script.push_str(&format!("export LC_ALL=C; work={}\n", path("")));
    if hosts.iter().any(Host::runs) {
        script.push_str(NETWORK);
    }
    for (number, host) in hosts.iter().enumerate() {
        script.push_str(&prepare(host, &folder.join(number.to_string())));
    }
    std::fs::write(folder.join("script"), script).unwrap();
    must("chown", &["-R", "root:root", &path("")]);
    let output = as_root(
        "unshare",
        &["--mount", "--uts", "--net", "bash", &path("script")],
    );
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
    let fault = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.next(), Some(""), "{text}{fault}");
    all
}

/// Whether ours says the same, and the files what both say; or writes the files. A part of their names
/// says which.
pub fn compare(recording: bool, part: Option<&str>) -> bool {
    let mut count = 0;
    let mut differ = 0;
    let mut sabotage = Sabotage::default();
    let is_wanted = |path: &PathBuf| match (path.file_stem(), part) {
        (Some(stem), Some(part)) => stem.to_string_lossy().contains(part),
        _ => true,
    };
    let paths: Vec<PathBuf> = paths().into_iter().filter(is_wanted).collect();
    let read = |path: &PathBuf| parse(&std::fs::read_to_string(path).unwrap());
    let files: Vec<(PathBuf, Vec<Host>)> =
        paths.into_iter().map(|p| (p.clone(), read(&p))).collect();
    // Most of the time they wait for mail.
    let said = std::thread::scope(|scope| {
        let ask = |number: usize, hosts| {
            let name = format!("st-{}-tables-{number}", std::process::id());
            scope.spawn(move || {
                let begun = std::time::Instant::now();
                let said = real(hosts, &std::env::temp_dir().join(name));
                (said, begun.elapsed().as_secs())
            })
        };
        let files = files.iter().enumerate();
        let running: Vec<_> = files
            .map(|(number, (_, hosts))| ask(number, hosts))
            .collect();
        let said = running.into_iter().map(|one| one.join().unwrap());
        said.collect::<Vec<_>>()
    });
    let mut slowest = (0, None);
    for ((path, mut hosts), (all, seconds)) in files.into_iter().zip(said) {
        slowest = slowest.max((
            seconds,
            path.file_stem().map(|s| s.to_string_lossy().into_owned()),
        ));
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
    let (seconds, name) = slowest;
    println!(
        "{count} lines typed, {differ} differ (the longest: {}, {seconds} s)",
        name.unwrap_or_default()
    );
    sabotage.verdict(&["tables"]) && differ == 0
}
