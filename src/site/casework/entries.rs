//! What a command or a filter asks for: its field, and how what was written goes into the request.

use serde_json::{Map, Number, Value};

use super::Two;
use crate::kernel::problem::Answer;
use crate::site::parts::by_name;
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Sent};

/// One thing that is asked for.
#[derive(Clone, Copy)]
pub(in crate::site) struct Entry {
    /// Where it stands in the body, `inspection/date`; its last part is its name in the form.
    at: &'static str,
    kind: Kind,
    label: Two,
    hint: Two,
    needed: bool,
    /// The fact that stands in the field at first.
    first: &'static str,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Long,
    Day,
    /// Noon in Shanghai of a day.
    Noon,
    Whole,
    /// A number with two places, as areas and amounts are written.
    Places,
    Yes,
    /// One of a closed list, with what tells its words from others.
    Word(&'static str, &'static [&'static str]),
    /// One of what the thing has: ids and their texts.
    Of(fn(&Facts) -> Vec<(String, String)>),
    /// One of what these operations list, each named by these facts.
    Listed(&'static [&'static str], &'static [&'static str]),
    /// A part of the operation's path, chosen from what the thing has.
    Place(fn(&Facts) -> Vec<(String, String)>),
    /// A part of the operation's path that somebody was told, or that the address brings along.
    Told,
    /// One text in each line.
    Lines,
    /// A name and a number in each line.
    Pairs,
    /// A name and a text in each line.
    Named,
    /// A fact of the thing itself, which nobody fills in.
    Given(&'static str),
    /// A polygon as GeoJSON.
    Json,
}

impl Entry {
    const fn new(at: &'static str, label: Two, kind: Kind) -> Self {
        Self { at, kind, label, hint: ("", ""), needed: true, first: "" }
    }

    pub(in crate::site) const fn text(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Kind::Text)
    }

    pub(in crate::site) const fn long(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Kind::Long)
    }

    pub(in crate::site) const fn day(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Kind::Day)
    }

    pub(in crate::site) const fn noon(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Kind::Noon)
    }

    pub(in crate::site) const fn whole(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Kind::Whole)
    }

    pub(in crate::site) const fn places(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Kind::Places)
    }

    pub(in crate::site) const fn yes(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Kind::Yes)
    }

    pub(in crate::site) const fn word(
        at: &'static str,
        start: &'static str,
        words: &'static [&'static str],
        label: Two,
    ) -> Self {
        Self::new(at, label, Kind::Word(start, words))
    }

    pub(in crate::site) const fn of(
        at: &'static str,
        choices: fn(&Facts) -> Vec<(String, String)>,
        label: Two,
    ) -> Self {
        Self::new(at, label, Kind::Of(choices))
    }

    pub(in crate::site) const fn listed(
        at: &'static str,
        lists: &'static [&'static str],
        names: &'static [&'static str],
        label: Two,
    ) -> Self {
        Self::new(at, label, Kind::Listed(lists, names))
    }

    pub(in crate::site) const fn place(
        at: &'static str,
        choices: fn(&Facts) -> Vec<(String, String)>,
        label: Two,
    ) -> Self {
        Self::new(at, label, Kind::Place(choices))
    }

    pub(in crate::site) const fn told(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Kind::Told)
    }

    pub(in crate::site) const fn lines(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Kind::Lines)
    }

    pub(in crate::site) const fn pairs(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Kind::Pairs)
    }

    pub(in crate::site) const fn named(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Kind::Named)
    }

    pub(in crate::site) const fn given(at: &'static str, fact: &'static str) -> Self {
        Self::new(at, ("", ""), Kind::Given(fact))
    }

    pub(in crate::site) const fn json(at: &'static str, label: Two) -> Self {
        Self::new(at, label, Kind::Json)
    }

    pub(in crate::site) const fn hint(self, hint: Two) -> Self {
        Self { hint, ..self }
    }

    pub(in crate::site) const fn or_not(self) -> Self {
        Self { needed: false, ..self }
    }

    pub(in crate::site) const fn first(self, first: &'static str) -> Self {
        Self { first, ..self }
    }

    /// Its name in the form.
    pub(super) fn name(&self) -> &'static str {
        self.at.rsplit('/').next().unwrap_or(self.at)
    }

    pub(super) fn is_place(&self) -> bool {
        matches!(self.kind, Kind::Place(_) | Kind::Told)
    }

    pub(super) fn is_given(&self) -> bool {
        matches!(self.kind, Kind::Given(_))
    }

    pub(super) async fn field(&self, ask: &Ask, thing: &Facts) -> Answer<Field> {
        let (name, label) = (self.name(), ask.t(self.label.0, self.label.1));
        let field = match self.kind {
            Kind::Text | Kind::Told | Kind::Given(_) => Field::text(name, label),
            Kind::Long | Kind::Lines | Kind::Pairs | Kind::Named | Kind::Json => {
                Field::long(name, label)
            }
            Kind::Day | Kind::Noon => Field::date(name, label),
            Kind::Whole | Kind::Places => Field::number(name, label),
            Kind::Yes => Field::choice(name, label, self.words(ask, "", &["true", "false"])),
            Kind::Word(start, words) => Field::choice(name, label, self.words(ask, start, words)),
            Kind::Of(choices) | Kind::Place(choices) => {
                let choices = choices(thing).into_iter();
                let choices = choices.map(|(id, text)| (id, word(&ask.say, &text)));
                Field::choice(name, label, choices.collect())
            }
            Kind::Listed(lists, names) => {
                let mut choices = vec![(String::new(), ask.t("请选择", "Choose one").to_owned())];
                for list in lists {
                    choices.extend(by_name(ask, list, names).await?);
                }
                Field::choice(name, label, choices)
            }
        };
        let first = match self.kind {
            Kind::Named => said_of(&thing.items(self.first)),
            Kind::Told => ask.query("id").to_owned(),
            _ => thing.text(self.first),
        };
        let field = field.hint(ask.t(self.hint.0, self.hint.1)).value(first);
        Ok(if self.needed { field.required() } else { field })
    }

    /// The words of a list; none of them first where it may be left out.
    fn words(&self, ask: &Ask, start: &str, words: &[&str]) -> Vec<(String, String)> {
        let none = (String::new(), "—".to_owned());
        let each = words.iter().map(|name| {
            let text = match *name {
                "true" => ask.say.yes_no(true).to_owned(),
                "false" => ask.say.yes_no(false).to_owned(),
                name => word(&ask.say, &format!("{start}{name}")),
            };
            ((*name).to_owned(), text)
        });
        (!self.needed).then_some(none).into_iter().chain(each).collect()
    }

    /// Puts what was written into the body; what was left empty is not in it.
    pub(super) fn put(&self, body: &mut Value, thing: &Facts, sent: &Sent) {
        let text = match self.kind {
            Kind::Place(_) | Kind::Told => return,
            Kind::Given(fact) => thing.text(fact),
            _ => sent.text(self.name()).to_owned(),
        };
        if !text.is_empty() {
            put_at(body, self.at, self.value(&text));
        }
    }

    fn value(&self, text: &str) -> Value {
        // What cannot be read goes on as it is: the operation says what is wrong with it.
        match self.kind {
            Kind::Whole => plain(text).parse::<i64>().map_or_else(|_| text.into(), Value::from),
            Kind::Places => two_places(text).into(),
            Kind::Yes => (text == "true").into(),
            Kind::Noon => format!("{text}T04:00:00Z").into(),
            Kind::Lines => lines(text).collect::<Vec<_>>().into(),
            Kind::Pairs => pairs(text),
            Kind::Named => named(text),
            Kind::Json => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
            _ => text.into(),
        }
    }
}

fn put_at(body: &mut Value, at: &str, value: Value) {
    let Some(object) = body.as_object_mut() else { return };
    match at.split_once('/') {
        Some((first, rest)) => {
            let inside = object.entry(first).or_insert_with(|| Value::Object(Map::new()));
            put_at(inside, rest, value);
        }
        None => {
            object.insert(at.to_owned(), value);
        }
    }
}

/// People write thousands apart.
fn plain(text: &str) -> String {
    text.replace([',', '，', ' '], "")
}

/// `1,500` is `1500.00`.
fn two_places(text: &str) -> String {
    let text = plain(text);
    let (whole, places) = text.split_once('.').unwrap_or((&text, ""));
    match places.len() {
        0 => format!("{whole}.00"),
        1 => format!("{whole}.{places}0"),
        _ => text,
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '、', ';', '；']).map(str::trim).filter(|line| !line.is_empty())
}

/// `水质 3`, `水质：3` or `水质=3` in each line.
fn pairs(text: &str) -> Value {
    let mut object = Map::new();
    for line in lines(text) {
        let cut = line.rfind(['：', ':', '=', ' ', '\t']);
        let (name, value) = cut.map_or((line, ""), |at| line.split_at(at));
        let value = value.trim_start_matches(['：', ':', '=', ' ', '\t']).trim();
        let number = value.parse::<Number>().map_or_else(|_| value.into(), Value::Number);
        object.insert(name.trim_end_matches(['：', ':', '=', ' ', '\t']).to_owned(), number);
    }
    Value::Object(object)
}

/// `名称：内容` in each line.
fn named(text: &str) -> Value {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let each = lines.map(|line| {
        let (name, value) = line.split_once(['：', ':']).unwrap_or((line, ""));
        serde_json::json!({ "name": name.trim(), "value": value.trim() })
    });
    each.collect()
}

fn said_of(fields: &[Facts]) -> String {
    let lines = fields.iter().map(|one| format!("{}：{}", one.text("name"), one.text("value")));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_goes_into_the_place_that_the_operation_names() {
        let mut body = json!({});
        put_at(&mut body, "inspection/date", "2023-06-21".into());
        put_at(&mut body, "inspection/inspectors", json!(["甘志强"]));
        put_at(&mut body, "m2", 3.into());
        let expected =
            json!({"inspection": {"date": "2023-06-21", "inspectors": ["甘志强"]}, "m2": 3});
        assert_eq!(body, expected);
    }

    #[test]
    fn people_write_numbers_as_they_like() {
        assert_eq!(two_places("11,333"), "11333.00");
        assert_eq!(two_places("11333.5"), "11333.50");
        assert_eq!(two_places("11333.505"), "11333.505");
        assert_eq!(plain("1，000"), "1000");
    }

    #[test]
    fn indicators_stand_one_in_a_line() {
        let text = "水文连通 4\n植被盖度：4\r\n水质=3.5；鸟类 物种数 21\n空";
        let expected =
            json!({"水文连通": 4, "植被盖度": 4, "水质": 3.5, "鸟类 物种数": 21, "空": ""});
        assert_eq!(pairs(text), expected);
        let names = lines("甘志强、梅秀兰\n\n").collect::<Vec<_>>();
        assert_eq!(names, ["甘志强", "梅秀兰"]);
    }
}
