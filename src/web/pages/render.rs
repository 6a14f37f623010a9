//! Sheets and problems as HTML, inside the layout of the site.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use askama::Template;

use super::sheet::{Block, Link, Sheet};
use super::{Say, Site, assets, cookies};
use crate::kernel::problem::{Answer, Failure, Language, Problem};

/// Nothing inline, nothing from elsewhere, in nobody's frame.
const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                   connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Marks an answer as a page, which the border leaves as it is.
struct IsPage;

/// What surrounds the content.
pub(super) struct Frame {
    pub(super) site: Site,
    pub(super) say: Say,
    pub(super) ways: Vec<Link>,
    /// Where the page is, with its query: the switch of languages comes back to it.
    pub(super) here: String,
    /// The name of who is logged in, and the token of the forms.
    pub(super) who: String,
    pub(super) form_token: String,
}

#[derive(Template)]
#[template(path = "web/pages/layout.html")]
struct Layout<'l> {
    say: Say,
    frame: &'l Frame,
    sheet: &'l Sheet,
    style: String,
    script: String,
    sign: String,
    back: String,
    footer: Vec<Link>,
}

impl Layout<'_> {
    fn name(&self) -> &'static str {
        let (chinese, english) = self.frame.site.name;
        self.say.t(chinese, english)
    }

    /// A picture whose parts are links is a group of them; only one without is read as one image.
    fn drawn(&self, svg: &str, zoom: &bool) -> String {
        match zoom {
            true => svg.replacen("role=\"img\"", "role=\"group\"", 1),
            false => svg.to_owned(),
        }
    }

    /// Whether a way of the header leads to this page or to one below it, and none leads nearer.
    fn is_here(&self, way: &Link) -> bool {
        let path = self.frame.here.split('?').next().unwrap_or_default();
        let leads = |way: &&Link| {
            let below = path.strip_prefix(way.href.as_str());
            way.href != "/" && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let nearest = self.frame.ways.iter().filter(leads).max_by_key(|way| way.href.len());
        nearest.is_some_and(|nearest| nearest.href == way.href)
    }
}

/// Writes a page.
pub(super) fn html(frame: &Frame, sheet: &Sheet) -> Answer<String> {
    let layout = Layout {
        say: frame.say,
        frame,
        sheet,
        style: assets::style(),
        script: assets::script(),
        sign: assets::sign(),
        back: super::sheet::encoded(&frame.here),
        footer: (frame.site.footer)(&frame.say),
    };
    layout.render().map_err(|cause| Failure::Broken(cause.into()))
}

/// A written page as an answer.
pub(super) fn answer(html: impl Into<Bytes>, say: Say, status: u16) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut answer = HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_LANGUAGE, say.t("zh-CN", "en")))
        .insert_header((header::CONTENT_SECURITY_POLICY, CSP))
        .insert_header((header::VARY, "Cookie"))
        .body(html.into());
    mark(&mut answer);
    answer
}

/// Says that an answer is not for the border to rewrite.
pub(super) fn mark(answer: &mut HttpResponse) {
    answer.extensions_mut().insert(IsPage);
}

/// Whether the border leaves the answer as it is.
pub(in crate::web) fn is_page(answer: &HttpResponse) -> bool {
    answer.extensions().get::<IsPage>().is_some()
}

/// Whether somebody with a browser asks, to whom JSON says nothing.
pub(in crate::web) fn wants_page(request: &ServiceRequest) -> bool {
    let accepts = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let path = request.path();
    let is_api = ["/api/", "/docs"].iter().any(|start| path.starts_with(start));
    !is_api && accepts.is_some_and(|accepts| accepts.contains("text/html"))
}

/// The reader's language: Chinese until they choose English.
pub(in crate::web) fn language(request: &HttpRequest) -> Language {
    match cookies::cookie(request, cookies::LANGUAGE).as_deref() {
        Some("en") => Language::English,
        _ => Language::Chinese,
    }
}

/// A problem in plain words.
pub(super) fn sheet_of_problem(problem: &Problem, say: &Say, request_id: &str) -> Sheet {
    let text = match say.0 {
        Language::Chinese => problem.chinese.clone(),
        Language::English => problem.english.clone(),
    };
    let advice = match problem.status.as_u16() {
        403 => say.t(
            "您的岗位不能办理这项业务。如需办理，请联系本单位管理员调整岗位。",
            "Your role cannot do this. Ask your administrator if it should.",
        ),
        404 => say.t(
            "可能是地址有误，或者该内容不对您公开。请从上方菜单重新进入。",
            "The address may be wrong, or it is not yours to see. Start again from the menu above.",
        ),
        409 | 412 => say.t(
            "情况已经变化，请返回上一页，刷新后重试。",
            "Things have changed meanwhile: go back, reload and try again.",
        ),
        429 | 503 => say.t("请稍后再试。", "Please try again in a moment."),
        500 => say.t(
            "请记下下方编号并告知管理员，未作任何更改。",
            "Tell the administrator the number below; nothing was changed.",
        ),
        _ => say.t("请返回上一页检查后重试。", "Go back, check what was sent, and try again."),
    };
    let title = crate::kernel::problem::title(problem.status, say.0);
    let mut sheet = Sheet::new(title).bad(text).text(advice);
    if problem.status.is_server_error() && !request_id.is_empty() {
        sheet = sheet.text(format!("{} {request_id}", say.t("请求编号", "Request")));
    }
    sheet.status = problem.status.as_u16();
    sheet.links(vec![Link::to("/", say.t("返回首页", "To the start page"))])
}

/// The page of a problem that no page answered, as of an address that does not exist.
pub(in crate::web) fn page_of_problem(
    site: Site,
    language: Language,
    problem: &Problem,
    request_id: &str,
) -> Option<HttpResponse> {
    let say = Say(language);
    let frame = Frame {
        site,
        say,
        ways: (site.ways)(&say, None),
        here: "/".to_owned(),
        who: String::new(),
        form_token: String::new(),
    };
    let sheet = sheet_of_problem(problem, &say, request_id);
    let mut page = answer(html(&frame, &sheet).ok()?, say, sheet.status);
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Some(page)
}
