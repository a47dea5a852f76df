//! bash, as Debian's 5.2 has it.
//!
//! | file         | holds                                                              |
//! |--------------|--------------------------------------------------------------------|
//! | `scan`, `parser`, `syntax`, `fault` | from a text to a tree of commands           |
//! | `state`, `variable`, `place` | what a shell knows, and a subshell inherits        |
//! | `expand`, `braces`, `named`, `parameter`, `trim`, `unclosed`, `arithmetic`, `pattern`, `fields`, `glob` | what words come to |
//! | `bash`, `run`              | the shell as a process: frames that go on where they were |
//! | `capture`                  | commands inside words                                |
//! | `source`, `reading`        | where commands come from: a text, the input, the prompt |
//! | `compound`, `pipeline`, `simple`, `assign`, `redirect`, `condition` | how commands run |
//! | `trace`      | commands as `set -x` shows them                                    |
//! | `job`, `job_control`       | what runs in the background                          |
//! | `builtins`   | what the shell does itself                                         |
//! | `launch`     | which program a name stands for                                    |
//! | `print`, `quote` | commands and texts as bash writes them                         |
//! | `prompt`     | what stands before the line that is typed                          |
//! | `complete`, `recall` | the Tab key, and `!!`                                      |

pub mod arithmetic;
pub mod assign;
pub mod bash;
pub mod braces;
pub mod builtins;
pub mod capture;
pub mod complete;
pub mod compound;
pub mod condition;
pub mod expand;
pub mod fault;
pub mod fields;
pub mod fit;
pub mod glob;
pub mod job;
pub mod job_control;
pub mod launch;
pub mod named;
pub mod parameter;
pub mod parser;
pub mod pattern;
pub mod pipeline;
pub mod place;
pub mod print;
pub mod prompt;
pub mod quote;
pub mod reading;
pub mod recall;
pub mod redirect;
pub mod run;
pub mod scan;
pub mod simple;
pub mod source;
pub mod state;
pub mod syntax;
pub mod trace;
pub mod trim;
pub mod unclosed;
pub mod variable;
