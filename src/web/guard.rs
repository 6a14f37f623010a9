//! The guard of each resource: who may call, with which key, once the path is known.

use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Data, PathConfig, QueryConfig, ServiceConfig};
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError, dev};

use crate::kernel::actor::{Actor, Factor, credentials_needed};
use crate::kernel::operations::{Callers, Effect, IfMatch, Operation, Operations};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::version::{Expected, VersionRefused, version_of};
use crate::web::gate::Gate;
use crate::web::pace::pace;
use crate::web::refusal::Turned;
use crate::web::unharmed::Unharmed;

/// A key is kept as it is sent, so it is short.
const IDEMPOTENCY_KEY_BYTES_MAX: usize = 255;
/// Longer than any token of ours.
const TOKEN_BYTES_MAX: usize = 4096;

/// What the guard lets in, beside the request.
#[derive(Clone)]
pub(super) struct Admitted {
    pub(super) operation: &'static str,
    pub(super) actor: Option<Actor>,
    pub(super) key: Option<String>,
    pub(super) expected: Option<Expected>,
}

/// One operation as the guard sees it.
struct Rule {
    id: &'static str,
    methods: Vec<Method>,
    callers: Callers,
    effect: Effect,
    if_match: IfMatch,
    accepts: Vec<String>,
    /// Open also to who has yet to set up a second factor.
    own_account: bool,
    /// A single resource, whose answer carries an `ETag`.
    single: bool,
}

impl Rule {
    fn of(operation: &Operation) -> Self {
        Self {
            id: operation.id,
            methods: operation.http_methods(),
            callers: operation.callers(),
            effect: operation.effect(),
            if_match: operation.if_match(),
            accepts: operation.accepts(),
            own_account: operation.is_own_account(),
            single: operation.path.ends_with('}') || operation.path.ends_with(".svg"),
        }
    }
}

/// Registers every operation behind its guard, all methods of one path as one resource.
pub fn mount(config: &mut ServiceConfig, operations: &Operations) {
    // An id that cannot be one is as unknown as any other.
    config.app_data(PathConfig::default().error_handler(|_, _| Failure::not_found().into()));
    config.app_data(
        QueryConfig::default()
            .error_handler(|cause, _| Failure::from(Turned::BadQuery(cause.to_string())).into()),
    );
    for (path, operations) in operations.by_path() {
        let rules: Rc<[Rule]> = operations.iter().map(|one| Rule::of(one)).collect();
        let allow = allow(&rules);
        let mut resource = web::resource(path).default_service(web::to(move || {
            let allow = allow.clone();
            async move {
                HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, allow)).finish()
            }
        }));
        for operation in operations {
            for method in operation.http_methods() {
                resource = resource.route((operation.route)().method(method));
            }
        }
        config.service(
            resource.wrap(from_fn(move |request, next| admit(rules.clone(), request, next))),
        );
    }
}

fn allow(rules: &[Rule]) -> String {
    let methods = rules.iter().flat_map(|rule| &rule.methods);
    methods.map(Method::as_str).collect::<Vec<_>>().join(", ")
}

async fn admit(
    rules: Rc<[Rule]>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(rule) = rules.iter().find(|rule| rule.methods.contains(request.method())) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    match check(rule, request.request()) {
        Ok(admitted) => request.extensions_mut().insert(admitted),
        Err(failure) => return Ok(request.into_response(failure.error_response())),
    };
    let asked = request.request().clone();
    let answer = match Unharmed::new(next.call(request)).await {
        Ok(Ok(answer)) => answer.map_into_boxed_body(),
        Ok(Err(error)) => ServiceResponse::from_err(error, asked),
        Err(panic) => {
            let failure = Failure::Broken(anyhow::anyhow!("{} panicked: {panic}", rule.id));
            ServiceResponse::from_err(failure, asked)
        }
    };
    Ok(if rule.single { with_etag(answer) } else { answer })
}

fn check(rule: &Rule, request: &HttpRequest) -> Answer<Admitted> {
    let uri = request.uri();
    if uri.path().contains("%00") || uri.query().is_some_and(|query| query.contains("%00")) {
        return Err(Turned::ZeroByte.into());
    }
    let known = actor(request);
    pace(request, known.as_ref().ok())?;
    let actor = match &rule.callers {
        // Who lacks their second factor or a new password is a stranger there.
        Callers::Public => known.ok().filter(|actor| lacking(actor).is_none()),
        Callers::Roles(roles) => {
            let actor = known?;
            if let Some(lacking) = lacking(&actor)
                && !rule.own_account
            {
                return Err(lacking.into());
            }
            if !roles.contains(&actor.role) {
                return Err(Turned::NotAllowed.into());
            }
            Some(actor)
        }
    };
    check_kind_of_body(rule, request)?;
    let key = idempotency_key(request)?;
    if rule.effect == Effect::Value && key.is_none() {
        return Err(Turned::KeyMissing.into());
    }
    let key = key.filter(|_| rule.effect != Effect::Read);
    let expected = expected(rule, request)?;
    Ok(Admitted { operation: rule.id, actor, key, expected })
}

/// What somebody has yet to do before anything but their own account is open to them.
pub(super) fn lacking(actor: &Actor) -> Option<Turned> {
    match actor.login.factor {
        Factor::Missing => Some(Turned::SecondFactorNeeded),
        Factor::PasswordOutdated => Some(Turned::PasswordOutdated),
        Factor::NotNeeded | Factor::Confirmed(_) => None,
    }
}

/// `If-Match`, where the operation takes it.
fn expected(rule: &Rule, request: &HttpRequest) -> Answer<Option<Expected>> {
    let header = request.headers().get(header::IF_MATCH);
    match (rule.if_match, header) {
        (IfMatch::NotTaken, Some(_)) => Err(VersionRefused::NotTaken.into()),
        (IfMatch::Required, None) => Err(VersionRefused::Missing.into()),
        (_, None) => Ok(None),
        (_, Some(header)) => Ok(Some(Expected::of(header.to_str().unwrap_or_default()))),
    }
}

fn actor(request: &HttpRequest) -> Answer<Actor> {
    let gate = gate(request)?;
    bearer(request)
        .map(|token| gate.actor_of(token))
        .unwrap_or_else(|| Err(Failure::Refused(credentials_needed())))
}

pub(super) fn gate(request: &HttpRequest) -> Answer<&Gate> {
    let gate = request.app_data::<Data<Gate>>();
    gate.map(|gate| gate.get_ref()).ok_or_else(|| Failure::broken("the app has a gate"))
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    let fits = scheme.eq_ignore_ascii_case("bearer") && token.len() <= TOKEN_BYTES_MAX;
    fits.then(|| token.trim())
}

/// A body of a kind that the operation does not describe is not read at all.
fn check_kind_of_body(rule: &Rule, request: &HttpRequest) -> Answer<()> {
    let headers = request.headers();
    let other_kind = || Failure::from(Turned::OtherKindOfBody(rule.accepts.join(", ")));
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(other_kind());
    }
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let known = rule.accepts.iter().any(|known| known.eq_ignore_ascii_case(kind));
    // Clients name a kind also where nothing is to be sent.
    if known || rule.accepts.is_empty() { Ok(()) } else { Err(other_kind()) }
}

fn idempotency_key(request: &HttpRequest) -> Answer<Option<String>> {
    let mut keys = request.headers().get_all("idempotency-key");
    let Some(key) = keys.next() else { return Ok(None) };
    let key = key.to_str().unwrap_or_default();
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    if visible && (1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&key.len()) && keys.next().is_none() {
        Ok(Some(key.to_owned()))
    } else {
        Err(Turned::KeyMalformed.into())
    }
}

/// Names the version of a single resource by its bytes, and sends them only to whom they are new.
fn with_etag(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let get = matches!(*answer.request().method(), Method::GET | Method::HEAD);
    if !get || answer.status() != StatusCode::OK {
        return answer;
    }
    let (request, response) = answer.into_parts();
    let (mut response, body) = response.into_parts();
    let bytes = match body.try_into_bytes() {
        Ok(bytes) => bytes,
        Err(body) => return ServiceResponse::new(request, response.set_body(body)),
    };
    let etag = version_of(&bytes);
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let is_known = known.is_some_and(|known| {
        known
            .split(',')
            .any(|one| matches!(one.trim(), "*") || one.trim().trim_start_matches("W/") == etag)
    });
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    if let Ok(etag) = header::HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    let body = if is_known { BoxBody::new(()) } else { BoxBody::new(bytes) };
    ServiceResponse::new(request, response.set_body(body))
}

impl FromRequest for Actor {
    type Error = Failure;
    type Future = std::future::Ready<Answer<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let admitted = request.extensions().get::<Admitted>().and_then(|one| one.actor.clone());
        std::future::ready(admitted.ok_or_else(|| Failure::Refused(credentials_needed())))
    }
}
