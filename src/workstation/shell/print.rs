//! Commands as bash writes them (`type`, `declare -f`, `jobs`).

use crate::workstation::shell::syntax::{Condition, Redirect, Tree, What};

/// A command, as `jobs` shows it.
pub fn command(tree: &Tree) -> String {
    let mut printer = Printer {
        out: String::new(),
        indent: 0,
        in_function: false,
    };
    printer.node(tree);
    printer.out
}

/// A function with its name.
pub fn function(name: &str, body: &Tree) -> String {
    let mut printer = Printer {
        out: format!("{name} () \n"),
        indent: 0,
        in_function: true,
    };
    match &body.what {
        What::Group(_) => printer.node(body),
        _ => {
            printer.out.push_str("{ \n");
            printer.indent += 4;
            printer.line(body);
            printer.indent -= 4;
            printer.out.push_str("\n}");
        }
    }
    printer.out.push('\n');
    printer.out
}

/// What stands between `[[` and `]]`.
pub fn condition(inside: &Condition) -> String {
    match inside {
        Condition::Not(inside) => format!("! {}", condition(inside)),
        Condition::And(a, b) => format!("{} && {}", condition(a), condition(b)),
        Condition::Or(a, b) => format!("{} || {}", condition(a), condition(b)),
        Condition::Unary(operator, word) => format!("{operator} {word}"),
        Condition::Binary(a, operator, b) => format!("{a} {operator} {b}"),
    }
}

struct Printer {
    out: String,
    indent: usize,
    in_function: bool,
}

impl Printer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn margin(&mut self) {
        self.out.push_str(&" ".repeat(self.indent));
    }

    fn line(&mut self, tree: &Tree) {
        self.margin();
        self.node(tree);
    }

    /// A list with deeper margins, ended by a `;`.
    fn block(&mut self, tree: &Tree) {
        self.indent += 4;
        self.line(tree);
        self.indent -= 4;
        if !self.out.ends_with('&') {
            self.put(";");
        }
        self.put("\n");
        self.margin();
    }

    fn node(&mut self, tree: &Tree) {
        match &tree.what {
            What::Simple { assigns, words } => {
                let all: Vec<&str> = assigns.iter().chain(words).map(|w| &**w).collect();
                self.put(&all.join(" "));
                if all.is_empty() && !tree.redirects.is_empty() {
                    let shown: Vec<String> = tree.redirects.iter().map(redirect).collect();
                    self.put(&shown.join(" "));
                    return;
                }
            }
            What::Pipeline {
                stages,
                negated,
                timed,
            } => {
                if *timed {
                    self.put("time ");
                }
                if *negated {
                    self.put("! ");
                }
                for (i, stage) in stages.iter().enumerate() {
                    if i > 0 {
                        self.put(" | ");
                    }
                    self.node(stage);
                }
            }
            What::AndOr(first, rest) => {
                self.node(first);
                for (and, next) in rest {
                    self.put(if *and { " && " } else { " || " });
                    self.node(next);
                }
            }
            What::Sequence(items) => {
                for (i, (item, background)) in items.iter().enumerate() {
                    if i > 0 && self.out.ends_with('&') {
                        self.put(" ");
                    } else if i > 0 && self.in_function {
                        self.put(";\n");
                        self.margin();
                    } else if i > 0 {
                        self.put("; ");
                    }
                    self.node(item);
                    if *background {
                        self.put(" &");
                    }
                }
            }
            What::Group(inside) if self.in_function => {
                self.put("{ \n");
                self.indent += 4;
                self.line(inside);
                self.indent -= 4;
                self.put("\n");
                self.margin();
                self.put("}");
            }
            What::Group(inside) => {
                self.put("{ ");
                self.node(inside);
                self.put("; }");
            }
            What::Subshell(inside) => {
                self.put("( ");
                self.node(inside);
                self.put(" )");
            }
            What::If(branches, otherwise) => {
                for (i, (test, body)) in branches.iter().enumerate() {
                    match i {
                        0 => self.put("if "),
                        _ => self.put("elif "),
                    }
                    self.node(test);
                    self.put("; then\n");
                    self.block(body);
                }
                if let Some(body) = otherwise {
                    self.put("else\n");
                    self.block(body);
                }
                self.put("fi");
            }
            What::Loop {
                until,
                condition,
                body,
            } => {
                self.put(if *until { "until " } else { "while " });
                self.node(condition);
                self.put("; do\n");
                self.block(body);
                self.put("done");
            }
            What::For { name, words, body } => {
                self.put(&format!("for {name} in "));
                match words {
                    Some(words) => {
                        let words: Vec<&str> = words.iter().map(|w| &**w).collect();
                        self.put(&words.join(" "));
                    }
                    None => self.put("\"$@\""),
                }
                self.put(";\n");
                self.margin();
                self.put("do\n");
                self.block(body);
                self.put("done");
            }
            What::Coprocess(name, body) => {
                self.put(&format!("coproc {name} "));
                self.node(body);
            }
            What::Count(parts, body) => {
                self.put(&format!(
                    "for (({}; {}; {}))\n",
                    parts[0].trim(),
                    parts[1].trim(),
                    parts[2].trim()
                ));
                self.margin();
                self.put("do\n");
                self.block(body);
                self.put("done");
            }
            What::Case(word, arms) => {
                self.put(&format!("case {word} in \n"));
                self.indent += 4;
                for arm in arms {
                    self.margin();
                    let patterns: Vec<&str> = arm.patterns.iter().map(|p| &**p).collect();
                    self.put(&format!("{})\n", patterns.join(" | ")));
                    self.indent += 4;
                    if let Some(body) = &arm.body {
                        self.line(body);
                        self.put("\n");
                    }
                    self.indent -= 4;
                    self.margin();
                    self.put(&format!("{}\n", arm.end));
                }
                self.indent -= 4;
                self.margin();
                self.put("esac");
            }
            What::Function(name, body) => {
                self.put(&format!("function {name} () \n"));
                self.margin();
                let before = std::mem::replace(&mut self.in_function, true);
                self.node(body);
                self.in_function = before;
            }
            What::Condition(inside) => self.put(&format!("[[ {} ]]", condition(inside))),
            What::Arithmetic(text) => self.put(&format!("(({text}))")),
        }
        for one in &tree.redirects {
            self.put(" ");
            self.put(&redirect(one));
        }
    }
}

fn redirect(redirect: &Redirect) -> String {
    let usual = i32::from(!redirect.operator.starts_with('<'));
    let number = match (&redirect.variable, redirect.descriptor) {
        (Some(name), _) => format!("{{{name}}}"),
        (None, Some(number)) if number != usual || redirect.operator.ends_with('&') => {
            number.to_string()
        }
        (None, None) if redirect.operator.ends_with('&') => usual.to_string(),
        _ => String::new(),
    };
    let space = match redirect.operator {
        ">&" | "<&" | "<<" | "<<-" => "",
        _ => " ",
    };
    let mut text = format!("{number}{}{space}{}", redirect.operator, redirect.target);
    if let Some((document, _)) = redirect.document.get() {
        let end = crate::workstation::shell::parser::bare(&redirect.target);
        text.push_str(&format!("\n{document}{end}\n"));
    }
    text
}
