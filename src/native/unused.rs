//! Which parameters of a main.cf nothing in Postfix reads, as the simulated postconf says.

use serde_json::json;
use smtp_terminal::simulator::Simulator;

use crate::native::near::meant;

/// A host with this in its main.cf, and a file of this text, after a command.
fn after(command: &str, main_cf: &str, text: &str) -> Option<Simulator> {
    let scenario = json!({
        "workstation": { "host": "mail", "user": "root", "prompt": "$ " },
        "hosts": [{
            "name": "mail",
            "addresses": ["192.0.2.25"],
            "main_cf": ["compatibility_level = 3.6", main_cf],
            "files": { "/tmp/main.cf": text },
        }],
        "dns": [],
    });
    let mut simulator = Simulator::new(&scenario.to_string()).ok()?;
    simulator.run(command);
    simulator.settle();
    Some(simulator)
}

/// The names of all parameters of a release.
pub fn parameters(release: &str) -> Vec<String> {
    let Some(simulator) = after("postconf -dH", &format!("mail_version = {release}"), "") else {
        return Vec::new();
    };
    let screen = simulator.transcript();
    let rows = screen.lines().filter(|row| !row.contains(' '));
    rows.map(str::to_string).collect()
}

/// A sentence for each.
pub fn unused(main_cf: &str) -> Vec<String> {
    // What a line defines for others, or for a class of restrictions, is used: postconf knows.
    let command =
        "mkdir /tmp/c; cp /tmp/main.cf /etc/postfix/master.cf /tmp/c; postconf -c /tmp/c -n";
    let Some(mut simulator) = after(command, "", main_cf) else {
        return Vec::new();
    };
    let screen = simulator.transcript();
    let mut names: Vec<&str> = screen
        .lines()
        .filter_map(|row| row.split_once(": unused parameter: "))
        .filter_map(|(_, setting)| setting.split('=').next())
        .collect();
    names.dedup();
    if names.is_empty() {
        return Vec::new();
    }
    simulator.run("clear; postconf -dH");
    simulator.settle();
    let all = simulator.transcript();
    let sentence = |name: &&str| {
        format!(
            "Postfix has no parameter {name}{}",
            meant(name, all.lines())
        )
    };
    names.iter().map(sentence).collect()
}
