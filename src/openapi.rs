//! The API document, made from the descriptions beside the handlers. `openapi/openapi.json` is its
//! checked-in copy.

mod examples;

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, KnownFormat, ObjectBuilder, OpenApi, OpenApiBuilder, Paths,
    Ref, RefOr, Required, SchemaFormat, Server, Tag, Type,
};

use crate::kernel::operations::{Callers, Effect, IfMatch, Operation, Operations};
use crate::kernel::problem::ProblemBody;
use crate::web::Problems;

const BEARER: &str = "bearer";
const IDEMPOTENCY_KEY: &str = "IdempotencyKey";
const IF_MATCH: &str = "IfMatch";
const IF_MATCH_REQUIRED: &str = "IfMatchRequired";

const DESCRIPTION: &str = "\
The exchange on which a county or a province runs its wetland bank.

Log in with `POST /api/v1/sessions`, with a code where a second factor is set up, and send the access \
token as `Authorization: Bearer …`. Until a role that needs a second factor has one, only operations \
with `x-own-account` are open to it; an approval needs a code of the last five minutes. \
`x-roles` names who may call an operation (`public`: everybody), `x-effect` what it does: `read`, \
`write`, or `value` when it moves money or credits and so needs an `Idempotency-Key`: the same key \
with the same body gives the same answer and one effect, with another body 422. `If-Match` with the `ETag` of what was read makes a command act on that version \
or not at all (412). Whatever is not a \
success is `application/problem+json` (RFC 9457), in Chinese or English by `Accept-Language`. Money \
is a decimal string in CNY, credits are whole square metres, times are RFC 3339 in UTC.";

/// The document with examples for every body.
pub fn document(operations: &Operations) -> Value {
    let mut document = serde_json::to_value(described(operations)).unwrap_or_default();
    examples::complete(&mut document);
    document
}

/// The document as the text that is served and checked in.
pub fn text(operations: &Operations) -> String {
    let mut text = format!("{:#}", document(operations));
    text.push('\n');
    text
}

fn described(operations: &Operations) -> OpenApi {
    let mut paths = Paths::new();
    let mut tags = BTreeSet::new();
    let mut schemas = Vec::new();
    schemas
        .push((ProblemBody::name().into_owned(), <ProblemBody as utoipa::PartialSchema>::schema()));
    ProblemBody::schemas(&mut schemas);
    for operation in operations.iter() {
        schemas.extend((operation.schemas)());
        tags.extend(operation.document.tags.clone().unwrap_or_default());
        paths.add_path_operation(&operation.path, operation.methods.clone(), guarded(operation));
    }
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .responses_from_iter(Problems::components())
        .parameter(IDEMPOTENCY_KEY, idempotency_key())
        .parameter(IF_MATCH, if_match(Required::False))
        .parameter(IF_MATCH_REQUIRED, if_match(Required::True))
        .security_scheme(BEARER, bearer())
        .build();
    let info = InfoBuilder::new()
        .title("Wetland offset-credit exchange")
        .description(Some(DESCRIPTION))
        .version(env!("CARGO_PKG_VERSION"))
        .license(Some(utoipa::openapi::License::new("MIT OR Apache-2.0")))
        .build();
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new("/")]))
        .paths(paths)
        .components(Some(components))
        .tags(Some(tags.into_iter().map(Tag::new)))
        .build()
}

/// Adds what follows from the path, from `x-roles` and from `x-effect`: the ids, the login, the key.
fn guarded(operation: &Operation) -> utoipa::openapi::path::Operation {
    let mut document = operation.document.clone();
    document.security = Some(match operation.callers() {
        Callers::Public => Vec::new(),
        Callers::Roles(_) => vec![SecurityRequirement::new::<_, [&str; 0], &str>(BEARER, [])],
    });
    let parameters = document.parameters.get_or_insert_default();
    for name in names_in(&operation.path) {
        let known = |one: &RefOr<Parameter>| matches!(one, RefOr::T(one) if one.name == name);
        if !parameters.iter().any(known) {
            parameters.push(RefOr::T(id_in_path(name)));
        }
    }
    let mut push = |name: &str| {
        parameters.push(RefOr::Ref(Ref::new(format!("#/components/parameters/{name}"))));
    };
    if operation.effect() == Effect::Value {
        push(IDEMPOTENCY_KEY);
    }
    match operation.if_match() {
        IfMatch::NotTaken => {}
        IfMatch::Taken => push(IF_MATCH),
        IfMatch::Required => push(IF_MATCH_REQUIRED),
    }
    document
}

/// The names in the braces of a path.
fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn id_in_path(name: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))),
        ))
        .example(Some("0191e4c8-7b1a-7000-8000-000000000001".into()))
        .build()
}

fn bearer() -> SecurityScheme {
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    SecurityScheme::Http(scheme)
}

fn if_match(required: Required) -> Parameter {
    ParameterBuilder::new()
        .name("If-Match")
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some("The `ETag` of what the caller read; if it has changed since: 412"))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .example(Some("\"5d41402abc4b2a76b9719d911017c592\"".into()))
        .build()
}

fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(
            "A key of the caller's own, new for each thing that is to happen once; a UUIDv7 is \
             found fastest",
        ))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .min_length(Some(1))
                .max_length(Some(255))
                .pattern(Some("^[!-~]+$")),
        ))
        .example(Some("0191e4c8-7b1a-7000-8000-00000000000a".into()))
        .build()
}
