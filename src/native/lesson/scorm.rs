//! The manifest of a SCORM package, which says what is in it: imsmanifest.xml.

use clap::ValueEnum;
use smtp_terminal::lesson::Lesson;

/// An edition of SCORM.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Edition {
    /// SCORM 1.2, which every platform knows.
    #[value(name = "1.2")]
    V12,
    /// SCORM 2004, third edition.
    #[value(name = "2004")]
    V2004,
}

impl Edition {
    /// Its part in the name of a file.
    pub fn name(self) -> &'static str {
        match self {
            Edition::V12 => "scorm12",
            Edition::V2004 => "scorm2004",
        }
    }
}

/// A text inside of XML.
fn escaped(text: &str) -> String {
    let is_allowed = |c: &char| *c >= ' ' || matches!(c, '\n' | '\t');
    let mut out = String::new();
    for c in text.chars().filter(is_allowed) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

const HEAD_12: &str = r#"xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 imscp_rootv1p1p2.xsd http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd""#;

const HEAD_2004: &str = r#"xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"
  xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3"
  xmlns:imsss="http://www.imsglobal.org/xsd/imsss"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.imsglobal.org/xsd/imscp_v1p1 imscp_v1p1.xsd http://www.adlnet.org/xsd/adlcp_v1p3 adlcp_v1p3.xsd""#;

/// What the page itself tells the platform, the platform need not work out.
const SEQUENCING: &str = r#"
        <imsss:sequencing>
          <imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>
        </imsss:sequencing>"#;

/// The manifest of a lesson with its files.
pub fn manifest(lesson: &Lesson, files: &[String], edition: Edition, language: &str) -> String {
    let id = escaped(&lesson.id.0);
    let title = escaped(lesson.title.in_language(language));
    let (head, version, kind, sequencing, mastery) = match edition {
        Edition::V12 => (
            HEAD_12,
            "1.2",
            "adlcp:scormtype",
            "",
            "\n        <adlcp:masteryscore>50</adlcp:masteryscore>",
        ),
        Edition::V2004 => (
            HEAD_2004,
            "2004 3rd Edition",
            "adlcp:scormType",
            SEQUENCING,
            "",
        ),
    };
    let files: String = files
        .iter()
        .map(|file| format!("\n      <file href=\"{}\"/>", escaped(file)))
        .collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="smtp-terminal-{id}" version="{number}"
  {head}>
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>{version}</schemaversion>
  </metadata>
  <organizations default="course">
    <organization identifier="course">
      <title>{title}</title>
      <item identifier="lesson" identifierref="page">
        <title>{title}</title>{mastery}{sequencing}
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="page" type="webcontent" {kind}="sco" href="index.html">{files}
    </resource>
  </resources>
</manifest>
"#,
        number = lesson.version(),
    )
}
