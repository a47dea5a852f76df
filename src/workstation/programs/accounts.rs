//! Who has an account, as the mail system hears of it.

use crate::postfix::server::{Server, User};

/// The first number of people's accounts, and the first that is nobody's.
const PEOPLE: std::ops::Range<u32> = 1_000..60_000;

/// Lets the mail system know who has an account; the people whom the scenario names keep theirs.
pub fn follow_accounts(server: &mut Server) {
    let passwd = server.files.get("/etc/passwd").unwrap_or("").to_string();
    let mut names: Vec<&str> = Vec::new();
    for line in passwd.lines() {
        names.extend(line.split(':').next().filter(|name| !name.is_empty()));
    }
    let users: Vec<String> = server.users.iter().map(|u| u.name.clone()).collect();
    names.extend(users.iter().map(String::as_str));
    server.set_accounts(&names);
}

/// The same after accounts were made or taken away.
pub(super) fn accounts_changed(server: &mut Server) {
    let passwd = server.files.get("/etc/passwd").unwrap_or("").to_string();
    let mut people: Vec<&str> = Vec::new();
    for line in passwd.lines() {
        let mut fields = line.split(':');
        let (name, number) = (fields.next().unwrap_or(""), fields.nth(1));
        let number = number.and_then(|n| n.parse::<u32>().ok());
        if number.is_some_and(|n| PEOPLE.contains(&n)) {
            people.push(name);
        }
    }
    server.users.retain(|u| people.contains(&u.name.as_str()));
    for name in people {
        if !server.users.iter().any(|u| u.name == name) {
            server.users.push(User {
                name: name.into(),
                password: None,
            });
        }
    }
    follow_accounts(server);
}
