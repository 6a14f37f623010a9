//! Proposing a restoration project: the land, the consent, the bill of quantities, the species.

use serde_json::{Value, json};

use crate::kernel::money::cny;
use crate::kernel::problem::{Answer, Problem};
use crate::site::parts::{fen, money, put, unreadable, words};
use crate::web::pages::{Ask, Field, Form, Link, Sent, Sheet, Shown};

/// Each part of a line that people write stands behind one of these.
const MARKS: [char; 4] = [',', '，', '\t', ';'];

pub(super) async fn propose(ask: Ask) -> Answer<Shown> {
    let Some(sent) = &ask.sent else { return Ok(form(&ask, None).into()) };
    let body = match body(sent) {
        Ok(body) => body,
        Err(field) => return Ok(form(&ask, Some(&unreadable(&[field]))).into()),
    };
    match ask.post("/api/v1/projects", &body).await {
        Ok(one) => Ok(Shown::see(format!("/township/projects/{}?done=proposed", one.text("id")))),
        Err(failure) => ask.again(failure, |problem| form(&ask, problem)),
    }
}

/// What the operation is told, or the field that cannot be read.
fn body(sent: &Sent) -> Result<Value, &'static str> {
    let mut body = sent.json(&["name", "mode", "contractor"], &[]);
    let parcels = sent.text("parcels").split(|c: char| MARKS.contains(&c) || c.is_whitespace());
    let parcels: Vec<&str> = parcels.filter(|number| !number.is_empty()).collect();
    put(&mut body, "parcels", parcels);
    put(&mut body, "right_holder_consent", sent.json(&["date"], &["holders", "objections"]));
    let basis = sent.text("basis");
    put(&mut body, "legal_duty", json!({ "exists": sent.text("exists") == "yes", "basis": basis }));
    put(&mut body, "bill_of_quantities", bill(sent.text("bill_of_quantities"))?);
    put(&mut body, "species", species(sent.text("species"))?);
    Ok(body)
}

fn parts(line: &str) -> Vec<&str> {
    line.split(MARKS).map(str::trim).collect()
}

/// `土方开挖,m³,4375.24,15.24`: the amount is worked out, quantity × price, as the bill has it.
fn bill(text: &str) -> Result<Value, &'static str> {
    const FIELD: &str = "bill_of_quantities";
    let (mut lines, mut total) = (Vec::new(), 0_i64);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let [item, unit, quantity, price] = parts(line)[..] else { return Err(FIELD) };
        let (quantity, price) = (money(quantity).ok_or(FIELD)?, money(price).ok_or(FIELD)?);
        let product = i128::from(fen(&quantity)) * i128::from(fen(&price));
        // Half a fen counts as one.
        let amount = i64::try_from((product + 50).div_euclid(100)).map_err(|_| FIELD)?;
        total = total.checked_add(amount).ok_or(FIELD)?;
        lines.push(json!({
            "item": item, "unit": unit, "quantity": quantity, "unit_price": price,
            "amount": cny(amount),
        }));
    }
    Ok(json!({ "lines": lines, "total": cny(total) }))
}

/// `芦苇,Phragmites australis,本地` and for alien ones the approval and the assessment.
fn species(text: &str) -> Result<Value, &'static str> {
    let mut all = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let parts = parts(line);
        let [name, latin, rest @ ..] = &parts[..] else { return Err("species") };
        let mut one = json!({ "name": name, "latin": latin });
        let origin = match rest.first().copied() {
            None | Some("" | "本地" | "native") => "native",
            Some("外来" | "alien") => "alien",
            Some(_) => return Err("species"),
        };
        put(&mut one, "origin", origin);
        for (field, value) in ["approval_no", "assessment"].into_iter().zip(rest.iter().skip(1)) {
            if !value.is_empty() {
                put(&mut one, field, *value);
            }
        }
        all.push(one);
    }
    Ok(Value::from(all))
}

fn form(ask: &Ask, problem: Option<&Problem>) -> Sheet {
    let no_yes = [("no", ask.t("无", "No")), ("yes", ask.t("有", "Yes"))];
    let no_yes = no_yes.map(|(value, text)| (value.to_owned(), text.to_owned())).to_vec();
    let modes = words(ask, &["self", "cooperation", "entrusted"]);
    let form = Form::post("/township/new-project", ask.t("提交立项", "Propose"))
        .field(Field::text("name", ask.t("项目名称", "Name of the project")).required())
        .field(Field::text("parcels", ask.t("地块编号", "Numbers of the parcels")).required().hint(
            ask.t(
                "已核实的后备资源编号，多个用逗号分开，如 R360124-0012。",
                "Of verified reserve land, separated by commas, such as R360124-0012.",
            ),
        ))
        .field(Field::choice("mode", ask.t("实施方式", "Carried out"), modes).required())
        .field(
            Field::text("contractor", ask.t("实施单位", "Contractor"))
                .hint(ask.t("自行实施的可不填。", "Not needed where the township builds itself.")),
        )
        .field(Field::date("date", ask.t("权利人同意日期", "Consent of right holders")).required())
        .field(Field::number("holders", ask.t("权利人户数", "Number of holders")).required())
        .field(
            Field::number("objections", ask.t("反对户数", "Holders against it"))
                .required()
                .value("0"),
        )
        .field(
            Field::choice(
                "exists",
                ask.t("是否有法定修复义务", "Is somebody obliged by law to restore it?"),
                no_yes,
            )
            .required(),
        )
        .field(Field::text("basis", ask.t("认定依据", "Basis of that")).required())
        .field(
            Field::long("bill_of_quantities", ask.t("工程量清单", "Bill of quantities"))
                .required()
                .hint(ask.t(
                    "每行一项：内容,单位,数量,单价（元）。如：土方开挖与外运,m³,4375.24,15.24。金额和总额自动计算。",
                    "One item a line: item,unit,quantity,unit price (CNY), such as Earthworks,m³,4375.24,15.24. Amounts are worked out.",
                )),
        )
        .field(Field::long("species", ask.t("拟栽植物种", "Species to be planted")).required().hint(
            ask.t(
                "每行一种：名称,学名,本地或外来[,批准文号,评估结论]。如：芦苇,Phragmites australis,本地。",
                "One a line: name,Latin name,native or alien[,approval,assessment].",
            ),
        ))
        .back(Link::to("/township/projects", ask.t("返回", "Back")));
    Sheet::new(ask.t("修复项目立项", "Propose a restoration project"))
        .under("/township/projects", ask.t("修复项目", "Projects"))
        .lead(ask.t(
            "方案和清单由运营中心公示、评审；附件在立项后上传。",
            "The centre puts scheme and bill on notice and reviews them; documents are attached afterwards.",
        ))
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::{bill, species};
    use serde_json::json;

    #[test]
    fn a_bill_is_read_line_by_line_and_its_amounts_are_worked_out() {
        let read = bill("土方开挖与外运,m³,4375.24,15.24\n\n 护岸 ，m，150.14，262.35").unwrap();
        assert_eq!(read["lines"][0]["amount"], "66678.66");
        assert_eq!(read["lines"][1]["amount"], "39389.23");
        assert_eq!(read["total"], "106067.89");
        assert_eq!(bill("土方开挖与外运,m³,4375.24"), Err("bill_of_quantities"));
    }

    #[test]
    fn species_are_native_unless_they_are_said_to_be_alien() {
        let read =
            species("芦苇,Phragmites australis\n再力花,Thalia dealbata,外来,批〔2022〕1号,低风险");
        assert_eq!(
            read.unwrap(),
            json!([
                { "name": "芦苇", "latin": "Phragmites australis", "origin": "native" },
                { "name": "再力花", "latin": "Thalia dealbata", "origin": "alien",
                  "approval_no": "批〔2022〕1号", "assessment": "低风险" },
            ])
        );
        assert!(species("芦苇").is_err());
    }
}
