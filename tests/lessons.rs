//! Every lesson of `www/lessons`: its solutions reach its steps, and the mistakes that it names get
//! the sentences that help.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use smtp_terminal::lesson::teacher::all_mistakes;
use smtp_terminal::lesson::Remark;
use smtp_terminal::simulator::{Outside, Simulator};

/// So many wrong ways a lesson tries at least.
const WRONG_WAYS: usize = 3;

/// A lesson's text, and that of its scenario.
struct Case {
    path: PathBuf,
    lesson: String,
    scenario: String,
}

impl Case {
    fn all() -> Vec<Case> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/lessons");
        let entries = std::fs::read_dir(&folder).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        // What has no steps is a scenario or the course.
        let is_lesson = |path: &&PathBuf| {
            let text = std::fs::read_to_string(path).unwrap();
            path.extension().is_some_and(|e| e == "json") && text.contains("\"steps\"")
        };
        paths
            .iter()
            .filter(is_lesson)
            .map(|path| Case::read(path))
            .collect()
    }

    fn read(path: &Path) -> Case {
        let lesson = std::fs::read_to_string(path).unwrap();
        let value: serde_json::Value = serde_json::from_str(&lesson).unwrap();
        let scenario = value["scenario"].as_str().map_or(String::new(), |name| {
            std::fs::read_to_string(path.with_file_name(format!("{name}.json"))).unwrap()
        });
        Case {
            path: path.into(),
            lesson,
            scenario,
        }
    }

    fn start(&self) -> Simulator {
        Simulator::teach(&self.lesson, &self.scenario, Outside::default())
            .unwrap_or_else(|fault| panic!("{}: {fault}", self.path.display()))
    }
}

/// Plays solutions until a step is to be done.
fn play_to(simulator: &mut Simulator, step: usize) -> bool {
    while simulator.teacher().unwrap().at() < step {
        let before = simulator.teacher().unwrap().at();
        simulator.play();
        simulator.settle();
        if simulator.teacher().unwrap().at() == before {
            return false;
        }
    }
    true
}

#[test]
fn solutions_reach_the_end() {
    let mut problems = Vec::new();
    for case in Case::all() {
        let mut simulator = case.start();
        let steps = simulator.lesson().unwrap().steps.len();
        let name = case.path.display();
        for step in 0..steps {
            let at = simulator.teacher().unwrap().at();
            if at > step {
                problems.push(format!(
                    "{name}: step {step} is reached before its solution"
                ));
                continue;
            }
            simulator.play();
            simulator.settle();
            if simulator.teacher().unwrap().at() <= step {
                let screen = simulator.transcript();
                problems.push(format!(
                    "{name}: the solution of step {step} does not reach it\n{screen}"
                ));
                break;
            }
        }
        println!("{name}: {steps} steps");
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn mistakes_get_their_sentences() {
    let mut problems = Vec::new();
    for case in Case::all() {
        let name = case.path.display();
        let mut wrong_ways = 0;
        let lesson = smtp_terminal::lesson::read(&case.lesson).unwrap();
        let mut simulator = case.start();
        for (at, step) in lesson.steps.iter().enumerate() {
            if !play_to(&mut simulator, at) {
                break;
            }
            for (place, mistake) in all_mistakes(&lesson, Some(step)).enumerate() {
                let Some(example) = &mistake.example else {
                    continue;
                };
                wrong_ways += 1;
                let example: Vec<&str> = example.iter().map(|line| line.0.as_str()).collect();
                simulator.perform(&example);
                simulator.settle();
                let remarks = simulator.teacher().unwrap().remarks();
                let is_it = |r: &&Remark| r.step == at && r.mistake == place;
                if remarks.iter().filter(is_it).count() != 1 {
                    let screen = simulator.transcript();
                    problems.push(format!(
                        "{name}: mistake {place} of step {at} is not seen once: {remarks:?}\n{screen}"
                    ));
                }
                assert!(simulator.restart_step());
            }
        }
        println!("{name}: {wrong_ways} wrong ways");
        if wrong_ways < WRONG_WAYS {
            problems.push(format!(
                "{name}: there are only {wrong_ways} mistakes with an example"
            ));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
