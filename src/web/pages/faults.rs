//! What is wrong with a form, in the reader's words: beside each field, and together above it.
//!
//! Operations name faults for programs, in English or in both languages. People read them here in
//! their own language, once for all pages.

use super::form::Form;
use super::say::Say;
use super::sheet::Link;
use crate::kernel::problem::{FieldError, Language, Problem};

/// More faults than anybody reads at once, as of a file with thousands of bad rows.
const SHOWN_MAX: usize = 50;

/// What a value of a kind has to be: how the fault names the kind, and what people are told.
const WANTED: &[(&str, &str, &str)] = &[
    (
        "square metres from 1",
        "请填写 1 至 1,000,000,000 的整数（平方米）",
        "write a whole number of m² from 1 to 1,000,000,000",
    ),
    (
        "area in m²",
        "请填写面积（平方米），最多两位小数，如 1200.50",
        "write an area in m² with at most two places, such as 1200.50",
    ),
    (
        "CNY per mu",
        "请填写单价（元/亩），最多两位小数，如 94200.00",
        "write a price in CNY per mu with at most two places, such as 94200.00",
    ),
    (
        "amount in CNY",
        "请填写金额（元），最多两位小数，不加千位分隔符，如 1200.00",
        "write an amount in CNY with at most two places, such as 1200.00",
    ),
    ("percentage", "请填写规定范围内的百分比整数", "write a whole percentage within its range"),
    ("region code", "请填写 2、4、6 或 9 位区划代码", "write a region code of 2, 4, 6 or 9 digits"),
    ("known words", "请从列表中选择一项", "choose one of the list"),
    ("unknown variant", "请从列表中选择一项", "choose one of the list"),
    (
        "1 to 4000 characters",
        "请填写 1 至 4000 个字，可以换行",
        "write 1 to 4000 characters; line breaks are fine",
    ),
    (
        "1 to 300 characters",
        "请填写 1 至 300 个字，不能换行",
        "write 1 to 300 characters on one line",
    ),
    ("UUID", "请从列表中选择，或粘贴完整的编号", "choose one of the list, or paste the whole id"),
];

impl Form {
    /// Says what is wrong, beside the field where it is known and above the form.
    pub fn refused(mut self, problem: &Problem, say: &Say) -> Self {
        let mut placed = 0;
        let mut others = Vec::new();
        for (at, error) in problem.errors.iter().enumerate().take(SHOWN_MAX) {
            let last = error.pointer.rsplit('/').next().unwrap_or_default();
            let missing = error.code == "missing-field";
            let field = self.fields.iter_mut().find(|field| {
                field.name == last
                    || (missing && error.message.contains(&format!("`{}`", field.name)))
            });
            match field {
                Some(field) => {
                    field.error = said(problem, at, field.kind, say);
                    placed += 1;
                }
                None => others.push(said(problem, at, "", say)),
            }
        }
        if placed == 0 || placed < problem.errors.len() {
            self.problem = in_language(problem, say).to_owned();
            others.retain(|other| !other.is_empty() && !self.problem.contains(other.as_str()));
            others.dedup();
            self.faults.extend(others.into_iter().map(|text| Link::to("", text)));
        } else {
            self.problem = say
                .t("未能提交，请更正标出的内容：", "Not sent. Please mend what is marked:")
                .to_owned();
            let wrong = self.fields.iter().filter(|field| !field.error.is_empty());
            let links = wrong.map(|field| {
                let colon = say.t("：", ": ");
                Link::to(field.name, format!("{}{colon}{}", field.label, field.error))
            });
            self.faults = links.collect();
        }
        self
    }
}

fn in_language<'p>(problem: &'p Problem, say: &Say) -> &'p str {
    say.t(&problem.chinese, &problem.english)
}

/// One fault in the reader's language.
fn said(problem: &Problem, at: usize, kind: &str, say: &Say) -> String {
    let Some(error) = problem.errors.get(at) else { return String::new() };
    match error.code.as_str() {
        "missing-field" => return say.t("请填写此项", "this is needed").to_owned(),
        "not-a-value-of-this-field" => return wanted(kind, error, say),
        "zero-byte" => {
            return say
                .t("含有不能保存的字符", "this holds a character that cannot be kept")
                .into();
        }
        _ => {}
    }
    if let Some((chinese, english)) = in_both(&error.message) {
        return say.t(chinese, english).to_owned();
    }
    match say.0 {
        Language::English => error.message.clone(),
        Language::Chinese if !error.message.is_ascii() => error.message.clone(),
        Language::Chinese => listed(problem, at).unwrap_or(&problem.chinese).to_owned(),
    }
}

/// What stands at that place of several reasons, which a problem lists in both languages alike.
fn listed(problem: &Problem, at: usize) -> Option<&str> {
    let english: Vec<&str> = problem.errors.iter().map(|error| error.message.as_str()).collect();
    let chinese: Vec<&str> = problem.chinese.split('；').collect();
    let alike = problem.english == english.join("; ") && chinese.len() == english.len();
    if alike { chinese.get(at).copied() } else { None }
}

/// The two languages of a message that holds both: `中文 / English`, `中文 (English)`.
fn in_both(message: &str) -> Option<(&str, &str)> {
    let spaced = message.split_once(" / ");
    let (chinese, english) = spaced.or_else(|| {
        let (chinese, english) = message.split_once(" (")?;
        Some((chinese, english.strip_suffix(')')?))
    })?;
    (!chinese.is_ascii()).then_some((chinese, english))
}

/// What is to be written instead of what was no value.
fn wanted(kind: &str, error: &FieldError, say: &Say) -> String {
    let named = WANTED.iter().find(|(named, _, _)| error.message.contains(named));
    let (chinese, english) = match (named, kind) {
        (Some((_, chinese, english)), _) => (*chinese, *english),
        (None, "date") => ("请填写日期，如 2026-09-04", "write a day, such as 2026-09-04"),
        (None, "number") => ("请填写数字，如 1200", "write a number, such as 1200"),
        (None, "select") => ("请从列表中选择一项", "choose one of the list"),
        (None, "file") => ("请选择文件", "choose a file"),
        (None, _) => match in_both(&error.message) {
            Some((chinese, english)) => (chinese, english),
            None => ("此项填写有误，请检查格式和范围", "this is not a value that fits here"),
        },
    };
    say.t(chinese, english).to_owned()
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use super::*;
    use crate::web::pages::form::Field;

    fn error(pointer: &str, code: &str, message: &str) -> FieldError {
        FieldError { pointer: pointer.into(), code: code.into(), message: message.into() }
    }

    #[track_caller]
    fn check(english: &str, chinese: &str, errors: Vec<FieldError>, expected: [&str; 2]) {
        let problem = Problem::new(StatusCode::CONFLICT, "test", english, chinese);
        let problem = problem.with_errors(errors);
        for (language, expected) in [Language::Chinese, Language::English].into_iter().zip(expected)
        {
            let form = Form::post("/", "").field(Field::number("m2", "面积"));
            let form = form.field(Field::text("note", "说明")).refused(&problem, &Say(language));
            let mut told = vec![form.problem.clone()];
            told.extend(form.fields.iter().map(|field| field.error.clone()));
            told.extend(
                form.faults.iter().filter(|it| it.href.is_empty()).map(|it| it.text.clone()),
            );
            assert_eq!(told.join("|"), expected);
        }
    }

    #[test]
    fn a_value_that_is_none_is_said_again_for_people() {
        let message = "x is not a whole number of square metres from 1 to 1000000000";
        check(
            "no",
            "不行",
            vec![error("/m2", "not-a-value-of-this-field", message)],
            [
                "未能提交，请更正标出的内容：|请填写 1 至 1,000,000,000 的整数（平方米）|",
                "Not sent. Please mend what is marked:|write a whole number of m² from 1 to 1,000,000,000|",
            ],
        );
        check(
            "no",
            "不行",
            vec![error("", "missing-field", "missing field `note`")],
            [
                "未能提交，请更正标出的内容：||请填写此项",
                "Not sent. Please mend what is marked:||this is needed",
            ],
        );
    }

    #[test]
    fn several_reasons_stand_beside_their_fields_in_the_readers_language() {
        let errors = vec![error("/m2", "a", "too much"), error("", "b", "it is closed")];
        check(
            "too much; it is closed",
            "面积过大；已经关闭",
            errors,
            ["面积过大；已经关闭|面积过大|", "too much; it is closed|too much|"],
        );
    }

    #[test]
    fn a_message_in_both_languages_is_read_in_one() {
        let errors =
            vec![error("/m2", "a", "面积过大 / too much"), error("/note", "b", "有误 (odd)")];
        check(
            "no",
            "不行",
            errors,
            [
                "未能提交，请更正标出的内容：|面积过大|有误",
                "Not sent. Please mend what is marked:|too much|odd",
            ],
        );
        let errors = vec![error("/lines/3", "a", "第3行有误 / line 3 is odd")];
        check("no", "不行", errors, ["不行|||第3行有误", "no|||line 3 is odd"]);
    }
}
