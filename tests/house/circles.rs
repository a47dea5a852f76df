//! Circles: files that need each other, by whatever way round, so that none of them can be
//! understood, moved or tested without the others.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{mentions, Build, File, Target, Tree};

/// Files that need each other, and why.
pub struct Circle {
    /// Their names, in order.
    pub files: Vec<String>,
    /// For each step inside the circle: who names whom, where, and with which words.
    pub steps: Vec<String>,
}

/// Which files a file names, each with the first place where it does.
type Steps = BTreeMap<usize, (usize, String)>;

/// How many steps from file to file there are in a build, and the circles among them.
pub fn circles(files: &[File], build: Build) -> (usize, Vec<Circle>) {
    let steps = steps(files, build);
    let reach: Vec<BTreeSet<usize>> = (0..files.len()).map(|n| reach(&steps, n)).collect();
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for one in 0..files.len() {
        let mutual = |other: &usize| reach[one].contains(other) && reach[*other].contains(&one);
        let members: Vec<usize> = (0..files.len()).filter(mutual).collect();
        if members.is_empty() || !seen.insert(members.clone()) {
            continue;
        }
        let mut names: Vec<String> = members.iter().map(|&n| files[n].name.clone()).collect();
        names.sort();
        let mut circle = Circle {
            files: names,
            steps: Vec::new(),
        };
        for &from in &members {
            for (to, (line, words)) in steps[from].iter().filter(|(to, _)| members.contains(to)) {
                let (from, to) = (&files[from].name, &files[*to].name);
                circle
                    .steps
                    .push(format!("{from}:{line} names {words} of {to}"));
            }
        }
        found.push(circle);
    }
    (steps.iter().map(BTreeMap::len).sum(), found)
}

fn steps(files: &[File], build: Build) -> Vec<Steps> {
    let tree = Tree::of(files, build);
    let mut all = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let mut own = Steps::new();
        for mention in mentions(file, build) {
            // That a module is named is no need of what it holds: what is taken out of it is. And
            // what is handed on is needed by those who take it.
            if mention.hands_on {
                continue;
            }
            let Some(Target::Item(module)) = tree.resolve(&mention.module, &mention.words) else {
                continue;
            };
            if let Some(to) = tree.file_of(&module).filter(|to| *to != number) {
                let words = mention.words.join("::");
                own.entry(to).or_insert((mention.line, words));
            }
        }
        all.push(own);
    }
    all
}

/// All files that a file needs, itself too where the way leads back.
fn reach(steps: &[Steps], from: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut todo = vec![from];
    while let Some(at) = todo.pop() {
        todo.extend(steps[at].keys().filter(|to| reached.insert(**to)));
    }
    reached
}
