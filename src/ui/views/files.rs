//! Configuration and mail as files.

use yew::Html;

use crate::ui::node::{classed, tag, text};
use crate::ui::views::choice::Choice;
use crate::ui::views::desk::{hint, keyed, label, said, words, Desk};
use crate::ui::words::fill;
use crate::views::{file, files as entries};

/// The list, and the file that is open.
pub fn files(desk: &Desk) -> Vec<Html> {
    let all = entries(desk.simulator.world());
    let mut lists = Vec::new();
    let mut hosts: Vec<&str> = all.iter().map(|entry| &*entry.host).collect();
    hosts.dedup();
    for host in hosts {
        let mut list = Vec::new();
        for entry in all.iter().filter(|entry| entry.host == host) {
            let place = (entry.host.clone(), entry.path.clone());
            let is_open = desk.choice.file.as_ref() == Some(&place);
            let next = Choice {
                file: (!is_open).then_some(place),
                ..desk.choice.clone()
            };
            let size = format!(" {} B", entry.size);
            let inside = vec![text(&entry.path), words("span", "count", &size)];
            let button = desk.button(inside, ("pressed", is_open), next);
            let row = tag("li", &[], &[], vec![button.into()]);
            list.push(keyed(row, &entry.path));
        }
        lists.push(label("h2", host));
        lists.push(classed("ul", "paths", list));
    }
    let mut shown = vec![classed("div", "tree", lists)];
    if let Some((host, path)) = &desk.choice.file {
        let content = file(desk.simulator.world(), host, path);
        let inside = match content {
            Some(content) => vec![
                hint(&[&format!("ssh {host}"), &format!("cat {path}")]),
                tag(
                    "pre",
                    &["tabindex", "aria-label"],
                    &["0", &fill("{} on {}", &[path, host])],
                    vec![text(content)],
                )
                .into(),
            ],
            None => vec![said("p", "This file is no more.")],
        };
        shown.push(classed("div", "file", inside));
    }
    vec![classed("div", "files", shown)]
}
