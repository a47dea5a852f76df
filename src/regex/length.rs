//! How many characters a part of an expression takes, and looks, which go by that.

use crate::regex::parse::Part;

/// Whether a part may match without a character.
pub(super) fn may_be_empty(part: &Part) -> bool {
    match part {
        Part::Char(_) | Part::Any | Part::Set(_) => false,
        Part::Empty | Part::Edge(_) | Part::Look(..) | Part::Back(_) => true,
        Part::Group(_, inside) => may_be_empty(inside),
        Part::Row(parts) => parts.iter().all(may_be_empty),
        Part::Either(parts) => parts.iter().any(may_be_empty),
        Part::Repeat(inside, least, ..) => *least == 0 || may_be_empty(inside),
    }
}

/// How many characters a part takes, where that is always the same.
fn length(part: &Part) -> Option<usize> {
    Some(match part {
        Part::Empty | Part::Edge(_) | Part::Look(..) => 0,
        Part::Char(_) | Part::Any | Part::Set(_) => 1,
        Part::Group(_, inside) => length(inside)?,
        Part::Row(parts) => {
            let lengths = parts.iter().map(length).collect::<Option<Vec<usize>>>()?;
            lengths.iter().fold(0, |sum, one| sum.saturating_add(*one))
        }
        Part::Either(parts) => {
            let first = length(parts.first()?)?;
            let is_same = parts.iter().all(|part| length(part) == Some(first));
            return is_same.then_some(first);
        }
        Part::Repeat(inside, least, most, _) if *most == Some(*least) => {
            length(inside)?.saturating_mul(*least)
        }
        Part::Repeat(..) | Part::Back(_) => return None,
    })
}

/// A look ahead, or one behind for each alternative, all of which have a length.
pub(super) fn look(inside: Part, is_behind: bool, is_negated: bool) -> Option<Part> {
    let one = |part: Part| {
        let back = match is_behind {
            true => length(&part)?,
            false => 0,
        };
        Some(Part::Look(Box::new(part), back, is_negated))
    };
    match inside {
        Part::Either(parts) if is_behind => {
            let looks = parts.into_iter().map(one).collect::<Option<Vec<Part>>>()?;
            Some(match is_negated {
                true => Part::Row(looks),
                false => Part::Either(looks),
            })
        }
        inside => one(inside),
    }
}
