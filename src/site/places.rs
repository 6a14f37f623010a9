//! Which county a page is about.

use crate::kernel::problem::Answer;
use crate::web::pages::Ask;

/// The county that is asked for, else the reader's own, else the first that has credits or a name.
pub(super) async fn county(ask: &Ask) -> Answer<String> {
    let asked = ask.query("county");
    if asked.len() == 6 && asked.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(asked.to_owned());
    }
    let own = ask.actor().map(|actor| actor.region.to_string());
    if let Some(own) = own.as_deref().and_then(|own| own.get(..6)) {
        return Ok(own.to_owned());
    }
    if let Some((first, _)) = counties(ask).await?.into_iter().next() {
        return Ok(first);
    }
    // Down from the province to its first county.
    let mut parent = String::new();
    for _ in 0..3 {
        let of = if parent.is_empty() { String::new() } else { format!("&parent={parent}") };
        let list = ask.find(&format!("/api/v1/regions?limit=200{of}")).await?.unwrap_or_default();
        let codes: Vec<String> = list.items("items").iter().map(|one| one.text("code")).collect();
        if let Some(county) = codes.iter().find(|code| code.len() == 6) {
            return Ok(county.clone());
        }
        match codes.into_iter().min_by_key(String::len) {
            Some(next) => parent = next,
            None => break,
        }
    }
    Ok(String::new())
}

/// The counties that have credits, with their names.
pub(super) async fn counties(ask: &Ask) -> Answer<Vec<(String, String)>> {
    let batches = ask.get("/api/v1/public/batches?limit=200").await?;
    let mut codes: Vec<String> = batches.items("items").iter().map(|b| b.text("county")).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut named = Vec::new();
    for code in codes {
        let name = ask.region(&code).await?;
        named.push((code, name));
    }
    Ok(named)
}

/// The same as choices of a filter, before them all counties.
pub(super) async fn county_choices(ask: &Ask) -> Answer<Vec<(String, String)>> {
    let any = (String::new(), ask.t("全部县区", "All counties").to_owned());
    Ok(std::iter::once(any).chain(counties(ask).await?).collect())
}
