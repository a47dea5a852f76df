//! What is asked of tables and parameters: the real programs and ours, at a host that has the same
//! files. The real ones see them in a mount namespace of their own.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use super::oracle::root::{as_root, must};
use super::support::sabotage::Sabotage;
use super::support::tables::{in_order, parse, paths, text, Host, FOLDER};
use super::WAITING;

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

/// What a case waits for has happened however slow the machine is. `rest`: no message is at work, and nothing
/// more is written into the log; or nothing has been for three seconds, where a message waits for a program
/// that does not start. Parts of a second are slept in loops that look for themselves, so that the log alone
/// is looked at. `postfix reload`: the programs of before have gone.
const WAITS: &str =
    "at_work() { find /var/spool/postfix/{maildrop,incoming,active} -type f 2>/dev/null; }\n\
    quiet() { declare round now size= same=0; for round in $(seq 600); do\n\
    now=$(stat -c %s /var/log/mail.log 2>/dev/null)\n\
    [ \"$size\" = \"$now\" ] && same=$((same+1)) || same=0; size=$now\n\
    [ $same -ge 30 ] && break; [ $same -ge 2 ] && \"$@\" && break; command sleep 0.1; done; }\n\
    idle() { [ -z \"$(at_work)\" ]; }\n\
    rest() { quiet idle; }\n\
    sleep() { command sleep \"$@\"; case $1 in *.*) quiet true;; *) rest;; esac; }\n\
    postfix() { declare before code round one left\n\
    before=$(pgrep -P \"$(tr -d ' ' </var/spool/postfix/pid/master.pid)\")\n\
    command postfix \"$@\"; code=$?\n\
    [ \"$1\" = reload ] && for round in $(seq 200); do\n\
    left=; for one in $before; do [ -d /proc/$one ] && left=1; done; [ -z \"$left\" ] && break\n\
    command sleep 0.05; done; return $code; }\n";

/// Everything that its commands have brought about has happened, and its log has been written.
const SETTLED: &str = "rest; mark=mark-$RANDOM$RANDOM; postlog -t tests $mark 2>/dev/null\n\
    for round in $(seq 600); do grep -q $mark /var/log/mail.log && break; command sleep 0.05; done\n";

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
        script.push_str(WAITS);
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
        script.push_str("command postfix stop >/dev/null 2>&1\nunset -f sleep postfix\n");
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

/// How many seconds the commands of these hosts sleep.
fn slept(hosts: &[Host]) -> usize {
    let commands = hosts.iter().flat_map(|host| &host.asked);
    let words = commands.flat_map(|(command, _)| command.split("sleep ").skip(1));
    let number = |word: &str| {
        word.split(|c: char| !c.is_ascii_digit())
            .next()?
            .parse::<usize>()
            .ok()
    };
    words.filter_map(number).sum::<usize>()
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
    // The longest first.
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|number| std::cmp::Reverse(slept(&files[*number].1)));
    let order = Mutex::new(order.into_iter());
    let said = Mutex::new(vec![(Vec::new(), 0); files.len()]);
    std::thread::scope(|scope| {
        for _ in 0..WAITING {
            scope.spawn(|| loop {
                let Some(number) = order.lock().unwrap().next() else {
                    break;
                };
                let name = format!("st-{}-tables-{number}", std::process::id());
                let begun = Instant::now();
                let one = real(&files[number].1, &std::env::temp_dir().join(name));
                said.lock().unwrap()[number] = (one, begun.elapsed().as_secs());
            });
        }
    });
    let said = said.into_inner().unwrap();
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
