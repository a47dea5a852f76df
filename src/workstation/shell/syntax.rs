//! What a text of the shell's language says, as a tree. Words stay as they were written: what is in
//! them is looked at when they are expanded.

use std::cell::OnceCell;
use std::rc::Rc;

/// A piece of the text.
pub type Text = Rc<str>;

/// A command with all that is in it.
pub type Tree = Rc<Node>;

/// A command.
#[derive(Debug)]
pub struct Node {
    /// The line that it starts on.
    pub line: u32,
    /// What it is.
    pub what: What,
    /// Where it reads and writes.
    pub redirects: Vec<Redirect>,
}

/// What a command is.
#[derive(Debug)]
pub enum What {
    /// `A=b command word …`
    Simple {
        /// The assignments before it.
        assigns: Vec<Text>,
        /// The command and its arguments.
        words: Vec<Text>,
    },
    /// `! a | b`
    Pipeline {
        /// The commands.
        stages: Vec<Tree>,
        /// The status is turned round.
        negated: bool,
        /// `time`
        timed: bool,
    },
    /// `a && b || c`: each after the first with whether it follows `&&`.
    AndOr(Tree, Vec<(bool, Tree)>),
    /// `a; b & c`: each with whether it runs in the background.
    Sequence(Vec<(Tree, bool)>),
    /// `{ …; }`
    Group(Tree),
    /// `( … )`
    Subshell(Tree),
    /// `if`: each condition with what it guards, and what else.
    If(Vec<(Tree, Tree)>, Option<Tree>),
    /// `while` and `until`
    Loop {
        /// It is `until`.
        until: bool,
        /// What is tried.
        condition: Tree,
        /// What is repeated.
        body: Tree,
    },
    /// `for NAME in …`, and `select`
    For {
        /// The variable.
        name: Text,
        /// What it goes through; the arguments, where nothing is said.
        words: Option<Vec<Text>>,
        /// What is repeated.
        body: Tree,
    },
    /// `coproc NAME …`
    Coprocess(Text, Tree),
    /// `for ((…; …; …))`
    Count([Text; 3], Tree),
    /// `case`
    Case(Text, Vec<Arm>),
    /// `name () …`
    Function(Text, Tree),
    /// `[[ … ]]`
    Condition(Condition),
    /// `(( … ))`
    Arithmetic(Text),
}

/// What a case does when a pattern fits.
#[derive(Debug)]
pub struct Arm {
    /// The patterns.
    pub patterns: Vec<Text>,
    /// What is done.
    pub body: Option<Tree>,
    /// `;;`, `;&` or `;;&`
    pub end: &'static str,
}

/// What stands between `[[` and `]]`.
#[derive(Debug)]
pub enum Condition {
    /// `! a`
    Not(Box<Condition>),
    /// `a && b`
    And(Box<Condition>, Box<Condition>),
    /// `a || b`
    Or(Box<Condition>, Box<Condition>),
    /// `-f a`
    Unary(Text, Text),
    /// `a == b`
    Binary(Text, Text, Text),
}

/// `2>file`
#[derive(Debug)]
pub struct Redirect {
    /// The descriptor; the usual one where none is named.
    pub descriptor: Option<i32>,
    /// `{name}`: a new descriptor, whose number the variable gets.
    pub variable: Option<Text>,
    /// The operator.
    pub operator: &'static str,
    /// What follows it.
    pub target: Text,
    /// The text of a here-document, once it has been read, and whether it is expanded.
    pub document: Rc<OnceCell<(Text, bool)>>,
}

/// Operators before one word.
pub const UNARY: &str = "abcdefghknoprstuvwxzGLNORS";
