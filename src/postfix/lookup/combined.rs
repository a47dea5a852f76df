//! Tables made of tables: `unionmap:` and `pipemap:`.

use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use crate::postfix::config::syntax::{in_braces, split_list};
use crate::postfix::lookup::retry::{Found, Retry};
use crate::postfix::lookup::table::{Host, Lookup, Name, Opened, Table};

/// How long the answer of a union may become. Postfix has no such limit.
const MOST: usize = 1 << 16;

fn open(name: &Name, host: &mut dyn Host) -> Result<Vec<Arc<Table>>, String> {
    let Name { kind, name } = name;
    let fail = || format!("bad syntax: \"{kind}:{name}\"; need \"{kind}:{{type:name...}}\"");
    let words = split_list(in_braces(name).map_err(|_| fail())?);
    if words.is_empty() {
        return Err(fail());
    }
    // One after the other: what is wrong with the first of them is said first.
    let mut open = |word: &String| match word.contains(':') {
        true => Ok(host.open(word)),
        false => Err(fail()),
    };
    words.iter().map(&mut open).collect()
}

/// The answers of all, joined with commas.
pub(in crate::postfix::lookup) fn open_union(name: &Name, host: &mut dyn Host) -> Opened {
    Ok(Box::new(Union(open(name, host)?)))
}

/// The answer of each is the key of the next.
pub(in crate::postfix::lookup) fn open_pipe(name: &Name, host: &mut dyn Host) -> Opened {
    Ok(Box::new(Pipe(open(name, host)?)))
}

/// One of several answers, each time another.
pub(in crate::postfix::lookup) fn open_random(name: &Name, host: &mut dyn Host) -> Opened {
    let Name { kind, name } = name;
    let fail = || format!("bad syntax: \"{kind}:{name}\"; need \"{kind}:{{value...}}\"");
    let words = split_list(in_braces(name).map_err(|_| fail())?);
    if words.is_empty() {
        return Err(fail());
    }
    let values: Result<_, _> = words.iter().map(|word| host.content(word)).collect();
    Ok(Box::new(Random(values?, AtomicUsize::new(0))))
}

#[derive(Debug)]
struct Random(Vec<String>, AtomicUsize);

impl Lookup for Random {
    fn get(&self, _: &str) -> Found<'_> {
        // Numbers of a congruential generator, the high bits of which look random enough.
        let step =
            |n: usize| Some(n.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7fff_ffff);
        let number = self
            .1
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, step);
        let number = number.unwrap_or(0) >> 8;
        let value = self.0.get(number % self.0.len().max(1));
        Ok(value.map(|value| value.as_str().into()))
    }
}

/// A table that holds nothing: the environment of a daemon, and what another has put together.
#[derive(Debug)]
pub(in crate::postfix::lookup) struct Nothing;

impl Lookup for Nothing {
    fn get(&self, _: &str) -> Found<'_> {
        Ok(None)
    }
}

/// The first table says how the whole is asked.
fn is_pattern(tables: &[Arc<Table>]) -> bool {
    tables.first().is_some_and(|table| table.is_pattern())
}

#[derive(Debug)]
struct Union(Vec<Arc<Table>>);

impl Lookup for Union {
    fn get(&self, key: &str) -> Found<'_> {
        let mut all: Option<Cow<str>> = None;
        for table in &self.0 {
            let Some(found) = table.get(key)? else {
                continue;
            };
            match &mut all {
                // Nothing is put before the first that says something.
                Some(all) if !all.is_empty() => {
                    let all = all.to_mut();
                    all.push(',');
                    all.push_str(&found);
                    if all.len() > MOST {
                        return Err(Retry::default().and(|| format!("{key}: too many results")));
                    }
                }
                _ => all = Some(found),
            }
        }
        Ok(all.filter(|all| !all.is_empty()))
    }

    fn is_pattern(&self) -> bool {
        is_pattern(&self.0)
    }
}

#[derive(Debug)]
struct Pipe(Vec<Arc<Table>>);

impl Lookup for Pipe {
    fn get(&self, key: &str) -> Found<'_> {
        let mut answer: Option<Cow<str>> = None;
        for table in &self.0 {
            match table.get(answer.as_deref().unwrap_or(key))? {
                Some(next) => answer = Some(next),
                None => return Ok(None),
            }
        }
        Ok(answer)
    }

    fn is_pattern(&self) -> bool {
        is_pattern(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;
    use crate::postfix::config::main_cf::Config;
    use crate::postfix::lookup::tables::Tables;

    #[test]
    fn tables_of_tables() {
        let get = |spec: &str, key: &str| {
            let files = Files::default();
            let table = Tables::new(&Config::default(), &files).open(spec);
            table.get(key).unwrap().map(Cow::into_owned)
        };
        assert_eq!(
            get("unionmap:{inline:{a=1},inline:{a=2}}", "a").as_deref(),
            Some("1,2")
        );
        assert_eq!(
            get("pipemap:{inline:{a=b},inline:{b=c}}", "a").as_deref(),
            Some("c")
        );
    }
}
