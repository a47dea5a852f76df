//! Real clients against `smtp-terminal serve`.
