//! What an operation told, read by name.

use serde_json::Value;

/// A piece of JSON; what is absent reads as empty. Paths are written `now/balance_m2`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts(Value);

impl From<Value> for Facts {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl Facts {
    fn find(&self, path: &str) -> Option<&Value> {
        let found =
            if path.is_empty() { Some(&self.0) } else { self.0.pointer(&format!("/{path}")) };
        found.filter(|value| !value.is_null())
    }

    /// The text or number there, as text.
    pub fn text(&self, path: &str) -> String {
        match self.find(path) {
            Some(Value::String(text)) => text.clone(),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
            _ => String::new(),
        }
    }

    pub fn whole(&self, path: &str) -> i64 {
        self.find(path).and_then(Value::as_i64).unwrap_or_default()
    }

    pub fn has(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    pub fn yes(&self, path: &str) -> bool {
        self.find(path).and_then(Value::as_bool).unwrap_or_default()
    }

    pub fn at(&self, path: &str) -> Self {
        Self(self.find(path).cloned().unwrap_or_default())
    }

    /// The same with something more under that name.
    #[must_use]
    pub fn with(mut self, name: &str, more: Self) -> Self {
        if let Some(object) = self.0.as_object_mut() {
            object.insert(name.to_owned(), more.0);
        }
        self
    }

    /// The items of a list; of a page, those of its `items`.
    pub fn items(&self, path: &str) -> Vec<Self> {
        let list = self.find(path).and_then(Value::as_array);
        list.into_iter().flatten().cloned().map(Self).collect()
    }

    /// The members of an object with their names.
    pub fn members(&self, path: &str) -> Vec<(String, Self)> {
        let object = self.find(path).and_then(Value::as_object);
        object.into_iter().flatten().map(|(name, it)| (name.clone(), Self(it.clone()))).collect()
    }

    /// Where the next page of a list begins.
    pub fn next(&self) -> Option<String> {
        self.find("next_cursor").and_then(Value::as_str).map(str::to_owned)
    }
}
