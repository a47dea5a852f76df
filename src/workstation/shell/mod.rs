//! bash, as Debian's 5.2 has it.
//!
//! | file         | holds                                                              |
//! |--------------|--------------------------------------------------------------------|
//! | `scan`, `parser`, `syntax` | from a text to a tree of commands                    |
//! | `state`, `variable`        | what a shell knows, and a subshell inherits          |
//! | `expand`, `braces`, `parameter`, `arithmetic`, `pattern`, `glob` | what words come to |
//! | `bash`       | the shell as a process: frames that go on where they were          |
//! | `source`     | where commands come from: a text, the input, the prompt            |
//! | `compound`, `simple`, `redirect`, `condition` | how commands run                  |
//! | `trace`      | commands as `set -x` shows them                                    |
//! | `job`        | what runs in the background                                        |
//! | `builtins`   | what the shell does itself                                         |
//! | `launch`     | which program a name stands for                                    |
//! | `print`, `quote` | commands and texts as bash writes them                         |
//! | `prompt`     | what stands before the line that is typed                          |
//! | `complete`, `recall` | the Tab key, and `!!`                                      |

pub mod arithmetic;
pub mod bash;
pub mod braces;
pub mod builtins;
pub mod complete;
pub mod compound;
pub mod condition;
pub mod expand;
pub mod glob;
pub mod job;
pub mod launch;
pub mod parameter;
pub mod parser;
pub mod pattern;
pub mod print;
pub mod prompt;
pub mod quote;
pub mod recall;
pub mod redirect;
pub mod scan;
pub mod simple;
pub mod source;
pub mod state;
pub mod syntax;
pub mod trace;
pub mod variable;
