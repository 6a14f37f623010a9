//! Forms: fields with their labels, what was sent put back into them, and what is wrong beside it.

use uuid::Uuid;

use super::sent::Sent;
use super::sheet::Link;

#[derive(Debug, Clone, Default)]
pub struct Form {
    pub action: String,
    pub posts: bool,
    pub uploads: bool,
    pub legend: String,
    pub fields: Vec<Field>,
    pub hidden: Vec<(String, String)>,
    pub button: String,
    pub back: Option<Link>,
    pub problem: String,
    /// What is wrong one by one, each leading to its field where it has one.
    pub faults: Vec<Link>,
}

#[derive(Debug, Clone, Default)]
pub struct Field {
    pub name: &'static str,
    /// Which of the fields of that name on the page it is, if not the first.
    pub place: usize,
    pub label: String,
    /// `text`, `number`, `date`, `password`, `file`, `textarea` or `select`.
    pub kind: &'static str,
    pub value: String,
    pub hint: String,
    pub error: String,
    pub choices: Vec<(String, String)>,
    pub required: bool,
    pub autocomplete: &'static str,
}

impl Form {
    /// A form that changes something.
    pub fn post(action: impl Into<String>, button: impl Into<String>) -> Self {
        Self { action: action.into(), button: button.into(), posts: true, ..Self::default() }
    }

    /// A form that only asks.
    pub fn ask(action: impl Into<String>, button: impl Into<String>) -> Self {
        Self { action: action.into(), button: button.into(), ..Self::default() }
    }

    pub fn legend(self, legend: impl Into<String>) -> Self {
        Self { legend: legend.into(), ..self }
    }

    pub fn field(mut self, field: Field) -> Self {
        self.uploads |= field.kind == "file";
        self.fields.push(field);
        self
    }

    pub fn hidden(mut self, name: &str, value: impl Into<String>) -> Self {
        self.hidden.push((name.to_owned(), value.into()));
        self
    }

    pub fn back(self, link: Link) -> Self {
        Self { back: Some(link), ..self }
    }

    /// A form that moves value is meant once, however often it is sent.
    pub fn once(self, sent: Option<&Sent>) -> Self {
        let known = sent.map(|sent| sent.text("key").to_owned()).filter(|key| !key.is_empty());
        self.hidden("key", known.unwrap_or_else(|| Uuid::now_v7().to_string()))
    }

    /// The id of the field of that name, to which a fault leads.
    pub fn id_of(&self, name: &str) -> String {
        self.fields.iter().find(|field| field.name == name).map(Field::id).unwrap_or_default()
    }

    /// Puts back what was sent.
    pub fn filled(mut self, sent: Option<&Sent>) -> Self {
        let Some(sent) = sent else { return self };
        for field in &mut self.fields {
            if !["password", "file"].contains(&field.kind) {
                field.value = sent.text(field.name).to_owned();
            }
        }
        self
    }
}

impl Field {
    fn of(kind: &'static str, name: &'static str, label: &str) -> Self {
        Self { name, kind, label: label.to_owned(), ..Self::default() }
    }

    pub fn text(name: &'static str, label: &str) -> Self {
        Self::of("text", name, label)
    }

    pub fn number(name: &'static str, label: &str) -> Self {
        Self::of("number", name, label)
    }

    pub fn date(name: &'static str, label: &str) -> Self {
        Self::of("date", name, label)
    }

    pub fn password(name: &'static str, label: &str) -> Self {
        Self { autocomplete: "current-password", ..Self::of("password", name, label) }
    }

    pub fn file(name: &'static str, label: &str) -> Self {
        Self::of("file", name, label)
    }

    pub fn long(name: &'static str, label: &str) -> Self {
        Self::of("textarea", name, label)
    }

    pub fn choice(name: &'static str, label: &str, choices: Vec<(String, String)>) -> Self {
        Self { choices, ..Self::of("select", name, label) }
    }

    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    /// Its id: the name, with a number where an earlier form of the page has a field of that name.
    pub fn id(&self) -> String {
        match self.place {
            0 | 1 => self.name.to_owned(),
            place => format!("{}-{place}", self.name),
        }
    }

    /// Ids of what explains the field to a screen reader.
    pub fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.id()));
        }
        if !self.error.is_empty() {
            ids.push(format!("{}-error", self.id()));
        }
        ids.join(" ")
    }
}
