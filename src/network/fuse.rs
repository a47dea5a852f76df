//! A bound for how much may happen while time passes, so that a world that never comes to rest
//! does not take the page with it.

/// How many moments may pass in one go: a day with a look at the queue every second. More than
/// that, and who watches thinks that the page has died.
const MOMENTS: u32 = 100_000;

/// How many more for what is late after that, and after each time that something was stopped.
const MORE: u32 = 10_000;

/// How often something that goes round is stopped in one go.
const STOPS: u32 = 20;

/// Counts moments.
#[derive(Debug, Default)]
pub(super) struct Fuse {
    moments: u32,
    blown: u32,
}

/// What a fuse says to one moment more.
pub(super) enum Burnt {
    /// It may be.
    No,
    /// There have been too many for the first time.
    Once,
    /// And again.
    Again,
    /// It does not end.
    Out,
}

impl Fuse {
    /// One moment more.
    pub(super) fn burn(&mut self) -> Burnt {
        self.moments += 1;
        let limit = if self.blown == 0 { MOMENTS } else { MORE };
        if self.moments <= limit {
            return Burnt::No;
        }
        self.moments = 0;
        self.blown += 1;
        match self.blown {
            1 => Burnt::Once,
            2..STOPS => Burnt::Again,
            _ => Burnt::Out,
        }
    }
}
