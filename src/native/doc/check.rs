//! Checks one document: reads it, obeys its comments, and has its conversations judged.

use std::path::Path;
use std::rc::Rc;

use smtp_terminal::scenario::Scenario;

use crate::native::doc::dialogue::{conversations, Conversation};
use crate::native::doc::directive::{self, Directive};
use crate::native::doc::document::{Item, Place};
use crate::native::doc::finding::{bad_comment, Finding};
use crate::native::doc::format::{read, Format};
use crate::native::doc::judge::Judge;
use crate::native::doc::maker::{maker, Maker};
use crate::native::doc::programs::Programs;
use crate::native::doc::settings::Settings;
use crate::native::doc::standing::Standing;
use crate::native::doc::talk::{Fixed, Worlds};
use crate::native::doc::transcript::{is_only_prose, Reader};
use crate::native::unused::unused;

/// What is said of a document that is no fault of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The document.
    pub file: String,
    /// Where it is about.
    pub at: Place,
    /// A sentence.
    pub text: String,
}

/// What has been found in documents.
#[derive(Debug, Default)]
pub struct Report {
    /// Documents that were read.
    pub documents: usize,
    /// Conversations that were played.
    pub conversations: usize,
    /// Replies in them.
    pub replies: usize,
    /// What Postfix would not have said.
    pub findings: Vec<Finding>,
    /// What was left out, and why.
    pub notes: Vec<Note>,
}

/// What the author's comments have set.
#[derive(Clone, Default)]
struct Circumstances {
    scenario: Option<Rc<Scenario>>,
    main_cf: String,
    is_postfix: bool,
}

/// A check of one document.
struct Check<'a> {
    file: &'a str,
    folder: &'a Path,
    circumstances: Vec<Circumstances>,
    conversations: Vec<Conversation>,
    reader: Reader,
    programs: Programs,
    settings: Settings,
    is_off: bool,
    ignores_next: bool,
    accepts_next: Option<String>,
    report: &'a mut Report,
}

/// Checks a document's text.
pub fn check(
    file: &str,
    text: &str,
    format: Format,
    takes_all: bool,
    worlds: &mut Worlds,
    report: &mut Report,
) {
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let mut check = Check {
        file,
        folder,
        circumstances: vec![Circumstances {
            is_postfix: takes_all,
            ..Circumstances::default()
        }],
        conversations: Vec::new(),
        reader: Reader::default(),
        programs: Programs::default(),
        settings: Settings::default(),
        is_off: false,
        ignores_next: false,
        accepts_next: None,
        report,
    };
    for item in read(text, format) {
        check.item(item);
    }
    check.close();
    check.settings.tell(file, text, &mut check.report.findings);
    check.judge(worlds);
    let report = check.report;
    report.documents += 1;
}

impl Check<'_> {
    fn item(&mut self, item: Item) {
        match item {
            Item::Comment(said, at) => match Directive::parse(&said) {
                Ok(directive) => self.obey(directive, at, &said),
                Err(why) => self.complain(at, &said, &why),
            },
            Item::Block(block) if is_only_prose(&block) => {}
            Item::Block(mut block) => {
                let is_ignored = std::mem::take(&mut self.ignores_next);
                if let Some(text) = self.accepts_next.take() {
                    directive::accept(&mut block, &text);
                }
                if is_ignored || self.is_off {
                    self.reader.cut();
                } else {
                    self.settings.look(&block);
                    self.reader.read(&block);
                }
            }
        }
    }

    fn complain(&mut self, at: Place, said: &str, why: &str) {
        let finding = bad_comment(self.file, at, said, why);
        self.report.findings.push(finding);
    }

    fn obey(&mut self, directive: Directive, at: Place, said: &str) {
        match directive {
            Directive::Accept(text) => self.accepts_next = Some(text),
            Directive::Ignore => self.ignores_next = true,
            Directive::Off => self.is_off = true,
            Directive::On => self.is_off = false,
            Directive::New => self.close(),
            Directive::Postfix => self.change(|c| c.is_postfix = true),
            Directive::MainCf(lines) => {
                for why in unused(&lines) {
                    self.complain(at, said, &why);
                }
                self.change(|c| c.main_cf = lines);
            }
            Directive::Scenario(name) => match self.scenario(&name) {
                Ok(scenario) => self.change(|c| c.scenario = scenario),
                Err(why) => self.complain(at, said, &why),
            },
        }
    }

    /// From here on the circumstances are others.
    fn change(&mut self, change: impl FnOnce(&mut Circumstances)) {
        self.close();
        let mut circumstances = self.circumstances.last().cloned().unwrap_or_default();
        change(&mut circumstances);
        self.circumstances.push(circumstances);
    }

    /// What has been read makes conversations.
    fn close(&mut self) {
        let reader = std::mem::take(&mut self.reader);
        let findings = &mut self.report.findings;
        self.programs.look(self.file, &reader.events, findings);
        self.settings.hear(&reader.events);
        let circumstances = self.circumstances.len().saturating_sub(1);
        self.conversations
            .extend(conversations(reader.events, circumstances));
    }

    fn scenario(&self, name: &str) -> Result<Option<Rc<Scenario>>, String> {
        let text = match name {
            "" | "none" => return Ok(None),
            "default" => "{}".into(),
            json if json.starts_with('{') => json.into(),
            file => crate::native::file::read(&self.folder.join(file))?,
        };
        let scenario = Scenario::parse(&text).map_err(|fault| fault.to_string())?;
        Ok(Some(Rc::new(scenario)))
    }

    fn judge(&mut self, worlds: &mut Worlds) {
        let conversations = std::mem::take(&mut self.conversations);
        let makers = makers(&conversations);
        let mut before: Option<(usize, Standing)> = None;
        for (conversation, maker) in conversations.iter().zip(makers) {
            let circumstances = self
                .circumstances
                .get(conversation.circumstances)
                .cloned()
                .unwrap_or_default();
            let Some(at) = place(conversation) else {
                continue;
            };
            let is_known = circumstances.is_postfix || circumstances.scenario.is_some();
            let skipped = match maker {
                Maker::Postfix => None,
                Maker::Unknown if is_known => None,
                Maker::Other(_) if circumstances.scenario.is_some() => None,
                Maker::Other(name) => Some(format!("this is no Postfix, but {name}")),
                Maker::Unknown => Some(
                    "the server does not say that it is a Postfix; \
                     <!-- smtp-terminal: postfix --> before it has it checked all the same"
                        .into(),
                ),
            };
            if let Some(text) = skipped {
                self.note(at, text);
                before = None;
                continue;
            }
            let fixed = fixed(&circumstances, conversation);
            let mut judge = Judge::new(
                worlds,
                conversation,
                &circumstances.main_cf,
                fixed,
                self.file,
            );
            if let Err(why) = judge.prepare() {
                self.note(at, format!("Postfix does not start: {why}"));
                continue;
            }
            let standing = before
                .as_ref()
                .filter(|(number, _)| *number == conversation.circumstances)
                .map(|(_, standing)| standing);
            let after = judge.judge(conversation, standing, &mut self.report.findings);
            self.report.conversations += 1;
            self.report.replies += conversation.replies().count();
            before = Some((conversation.circumstances, after));
        }
        self.report.findings.sort_by(|a, b| {
            let key = |f: &Finding| (f.file.clone(), f.at);
            key(a).cmp(&key(b))
        });
    }

    fn note(&mut self, at: Place, text: String) {
        self.report.notes.push(Note {
            file: self.file.into(),
            at,
            text,
        });
    }
}

/// Whose servers the conversations are with. One that does not say is as the one before it, where it
/// goes on with that, or as another of the same name.
fn makers(conversations: &[Conversation]) -> Vec<Maker> {
    let mut makers: Vec<Maker> = conversations.iter().map(maker).collect();
    for i in 0..makers.len() {
        if makers.get(i) != Some(&Maker::Unknown) {
            continue;
        }
        let Some(conversation) = conversations.get(i) else {
            continue;
        };
        let found = match conversation.has_beginning() {
            false => i
                .checked_sub(1)
                .and_then(|before| makers.get(before))
                .cloned(),
            true => {
                let host = conversation
                    .opened
                    .as_ref()
                    .map(|o| o.host.as_str())
                    .unwrap_or("");
                let mut same = conversations.iter().zip(&makers).filter(|(other, maker)| {
                    let other = other.opened.as_ref().map(|o| o.host.as_str());
                    !host.is_empty() && other == Some(host) && **maker != Maker::Unknown
                });
                same.next().map(|(_, maker)| maker.clone())
            }
        };
        if let (Some(found), Some(maker)) = (found, makers.get_mut(i)) {
            *maker = found;
        }
    }
    makers
}

/// Where a conversation begins: at its first reply. None is of interest without one.
fn place(conversation: &Conversation) -> Option<Place> {
    let (_, shown) = conversation.replies().next()?;
    Some(shown.first()?.at)
}

/// The server of a scenario that a conversation is with: of that name, or the first.
fn fixed(circumstances: &Circumstances, conversation: &Conversation) -> Option<Fixed> {
    let scenario = circumstances.scenario.as_ref()?;
    let world = &scenario.world;
    let name = conversation.opened.as_ref().map_or("", |o| o.host.as_str());
    let of_name = world.hosts.iter().find(|host| {
        let addresses = world.dns.addresses(name).unwrap_or_default();
        host.server.is_some()
            && (host.name == name
                || host
                    .addresses
                    .iter()
                    .any(|a| a == name || addresses.contains(a)))
    });
    let host = of_name.or_else(|| world.hosts.iter().find(|host| host.server.is_some()))?;
    let client = world
        .hosts
        .iter()
        .find(|h| h.name == scenario.workstation.host);
    Some(Fixed {
        server: Rc::new(host.server.as_deref()?.clone()),
        dns: world.dns.clone(),
        client: client
            .and_then(|h| h.addresses.first().cloned())
            .unwrap_or_default(),
    })
}
