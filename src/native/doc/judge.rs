//! Plays conversations to the simulated server and says where it would have spoken otherwise.
//!
//! A document that begins in the middle, or leaves something out, is taken to stand where its lines
//! fit best. After a fault the server is put where the document believes it to be, so that one fault
//! is told once.

use std::rc::Rc;

use smtp_terminal::dns::Dns;
use smtp_terminal::postfix::server::Server;

use crate::native::doc::compare::{plain, Fault, Manner, Rule};
use crate::native::doc::dialogue::{code, Conversation, Shown, Step};
use crate::native::doc::doubt::{
    counts_missing, is_foreign, is_free, is_old, says_yes, with_codes,
};
use crate::native::doc::extensions;
use crate::native::doc::filled::{content, filled, is_placeholder, with_chunk};
use crate::native::doc::finding::Finding;
use crate::native::doc::offered::Offered;
use crate::native::doc::standing::{Exchange, Standing};
use crate::native::doc::talk::{Benefit, Fixed, Talk, Worlds};
use crate::native::doc::transcript::Piece;
use crate::native::doc::words::verb;
use crate::native::doc::world::{address, variant, Facts, Subject};

/// Releases that replies are compared with: those at which words have changed.
const RELEASES: [&str; 4] = ["3.7.11", "3.10.1", "3.6.4", "2.8.20"];

/// Judges conversations.
pub struct Judge<'a> {
    worlds: &'a mut Worlds,
    facts: Facts,
    fixed: Option<Fixed>,
    /// No reply of the conversation has an enhanced code.
    is_old: bool,
    /// So few replies are missing that those that are have been forgotten.
    counts_missing: bool,
    file: &'a str,
}

/// What came of a part of a conversation.
struct Outcome {
    findings: Vec<Finding>,
    standing: Standing,
}

/// A run through a part of a conversation.
struct Run {
    release: &'static str,
    talk: Talk,
    /// Where the document believes itself.
    believed: Standing,
    /// Where the server is.
    actual: Standing,
    findings: Vec<Finding>,
    /// What the server has offered last.
    offered: Offered,
    /// The mechanism of an exchange of AUTH.
    mechanism: String,
    /// The document has a sender that the server refused.
    lent_sender: bool,
    /// Recipients so far, for their number is limited.
    turns: usize,
}

impl<'a> Judge<'a> {
    /// A judge of one conversation.
    pub fn new(
        worlds: &'a mut Worlds,
        conversation: &Conversation,
        given: &str,
        fixed: Option<Fixed>,
        file: &'a str,
    ) -> Judge<'a> {
        Judge {
            worlds,
            facts: Facts::of(conversation, given),
            fixed,
            is_old: is_old(conversation),
            counts_missing: counts_missing(conversation),
            file,
        }
    }

    /// Whether the server's main.cf is one.
    ///
    /// # Errors
    /// What Postfix says of it.
    pub fn prepare(&mut self) -> Result<(), String> {
        self.server(RELEASES[0], "").map(|_| ())
    }

    /// Plays a conversation that begins where the one before has ended; where it ends.
    pub fn judge(
        &mut self,
        conversation: &Conversation,
        before: Option<&Standing>,
        findings: &mut Vec<Finding>,
    ) -> Standing {
        let mut standing = Standing::default();
        let parts = conversation
            .steps
            .split(|step| matches!(step, Step::Gap | Step::Seam));
        for (i, part) in parts.enumerate() {
            let starts = match (i, conversation.has_beginning()) {
                (0, true) => vec![Standing::at_the_beginning(conversation)],
                (0, false) => Standing::middles(before.filter(|b| !b.is_closed)),
                _ => Standing::middles(Some(&standing)),
            };
            let outcome = self.best(part, &starts);
            findings.extend(outcome.findings);
            standing = outcome.standing;
        }
        standing
    }

    /// The way through a part that finds least.
    fn best(&mut self, steps: &[Step], starts: &[Standing]) -> Outcome {
        let mut best = Outcome {
            findings: Vec::new(),
            standing: Standing::default(),
        };
        let mut found = usize::MAX;
        let mut start = Standing::default();
        let first = match steps.first() {
            Some(Step::Exchange { said, is_dot, .. }) if !is_dot => verb(&said.text),
            _ => String::new(),
        };
        let is_greeting = matches!(first.as_str(), "HELO" | "EHLO");
        for candidate in starts {
            // Nobody says that in the middle of something else.
            if is_greeting && (candidate.is_in_data() || candidate.is_in_dialog())
                || first == "DATA" && candidate.is_in_data()
            {
                continue;
            }
            let outcome = self.play(steps, candidate, RELEASES[0]);
            let weight = outcome.findings.iter().map(Finding::weight).sum();
            if weight < found {
                found = weight;
                best = outcome;
                start = candidate.clone();
            }
            if found == 0 {
                return best;
            }
        }
        // What one release knows is a syntax error to another.
        let is_other = |finding: &Finding| {
            let replies = [&finding.shown, &finding.expected];
            replies.iter().any(|reply| reply.starts_with("50"))
        };
        if self.fixed.is_none() && best.findings.iter().any(is_other) {
            for release in &RELEASES[1..] {
                let outcome = self.play(steps, &start, release);
                if outcome.findings.len() < best.findings.len() {
                    best = outcome;
                }
            }
        }
        best
    }

    fn server(&mut self, release: &str, variant: &str) -> Result<Rc<Server>, String> {
        if let Some(fixed) = &self.fixed {
            return Ok(Rc::clone(&fixed.server));
        }
        let main_cf = self.facts.main_cf(release, variant);
        let found = self.worlds.server(&main_cf);
        match variant {
            "" => found,
            // A variant with what the author has given may be none.
            _ => found.or_else(|_| self.worlds.server(&self.facts.main_cf(release, ""))),
        }
    }

    fn benefit(&self) -> Benefit {
        Benefit {
            is_known: self.fixed.is_some(),
            ..Benefit::default()
        }
    }

    fn play(&mut self, steps: &[Step], start: &Standing, release: &'static str) -> Outcome {
        let talk = self.placed(start, release);
        let mut run = Run {
            release,
            talk,
            believed: start.clone(),
            actual: start.clone(),
            findings: Vec::new(),
            offered: Offered::default(),
            mechanism: start.mechanism(),
            lent_sender: false,
            turns: 0,
        };
        for (i, step) in steps.iter().enumerate() {
            let is_cut = i + 1 == steps.len();
            self.step(step, is_cut, &mut run);
        }
        Outcome {
            findings: run.findings,
            standing: run.believed,
        }
    }

    /// A connection that stands where it is believed to stand.
    fn placed(&mut self, standing: &Standing, release: &str) -> Talk {
        let mut talk = match &self.fixed {
            Some(fixed) => Talk::open_from(fixed.dns.clone(), &fixed.client),
            None => Talk::open(Dns::default()),
        };
        let Ok(server) = self.server(release, "") else {
            return talk;
        };
        let mut benefit = self.benefit();
        benefit.authenticates = true;
        benefit.is_known = false;
        if self.facts.is_wrapped {
            talk.hear(&server, &benefit);
            talk.start_tls();
        }
        talk.hear(&server, &benefit);
        for line in standing.way() {
            match line {
                "(TLS)" => talk.start_tls(),
                line => {
                    talk.say(line, &server, &benefit);
                }
            }
        }
        talk
    }

    fn step(&mut self, step: &Step, is_cut: bool, run: &mut Run) {
        match step {
            Step::Greeting(shown) => {
                if let Some(fault) = extensions::greeting(shown) {
                    self.report(shown, fault, "", run);
                }
                run.believed.greet(code(shown));
                run.actual.greet(code(shown));
            }
            Step::Secured => self.secure(run),
            Step::Content(piece) => {
                if !run.believed.is_in_data() {
                    run.believed.enter_data();
                    self.place(run);
                }
                if run.actual.is_in_data() {
                    if let Ok(server) = self.server(run.release, "") {
                        let benefit = self.benefit();
                        run.talk.say(&content(&piece.text), &server, &benefit);
                    }
                }
            }
            Step::Extra(shown) => self.extra(shown, run),
            Step::Exchange {
                said,
                is_dot,
                shown,
                is_missing,
            } => {
                let exchange = Exchange {
                    said: &said.text,
                    is_dot: *is_dot,
                };
                self.exchange(exchange, said, shown.as_ref(), *is_missing, is_cut, run);
            }
            Step::Gap | Step::Seam => {}
        }
    }

    /// TLS starts where it was asked for, or where the document says so.
    fn secure(&mut self, run: &mut Run) {
        if run.actual.awaits_tls() {
            run.talk.start_tls();
            run.actual.secure();
        }
        run.believed.secure();
        if run.actual != run.believed {
            self.place(run);
        }
    }

    /// Puts the server where the document believes it to be.
    fn place(&mut self, run: &mut Run) {
        run.talk = self.placed(&run.believed, run.release);
        run.actual = run.believed.clone();
    }

    fn extra(&mut self, shown: &Shown, run: &mut Run) {
        let is_said = matches!(code(shown), 221 | 421) || run.believed.is_closed;
        if let (false, Some(line)) = (is_said, shown.first()) {
            let finding = self.finding(Rule::UnexpectedReply, line, "", "");
            run.findings.push(finding);
        }
    }

    fn exchange(
        &mut self,
        exchange: Exchange,
        said: &Piece,
        shown: Option<&Shown>,
        is_missing: bool,
        is_cut: bool,
        run: &mut Run,
    ) {
        if run.believed.is_closed && run.talk.is_closed {
            return;
        }
        if run.actual.awaits_tls() && run.believed.awaits_tls() {
            self.secure(run);
        }
        if shown.is_some_and(|shown| run.believed.leaves_dialog(&exchange, code(shown))) {
            self.place(run);
        }
        let verb = match exchange.is_dot {
            true => ".".into(),
            false => verb(exchange.said),
        };
        let is_agreed = shown.is_none_or(|shown| code(shown) < 300);
        let is_lent = run.lent_sender || run.believed.lacks_sender();
        if verb == "MAIL" && is_agreed && is_lent {
            run.believed.forget();
            self.place(run);
        }
        if verb == "AUTH" && !run.believed.is_in_dialog() {
            let mechanism = exchange.said.split_whitespace().nth(1).unwrap_or("");
            run.mechanism = mechanism.to_ascii_uppercase();
        }
        let is_auth = verb == "AUTH" || run.believed.is_in_dialog();
        let unoffered = self.unoffered(&verb, exchange.said, shown, run);
        run.offered.hear(&verb, shown);
        if is_auth
            && unoffered.is_none()
            && is_foreign(&run.mechanism)
            && shown.is_some_and(|s| code(s) < 500 || code(s) == 535)
        {
            // A mechanism that is not simulated is taken as it is shown.
            run.believed.after(&exchange, shown.map_or(334, code));
            self.place(run);
            return;
        }
        let shown_code = shown.map_or(0, code);
        let line = filled(&exchange, shown_code, &run.believed, &run.mechanism);
        let is_filled_in = line != exchange.said || is_placeholder(exchange.said);
        let (mut server, benefit) = self.circumstances(&verb, &line, shown, run);
        if let Some(lines) = unoffered {
            server = self.server(run.release, &lines);
        }
        let Ok(server) = server else {
            return;
        };
        run.turns += 1;
        let heard = run.talk.say(&with_chunk(&line), &server, &benefit);
        let actual_code = heard.first().and_then(|text| text.get(..3)?.parse().ok());
        let manner = Manner {
            is_ehlo: verb == "EHLO",
            is_hello: matches!(verb.as_str(), "EHLO" | "HELO"),
            is_old: self.is_old,
            is_filled_in,
            is_cut,
            is_known: self.fixed.is_some() || self.facts.given.contains("message_size_limit"),
            is_given: self.fixed.is_some(),
        };
        match (shown, heard.first()) {
            (Some(shown), Some(text)) => {
                let faults = self.faults(shown, text, manner);
                for fault in faults {
                    self.report(shown, fault, exchange.said, run);
                }
            }
            (Some(shown), None) if !run.talk.is_closed => {
                if let Some(line) = shown.first() {
                    let finding = self.finding(Rule::UnexpectedReply, line, "", exchange.said);
                    run.findings.push(finding);
                }
            }
            (None, Some(_)) if is_missing && run.talk.is_closed => {}
            // EHLO's is long, and often left out.
            (None, Some(text))
                if is_missing && self.counts_missing && !said.is_accepted && verb != "EHLO" =>
            {
                let finding = self.finding(Rule::MissingReply, said, text, exchange.said);
                run.findings.push(finding);
            }
            _ => {}
        }
        // A refusal that says yes is a slip of the pen.
        let is_slip = |shown: &&Shown| {
            code(shown) >= 400 && shown.first().is_some_and(|line| says_yes(&line.text))
        };
        let believed = shown.filter(|shown| !is_slip(shown)).map(code);
        let believed_code = believed.or(actual_code).unwrap_or(0);
        if verb == "MAIL" {
            run.lent_sender = believed_code < 300 && actual_code.is_some_and(|code| code >= 400);
        }
        let was_in_dialog = run.believed.is_in_dialog();
        run.believed.after(&exchange, believed_code);
        run.actual.after(&exchange, actual_code.unwrap_or(0));
        // What was so before a dialog that began out of place is so again after it.
        if run.actual != run.believed || was_in_dialog && !run.believed.is_in_dialog() {
            self.place(run);
        }
    }

    fn faults(&self, shown: &Shown, text: &str, manner: Manner) -> Vec<Fault> {
        // Whoever has waited or erred too long may hear a 421 instead of anything.
        if shown.iter().any(|line| line.is_accepted) || code(shown) == 421 {
            return Vec::new();
        }
        let faults = extensions::faults(shown, text, manner);
        // Before 2.3 a command that is not known was not implemented.
        let first = shown.first().map_or("", |line| line.text.as_str());
        match self.is_old
            && plain(first) == "502 Error: command not implemented"
            && text.starts_with('5')
        {
            true => Vec::new(),
            false => faults,
        }
    }

    /// The lines of main.cf of the server that has not offered what it accepts, and hides nothing.
    fn unoffered(
        &self,
        verb: &str,
        said: &str,
        shown: Option<&Shown>,
        run: &Run,
    ) -> Option<String> {
        let is_known = self.fixed.is_some() || self.facts.given.contains("discard_ehlo");
        let is_asked = !is_known && !run.believed.is_in_dialog();
        let lines = run.offered.without(verb, said, shown.map_or(0, code));
        lines.filter(|_| is_asked)
    }

    /// The server that would have given the reply that is shown, if there is one, and what the
    /// document has the benefit of.
    fn circumstances(
        &mut self,
        verb: &str,
        line: &str,
        shown: Option<&Shown>,
        run: &Run,
    ) -> (Result<Rc<Server>, String>, Benefit) {
        let mut benefit = self.benefit();
        let code = shown.map_or(0, code);
        benefit.authenticates = code < 400;
        let mut lines = String::new();
        if let (Some(shown), true, None) = (shown, code >= 400, &self.fixed) {
            let first = shown.first().map_or("", |line| line.text.as_str());
            let text = plain(first);
            let subject = Subject {
                address: address(line),
            };
            match variant(verb, &text, &subject) {
                Some(found) => lines = found,
                None if is_free(verb, &text) => {
                    benefit.refusal = Some(with_codes(&text));
                    // What is refused at once is asked at once.
                    if matches!(verb, "HELO" | "EHLO" | "MAIL") {
                        lines = "smtpd_delay_reject = no".into();
                    }
                }
                None => {}
            }
        }
        (self.server(run.release, &lines), benefit)
    }

    fn report(&self, shown: &Shown, fault: Fault, command: &str, run: &mut Run) {
        if let Some(line) = shown.get(fault.line) {
            let finding = self.finding(fault.rule, line, &fault.expected, command);
            run.findings.push(finding);
        }
    }

    fn finding(&self, rule: Rule, piece: &Piece, expected: &str, command: &str) -> Finding {
        let shown = match rule {
            Rule::MissingReply => "",
            _ => piece.text.as_str(),
        };
        Finding {
            file: self.file.into(),
            at: piece.at,
            end_column: piece.at.column + piece.text.chars().count(),
            rule,
            shown: shown.into(),
            expected: expected.into(),
            command: command.into(),
            note: String::new(),
        }
    }
}
