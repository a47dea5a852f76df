//! The little languages that users write, made up at random and given to the real programs and to
//! ours: values of main.cf, lists of hosts, tables, destinations, addresses in headers. Each file
//! knows one: how to write it, whom to ask, and how ours is asked. Batches go to the real programs,
//! what differs is made shorter as long as it differs, and a number and a seed bring each input back.

mod alphabet;
mod destinations;
mod headers;
mod here;
mod lists;
mod routes;
mod run;
mod shorten;
mod tables;
mod values;

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use fastrand::Rng;

use super::support::sabotage::Sabotage;

/// So many inputs are asked about at a time.
const BATCH: usize = 500;

/// How long it may take to make what differs shorter.
const SHORTENING: Duration = Duration::from_secs(30);

/// What is asked about: lines, the first of which may stay whatever is made shorter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// Its lines.
    pub lines: Vec<String>,
    /// How many of them say what kind of input it is.
    pub fixed: usize,
}

/// A little language.
pub trait Language {
    /// Its name.
    fn name(&self) -> &'static str;
    /// What its texts are made of, mutated ones too.
    fn alphabet(&self) -> &'static [&'static str];
    /// A text of it, mostly well formed.
    fn make(&self, random: &mut Rng) -> Input;
    /// Whether an input is one: it may be shortened or mutated into something that is none.
    fn is_input(&self, _: &Input) -> bool {
        true
    }
    /// What the real programs say of each.
    fn real(&self, inputs: &[Input]) -> Vec<String>;
    /// What ours say of each.
    fn ours(&self, inputs: &[Input]) -> Vec<String>;
}

/// Which inputs are looked at.
pub struct Range {
    /// Where random numbers begin.
    pub seed: u64,
    /// How many of each language.
    pub count: usize,
    /// One of them alone.
    pub only: Option<usize>,
    /// How many differences are shown.
    pub show: usize,
    /// These languages alone, if any.
    pub languages: Vec<String>,
}

/// Where CI begins: the same inputs every time, so that nothing fails by chance.
pub const SEED: u64 = 2026;

/// Whether ours say the same as the real programs.
pub fn compare(range: &Range, nameserver: Ipv4Addr) -> bool {
    let wanted = |name: &str| {
        range.languages.is_empty() || range.languages.iter().any(|language| language == name)
    };
    let mut languages: Vec<Box<dyn Language>> = vec![
        Box::new(values::Values),
        Box::new(tables::Tables),
        Box::new(lists::Lists),
        Box::new(routes::Routes),
    ];
    languages.retain(|language| wanted(language.name()));
    // These start servers.
    if wanted("destinations") {
        languages.push(Box::new(destinations::Destinations::new(nameserver)));
    }
    if wanted("headers") {
        languages.push(Box::new(headers::Headers::new(nameserver)));
    }
    // All of them speak, whatever one has said.
    let good: Vec<bool> = languages.iter().map(|l| speak(&**l, range)).collect();
    !good.contains(&false)
}

/// The input of a number.
fn input(language: &dyn Language, seed: u64, number: usize) -> Input {
    let mut random = Rng::with_seed(seed.wrapping_add((number as u64) << 20));
    loop {
        let mut input = language.make(&mut random);
        if random.u8(..3) > 0 {
            let other = language.make(&mut random);
            alphabet::mutate(&mut input, &other, language.alphabet(), &mut random);
        }
        if language.is_input(&input) {
            return input;
        }
    }
}

fn speak(language: &dyn Language, range: &Range) -> bool {
    let name = language.name();
    let numbers: Vec<usize> = match range.only {
        Some(number) => vec![number],
        None => (0..range.count).collect(),
    };
    let mut differ = Vec::new();
    let mut answers = BTreeSet::new();
    let mut times = [Duration::ZERO; 2];
    let mut sabotage = Sabotage::default();
    for batch in numbers.chunks(BATCH) {
        let inputs: Vec<Input> = batch
            .iter()
            .map(|&n| input(language, range.seed, n))
            .collect();
        let began = Instant::now();
        let real = language.real(&inputs);
        times[0] += began.elapsed();
        let ours = language.ours(&inputs);
        times[1] += began.elapsed();
        for (at, number) in batch.iter().enumerate() {
            if range.only.is_some() {
                println!("{}{}", shown(&inputs[at]), beside(&real[at], &ours[at]));
            }
            if real[at] != ours[at] {
                differ.push((*number, inputs[at].clone(), beside(&real[at], &ours[at])));
            }
        }
        sabotage.plant(name, &ours, 20, |at, wrong| real[at].as_bytes() != wrong);
        answers.extend(real);
    }
    println!(
        "{name}: {} inputs from seed {}, {} different answers, {} differ ({} of {} s for Postfix)",
        numbers.len(),
        range.seed,
        answers.len(),
        differ.len(),
        times[0].as_secs(),
        times[1].as_secs()
    );
    let found = differ.len();
    if found > 0 {
        let numbers: Vec<String> = differ.iter().map(|(n, _, _)| n.to_string()).collect();
        println!("they are the inputs {}", numbers.join(" "));
    }
    let mut told = BTreeSet::new();
    let begun = Instant::now();
    for (number, long, account) in differ.into_iter().take(range.show * 3) {
        if begun.elapsed() > SHORTENING {
            println!("input {number} of {name}:\n{}{account}", shown(&long));
            continue;
        }
        let Some(short) = shorten::shorten(language, &long, SHORTENING / 3) else {
            println!(
                "input {number} of {name} does not differ again:\n{}{account}",
                shown(&long)
            );
            continue;
        };
        if told.len() < range.show && told.insert(short.clone()) {
            let one = std::slice::from_ref(&short);
            let [real, ours] = [language.real(one), language.ours(one)].map(|said| said.concat());
            println!(
                "input {number} of {name}:\n{}{}",
                shown(&short),
                beside(&real, &ours)
            );
        }
    }
    // A generator that is answered the same again and again asks nothing.
    let is_varied = range.only.is_some() || answers.len() * 8 >= numbers.len().min(4_000);
    if !is_varied {
        println!("{name}: {} different answers are few", answers.len());
    }
    let noticed = range.only.is_some() || sabotage.verdict(&[name]);
    found == 0 && is_varied && noticed
}

/// The lines of two answers that only one of them has.
fn beside(real: &str, ours: &str) -> String {
    let alone = |one: &str, other: &str| {
        let lines = one.lines().filter(|l| !other.lines().any(|o| o == *l));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let [mut theirs, mut own] = [alone(real, ours), alone(ours, real)];
    if theirs.is_empty() && own.is_empty() {
        (theirs, own) = (real.into(), ours.into());
    }
    format!("--- Postfix\n{theirs}\n--- we\n{own}\n")
}

/// An input as it is shown.
fn shown(input: &Input) -> String {
    let line = |line: &String| format!("    {}\n", line.escape_debug());
    input.lines.iter().map(line).collect()
}
