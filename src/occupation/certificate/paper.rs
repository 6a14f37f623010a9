//! The paper: Chinese first, English on the second page, black on white, with the code to check it.

use anyhow::Context;
use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};

use super::Content;
use crate::inventory::WetlandType;
use crate::kernel::clock::Time;
use crate::web::paper::{Attachment, Column, Document, Squares};

/// How high the code is, in points: some 4 cm.
const CODE_SIDE: f32 = 113.0;
/// White around a code, in squares.
const QUIET: usize = 4;

/// Prints the paper of signed contents; the same contents give the same bytes.
pub(in crate::occupation) fn paper(json: &[u8], signature: &[u8]) -> anyhow::Result<Vec<u8>> {
    let it: Content = serde_json::from_slice(json).context("a certificate has its contents")?;
    let mut paper = Document::new("湿地占补平衡指标核销证明", it.issued_at.date_in_shanghai());
    chinese(&mut paper, &it, signature);
    paper.squares(code(&it.check)?, CODE_SIDE, &it.check);
    paper.page("Certificate of retired wetland credits");
    english(&mut paper, &it, signature);
    paper.squares(code(&it.check)?, CODE_SIDE, &it.check);
    paper.attach(Attachment {
        name: "certificate.json",
        mime_type: "application/json",
        description: "What the certificate says, as it is signed",
        bytes: json.to_vec(),
    });
    paper.attach(Attachment {
        name: "certificate.sig",
        mime_type: "application/octet-stream",
        description: "Ed25519 signature of certificate.json",
        bytes: signature.to_vec(),
    });
    paper.finish()
}

fn chinese(paper: &mut Document, it: &Content, signature: &[u8]) {
    let columns = [Column::left("项目", 3.0), Column::left("内容", 9.0)];
    let row = |head: &str, text: String| vec![head.to_owned(), text];
    paper.table(
        &columns,
        &[
            row("证明编号", it.certificate.clone()),
            row("建设单位", it.developer.clone()),
            row("统一社会信用代码", it.developer_uscc.clone()),
            row("占用申请", format!("{} {}", it.occupation, it.project)),
            row("所在县", format!("{} {}", it.county, it.county_name)),
            row(
                "拟占用",
                format!(
                    "{} 平方米，{}，质量等级 {}",
                    it.occupied_m2,
                    type_in_chinese(it.wetland_type),
                    it.occupied_grade
                ),
            ),
            row("核销面积", format!("{} 平方米", it.m2)),
            row("核销编号", it.retirement.clone()),
            row("核销时间", shown(it.retired_at)),
            row("核销事由", it.reason.clone()),
            row("出具时间", shown(it.issued_at)),
            row("有效期至", it.valid_to.to_string()),
        ],
    );
    paper.heading("核销的指标");
    let columns = [
        Column::left("编号区间", 6.0),
        Column::right("平方米", 2.0),
        Column::right("等级", 1.0),
        Column::left("类型", 2.0),
        Column::left("取得的成交", 4.0),
    ];
    let rows: Vec<Vec<String>> = it
        .lots
        .iter()
        .map(|lot| {
            vec![
                lot.serials.clone(),
                lot.m2.to_string(),
                lot.grade.to_string(),
                type_in_chinese(lot.wetland_type).to_owned(),
                lot.trades.join("、"),
            ]
        })
        .collect();
    paper.table(&columns, &rows);
    paper.heading("核验");
    paper.line(
        "已核销的指标不得再次交易或使用。本证明可扫描二维码在线核验其是否有效、已冻结或已作废。",
    );
    paper.line(&format!("签名密钥 {}，Ed25519 签名 {}", it.key_id, hex::encode(signature)));
}

fn english(paper: &mut Document, it: &Content, signature: &[u8]) {
    let columns = [Column::left("Item", 3.0), Column::left("Content", 9.0)];
    let row = |head: &str, text: String| vec![head.to_owned(), text];
    paper.table(
        &columns,
        &[
            row("Certificate", it.certificate.clone()),
            row("Developer", it.developer.clone()),
            row("Credit code", it.developer_uscc.clone()),
            row("Occupation", format!("{} {}", it.occupation, it.project)),
            row("County", format!("{} {}", it.county, it.county_name)),
            row(
                "To be occupied",
                format!("{} m², {}, grade {}", it.occupied_m2, it.wetland_type, it.occupied_grade),
            ),
            row("Retired", format!("{} m²", it.m2)),
            row("Retirement", it.retirement.clone()),
            row("Retired at", shown(it.retired_at)),
            row("Reason", it.reason.clone()),
            row("Issued at", shown(it.issued_at)),
            row("Valid to", it.valid_to.to_string()),
        ],
    );
    paper.heading("Retired credits");
    let columns = [
        Column::left("Serials", 6.0),
        Column::right("m²", 2.0),
        Column::right("Grade", 1.5),
        Column::left("Type", 2.0),
        Column::left("Bought by", 4.0),
    ];
    let rows: Vec<Vec<String>> = it
        .lots
        .iter()
        .map(|lot| {
            vec![
                lot.serials.clone(),
                lot.m2.to_string(),
                lot.grade.to_string(),
                lot.wetland_type.to_string(),
                lot.trades.join(", "),
            ]
        })
        .collect();
    paper.table(&columns, &rows);
    paper.heading("How to check it");
    paper.line(
        "Retired credits are never traded or used again. The code leads to the page that says",
    );
    paper.line("whether this certificate is valid, frozen or void. The attached certificate.json is signed.");
    paper.line(&format!("Key {}, Ed25519 signature {}", it.key_id, hex::encode(signature)));
}

/// A moment as it is on the wall in Shanghai, to the second.
fn shown(at: Time) -> String {
    let local = at.plus_seconds(8 * 3_600).naive();
    format!("{} (UTC+8)", local.format("%Y-%m-%d %H:%M:%S"))
}

fn type_in_chinese(wetland_type: WetlandType) -> &'static str {
    match wetland_type {
        WetlandType::Coastal => "滨海湿地",
        WetlandType::River => "河流湿地",
        WetlandType::Lake => "湖泊湿地",
        WetlandType::Marsh => "沼泽湿地",
        WetlandType::Artificial => "人工湿地",
    }
}

fn code(text: &str) -> anyhow::Result<Squares> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
    let (inner, width) = (code.width(), code.width() + 2 * QUIET);
    let colors = code.to_colors();
    let mut black = vec![false; width * width];
    for (row, line) in colors.chunks(inner).enumerate() {
        for (column, color) in line.iter().enumerate() {
            if let Some(square) = black.get_mut((row + QUIET) * width + column + QUIET) {
                *square = *color == Color::Dark;
            }
        }
    }
    Ok(Squares { width, black })
}
