//! Where the learner sits.

/// The workstation that the learner sits at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workstation {
    /// The name of its host.
    pub host: String,
    /// Who is logged in.
    pub user: String,
    /// The prompt, where `\u` is the user, `\h` the host and `\w` the directory.
    pub prompt: String,
}

impl Workstation {
    /// The learner's home.
    pub fn home(&self) -> String {
        home(&self.user)
    }

    /// The prompt in a directory, which is written as it is to be shown: `safeer@penguinpower:~$ `.
    pub fn prompt_in(&self, directory: &str) -> String {
        let host = self.host.split('.').next().unwrap_or("");
        self.prompt
            .replace("\\u", &self.user)
            .replace("\\h", host)
            .replace("\\w", directory)
    }
}

/// Where a person's files are.
pub fn home(user: &str) -> String {
    match user {
        "root" => "/root".into(),
        user => format!("/home/{user}"),
    }
}
