//! The way of a visit: who comes, whether they may, what was sent, and what goes back.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{self, Bytes, Payload, Query, ServiceConfig};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use tokio::sync::{OnceCell, Semaphore};

use super::ask::{Ask, local};
use super::cookies::{self, ACCESS, FORM, RENEWAL};
use super::inside::Inside;
use super::render::{self, Frame};
use super::say::Say;
use super::sent::Sent;
use super::session::{self, Secrets, Visitor};
use super::sheet::{Sheet, encoded};
use super::shelf::{KEPT, Shelf};
use super::{Page, Shown, Site, export, sorting};
use crate::kernel::operations::Callers;
use crate::kernel::problem::{Answer, Failure, Problem, internal_error};
use crate::web::guard::{Admitted, gate, lacking};
use crate::web::pace::pace;
use crate::web::refusal::Turned;
use crate::web::unharmed::Unharmed;

/// A form without a file, and one with.
const FORM_BYTES_MAX: usize = 256 * 1024;

const PRIVATE: &str = "no-store";

/// What the pages of one worker share.
struct Lobby {
    site: Site,
    secrets: Secrets,
    operations: Rc<dyn Fn(&mut ServiceConfig)>,
    inside: OnceCell<Rc<Inside>>,
    shelf: Shelf,
    /// One table is written at a time; who comes meanwhile is asked to come again.
    exports: Semaphore,
}

impl Lobby {
    async fn inside(&self) -> Rc<Inside> {
        let open = || async { Rc::new(Inside::open(self.operations.clone()).await) };
        self.inside.get_or_init(open).await.clone()
    }
}

pub(super) fn mount(
    config: &mut ServiceConfig,
    site: Site,
    secrets: Secrets,
    operations: Rc<dyn Fn(&mut ServiceConfig)>,
) {
    let lobby = Rc::new(Lobby {
        site,
        secrets,
        operations,
        inside: OnceCell::new(),
        shelf: Shelf::default(),
        exports: Semaphore::new(1),
    });
    config.app_data(site);
    for page in (site.pages)().iter() {
        let shown = {
            let (lobby, page) = (lobby.clone(), page.clone());
            move |request: HttpRequest, payload: Payload| {
                let (lobby, page) = (lobby.clone(), page.clone());
                async move { visit(&lobby, &page, request, payload).await }
            }
        };
        let mut resource = web::resource(page.path)
            .route(web::get().to(shown.clone()))
            .route(web::head().to(shown.clone()));
        let mut allow = "GET, HEAD";
        if page.posts {
            resource = resource.route(web::post().to(shown));
            allow = "GET, HEAD, POST";
        }
        config.service(resource.default_service(web::to(move || async move {
            HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, allow)).finish()
        })));
    }
}

/// One visit; whatever goes wrong is told in the layout of the site.
async fn visit(lobby: &Lobby, page: &Page, request: HttpRequest, payload: Payload) -> HttpResponse {
    let say = Say(render::language(&request));
    let here = request.uri().path_and_query().map_or("/", |at| at.as_str()).to_owned();
    let mut came = Came {
        visitor: Visitor::default(),
        alike: false,
        renewal: cookies::cookie(&request, RENEWAL),
        form_cookie: cookies::cookie(&request, FORM),
        cookies: Vec::new(),
    };
    let work = async {
        came.meet(lobby, &request).await?;
        came.alike = page.callers == Callers::Public
            && !page.live
            && request.method() != Method::POST
            && came.visitor.actor.is_none()
            && came.cookies.is_empty();
        let now = Instant::now();
        let kept = if came.alike { lobby.shelf.take(say.0, &here, now) } else { None };
        match kept {
            Some(kept) => Ok(Seen::Kept(shared(kept.html.clone(), say, kept.seconds(now)))),
            None => show(lobby, page, &request, payload, &came, say).await.map(Seen::Shown),
        }
    };
    let seen = match Unharmed::new(work).await {
        Ok(seen) => seen,
        Err(panic) => Err(Failure::Broken(anyhow::anyhow!("{} panicked: {panic}", page.path))),
    };
    let answer = match seen {
        Ok(Seen::Kept(answer)) => Ok(answer),
        Ok(Seen::Shown(Shown::Sheet(sheet))) => came.page(lobby, *sheet, say, here),
        Ok(Seen::Shown(Shown::See { to, cookies })) => {
            came.cookies.extend(cookies);
            Ok(went(&to))
        }
        Ok(Seen::Shown(Shown::File { bytes, kind, name })) => Ok(file(bytes, &kind, &name)),
        Err(failure) => came.problem(lobby, page, failure, say, here),
    };
    let mut answer = answer.unwrap_or_else(|failure| {
        tracing::error!("broken: {failure:?}");
        HttpResponse::InternalServerError().finish()
    });
    for cookie in &came.cookies {
        if let Ok(cookie) = HeaderValue::from_str(cookie) {
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    if !came.cookies.is_empty() || !answer.headers().contains_key(header::CACHE_CONTROL) {
        let private = HeaderValue::from_static(PRIVATE);
        answer.headers_mut().insert(header::CACHE_CONTROL, private);
    }
    answer
}

/// What a visit sees: a page that is kept, or what its page shows now.
enum Seen {
    Kept(HttpResponse),
    Shown(Shown),
}

/// Who came, and what their browser is to keep.
struct Came {
    visitor: Visitor,
    /// Whether everybody sees alike what this visit only reads.
    alike: bool,
    renewal: Option<String>,
    form_cookie: Option<String>,
    cookies: Vec<String>,
}

impl Came {
    /// Finds out who it is; a session whose access token ended is renewed.
    async fn meet(&mut self, lobby: &Lobby, request: &HttpRequest) -> Answer<()> {
        let gate = gate(request)?;
        let access = cookies::cookie(request, ACCESS);
        if let Some(actor) = access.as_deref().and_then(|token| gate.actor_of(token).ok()) {
            pace(request, Some(&actor))?;
            self.visitor = Visitor { actor: Some(actor), token: access };
            return Ok(());
        }
        pace(request, None)?;
        let Some(renewal) = self.renewal.clone() else { return Ok(()) };
        let inside = lobby.inside().await;
        match lobby.secrets.renew(&inside, &renewal, gate.now()).await {
            Ok(tokens) => {
                let actor = gate.actor_of(&tokens.access)?;
                self.cookies.extend(tokens.cookies(lobby.secrets.secure));
                self.renewal = Some(tokens.renewal);
                self.visitor = Visitor { actor: Some(actor), token: Some(tokens.access) };
            }
            Err(Failure::Refused(_)) => {
                self.cookies.extend(session::forgotten(lobby.secrets.secure));
            }
            Err(failure) => return Err(failure),
        }
        Ok(())
    }

    fn form_tokens(&self, lobby: &Lobby) -> Vec<String> {
        let user = self.visitor.actor.as_ref().map(|actor| actor.user_id);
        let Some(cookie) = &self.form_cookie else { return Vec::new() };
        lobby.secrets.form_tokens(cookie, user)
    }

    /// A page inside the layout, with what its forms need.
    fn page(
        &mut self,
        lobby: &Lobby,
        mut sheet: Sheet,
        say: Say,
        here: String,
    ) -> Answer<HttpResponse> {
        const YEAR_S: i64 = 365 * 24 * 3600;
        let needs_token = sheet.posts() || self.visitor.actor.is_some();
        if needs_token && self.form_cookie.is_none() {
            let cookie = session::new_form_cookie();
            self.cookies.push(cookies::set(FORM, &cookie, YEAR_S, lobby.secrets.secure));
            self.form_cookie = Some(cookie);
        }
        let role = self.visitor.actor.as_ref().map(|actor| actor.role);
        let frame = Frame {
            site: lobby.site,
            say,
            ways: (lobby.site.ways)(&say, role),
            here,
            who: role.map_or_else(String::new, |role| role.as_str().to_owned()),
            form_token: self.form_tokens(lobby).into_iter().next().unwrap_or_default(),
        };
        sorting::sort(&mut sheet, &frame.here);
        let html = Bytes::from(render::html(&frame, &sheet)?);
        // Only whole pages of everybody's; what asks for something holds a token of its reader.
        if !self.alike || needs_token || sheet.status != 200 {
            return Ok(render::answer(html, say, sheet.status));
        }
        lobby.shelf.put(say.0, frame.here, html.clone(), Instant::now());
        Ok(shared(html, say, KEPT.as_secs()))
    }

    /// A failure in plain words; who has to log in is led there.
    fn problem(
        &mut self,
        lobby: &Lobby,
        page: &Page,
        failure: Failure,
        say: Say,
        here: String,
    ) -> Answer<HttpResponse> {
        let problem = match failure {
            Failure::Refused(problem) => problem,
            Failure::Broken(cause) => {
                tracing::error!("broken: {}: {cause:#}", page.path);
                internal_error()
            }
        };
        if problem.code == "credentials-needed" {
            // Rights that changed act at once; the old tokens are worth nothing more.
            if self.visitor.actor.take().is_some() {
                self.cookies.extend(session::forgotten(lobby.secrets.secure));
            }
            return Ok(went(&format!("/login?to={}", encoded(local(&here)))));
        }
        // What is wanted of the second factor is asked for, and then it goes on here.
        let asks = match problem.code {
            "second-factor-needed" => Some("/second-factor"),
            "password-outdated" => Some("/password"),
            "fresh-code-needed" => Some("/confirm-code"),
            _ => None,
        };
        if let Some(page) = asks {
            return Ok(went(&format!("{page}?to={}", encoded(local(&here)))));
        }
        self.page(lobby, render::sheet_of_problem(&problem, &say, ""), say, here)
    }
}

async fn show(
    lobby: &Lobby,
    page: &Page,
    request: &HttpRequest,
    payload: Payload,
    came: &Came,
    say: Say,
) -> Answer<Shown> {
    let uri = request.uri();
    if uri.path().contains("%00") || uri.query().is_some_and(|query| query.contains("%00")) {
        return Err(Turned::ZeroByte.into());
    }
    let actor = came.visitor.actor.clone();
    let admitted =
        Admitted { operation: page.path, actor: actor.clone(), key: None, expected: None };
    request.extensions_mut().insert(admitted);
    if let Callers::Roles(roles) = &page.callers {
        let Some(actor) = &actor else {
            return Err(Failure::Refused(crate::kernel::actor::credentials_needed()));
        };
        if let Some(lacking) = lacking(actor)
            && !page.own_account
        {
            return Err(lacking.into());
        }
        if !roles.contains(&actor.role) {
            return Err(Turned::NotAllowed.into());
        }
    }
    let posted = *request.method() == Method::POST;
    let sent = if posted { Some(read(lobby, request, payload, came).await?) } else { None };
    let pairs = Query::<Vec<(String, String)>>::from_query(request.query_string());
    let pairs = pairs.map_or_else(|_| Vec::new(), Query::into_inner);
    let mut query: HashMap<_, _> = pairs.into_iter().collect();
    let matched = request.match_info().iter();
    let parameters: HashMap<_, _> =
        matched.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let now = gate(request)?.now();
    let inside = lobby.inside().await;
    let asking = |query: HashMap<String, String>, sent: Option<Sent>| Ask {
        say,
        now,
        sent,
        inside: inside.clone(),
        secrets: lobby.secrets.clone(),
        visitor: came.visitor.clone(),
        path: request.path().to_owned(),
        parameters: parameters.clone(),
        query,
        renewal: came.renewal.clone(),
        regions: RefCell::default(),
    };
    match query.remove("export").and_then(|number| number.parse().ok()) {
        Some(number) if sent.is_none() => {
            let _place = lobby.exports.try_acquire().map_err(|_| Turned::Busy)?;
            export::of_page(page, number, query, say, |query| asking(query, None)).await
        }
        _ => (page.shape)(asking(query, sent)).await,
    }
}

/// Reads a form that one of our own pages showed to this visitor.
async fn read(lobby: &Lobby, request: &HttpRequest, payload: Payload, came: &Came) -> Answer<Sent> {
    if request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return Err(Failure::Refused(foreign_form()));
    }
    let limits = &gate(request)?.limits;
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    let with_file = kind.starts_with("multipart/form-data");
    // Files are for those who are known.
    let may_hand_files = with_file && came.visitor.actor.is_some();
    let (limit, time) = match may_hand_files {
        true => (limits.upload_bytes, limits.upload_time),
        false => (FORM_BYTES_MAX, limits.json_time),
    };
    let _place = match may_hand_files {
        true => Some(gate(request)?.uploads.clone().try_acquire_owned().map_err(|_| Turned::Busy)?),
        false => None,
    };
    let body = in_time(payload, limit, time).await?;
    let sent = Sent::read(&kind, &body)?;
    let tokens = came.form_tokens(lobby);
    if tokens.iter().all(|token| sent.text("form_token") != token) {
        return Err(Failure::Refused(foreign_form()));
    }
    Ok(sent)
}

async fn in_time(payload: Payload, limit: usize, time: Duration) -> Answer<Bytes> {
    let bytes = tokio::time::timeout(time, payload.to_bytes_limited(limit)).await;
    let bytes = bytes.map_err(|_| Failure::from(Turned::TooSlow { seconds: time.as_secs() }))?;
    let bytes = bytes.map_err(|_| Failure::from(Turned::TooLarge { limit }))?;
    bytes.map_err(|_| Turned::BrokeOff.into())
}

/// A form that none of our pages showed, or showed too long ago.
fn foreign_form() -> Problem {
    Problem::new(
        actix_web::http::StatusCode::FORBIDDEN,
        "foreign-form",
        "this form was not shown to you here, or you have logged in or out since; open the page again",
        "该表单不是由本网站向您出示的，或者您已重新登录；请重新打开页面再提交",
    )
}

/// A page that a browser may show again for so many seconds.
fn shared(html: Bytes, say: Say, seconds: u64) -> HttpResponse {
    let mut answer = render::answer(html, say, 200);
    if let Ok(keep) = HeaderValue::from_str(&format!("public, max-age={seconds}")) {
        answer.headers_mut().insert(header::CACHE_CONTROL, keep);
    }
    answer
}

fn went(to: &str) -> HttpResponse {
    let mut answer =
        HttpResponse::SeeOther().insert_header((header::LOCATION, to.to_owned())).finish();
    render::mark(&mut answer);
    answer
}

fn file(bytes: Vec<u8>, kind: &str, name: &str) -> HttpResponse {
    let named = format!("attachment; filename*=UTF-8''{}", encoded(name));
    let mut answer = HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, named))
        .body(bytes);
    render::mark(&mut answer);
    answer
}
