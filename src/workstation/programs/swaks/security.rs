//! What swaks plans of TLS, XCLIENT and AUTH.

use crate::workstation::programs::swaks::plan::{Plan, Planner, Stop};
use crate::workstation::programs::swaks::transcript::Kind;

/// Types of AUTH that it knows by themselves.
const TYPES: &str = "PLAIN=PLAIN,LOGIN=LOGIN,CRAM-MD5=CRAM-MD5,DIGEST-MD5=DIGEST-MD5,\
CRAM-SHA1=CRAM-SHA1,NTLM=NTLM,SPA=NTLM,MSN=NTLM";

impl Planner<'_, '_> {
    pub(super) fn check_tls(&mut self) -> Result<(), Stop> {
        if self.given.has("tls-cert") != self.given.has("tls-key") {
            return Err(self.fail("--tls-cert and --tls-key require each other.  Exiting"));
        }
        if let Some(path) = self.given.value("tls-ca-path").map(str::to_string) {
            if self.at.text(&path).is_err() && !self.at.is_directory(&path) {
                let text =
                    format!("--tls-ca-path: {path} is not a valid file or directory.  Exiting.");
                return Err(self.fail(&text));
            }
        }
        let Some(wanted) = self.given.value("tls-protocol").map(str::to_string) else {
            return Ok(());
        };
        let names: Vec<&str> = wanted.split(',').map(str::trim_start).collect();
        let denies = |name: &&str| name.to_ascii_lowercase().starts_with("no_");
        let denied = names.iter().filter(|n| denies(n)).count();
        if denied != 0 && denied != names.len() {
            return Err(self.fail("cannot mix X and no_X forms in --tls-protocol option"));
        }
        let mut good = 0;
        for name in &names {
            let bare = if denies(name) { &name[3..] } else { name };
            let known = "SSLv2 SSLv3 TLSv1 TLSv1_1 TLSv1_2 TLSv1_3";
            if known.split(' ').any(|k| k.eq_ignore_ascii_case(bare)) {
                good += 1;
            } else {
                let text = format!("{name} in --tls-protocol is not a known/supported protocol");
                self.shown.add(Kind::Error, &text);
            }
        }
        match good {
            0 => Err(self.fail("no valid arguments provided to --tls-protocol, exiting")),
            _ => Ok(()),
        }
    }

    pub(super) fn plan_xclient(&mut self, plan: &mut Plan) -> Result<(), Stop> {
        let mut pieces = String::new();
        for (name, value) in self.given.options.clone() {
            let Some(attribute) = name.strip_prefix("xclient").filter(|_| {
                !name.contains("optional") && !name.contains("-no-") && !name.contains("before")
            }) else {
                continue;
            };
            let attribute = attribute.trim_start_matches('-').to_ascii_uppercase();
            if attribute.is_empty() || attribute == "DELIM" {
                if !pieces.is_empty() {
                    plan.xclient.push(std::mem::take(&mut pieces));
                }
                if attribute.is_empty() {
                    plan.xclient.push(self.settle(name, value)?);
                }
                continue;
            }
            let value = self.settle(name, value)?;
            let attribute = attribute.replace('-', "_");
            if !pieces.is_empty() {
                pieces.push(' ');
            }
            pieces.push_str(&format!("{attribute}="));
            for c in value.chars() {
                match c {
                    '+' | '=' | '\0'..=' ' => pieces.push_str(&format!("+{:02X}", u32::from(c))),
                    c => pieces.push(c),
                }
            }
            plan.xclient_names.push(attribute);
        }
        if !pieces.is_empty() {
            plan.xclient.push(pieces);
        }
        Ok(())
    }

    pub(super) fn plan_auth(&mut self, plan: &mut Plan, tries: bool) -> Result<(), Stop> {
        let value = |name: &str| self.given.value(name).map(str::to_string);
        let [auth, user, password, optional, strict, map, extra] = [
            "auth",
            "auth-user",
            "auth-password",
            "auth-optional",
            "auth-optional-strict",
            "auth-map",
            "auth-extra",
        ]
        .map(value);
        plan.auth_optional = match (&strict, &optional) {
            (Some(_), _) => 2,
            (None, optional) => u8::from(optional.is_some()),
        };
        let named = [&auth, &strict, &optional];
        let named = named.into_iter().flatten().find(|value| !value.is_empty());
        let given = [&auth, &user, &password, &optional, &strict];
        if named.is_none() && !tries && given.iter().all(|value| value.is_none()) {
            return Ok(());
        }
        // `ANY` in front stands for all, as an empty one does.
        let named = named.filter(|named| {
            !named
                .split(',')
                .next()
                .is_some_and(|first| first.eq_ignore_ascii_case("any"))
        });
        plan.any_type = named.is_none();
        let mut map: Vec<String> = map
            .iter()
            .flat_map(|m| m.split(','))
            .map(|m| m.trim().into())
            .collect();
        map.extend(TYPES.split(',').map(str::to_string));
        let mut known: Vec<(String, String)> = Vec::new();
        for pair in &map {
            match pair
                .split_once('=')
                .filter(|(a, b)| !a.is_empty() && !b.is_empty())
            {
                Some((alias, base)) => {
                    known.retain(|(a, _)| a != alias);
                    known.push((alias.into(), base.into()));
                }
                None => return Err(self.fail(&format!("Unknown auth-map format '{pair}'"))),
            }
        }
        for pair in extra.iter().flat_map(|e| e.split(',')) {
            let pair = pair.trim();
            if pair
                .split_once('=')
                .is_none_or(|(a, b)| a.is_empty() || b.is_empty())
            {
                return Err(self.fail(&format!("Unknown auth-extra format '{pair}'")));
            }
        }
        known.sort();
        let wanted: Vec<String> = match named {
            Some(named) => named.split(',').map(str::to_ascii_uppercase).collect(),
            None => known.iter().map(|(alias, _)| alias.clone()).collect(),
        };
        for alias in wanted {
            let base = known
                .iter()
                .find(|(a, _)| *a == alias)
                .map(|(_, base)| base.as_str());
            let missing = match base {
                None => Some(format!("{alias} is not a recognized auth type, skipping")),
                Some("DIGEST-MD5") => {
                    Some("AUTH DIGEST-MD5 not available: requires Authen::SASL".into())
                }
                Some("NTLM") => Some("AUTH NTLM not available: requires Authen::NTLM".into()),
                Some(base) => {
                    plan.types.push((alias, base.into()));
                    None
                }
            };
            if let Some(missing) = missing.filter(|_| !plan.any_type) {
                self.shown.add(Kind::Error, &missing);
            }
        }
        if plan.types.is_empty() {
            self.shown.add(Kind::Error, "No auth types supported");
            return match plan.auth_optional {
                0 => Err(Stop::End(10)),
                _ => Ok(()),
            };
        }
        let mut told = Vec::new();
        for (value, prompt, hides) in [(user, "Username: ", false), (password, "Password: ", true)]
        {
            let value = match value.filter(|v| !v.is_empty()) {
                Some(value) => value,
                None => self.ask(prompt, true, hides && self.given.has("protect-prompt"))?,
            };
            told.push(if value == "<>" { String::new() } else { value });
        }
        plan.password = told.pop().unwrap_or_default();
        plan.user = told.pop().unwrap_or_default();
        plan.hidden = self
            .given
            .value("auth-hide-password")
            .map(|shown| match shown {
                "" => "PROVIDED_BUT_REMOVED".into(),
                shown => shown.into(),
            });
        Ok(())
    }
}
