//! A `Deserializer` on the host's values.
//!
//! Three things keep it light. Each method calls the one method of the visitor that its type can
//! want: what is never called is not compiled. A struct is read as the sequence of its fields in
//! the order of its declaration, for which the derived code is half of that for a map; names are
//! found by one function for all structs, so `serde(alias)`, which would come between them, does
//! not work. And all that lies inside a value is read through one type ([`Inside`]), so that a
//! list of names and a field with a name share their code.

use std::marker::PhantomData;
use std::vec::IntoIter;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::Deserialize;

use super::host::Value;
use super::node::Node;
use super::path::Path;
use super::problem::Problem;

/// Greater numbers are not told apart from their neighbours (2⁵³ − 1).
const GREATEST: f64 = 9_007_199_254_740_991.0;

type Children = Vec<(String, Value)>;
type Read<'de, V> = Result<<V as Visitor<'de>>::Value, Problem>;

/// A value that is to be read, and where it is.
pub struct Reader<'a> {
    value: Value,
    path: &'a Path,
}

impl<'a> Reader<'a> {
    pub fn new(value: Value, path: &'a Path) -> Reader<'a> {
        Reader { value, path }
    }
}

fn mismatch(node: &Node<Value>, expected: &dyn Expected) -> Problem {
    let found = match node {
        Node::Null => Unexpected::Unit,
        Node::Bool(value) => Unexpected::Bool(*value),
        Node::Number(number) => Unexpected::Float(*number),
        Node::String(text) => Unexpected::Str(text),
        Node::Array(_) => Unexpected::Seq,
        Node::Object(_) => Unexpected::Map,
    };
    Problem::invalid_type(found, expected)
}

/// Functions that want a value of one kind, and what they call it.
macro_rules! of_kind {
    ($($open:ident $kind:ident $value:ty = $name:expr;)*) => {$(
        #[inline(never)]
        fn $open(value: Value) -> Result<$value, Problem> {
            match value.open() {
                Node::$kind(value) => Ok(value),
                node => Err(mismatch(&node, &$name)),
            }
        }
    )*};
}

of_kind! {
    open_bool Bool bool = "true or false";
    open_text String String = "a text in quotes";
    open_list Array Children = "a list, [ … ]";
    open_object Object Children = "an object, { … }";
}

#[inline(never)]
fn open_number(value: Value, expected: &dyn Expected) -> Result<f64, Problem> {
    match value.open() {
        Node::Number(number) => Ok(number),
        node => Err(mismatch(&node, expected)),
    }
}

fn boolean<'de, V: Visitor<'de>>(value: bool, _: &Path, visitor: V) -> Read<'de, V> {
    visitor.visit_bool(value)
}

fn number<'de, V: Visitor<'de>>(number: f64, visitor: V) -> Read<'de, V> {
    let whole = number as i64;
    if number.abs() > GREATEST || whole as f64 != number {
        visitor.visit_f64(number)
    } else if whole < 0 {
        visitor.visit_i64(whole)
    } else {
        visitor.visit_u64(whole as u64)
    }
}

fn text<'de, V: Visitor<'de>>(text: String, _: &Path, visitor: V) -> Read<'de, V> {
    visitor.visit_string(text)
}

fn list<'de, V: Visitor<'de>>(items: Children, path: &Path, visitor: V) -> Read<'de, V> {
    visitor.visit_seq(Items(Inside::new(items, ["[", "]"], path)))
}

fn object<'de, V: Visitor<'de>>(members: Children, path: &Path, visitor: V) -> Read<'de, V> {
    visitor.visit_map(Members(Inside::new(members, ["[\"", "\"]"], path)))
}

/// The methods of a `Deserializer` by what opens the value and what reads it.
macro_rules! methods {
    ($($open:ident $read:ident: $($method:ident)*;)*) => {$($(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<'de, V> {
            $read($open(self.value)?, self.path, visitor)
        }
    )*)*};
}

/// Those for numbers, of which the visitor says which it wants.
macro_rules! numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<'de, V> {
            let value = open_number(self.value, &visitor)?;
            number(value, visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Problem;

    methods! {
        open_bool boolean: deserialize_bool;
        open_text text: deserialize_char deserialize_str deserialize_string
            deserialize_identifier;
        open_list list: deserialize_seq;
        open_object object: deserialize_map;
    }
    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<'de, V> {
        match self.value.open() {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => boolean(value, self.path, visitor),
            Node::Number(value) => number(value, visitor),
            Node::String(value) => text(value, self.path, visitor),
            Node::Array(items) => list(items, self.path, visitor),
            Node::Object(members) => object(members, self.path, visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<'de, V> {
        visitor.visit_unit()
    }

    // JSON has no bytes of its own: a text or a list of numbers stands for them.
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Read<'de, V> {
        self.deserialize_any(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Read<'de, V> {
        self.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<'de, V> {
        match self.value.is_null() {
            true => visitor.visit_none(),
            false => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Read<'de, V> {
        match self.value.open() {
            Node::Null => visitor.visit_unit(),
            node => Err(mismatch(&node, &visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<'de, V> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Read<'de, V> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Read<'de, V> {
        let items = open_list(self.value)?;
        match items.len() > length {
            true => Err(Problem::invalid_length(items.len(), &visitor)),
            false => list(items, self.path, visitor),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Read<'de, V> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Read<'de, V> {
        let fields = Inside::fields(self, names)?;
        visitor.visit_seq(Fields(fields))
    }

    /// `"variant"`, or `{ "variant": what it holds }`.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Read<'de, V> {
        let (name, value) = match self.value.open() {
            Node::String(name) => (name, None),
            Node::Object(mut members) if members.len() == 1 => match members.pop() {
                Some((name, value)) => (name, Some(value)),
                None => return Err(Problem::unknown_variant("", names)),
            },
            _ => {
                let names = names.join(", ");
                return Err(Problem::new(format!("expected one of {names}")));
            }
        };
        visitor.visit_enum(Variant {
            name,
            value,
            path: self.path,
        })
    }
}

/// What is inside a list or an object, read from its first to its last.
struct Inside<'a> {
    children: IntoIter<(String, Value)>,
    /// What stands before and after the name of each in a path.
    marks: [&'static str; 2],
    path: &'a Path,
}

impl<'a> Inside<'a> {
    fn new(children: Children, marks: [&'static str; 2], path: &'a Path) -> Inside<'a> {
        Inside {
            children: children.into_iter(),
            marks,
            path,
        }
    }

    /// The members of an object in the order in which they are wanted; what is missing is null.
    #[inline(never)]
    fn fields(reader: Reader<'a>, names: &'static [&'static str]) -> Result<Inside<'a>, Problem> {
        let mut members = open_object(reader.value)?;
        let mut fields = Children::new();
        for name in names {
            let place = members.iter().position(|(n, _)| n == name);
            fields.push(match place {
                Some(place) => members.remove(place),
                None => (name.to_string(), Value::null()),
            });
        }
        if let Some((odd, _)) = members.first() {
            return Err(Problem::unknown_field(odd, names));
        }
        Ok(Inside::new(fields, [".", ""], reader.path))
    }

    /// Goes to the next.
    #[inline(never)]
    fn enter(&mut self) -> (Reader<'a>, usize) {
        let next = self.children.next();
        let (name, value) = next.unwrap_or_else(|| (String::new(), Value::null()));
        let [before, after] = self.marks;
        let back = self.path.enter([before, &name, after]);
        (Reader::new(value, self.path), back)
    }

    #[inline(never)]
    fn read<'de, S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Problem> {
        let (reader, back) = self.enter();
        let item = seed.deserialize(reader)?;
        self.path.leave(back);
        Ok(item)
    }
}

/// The items of a list.
struct Items<'a>(Inside<'a>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Problem;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        match self.0.children.len() {
            0 => Ok(None),
            _ => self.0.read(seed).map(Some),
        }
    }
}

/// The fields of a struct. There are as many as it wants, and inlined the compiler knows that
/// there is always a next one.
struct Fields<'a>(Inside<'a>);

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = Problem;

    #[inline(always)]
    fn next_element<T: Deserialize<'de>>(&mut self) -> Result<Option<T>, Problem> {
        self.0.read(PhantomData).map(Some)
    }

    #[inline(always)]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        self.0.read(seed).map(Some)
    }
}

/// The members of an object with names of its own.
struct Members<'a>(Inside<'a>);

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Problem;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        match self.0.children.as_slice().first() {
            Some((name, _)) => seed
                .deserialize(name.as_str().into_deserializer())
                .map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Problem> {
        self.0.read(seed)
    }
}

/// One form of an enum.
struct Variant<'a> {
    name: String,
    value: Option<Value>,
    path: &'a Path,
}

impl<'a> Variant<'a> {
    /// What it holds, and the way back from there.
    fn held(self) -> Result<(Reader<'a>, usize), Problem> {
        match self.value {
            Some(value) => {
                let back = self.path.enter([".", &self.name, ""]);
                Ok((Reader::new(value, self.path), back))
            }
            None => Err(Problem::custom("write it as an object, { \"name\": … }")),
        }
    }
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Problem;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Problem> {
        let variant = seed.deserialize(self.name.as_str().into_deserializer())?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Problem;

    fn unit_variant(self) -> Result<(), Problem> {
        match self.value {
            None => Ok(()),
            Some(_) => Err(Problem::custom("this stands alone, as a text in quotes")),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Problem> {
        let path = self.path;
        let (reader, back) = self.held()?;
        let read = seed.deserialize(reader)?;
        path.leave(back);
        Ok(read)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Read<'de, V> {
        let path = self.path;
        let (reader, back) = self.held()?;
        let read = reader.deserialize_tuple(length, visitor)?;
        path.leave(back);
        Ok(read)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Read<'de, V> {
        let path = self.path;
        let (reader, back) = self.held()?;
        let read = reader.deserialize_struct("", names, visitor)?;
        path.leave(back);
        Ok(read)
    }
}
