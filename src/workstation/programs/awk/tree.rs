//! A program as a tree.

use std::rc::Rc;

use crate::regex::Regex;

/// An expression.
#[derive(Clone, Debug)]
pub enum Expr {
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// A regular expression, looked for in the record.
    Regex(Rc<Regex>),
    /// A variable.
    Variable(usize),
    /// A variable of the function that runs.
    Local(usize),
    /// A field.
    Field(Box<Expr>),
    /// An element of an array.
    Element(Array, Vec<Expr>),
    /// Whether an array has an element.
    In(Array, Vec<Expr>),
    /// A value is given to the first, which may be computed with before.
    Assign(Box<Expr>, Option<&'static str>, Box<Expr>),
    /// `++` and `--`: what is added, and whether the old value counts.
    Step(Box<Expr>, f64, bool),
    /// Two values.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// One value.
    Unary(&'static str, Box<Expr>),
    /// The one or the other.
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Whether the first matches the second.
    Matches(Box<Expr>, Box<Expr>, bool),
    /// A function of awk's.
    Builtin(&'static str, Vec<Expr>),
    /// A function of the program.
    Call(usize, Vec<Expr>),
    /// `getline`, into something, from a file or a command.
    Getline(Option<Box<Expr>>, Option<(Box<Expr>, bool)>),
    /// In parentheses: `(a, b) in c`, or a list for print.
    Group(Vec<Expr>),
}

/// An array: of the program, or a variable of a function.
#[derive(Clone, Copy, Debug)]
pub enum Array {
    /// By its place among the variables.
    Global(usize),
    /// By its place in the call.
    Local(usize),
}

/// A statement.
#[derive(Clone, Debug)]
pub enum Statement {
    /// Some in a row.
    Block(Vec<Rc<Statement>>),
    /// An expression for what it does.
    Do(Expr),
    /// `print` or `printf` (the flag), and where to (`>` or `>>`, or `|`).
    Print(bool, Vec<Expr>, Option<(&'static str, Expr)>),
    /// A choice.
    If(Expr, Rc<Statement>, Option<Rc<Statement>>),
    /// A loop; the last flag says that it runs once before it asks.
    While(Expr, Rc<Statement>, bool),
    /// `for (a; b; c)`.
    For(Rc<Statement>, Option<Expr>, Rc<Statement>, Rc<Statement>),
    /// `for (a in b)`.
    ForIn(Expr, Array, Rc<Statement>),
    /// `delete a[i]`, or all of it.
    Delete(Array, Vec<Expr>),
    /// `break`, `continue`, `next`, `nextfile`.
    Leave(&'static str),
    /// `exit` and `return`.
    Return(&'static str, Option<Expr>),
}

/// When a rule is applied.
#[derive(Clone, Debug)]
pub enum When {
    /// Before the first record.
    Begin,
    /// After the last.
    End,
    /// Where this is true; none means always.
    Is(Option<Expr>),
    /// From the one to the other.
    Range(Expr, Expr),
}

/// A function of the program.
#[derive(Clone, Debug)]
pub struct Function {
    /// For each of its parameters, whether it is used as an array.
    pub parameters: Vec<bool>,
    /// What it does.
    pub body: Rc<Statement>,
}

/// A whole program.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// When, and what; none means that the record is printed.
    pub rules: Vec<(When, Option<Rc<Statement>>)>,
    /// Its functions.
    pub functions: Vec<Function>,
    /// It asks for a line of its input in the middle of something.
    pub has_getline: bool,
    /// The names of its variables, by place.
    pub names: Vec<String>,
}
