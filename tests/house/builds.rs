//! Where the light build and the full one part: lines that say `feature = "full"`, and those of
//! them that stand in the middle of code.

use syn::visit::{self, Visit};

use crate::source::{attributes_of, File};

/// What such a line says.
const FULL: &str = r#"feature = "full""#;

/// How many lines of a file say it.
pub fn count(file: &File) -> usize {
    let code = file.text.lines().map(str::trim_start);
    let code = code.filter(|line| !line.starts_with("//"));
    code.filter(|line| line.contains(FULL)).count()
}

/// The lines on which it stands inside an expression, a literal, a `match` or a body. An entry
/// of a table (an array that is a `const` or a `static`) is no such place.
pub fn inside(file: &File) -> Vec<usize> {
    let mut reader = Reader::default();
    reader.visit_file(&file.syntax);
    reader.found.sort_unstable();
    reader.found
}

#[derive(Default)]
struct Reader {
    depth: usize,
    found: Vec<usize>,
}

impl Reader {
    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        self.depth += 1;
        visit(self);
        self.depth -= 1;
    }

    /// The value of a `const` or a `static`: the entries of a table may have conditions.
    fn value(&mut self, value: &syn::Expr) {
        match value {
            syn::Expr::Reference(value) => self.value(&value.expr),
            syn::Expr::Array(table) => {
                for entry in &table.elems {
                    let own = attributes(entry).iter().filter(|a| says_full(a)).count();
                    let before = self.found.len();
                    self.visit_expr(entry);
                    // Its own are visited first.
                    self.found.drain(before..before + own);
                }
            }
            other => self.visit_expr(other),
        }
    }
}

fn says_full(attribute: &syn::Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else {
        return false;
    };
    let is_condition = list.path.is_ident("cfg") || list.path.is_ident("cfg_attr");
    is_condition && list.tokens.to_string().contains(FULL)
}

fn is_for_tests(attribute: &syn::Attribute) -> bool {
    let condition = || attribute.parse_args::<syn::Path>();
    attribute.path().is_ident("cfg") && condition().is_ok_and(|c| c.is_ident("test"))
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !attributes_of(item).iter().any(is_for_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.value(&item.expr);
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.value(&item.expr);
    }

    fn visit_expr(&mut self, expression: &'ast syn::Expr) {
        self.within(|s| visit::visit_expr(s, expression));
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.within(|s| visit::visit_block(s, block));
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if self.depth > 0 && says_full(attribute) {
            let line = attribute.pound_token.span.start().line;
            self.found.push(line);
        }
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        // `cfg!` itself, and what a macro is given.
        let text = item.tokens.to_string();
        let lines = text.matches(FULL).count();
        let line = item.bang_token.span.start().line;
        if self.depth > 0 {
            self.found.extend(std::iter::repeat_n(line, lines));
        }
    }
}

fn attributes(expression: &syn::Expr) -> &[syn::Attribute] {
    match expression {
        syn::Expr::Array(e) => &e.attrs,
        syn::Expr::Block(e) => &e.attrs,
        syn::Expr::Call(e) => &e.attrs,
        syn::Expr::Closure(e) => &e.attrs,
        syn::Expr::Lit(e) => &e.attrs,
        syn::Expr::Macro(e) => &e.attrs,
        syn::Expr::MethodCall(e) => &e.attrs,
        syn::Expr::Path(e) => &e.attrs,
        syn::Expr::Reference(e) => &e.attrs,
        syn::Expr::Struct(e) => &e.attrs,
        syn::Expr::Tuple(e) => &e.attrs,
        _ => &[],
    }
}
