//! The crate's own source, read as a compiler reads it: which file holds which module, and which
//! items each file names, whatever the way in which it names them.
//!
//! What stands under `#[cfg(test)]` is its own affair and is left out; what is in one of
//! the builds alone is seen as that build sees it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use proc_macro2::{TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// A place in the crate: `["postfix", "server"]`.
pub type Module = Vec<String>;

/// One file of `src`.
#[derive(Clone)]
pub struct File {
    /// From the root of the repository: `src/postfix/server/mod.rs`.
    pub name: String,
    /// The module that it is.
    pub module: Module,
    /// As it is written.
    pub text: Rc<str>,
    /// As it is understood.
    pub syntax: Rc<syn::File>,
}

/// One of the builds of the crate: which conditions hold in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Build {
    /// `feature = "full"`.
    is_full: bool,
    /// `target_arch = "wasm32"`.
    is_browser: bool,
}

/// Those that there are.
pub const BUILDS: [Build; 4] = [
    Build::of(true, false),
    Build::of(true, true),
    Build::of(false, false),
    Build::of(false, true),
];

impl Build {
    const fn of(is_full: bool, is_browser: bool) -> Build {
        Build {
            is_full,
            is_browser,
        }
    }

    /// Whether what has these attributes is in it.
    pub fn has(self, attributes: &[syn::Attribute]) -> bool {
        let conditions = attributes.iter().filter(|a| a.path().is_ident("cfg"));
        conditions
            .filter_map(|a| a.parse_args().ok())
            .all(|condition| self.holds(&condition))
    }

    fn holds(self, condition: &syn::Meta) -> bool {
        let text = |value: &syn::Expr| match value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => text.value(),
            _ => String::new(),
        };
        match condition {
            syn::Meta::Path(name) => !name.is_ident("test"),
            syn::Meta::NameValue(pair) => {
                match (
                    pair.path.get_ident().map(plain).as_deref(),
                    &*text(&pair.value),
                ) {
                    (Some("feature"), "full") => self.is_full,
                    (Some("target_arch"), "wasm32") => self.is_browser,
                    _ => true,
                }
            }
            syn::Meta::List(list) => {
                let parser = Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated;
                let Ok(inner) = list.parse_args_with(parser) else {
                    return true;
                };
                let mut inner = inner.iter().map(|condition| self.holds(condition));
                match list.path.get_ident().map(plain).as_deref() {
                    Some("not") => !inner.all(|holds| holds),
                    Some("any") => inner.any(|holds| holds),
                    _ => inner.all(|holds| holds),
                }
            }
        }
    }
}

/// A path that a file writes.
#[derive(Clone, Debug)]
pub struct Mention {
    /// The line on which it stands.
    pub line: usize,
    /// The module in which it stands.
    pub module: Module,
    /// Its words, as they are written: `["super", "Server"]`.
    pub words: Vec<String>,
    /// It is a `use`, which gives what it names this name here.
    pub imports: Option<Import>,
    /// It is a `pub use`: others are to find here what is elsewhere.
    pub hands_on: bool,
}

/// What a `use` gives a name to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Import {
    /// One item.
    Name(String),
    /// All that there is (`*`).
    All,
}

/// Files by name, each read once.
pub struct Source(BTreeMap<String, File>);

impl Source {
    /// Those below `src`.
    pub fn read() -> Source {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut paths = Vec::new();
        collect(&root.join("src"), &mut paths);
        let read = |path: PathBuf| {
            let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path:?}: {e}"));
            let name = path.strip_prefix(root).unwrap_or(&path);
            File::new(&name.to_string_lossy().replace('\\', "/"), &text)
        };
        Source::of(paths.into_iter().map(read))
    }

    /// These.
    pub fn of(files: impl IntoIterator<Item = File>) -> Source {
        Source(files.into_iter().map(|f| (f.name.clone(), f)).collect())
    }

    /// Every file, in order of name, as the module that its name says.
    pub fn all(&self) -> impl Iterator<Item = &File> {
        self.0.values()
    }

    /// The files that a build is made of, in order of name, each as the module that it is there.
    pub fn files(&self, build: Build) -> Vec<File> {
        let mut found = BTreeMap::new();
        // The command is a crate of its own, which calls itself `crate` too.
        for root in ["src/lib.rs", "src/main.rs"] {
            self.place(root, Module::new(), build, &mut found);
        }
        found.into_values().collect()
    }

    /// Adds a file as this module, and those of the modules that it declares.
    fn place(&self, name: &str, module: Module, build: Build, found: &mut BTreeMap<String, File>) {
        let Some(file) = self.0.get(name) else {
            panic!("there is no {name}, which is to hold {}", module.join("::"));
        };
        let (folder, last) = name.rsplit_once('/').unwrap_or(("", name));
        // What `mod x;` in `a.rs` declares is in the folder `a`, what `mod.rs` declares beside it.
        let own = match last {
            "mod.rs" | "lib.rs" | "main.rs" => folder.to_string(),
            last => format!("{folder}/{}", last.trim_end_matches(".rs")),
        };
        let mut declared = Vec::new();
        let items = &file.syntax.items;
        declarations(items, &module, [folder, &own], build, &mut declared);
        let own = File {
            module,
            ..file.clone()
        };
        found.insert(name.into(), own);
        for (candidates, module) in declared {
            let file = candidates.iter().find(|c| self.0.contains_key(*c));
            let file = file.unwrap_or_else(|| panic!("there is none of {candidates:?}"));
            self.place(file, module, build, found);
        }
    }
}

/// The modules that items declare: where the file of each may be, and what it is. `folders` are
/// the one from which a `#[path]` starts, and the one in which other files are.
fn declarations(
    items: &[syn::Item],
    module: &Module,
    folders: [&str; 2],
    build: Build,
    found: &mut Vec<(Vec<String>, Module)>,
) {
    for item in items {
        let syn::Item::Mod(declared) = item else {
            continue;
        };
        if !build.has(&declared.attrs) {
            continue;
        }
        let name = plain(&declared.ident);
        let inner = [&module[..], std::slice::from_ref(&name)].concat();
        let path = path_of(&declared.attrs, build);
        let [start, own] = folders;
        if let Some((_, items)) = &declared.content {
            let folder = match &path {
                Some(path) => normal(&format!("{own}/{path}")),
                None => format!("{own}/{name}"),
            };
            declarations(items, &inner, [&folder, &folder], build, found);
        } else if let Some(path) = path {
            found.push((vec![normal(&format!("{start}/{path}"))], inner));
        } else {
            let files = [format!("{own}/{name}.rs"), format!("{own}/{name}/mod.rs")];
            found.push((files.to_vec(), inner));
        }
    }
}

/// A path without `.` and `..`.
fn normal(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// What `#[path = "…"]` or `#[cfg_attr(…, path = "…")]` says.
fn path_of(attributes: &[syn::Attribute], build: Build) -> Option<String> {
    let path = |meta: &syn::Meta| match meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    };
    attributes.iter().find_map(|attribute| {
        if !attribute.path().is_ident("cfg_attr") {
            return path(&attribute.meta);
        }
        let parser = Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated;
        let inner = attribute.parse_args_with(parser).ok()?;
        let (condition, rest) = (inner.first()?, inner.iter().skip(1));
        let mut rest = rest.filter(|_| build.holds(condition));
        rest.find_map(path)
    })
}

impl File {
    /// A file of this name with this text.
    pub fn new(name: &str, text: &str) -> File {
        File {
            name: name.into(),
            module: module_of(name),
            text: text.into(),
            syntax: Rc::new(syn::parse_file(text).unwrap_or_else(|e| panic!("{name}: {e}"))),
        }
    }
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).unwrap_or_else(|e| panic!("{path:?}: {e}"));
        for entry in entries {
            collect(
                &entry.unwrap_or_else(|e| panic!("{path:?}: {e}")).path(),
                found,
            );
        }
    } else if path.extension().is_some_and(|e| e == "rs") {
        found.push(path.to_path_buf());
    }
}

/// The module that a file is, by its name.
fn module_of(name: &str) -> Module {
    let name = name.trim_start_matches("src/").trim_end_matches(".rs");
    let words = name.split('/').map(String::from);
    let mut module: Module = words.collect();
    match module.last().map(String::as_str) {
        Some("mod") => {
            module.pop();
        }
        Some("lib") if module.len() == 1 => module.clear(),
        _ => {}
    }
    module
}

/// The paths that a file writes, but for those of its tests: in types, expressions, patterns and
/// imports, and wherever words look like one inside a macro or an attribute.
pub fn mentions(file: &File, build: Build) -> Vec<Mention> {
    let mut reader = Reader {
        build,
        module: file.module.clone(),
        hands_on: false,
        found: Vec::new(),
    };
    reader.visit_file(&file.syntax);
    reader.found
}

struct Reader {
    build: Build,
    module: Module,
    hands_on: bool,
    found: Vec<Mention>,
}

impl Reader {
    fn add(&mut self, line: usize, words: Vec<String>, imports: Option<Import>) {
        self.found.push(Mention {
            line,
            module: self.module.clone(),
            words,
            imports,
            hands_on: self.hands_on,
        });
    }

    /// A `use` tree, with what stands before it.
    fn tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[plain(name)]].concat();
        let line = tree.span().start().line;
        match tree {
            syn::UseTree::Path(path) => self.tree(&path.tree, &with(&path.ident)),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.tree(tree, before);
                }
            }
            // `use a::b::{self}` names `a::b`.
            syn::UseTree::Name(name) if name.ident == "self" => {
                let last = before.last().cloned().unwrap_or_default();
                self.add(line, before.to_vec(), Some(Import::Name(last)));
            }
            syn::UseTree::Name(name) => {
                let own = Import::Name(plain(&name.ident));
                self.add(line, with(&name.ident), Some(own));
            }
            syn::UseTree::Rename(renamed) => {
                let own = Import::Name(plain(&renamed.rename));
                self.add(line, with(&renamed.ident), Some(own));
            }
            syn::UseTree::Glob(_) => self.add(line, before.to_vec(), Some(Import::All)),
        }
    }

    /// What looks like a path among the words of a macro: names with `::` between them.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is_colon =
            |t: Option<&TokenTree>| matches!(t, Some(TokenTree::Punct(p)) if p.as_char() == ':');
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.tokens(group.stream()),
                // A path in the text of an attribute, as serde has them.
                TokenTree::Literal(text) => self.text(&text.to_string(), text.span().start().line),
                TokenTree::Ident(first) => {
                    let line = first.span().start().line;
                    let mut words = vec![plain(first)];
                    while is_colon(tokens.get(at + 1)) && is_colon(tokens.get(at + 2)) {
                        let Some(TokenTree::Ident(next)) = tokens.get(at + 3) else {
                            break;
                        };
                        words.push(plain(next));
                        at += 3;
                    }
                    self.add(line, words, None);
                }
                TokenTree::Punct(_) => {}
            }
            at += 1;
        }
    }

    fn text(&mut self, text: &str, line: usize) {
        let text = text.trim_matches('"');
        let is_path = text.starts_with("crate::") || text.starts_with("super::");
        let is_word = |w: &str| w.chars().all(|c| c.is_alphanumeric() || c == '_');
        if is_path && text.split("::").all(is_word) {
            let words = text.split("::").map(String::from).collect();
            self.add(line, words, None);
        }
    }
}

/// A name without `r#`.
fn plain(name: &syn::Ident) -> String {
    name.to_string().trim_start_matches("r#").into()
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if self.build.has(attributes_of(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes = match item {
            syn::ImplItem::Const(i) => &i.attrs[..],
            syn::ImplItem::Fn(i) => &i.attrs,
            syn::ImplItem::Type(i) => &i.attrs,
            syn::ImplItem::Macro(i) => &i.attrs,
            _ => &[],
        };
        if self.build.has(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(plain(&item.ident));
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.hands_on = !matches!(item.vis, syn::Visibility::Inherited);
        self.tree(&item.tree, &[]);
        self.hands_on = false;
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words = path.segments.iter().map(|s| plain(&s.ident)).collect();
        self.add(path.span().start().line, words, None);
        visit::visit_path(self, path);
    }

    // `pub(in crate::a)` and `pub(super)` say who may look, and look at nothing.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.visit_path(&item.path);
        self.tokens(item.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        // What a comment links to it does not use.
        if !attribute.path().is_ident("doc") {
            if let syn::Meta::List(list) = &attribute.meta {
                self.tokens(list.tokens.clone());
            }
        }
    }
}

/// The attributes of an item.
pub fn attributes_of(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(i) => &i.attrs,
        syn::Item::Enum(i) => &i.attrs,
        syn::Item::ExternCrate(i) => &i.attrs,
        syn::Item::Fn(i) => &i.attrs,
        syn::Item::ForeignMod(i) => &i.attrs,
        syn::Item::Impl(i) => &i.attrs,
        syn::Item::Macro(i) => &i.attrs,
        syn::Item::Mod(i) => &i.attrs,
        syn::Item::Static(i) => &i.attrs,
        syn::Item::Struct(i) => &i.attrs,
        syn::Item::Trait(i) => &i.attrs,
        syn::Item::TraitAlias(i) => &i.attrs,
        syn::Item::Type(i) => &i.attrs,
        syn::Item::Union(i) => &i.attrs,
        syn::Item::Use(i) => &i.attrs,
        _ => &[],
    }
}

/// The crate as one tree of modules, in which a path leads to the file that holds what it names.
pub struct Tree {
    build: Build,
    /// By module: what there is in it.
    modules: BTreeMap<Module, Contents>,
}

#[derive(Default)]
struct Contents {
    /// The file, by its number.
    file: usize,
    /// Names of the items that are defined here.
    items: Vec<String>,
    /// Names that are imported: the words of the path.
    imports: Vec<(Import, Vec<String>)>,
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A module as such.
    Module(Module),
    /// An item, in the module that defines it.
    Item(Module),
}

impl Tree {
    /// The tree of the files of a build.
    pub fn of(files: &[File], build: Build) -> Tree {
        let mut tree = Tree {
            build,
            modules: BTreeMap::new(),
        };
        for (number, file) in files.iter().enumerate() {
            tree.add(&file.module, number, &file.syntax.items);
            for mention in mentions(file, build) {
                if let Some(import) = mention.imports {
                    let contents = tree.modules.entry(mention.module).or_default();
                    contents.imports.push((import, mention.words));
                }
            }
        }
        tree
    }

    fn add(&mut self, module: &Module, file: usize, items: &[syn::Item]) {
        let mut names = Vec::new();
        let build = self.build;
        for item in items.iter().filter(|i| build.has(attributes_of(i))) {
            match item {
                syn::Item::Const(i) => names.push(plain(&i.ident)),
                syn::Item::Enum(i) => names.push(plain(&i.ident)),
                syn::Item::Fn(i) => names.push(plain(&i.sig.ident)),
                syn::Item::Macro(i) => names.extend(i.ident.as_ref().map(plain)),
                syn::Item::Static(i) => names.push(plain(&i.ident)),
                syn::Item::Struct(i) => names.push(plain(&i.ident)),
                syn::Item::Trait(i) => names.push(plain(&i.ident)),
                syn::Item::Type(i) => names.push(plain(&i.ident)),
                syn::Item::Union(i) => names.push(plain(&i.ident)),
                syn::Item::Mod(i) => {
                    if let Some((_, items)) = &i.content {
                        let inner = [&module[..], &[plain(&i.ident)]].concat();
                        self.add(&inner, file, items);
                    }
                }
                _ => {}
            }
        }
        let contents = self.modules.entry(module.clone()).or_default();
        contents.file = file;
        contents.items.extend(names);
    }

    /// The number of the file that holds a module.
    pub fn file_of(&self, module: &Module) -> Option<usize> {
        self.modules.get(module).map(|m| m.file)
    }

    /// What some words lead to, read in a module; `None` for what is of another crate, or is no
    /// name of a module's item (a local variable, a method, a variant).
    pub fn resolve(&self, from: &Module, words: &[String]) -> Option<Target> {
        self.look(from, words, 0)
    }

    fn look(&self, from: &Module, words: &[String], depth: usize) -> Option<Target> {
        // An import that leads to itself ends somewhere.
        if depth > 16 {
            return None;
        }
        let (first, rest) = words.split_first()?;
        match first.as_str() {
            "crate" | "smtp_terminal" => self.walk(&Vec::new(), rest, depth),
            "self" => self.walk(from, rest, depth),
            "super" => self.walk(&from[..from.len().checked_sub(1)?].to_vec(), rest, depth),
            _ => self.walk(from, words, depth),
        }
    }

    fn walk(&self, module: &Module, words: &[String], depth: usize) -> Option<Target> {
        let Some((first, rest)) = words.split_first() else {
            return Some(Target::Module(module.clone()));
        };
        if first == "super" {
            return self.look(module, words, depth);
        }
        let inner = [&module[..], std::slice::from_ref(first)].concat();
        if self.modules.contains_key(&inner) {
            return self.walk(&inner, rest, depth);
        }
        let contents = self.modules.get(module)?;
        if contents.items.contains(first) {
            return Some(Target::Item(module.clone()));
        }
        let named = |i: &&(Import, Vec<String>)| matches!(&i.0, Import::Name(n) if n == first);
        for (_, path) in contents.imports.iter().filter(named) {
            // `use time;` names a crate, not itself.
            if path.len() == 1 && path[0] == *first {
                continue;
            }
            let found = match self.look(module, path, depth + 1) {
                Some(Target::Module(found)) => self.walk(&found, rest, depth + 1),
                other => other,
            };
            if found.is_some() {
                return found;
            }
        }
        let globs = contents.imports.iter().filter(|i| i.0 == Import::All);
        globs.into_iter().find_map(|(_, path)| {
            let Some(Target::Module(found)) = self.look(module, path, depth + 1) else {
                return None;
            };
            (found != *module).then(|| self.walk(&found, words, depth + 1))?
        })
    }
}
