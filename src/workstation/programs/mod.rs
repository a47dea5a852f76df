//! The programs of a host.
//!
//! | file      | programs                                                        |
//! |-----------|-----------------------------------------------------------------|
//! | `builtin` | what the light build has too                                    |
//! | `telnet`, `netcat`, `openssl`, `swaks`, `ping` | those that talk to the network |
//! | `less`, `mailx` | those that talk to the learner                            |
//! | `machine` | where a program runs, what it leaves behind, and which there are |
//! | `texts`   | cat, head, tail, grep, wc, base64, printf, echo                 |
//! | `files`   | ls, and the files of a host                                     |
//! | `names`   | dig, host, nslookup                                             |
//! | `help`    | what each says to `--help`                                      |
//! | `postfix` | mailq, postqueue, postcat, postsuper, postconf, postmap, postfix, sendmail |

#[cfg(feature = "full")]
pub mod awk;
pub mod builtin;
#[cfg(feature = "full")]
pub mod files;
#[cfg(feature = "full")]
pub mod help;
#[cfg(feature = "full")]
pub mod less;
#[cfg(feature = "full")]
pub mod machine;
#[cfg(feature = "full")]
pub mod mailx;
#[cfg(feature = "full")]
pub mod names;
#[cfg(feature = "full")]
pub mod netcat;
#[cfg(feature = "full")]
pub mod openssl;
#[cfg(feature = "full")]
pub mod ping;
#[cfg(feature = "full")]
pub mod postfix;
#[cfg(feature = "full")]
pub mod sed;
#[cfg(feature = "full")]
pub mod swaks;
pub mod telnet;
#[cfg(feature = "full")]
pub mod texts;
