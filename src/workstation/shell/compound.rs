//! Commands that are made of commands: lists, pipes, conditions, loops, subshells.

use std::rc::Rc;

use crate::workstation::programs::io::Io;
use crate::workstation::shell::bash::{Bash, Changed, Data, Frame, Kind};
use crate::workstation::shell::condition;
use crate::workstation::shell::pattern::Style;
use crate::workstation::shell::syntax::{Tree, What};
use crate::workstation::system::kernel::Kernel;
use crate::workstation::system::kernel::Step;

/// `at`, once everything is done but to wait.
pub(super) const WAITING: usize = usize::MAX;

impl Bash {
    /// What the command on top has come to remember.
    pub fn data(&mut self) -> Option<(&mut Data, &mut usize)> {
        match self.frames.last_mut() {
            Some(Frame {
                kind: Kind::Node(_, data),
                at,
                ..
            }) => Some((data, at)),
            _ => None,
        }
    }

    pub(super) fn set(&mut self, place: usize, new: Data) {
        if let Some((data, at)) = self.data() {
            (*data, *at) = (new, place);
        }
    }

    /// The command on top goes on.
    pub fn step_node(&mut self, k: &mut Kernel) -> Step {
        let Some(Frame {
            kind: Kind::Node(tree, _),
            at,
            redirected,
            ..
        }) = self.frames.last()
        else {
            return Step::Went;
        };
        let (tree, at, redirected) = (tree.clone(), *at, *redirected);
        if let What::Simple { .. } = tree.what {
            return self.step_simple(&tree, at, k);
        }
        if redirected < tree.redirects.len() {
            if at == 0 {
                self.state.line = tree.line;
            }
            return match self.redirect_next(&tree, k) {
                Ok(step) => step,
                Err(Changed) => Step::Went,
            };
        }
        match self.compound(&tree, at, k) {
            Ok(step) => step,
            Err(Changed) => Step::Went,
        }
    }

    fn compound(&mut self, tree: &Tree, at: usize, k: &mut Kernel) -> Result<Step, Changed> {
        match &tree.what {
            What::Sequence(items) => match items.get(at) {
                None => self.pop(k),
                Some((item, background)) => {
                    self.set(at + 1, Data::None);
                    match background {
                        true => self.start_job(item, k),
                        false => self.push_node(item, false),
                    }
                }
            },
            What::AndOr(first, rest) => match at {
                0 => {
                    self.set(1, Data::None);
                    self.push_node(first, true);
                }
                at => match rest.get(at - 1) {
                    None => self.pop(k),
                    Some((and, next)) => {
                        self.set(at + 1, Data::None);
                        if *and == (self.state.status == 0) {
                            self.push_node(next, at < rest.len());
                        }
                    }
                },
            },
            What::Pipeline {
                stages,
                negated,
                timed,
            } => {
                return Ok(self.pipeline(stages, *negated, *timed, at, k));
            }
            What::Group(inside) => match at {
                0 => {
                    self.set(1, Data::None);
                    self.push_node(inside, false);
                }
                _ => self.pop(k),
            },
            What::Subshell(inside) => return Ok(self.subshell_step(inside, at, k)),
            What::If(branches, otherwise) => {
                let (place, decided) = (at / 2, at % 2 == 1);
                match branches.get(place) {
                    Some((condition, _)) if !decided => {
                        self.set(at + 1, Data::None);
                        self.push_node(condition, true);
                    }
                    Some((_, body)) if self.state.status == 0 => {
                        self.set(WAITING - 1, Data::None);
                        self.push_node(body, false);
                    }
                    Some(_) => self.set(at + 1, Data::None),
                    None => match otherwise {
                        Some(body) if place == branches.len() => {
                            self.set(WAITING - 1, Data::None);
                            self.push_node(body, false);
                        }
                        _ => {
                            if place == branches.len() {
                                self.state.status = 0;
                            }
                            self.pop(k);
                        }
                    },
                }
            }
            What::Loop {
                until,
                condition,
                body,
            } => match at {
                0 | 2 => {
                    let status = if at == 0 { 0 } else { self.state.status };
                    self.set(1, Data::Status(status));
                    self.push_node(condition, true);
                }
                _ if (self.state.status == 0) != *until => {
                    self.set(2, Data::None);
                    self.push_node(body, false);
                }
                _ => {
                    if let Some((Data::Status(status), _)) = self.data() {
                        self.state.status = *status;
                    }
                    self.pop(k);
                }
            },
            What::For { name, words, body } => {
                return self.for_step(tree, name, words, body, at, k)
            }
            What::Coprocess(name, body) => {
                self.start_coprocess(name, body, k);
                self.pop(k);
            }
            What::Count(parts, body) => {
                // first, condition, body, step, condition …
                match at {
                    0 => {
                        self.state.line = tree.line;
                        self.number(&parts[0], "((", k)?;
                        self.set(1, Data::Status(0));
                    }
                    1 => {
                        let goes_on = match parts[1].trim().is_empty() {
                            true => true,
                            false => self.number(&parts[1], "((", k)? != 0,
                        };
                        match goes_on {
                            true => {
                                self.set(2, Data::None);
                                self.push_node(body, false);
                            }
                            false => {
                                if let Some((Data::Status(status), _)) = self.data() {
                                    self.state.status = *status;
                                }
                                self.pop(k);
                            }
                        }
                    }
                    _ => {
                        let status = self.state.status;
                        self.number(&parts[2], "((", k)?;
                        self.set(1, Data::Status(status));
                    }
                }
            }
            What::Case(..) => return self.case_step(tree, at, k),
            What::Function(name, body) => {
                let mut functions = self.state.functions.to_vec();
                functions.retain(|(n, _)| n != name);
                functions.push((name.clone(), body.clone()));
                functions.sort_by(|a, b| a.0.cmp(&b.0));
                self.state.functions = Rc::new(functions);
                self.state.status = 0;
                self.pop(k);
            }
            What::Condition(inside) => {
                self.state.line = tree.line;
                self.trace(
                    || {
                        format!(
                            "[[ {} ]]",
                            crate::workstation::shell::print::condition(inside)
                        )
                    },
                    k,
                );
                let found = self.condition(inside, k)?;
                let status = match found {
                    Ok(is) => i32::from(!is),
                    Err(why) => {
                        if !why.is_empty() {
                            self.complain(&why, k);
                        }
                        2
                    }
                };
                self.finish(status, k);
            }
            What::Arithmetic(text) => {
                self.state.line = tree.line;
                self.trace(|| format!("(( {} ))", text.trim()), k);
                let value = self.number(text, "((", k)?;
                self.finish(i32::from(value == 0), k);
            }
            What::Simple { .. } => {}
        }
        Ok(Step::Went)
    }

    /// The number that a text comes to. A mistake in it makes the command fail.
    fn number(&mut self, text: &str, name: &str, k: &mut Kernel) -> Result<i64, Changed> {
        use crate::workstation::shell::expand::Stop;
        let found = self.expand(k, |e| match e.arithmetic(text) {
            Ok(number) => Ok(Ok(number)),
            Err(Stop::Fault(why)) => Ok(Err(why)),
            Err(stop) => Err(stop),
        })?;
        match found {
            Ok(number) => Ok(number),
            Err(why) => {
                self.complain(&format!("{name}: {why}"), k);
                self.finish(1, k);
                Err(Changed)
            }
        }
    }

    fn for_step(
        &mut self,
        tree: &Tree,
        name: &str,
        words: &Option<Vec<Rc<str>>>,
        body: &Tree,
        at: usize,
        k: &mut Kernel,
    ) -> Result<Step, Changed> {
        if at == 0 {
            self.state.line = tree.line;
            let list = match words {
                None => self.state.arguments.to_vec(),
                Some(words) => self.expand(k, |e| {
                    let mut found = Vec::new();
                    for word in words {
                        found.extend(e.fields(word)?);
                    }
                    Ok(found)
                })?,
            };
            if list.is_empty() {
                self.state.status = 0;
            }
            self.set(1, Data::Words(list));
            return Ok(Step::Went);
        }
        let next = match self.data() {
            Some((Data::Words(list), _)) => list.get(at - 1).cloned(),
            _ => None,
        };
        let Some(word) = next else {
            self.pop(k);
            return Ok(Step::Went);
        };
        if self.state.is_on("xtrace") {
            let all = match words {
                Some(words) => words.join(" "),
                None => "\"$@\"".into(),
            };
            self.trace(|| format!("for {name} in {all}"), k);
        }
        if self.state.is_readonly(name) {
            self.complain(&format!("{name}: readonly variable"), k);
            self.finish(1, k);
            return Ok(Step::Went);
        }
        self.state.set(name, word);
        if let Some((_, at)) = self.data() {
            *at += 1;
        }
        self.push_node(body, false);
        Ok(Step::Went)
    }

    fn case_step(&mut self, tree: &Tree, at: usize, k: &mut Kernel) -> Result<Step, Changed> {
        let What::Case(word, arms) = &tree.what else {
            return Ok(Step::Went);
        };
        let style = Style {
            extended: true,
            ignores_case: self.state.is_on("nocasematch"),
        };
        match at {
            0 => {
                self.state.line = tree.line;
                let value = self.expand(k, |e| e.single(word))?;
                self.trace(|| format!("case {word} in"), k);
                self.state.status = 0;
                self.set(1, Data::Case(value.chars().collect(), 0, 0));
            }
            1 => {
                let (value, arm, place) = match self.data() {
                    Some((Data::Case(value, arm, place), _)) => (value.clone(), *arm, *place),
                    _ => return Ok(Step::Went),
                };
                let Some(found) = arms.get(arm) else {
                    self.pop(k);
                    return Ok(Step::Went);
                };
                let Some(pattern) = found.patterns.get(place) else {
                    if let Some((Data::Case(_, arm, place), _)) = self.data() {
                        (*arm, *place) = (*arm + 1, 0);
                    }
                    return Ok(Step::Went);
                };
                let is = self.expand(k, |e| {
                    let signs = e.pattern(pattern)?;
                    e.fits(&signs, &value, style)
                })?;
                if let Some((Data::Case(_, _, place), at)) = self.data() {
                    *place += 1;
                    *at = if is { 2 } else { *at };
                }
            }
            // The body of an arm, and the next one's where it falls through.
            2 => {
                let arm = match self.data() {
                    Some((Data::Case(_, arm, place), at)) => {
                        *at = 3;
                        *place = usize::MAX;
                        *arm
                    }
                    _ => return Ok(Step::Went),
                };
                match arms.get(arm).and_then(|a| a.body.as_ref()) {
                    Some(body) => self.push_node(body, false),
                    None => self.state.status = 0,
                }
            }
            _ => {
                let (arm, at) = match self.data() {
                    Some((Data::Case(_, arm, place), at)) => {
                        *place = 0;
                        (arm, at)
                    }
                    _ => return Ok(Step::Went),
                };
                let end = arms.get(*arm).map_or(";;", |a| a.end);
                *arm += 1;
                match end {
                    ";&" if *arm < arms.len() => *at = 2,
                    ";;&" => *at = 1,
                    _ => self.pop(k),
                }
            }
        }
        Ok(Step::Went)
    }

    // ---- processes

    /// What `[[ … ]]` comes to.
    fn condition(
        &mut self,
        inside: &crate::workstation::shell::syntax::Condition,
        k: &mut Kernel,
    ) -> Result<Result<bool, String>, Changed> {
        let terminals: Vec<i32> = (0..3).filter(|d| k.os.is_terminal(*d)).collect();
        self.expand(k, |e| condition::evaluate(inside, &terminals, e))
    }
}
