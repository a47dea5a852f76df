//! What a command has to say.

/// What a command prints, and whether all is well.
pub struct Told {
    /// What it prints.
    pub text: String,
    /// Whether all is well.
    pub is_well: bool,
}

/// All is well.
///
/// # Errors
/// None.
pub fn well(text: String) -> Result<Told, String> {
    Ok(Told {
        text,
        is_well: true,
    })
}
