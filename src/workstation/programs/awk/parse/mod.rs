//! Reads a program into a tree, by awk's grammar.

mod expression;

use std::rc::Rc;

use crate::platform;
use crate::workstation::programs::awk::lexer::{tokens, Token};
use crate::workstation::programs::awk::tree::{Array, Expr, Function, Program, Statement, When};

/// The variables that awk itself sets or reads.
const NAMES: [&str; 15] = [
    "NR", "NF", "FNR", "FS", "OFS", "ORS", "RS", "FILENAME", "SUBSEP", "RSTART", "RLENGTH",
    "CONVFMT", "OFMT", "ENVIRON", "ARGC",
];

/// How deep a program may be nested.
const DEPTH: usize = 200;

/// How many operators may follow each other in one statement: each stands around those before it.
const LINKS: usize = 1_000;

/// Reads a program.
pub fn parse(source: &str) -> Result<Program, String> {
    let mut parser = Parser {
        tokens: tokens(source)?,
        at: 0,
        program: Program {
            names: NAMES.map(String::from).to_vec(),
            ..Program::default()
        },
        functions: Vec::new(),
        locals: Vec::new(),
        arrays: Vec::new(),
        handed_on: Vec::new(),
        function: 0,
        depth: 0,
        links: 0,
        no_in: false,
        no_greater: false,
    };
    parser.items()?;
    // mawk has read all of it by then, and finds the last first.
    let last = source.matches('\n').count() + 2;
    let missing = parser.functions.iter().rev().filter(|(.., is)| !is);
    let missing: Vec<String> = missing
        .map(|(name, ..)| format!("line {last}: function {name} never defined"))
        .collect();
    if !missing.is_empty() {
        return Err(missing.join("\nawk: "));
    }
    // What is handed on to an array is one; each round finds at least one more.
    let is_array = |functions: &[Function], f: usize, p: usize| {
        functions
            .get(f)
            .and_then(|f| f.parameters.get(p))
            .copied()
            .unwrap_or(false)
    };
    let functions = &mut parser.program.functions;
    while let Some([from, parameter, ..]) = parser
        .handed_on
        .iter()
        .find(|[f, p, to, at]| is_array(functions, *to, *at) && !is_array(functions, *f, *p))
    {
        match functions
            .get_mut(*from)
            .and_then(|f| f.parameters.get_mut(*parameter))
        {
            Some(is) => *is = true,
            None => break,
        }
    }
    Ok(parser.program)
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
    program: Program,
    /// Names of functions, where they are called first, and whether they have been defined.
    functions: Vec<(String, usize, bool)>,
    /// The parameters of the function that is read.
    locals: Vec<String>,
    /// Which of them are used as arrays.
    arrays: Vec<usize>,
    /// Parameters that are handed on: of this function, this one, as that one's, at this place.
    handed_on: Vec<[usize; 4]>,
    /// The function that is read.
    function: usize,
    depth: usize,
    /// The operators of the statement so far.
    links: usize,
    /// In the head of `for`, `in` is not an operator.
    no_in: bool,
    /// In a list of print, `>` is not one.
    no_greater: bool,
}

type Read<T> = Result<T, String>;

impl Parser {
    fn line(&self) -> usize {
        let last = self.tokens.last().map_or(1, |(_, line)| line + 1);
        self.tokens.get(self.at).map_or(last, |(_, line)| *line)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(s) | Token::Word(s)) if *s == sign)
    }

    fn take(&mut self, sign: &str) -> bool {
        let is = self.is(sign);
        self.at += usize::from(is);
        is
    }

    /// One of these signs or words.
    fn any(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        let found = signs.iter().find(|s| self.is(s)).copied();
        self.at += usize::from(found.is_some());
        found
    }

    fn error<T>(&self) -> Read<T> {
        let line = self.line();
        Err(match self.peek() {
            None => format!("line {line}: missing }} near end of file"),
            Some(token) => {
                let near = match token {
                    Token::Number(n) => platform::real(*n, 'g', 6, false),
                    Token::Text(text) => format!("\"{text}\""),
                    Token::Regex(text) => format!("/{text}/"),
                    Token::Name(name) | Token::Call(name) => name.clone(),
                    Token::Sign("\n") => "end of line".into(),
                    Token::Word(word) | Token::Sign(word) => (*word).to_string(),
                };
                format!("line {line}: syntax error at or near {near}")
            }
        })
    }

    fn expect(&mut self, sign: &str) -> Read<()> {
        match self.take(sign) {
            true => Ok(()),
            false if sign == ")" && self.peek().is_some() => {
                let line = self.line();
                let near = match self.peek() {
                    Some(Token::Sign("\n")) => "end of line".to_string(),
                    Some(Token::Sign(s) | Token::Word(s)) => (*s).to_string(),
                    _ => return self.error(),
                };
                Err(format!("line {line}: missing ) near {near}"))
            }
            false => self.error(),
        }
    }

    fn newlines(&mut self) {
        while self.take("\n") {}
    }

    fn ends(&mut self) {
        while self.any(&["\n", ";"]).is_some() {}
    }

    fn items(&mut self) -> Read<()> {
        loop {
            self.ends();
            self.links = 0;
            if self.peek().is_none() {
                return Ok(());
            }
            if self.take("function") {
                self.function()?;
                continue;
            }
            let when = match self.any(&["BEGIN", "END"]) {
                Some("BEGIN") => When::Begin,
                Some(_) => When::End,
                None if self.is("{") => When::Is(None),
                None => {
                    let first = self.expr()?;
                    match self.take(",") {
                        true => {
                            self.newlines();
                            When::Range(first, self.expr()?)
                        }
                        false => When::Is(Some(first)),
                    }
                }
            };
            let body = match self.is("{") {
                true => Some(self.block()?),
                false if matches!(when, When::Begin | When::End) => return self.error(),
                false => None,
            };
            self.program.rules.push((when, body.map(Rc::new)));
        }
    }

    fn function(&mut self) -> Read<()> {
        let line = self.line();
        let Some(Token::Name(name) | Token::Call(name)) = self.peek().cloned() else {
            return self.error();
        };
        self.at += 1;
        self.expect("(")?;
        self.locals.clear();
        while let Some(Token::Name(parameter)) = self.peek().cloned() {
            self.at += 1;
            self.locals.push(parameter);
            if !self.take(",") {
                break;
            }
            self.newlines();
        }
        self.expect(")")?;
        self.newlines();
        let place = self.function_place(&name, line);
        self.function = place;
        if let Some(entry) = self.functions.get_mut(place) {
            entry.2 = true;
        }
        let body = self.block()?;
        let parameters = (0..self.locals.len())
            .map(|p| self.arrays.contains(&p))
            .collect();
        self.locals.clear();
        self.arrays.clear();
        if let Some(function) = self.program.functions.get_mut(place) {
            *function = Function {
                parameters,
                body: body.into(),
            };
        }
        Ok(())
    }

    fn function_place(&mut self, name: &str, line: usize) -> usize {
        if let Some(place) = self.functions.iter().position(|(n, _, _)| n == name) {
            return place;
        }
        self.functions.push((name.to_string(), line, false));
        self.program.functions.push(Function {
            parameters: Vec::new(),
            body: Rc::new(Statement::Block(Vec::new())),
        });
        self.functions.len() - 1
    }

    fn block(&mut self) -> Read<Statement> {
        self.expect("{")?;
        let mut all = Vec::new();
        loop {
            self.ends();
            if self.take("}") {
                return Ok(Statement::Block(all));
            }
            all.push(self.statement()?.into());
        }
    }

    /// The end of a simple statement.
    fn end(&mut self) -> Read<()> {
        match self.any(&[";", "\n"]).is_some() || self.is("}") || self.peek().is_none() {
            true => Ok(()),
            false => self.error(),
        }
    }

    fn statement(&mut self) -> Read<Statement> {
        self.deeper(Parser::statement_here)
    }

    fn body(&mut self) -> Read<Rc<Statement>> {
        self.newlines();
        if self.take(";") {
            return Ok(Rc::new(Statement::Block(Vec::new())));
        }
        self.statement().map(Rc::new)
    }

    fn statement_here(&mut self) -> Read<Statement> {
        self.links = 0;
        if self.is("{") {
            return self.block();
        }
        if self.take("if") {
            self.expect("(")?;
            let condition = self.expr()?;
            self.expect(")")?;
            let then = self.body()?;
            let before = self.at;
            self.ends();
            let otherwise = match self.take("else") {
                true => Some(self.body()?),
                false => {
                    self.at = before;
                    None
                }
            };
            return Ok(Statement::If(condition, then, otherwise));
        }
        if self.take("while") {
            self.expect("(")?;
            let condition = self.expr()?;
            self.expect(")")?;
            return Ok(Statement::While(condition, self.body()?, false));
        }
        if self.take("do") {
            let body = self.body()?;
            self.ends();
            if !self.take("while") {
                return self.error();
            }
            self.expect("(")?;
            let condition = self.expr()?;
            self.expect(")")?;
            self.end()?;
            return Ok(Statement::While(condition, body, true));
        }
        if self.take("for") {
            return self.for_loop();
        }
        let simple = self.simple()?;
        self.end()?;
        Ok(simple)
    }

    fn for_loop(&mut self) -> Read<Statement> {
        self.expect("(")?;
        if let (Some(Token::Name(name)), Some((Token::Word("in"), _))) =
            (self.peek().cloned(), self.tokens.get(self.at + 1))
        {
            let before = self.at;
            self.at += 2;
            if let Some(Token::Name(array)) = self.peek().cloned() {
                self.at += 1;
                if self.take(")") {
                    let (name, array) = (self.variable(&name), self.array(&array));
                    return Ok(Statement::ForIn(name, array, self.body()?));
                }
            }
            self.at = before;
        }
        let nothing = || Statement::Block(Vec::new());
        let first = match self.is(";") {
            true => nothing(),
            false => self.simple()?,
        };
        self.expect(";")?;
        self.newlines();
        let condition = match self.is(";") {
            true => None,
            false => Some(self.expr()?),
        };
        self.expect(";")?;
        self.newlines();
        let step = match self.is(")") {
            true => nothing(),
            false => self.simple()?,
        };
        self.expect(")")?;
        let body = self.body()?;
        Ok(Statement::For(
            Rc::new(first),
            condition,
            Rc::new(step),
            body,
        ))
    }

    fn simple(&mut self) -> Read<Statement> {
        if let Some(word) = self.any(&["break", "continue", "next", "nextfile"]) {
            return Ok(Statement::Leave(word));
        }
        if let Some(word) = self.any(&["exit", "return"]) {
            let is_bare = [";", "\n", "}"].iter().any(|s| self.is(s)) || self.peek().is_none();
            let value = match is_bare {
                true => None,
                false => Some(self.expr()?),
            };
            return Ok(Statement::Return(word, value));
        }
        if self.take("delete") {
            let Some(Token::Name(name)) = self.peek().cloned() else {
                return self.error();
            };
            self.at += 1;
            let array = self.array(&name);
            let keys = match self.take("[") {
                true => self.list("]")?,
                false => Vec::new(),
            };
            return Ok(Statement::Delete(array, keys));
        }
        if let Some(word) = self.any(&["print", "printf"]) {
            return self.print(word == "printf");
        }
        Ok(Statement::Do(self.expr()?))
    }

    fn print(&mut self, is_format: bool) -> Read<Statement> {
        self.no_greater = true;
        let mut values = Vec::new();
        let is_bare = [";", "\n", "}", ">", ">>", "|"].iter().any(|s| self.is(s));
        if !is_bare && self.peek().is_some() {
            loop {
                values.push(self.expr()?);
                if !self.take(",") {
                    break;
                }
                self.newlines();
            }
        }
        self.no_greater = false;
        // `print (a, b) > "file"`
        if let [Expr::Group(_)] = values.as_slice() {
            if let Some(Expr::Group(inside)) = values.pop() {
                values = inside;
            }
        }
        let to = match self.any(&[">", ">>", "|"]) {
            Some(sign) => Some((sign, self.expr()?)),
            None => None,
        };
        Ok(Statement::Print(is_format, values, to))
    }

    /// Expressions up to a closing sign.
    fn list(&mut self, end: &str) -> Read<Vec<Expr>> {
        let before = (self.no_greater, self.no_in);
        (self.no_greater, self.no_in) = (false, false);
        let mut all = Vec::new();
        self.newlines();
        if !self.take(end) {
            loop {
                all.push(self.expr()?);
                self.newlines();
                if !self.take(",") {
                    break;
                }
                self.newlines();
            }
            self.expect(end)?;
        }
        (self.no_greater, self.no_in) = before;
        Ok(all)
    }

    fn variable(&mut self, name: &str) -> Expr {
        match self.locals.iter().position(|l| l == name) {
            Some(place) => Expr::Local(place),
            None => Expr::Variable(self.place(name)),
        }
    }

    fn array(&mut self, name: &str) -> Array {
        match self.locals.iter().position(|l| l == name) {
            Some(place) => {
                self.arrays.push(place);
                Array::Local(place)
            }
            None => Array::Global(self.place(name)),
        }
    }

    fn place(&mut self, name: &str) -> usize {
        let names = &mut self.program.names;
        names.iter().position(|n| n == name).unwrap_or_else(|| {
            names.push(name.to_string());
            names.len() - 1
        })
    }
}
