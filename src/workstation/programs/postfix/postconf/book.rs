//! The parameters that there are, who uses which, and their values.

use std::cell::RefCell;

use crate::files::many::Many;
use crate::postfix::access::mynetworks;
use crate::postfix::config::expansion::{expand, scan, Malformed};
use crate::postfix::config::main_cf::Config;
use crate::postfix::config::parameter::{self, Kind};
use crate::postfix::config::syntax::{logical_lines, misplaced, name_value};
use crate::postfix::delivery::routes::fault_of_style;
use crate::smtp::printable::printable;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::postfix::postconf::database;
use crate::workstation::programs::postfix::postconf::service::{parse, Service, TRANSPORT};

/// What a parameter is: Postfix's own, a service's, the site's.
pub(super) const BUILTIN: u8 = 1;
pub(super) const SERVICE: u8 = 2;
pub(super) const USER: u8 = 4;
pub(super) const ANY: u8 = 7;
/// Its values are not looked into; it cannot be set; older releases had it.
const RAW: u8 = 8;
const READ_ONLY: u8 = 16;
const LEGACY: u8 = 32;

/// A parameter that there is.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) flags: u8,
    default: String,
}

/// What main.cf and master.cf say, and what there is besides.
pub(super) struct Book {
    /// `/etc/postfix`.
    pub(super) directory: String,
    /// The letters of all options.
    pub(super) mode: String,
    pub(super) main: Many,
    pub(super) services: Vec<Service>,
    /// In order of name.
    pub(super) rows: Vec<Row>,
    pub(super) output: Output,
    /// What is printed when the program ends.
    pub(super) text: String,
    is_given: bool,
}

impl Book {
    pub(super) fn new((directory, is_given): (String, bool), mode: String) -> Book {
        Book {
            directory,
            mode,
            main: Many::default(),
            services: Vec::new(),
            rows: Vec::new(),
            output: Output::default(),
            text: String::new(),
            is_given,
        }
    }

    pub(super) fn has(&self, letter: char) -> bool {
        self.mode.contains(letter)
    }

    /// Prints what there is so far.
    pub(super) fn flush(&mut self) {
        self.output.text.push_str(&self.text);
        self.text.clear();
    }

    pub(super) fn warn(&mut self, text: String) {
        let text = printable(&text, '?', false);
        self.output.complain(format!("postconf: warning: {text}\n"));
    }

    /// Reads both files, and registers who uses what.
    pub(super) fn open(
        &mut self,
        overrides: &mut dyn Iterator<Item = &str>,
        at: &Machine,
    ) -> Result<(), String> {
        let of_services = self.mode.contains(['M', 'F', 'P']);
        if of_services {
            self.read_services(true, at)?;
        }
        let defaults = self.has('d');
        if !defaults {
            self.read_main(at)?;
            for setting in overrides {
                let (name, value) = name_value(setting)
                    .map_err(|why| format!("invalid parameter override: {setting}: {why}"))?;
                self.main.insert(name, value);
            }
        }
        self.register(at);
        if !of_services {
            self.read_services(false, at)?;
        }
        for service in 0..self.services.len() {
            self.register_transport(service);
        }
        match defaults {
            true => Ok(()),
            false => self.register_users(at),
        }
    }

    pub(super) fn read_main(&mut self, at: &Machine) -> Result<(), String> {
        let path = format!("{}/main.cf", self.directory);
        let text = at
            .text(&path)
            .map_err(|errno| format!("open {path}: {errno}"))?;
        for (number, line) in logical_lines(&text) {
            if let Some(warning) = misplaced(&path, &line) {
                self.warn(warning);
                continue;
            }
            let set = name_value(&line).map_err(|why| {
                let line = line.trim_ascii();
                format!("{path}, line {number}: {why}: \"{line}\"")
            })?;
            let before = self.main.insert(set.0, set.1);
            if let Some(before) = before.filter(|before| before != set.1) {
                let name = set.0;
                self.warn(format!(
                    "{path}, line {number}: overriding earlier entry: {name}={before}"
                ));
            }
        }
        if self.is_given {
            self.main.insert("config_directory", self.directory.clone());
        }
        Ok(())
    }

    fn read_services(&mut self, must: bool, at: &Machine) -> Result<(), String> {
        let path = format!("{}/master.cf", self.directory);
        let text = match at.text(&path) {
            Ok(text) => text,
            Err(errno) if must => return Err(format!("open {path}: {errno}")),
            Err(errno) => {
                self.warn(format!("open {path}: {errno}"));
                return Ok(());
            }
        };
        for (number, line) in logical_lines(&text) {
            if let Some(warning) = misplaced(&path, &line) {
                self.warn(warning);
                continue;
            }
            let mut said = Vec::new();
            let service = parse(&line, &mut said);
            said.into_iter().for_each(|text| self.warn(text));
            let place = |why: String| match why.starts_with("bad field") {
                true => format!("file {path}: line {number}: {why}"),
                false => why,
            };
            self.services.push(service.map_err(place)?);
        }
        Ok(())
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.rows
            .binary_search_by(|row| row.name.as_str().cmp(name))
    }

    pub(super) fn row(&self, name: &str) -> Option<&Row> {
        self.rows.get(self.find(name).ok()?)
    }

    /// Puts a parameter among those that there are, unless it is one.
    fn enter(&mut self, name: &str, flags: u8, default: &str) {
        if let Err(place) = self.find(name) {
            let row = Row {
                name: name.into(),
                flags,
                default: default.into(),
            };
            self.rows.insert(place, row);
        }
    }

    /// Postfix's own parameters.
    fn register(&mut self, at: &Machine) {
        for known in parameter::all() {
            let raw = if known.kind == Kind::Raw { RAW } else { 0 };
            self.enter(known.name, BUILTIN | raw, known.default);
        }
        for (marks, name, default) in parameter::others() {
            let flags = match marks.contains('^') {
                true => LEGACY,
                false => BUILTIN | if marks.contains('~') { RAW } else { 0 },
            };
            self.enter(name, flags, default);
            if let Some(twin) = name.strip_prefix("smtp_").filter(|_| marks.contains('+')) {
                self.enter(&format!("lmtp_{twin}"), flags, default);
            }
        }
        let config = self.config();
        let host = match at.host.contains('.') {
            true => at.host.to_string(),
            false => format!(
                "{}.{}",
                at.host,
                self.main.get("mydomain").unwrap_or("localdomain")
            ),
        };
        if let Some(row) = self
            .find("myhostname")
            .ok()
            .and_then(|at| self.rows.get_mut(at))
        {
            row.default.clone_from(&host);
        }
        let own = match self.main.contains("myhostname") {
            true => config.get("myhostname"),
            false => host,
        };
        let domain = own
            .split_once('.')
            .map_or("localdomain", |(_, domain)| domain);
        self.enter("mydomain", BUILTIN, domain);
        let addresses = at.world.host(at.host).map(|host| host.addresses.clone());
        let networks = mynetworks(&config, &addresses.unwrap_or_default());
        self.enter("mynetworks", BUILTIN, &networks);
        self.enter("process_name", BUILTIN | READ_ONLY, "postconf");
        self.enter("process_id", BUILTIN | READ_ONLY, "4242");
        self.enter("service_name", BUILTIN | READ_ONLY, "");
    }

    /// main.cf for what is computed of it.
    fn config(&self) -> Config {
        let lines = self.main.iter().filter(|(name, _)| *name != "mynetworks");
        let text: String = lines
            .map(|(name, value)| format!("{name} = {value}\n"))
            .collect();
        Config::parse(&text).unwrap_or_default()
    }

    fn register_transport(&mut self, service: usize) {
        let Some(fields) = self.services.get(service).map(|s| s.fields.clone()) else {
            return;
        };
        let [name, .., command] = fields.get(..8).unwrap_or_default() else {
            return;
        };
        let range = match command.as_str() {
            "local" | "error" | "virtual" | "smtp" | "lmtp" => 1..99,
            "pipe" => 0..99,
            "spawn" => 0..1,
            _ => return,
        };
        let all = TRANSPORT.split(' ').enumerate();
        for (_, pair) in all.filter(|(number, _)| range.contains(number)) {
            let Some((suffix, default)) = pair.split_once('=') else {
                continue;
            };
            let whole = format!("{name}_{suffix}");
            self.enter(&whole, SERVICE, &format!("${default}"));
            self.reclass(&whole, SERVICE);
        }
    }

    fn reclass(&mut self, name: &str, class: u8) {
        if let Some(row) = self.find(name).ok().and_then(|at| self.rows.get_mut(at)) {
            row.flags = row.flags & !ANY | class;
        }
    }

    fn register_users(&mut self, at: &Machine) -> Result<(), String> {
        for service in 0..self.services.len() {
            if self
                .services
                .get(service)
                .is_some_and(|s| s.params.is_some())
            {
                self.scan_all(Some(service), at)?;
            }
        }
        if !self.main.contains("mynetworks") {
            // The networks are computed of it.
            let style = self.value("mynetworks_style", None, false);
            let style = self.expanded(&style.unwrap_or_default(), None)?;
            fault_of_style(&style).map_or(Ok(()), Err)?;
        }
        let defaults: Vec<String> = self
            .rows
            .iter()
            .filter(|row| row.flags & RAW == 0 && !self.main.contains(&row.name))
            .map(|row| row.default.clone())
            .filter(|default| default.contains('$'))
            .collect();
        for default in defaults {
            self.scan(&default, None);
        }
        self.scan_all(None, at)
    }

    fn settings(&self, scope: Option<usize>) -> Option<&Many> {
        match scope {
            Some(service) => self.services.get(service)?.params.as_ref(),
            None => Some(&self.main),
        }
    }

    /// Looks at the values of main.cf, or of a service.
    fn scan_all(&mut self, scope: Option<usize>, at: &Machine) -> Result<(), String> {
        let Some(settings) = self.settings(scope).cloned() else {
            return Ok(());
        };
        if let Some(classes) = settings.get("smtpd_restriction_classes") {
            let own = |name: &str| settings.get(name).map(str::to_string);
            let classes = expand(classes, &own, true).unwrap_or_default();
            for class in classes
                .split([',', ' ', '\t', '\r', '\n'])
                .filter(|c| !c.is_empty())
            {
                self.flag(class, false, scope);
            }
        }
        for (name, value) in settings.iter() {
            let flags = self.row(name).map_or(0, |row| row.flags);
            if flags & READ_ONLY != 0 {
                let source = self.source(scope);
                self.warn(format!(
                    "{source}: read-only parameter assignment: {name}={value}"
                ));
                match scope.and_then(|service| self.services.get_mut(service)) {
                    Some(service) => drop(service.params.as_mut().map(|all| all.remove(name))),
                    None => drop(self.main.remove(name)),
                }
                continue;
            }
            if flags & LEGACY != 0 {
                self.reclass(name, USER);
            }
            if flags & RAW != 0 {
                continue;
            }
            self.scan(value, scope);
            if flags & (BUILTIN | SERVICE) != 0 {
                let value = self.expanded(value, scope)?;
                self.register_databases(&value, scope, at);
            }
        }
        Ok(())
    }

    /// Whoever names a database uses its parameters.
    fn register_databases(&mut self, value: &str, scope: Option<usize>, at: &Machine) {
        let place = match scope.and_then(|service| self.services.get(service)) {
            Some(service) => format!("master.cf:{}", service.space()),
            None => "main.cf".into(),
        };
        let mut met = Vec::new();
        let read = |path: &str| at.text(path).map_err(|errno| errno.text());
        database::look(value, &place, &read, &mut met, database::DEPTH);
        for item in met {
            match item {
                Ok(name) => self.flag(&name, true, scope),
                Err(warning) => self.warn(warning),
            }
        }
    }

    fn source(&self, scope: Option<usize>) -> String {
        let file = if scope.is_some() {
            "master.cf"
        } else {
            "main.cf"
        };
        format!("{}/{file}", self.directory)
    }

    fn scan(&mut self, value: &str, scope: Option<usize>) {
        let names = RefCell::new(Vec::new());
        let outcome = scan(value, &|name| names.borrow_mut().push(name.to_string()));
        for name in names.into_inner() {
            self.flag(&name, false, scope);
        }
        if let Err(malformed) = outcome {
            self.warn_of(&malformed);
        }
    }

    fn warn_of(&mut self, malformed: &Malformed) {
        for warning in malformed.warnings.lines() {
            self.warn(warning.clone());
        }
    }

    /// Somebody uses a parameter: if it is the site's own it counts from now on.
    pub(super) fn flag(&mut self, name: &str, is_database: bool, scope: Option<usize>) {
        let mut is_set = false;
        if scope.is_some_and(|service| {
            self.settings(scope).is_some_and(|s| s.contains(name)) && service < self.services.len()
        }) {
            is_set = true;
            if let Some(service) = scope.and_then(|service| self.services.get_mut(service)) {
                service.valid.push(name.into());
            }
        } else if self.main.contains(name) {
            is_set = true;
            self.enter(name, USER, "");
        }
        if scope.is_none() {
            for service in &mut self.services {
                if service
                    .params
                    .as_ref()
                    .is_some_and(|all| all.contains(name))
                {
                    is_set = true;
                    service.valid.push(name.into());
                }
            }
        }
        if !is_set && !is_database && self.row(name).is_none() {
            let source = self.source(scope);
            self.warn(format!("{source}: undefined parameter: {name}"));
        }
    }

    /// The value that is to be shown; `None` where main.cf has none and that is what counts.
    pub(super) fn value(&self, name: &str, scope: Option<usize>, is_set: bool) -> Option<String> {
        let own = || {
            let service = scope.and_then(|service| self.services.get(service));
            let of_service = service.and_then(|service| service.value(name));
            of_service.or_else(|| self.main.get(name).map(str::to_string))
        };
        let own = if self.has('d') { None } else { own() };
        match own {
            None if !is_set || self.has('d') => self.row(name).map(|row| row.default.clone()),
            own => own,
        }
    }

    /// A value with what its names stand for.
    pub(super) fn expanded(&mut self, text: &str, scope: Option<usize>) -> Result<String, String> {
        let outcome = expand(text, &|name| self.value(name, scope, false), true);
        outcome.map_err(|malformed| {
            self.warn_of(&malformed);
            malformed
                .fatal
                .unwrap_or_else(|| "macro processing error".into())
        })
    }

    /// What nobody uses.
    pub(super) fn flag_unused(&mut self, of_main: bool) {
        if of_main {
            self.unused(None);
        }
        for service in 0..self.services.len() {
            self.unused(Some(service));
        }
    }

    fn unused(&mut self, scope: Option<usize>) {
        let Some(settings) = self.settings(scope).cloned() else {
            return;
        };
        for (name, value) in settings.iter() {
            let service = scope.and_then(|service| self.services.get(service));
            let is_valid = |s: &Service| s.valid.iter().any(|valid| valid == name);
            if self.row(name).is_none() && !service.is_some_and(is_valid) {
                self.flush();
                let source = self.source(scope);
                self.warn(format!("{source}: unused parameter: {name}={value}"));
            }
        }
    }
}

impl Row {
    pub(super) fn is_raw(&self) -> bool {
        self.flags & RAW != 0
    }
}
