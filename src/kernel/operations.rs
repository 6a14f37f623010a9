//! The operations of the API: what utoipa wrote down of a handler, and the handler itself.
//!
//! The document, the router and the guard are all made from the same list, so that no route can
//! exist that is not documented and guarded.

use std::collections::BTreeMap;

use actix_web::Route;
use actix_web::http::Method;
use utoipa::openapi::path::{HttpMethod, Operation as Document};
use utoipa::openapi::{RefOr, Schema};

use crate::kernel::actor::Role;

/// Lists handlers that carry `#[utoipa::path]`: `operations![create_listing, get_listing]`.
macro_rules! operations {
    ($($handler:ident),+ $(,)?) => {
        pastey::paste! {
            $crate::kernel::operations::Operations::of(vec![
                $($crate::kernel::operations::Operation::of::<[<__path_ $handler>]>(
                    stringify!($handler),
                    || actix_web::web::route().to($handler),
                )),+
            ])
        }
    };
}

pub(crate) use operations;

/// The operations of one capability.
pub struct Operations(Vec<Operation>);

impl Operations {
    pub fn of(operations: Vec<Operation>) -> Self {
        Self(operations)
    }

    /// Both lists in one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub fn iter(&self) -> impl Iterator<Item = &Operation> {
        self.0.iter()
    }

    /// The operations that share a path belong to one resource.
    pub fn by_path(&self) -> BTreeMap<&str, Vec<&Operation>> {
        let mut paths: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
        for operation in &self.0 {
            paths.entry(&operation.path).or_default().push(operation);
        }
        paths
    }
}

/// One handler with its description.
pub struct Operation {
    /// The name of the handler, which is the operation id.
    pub id: &'static str,
    pub path: String,
    pub methods: Vec<HttpMethod>,
    pub document: Document,
    /// What its bodies are made of; only the document asks for it.
    pub schemas: fn() -> Vec<(String, RefOr<Schema>)>,
    pub route: fn() -> Route,
}

/// What an operation does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Read,
    Write,
    /// Moves money or credits: it must carry an `Idempotency-Key`.
    Value,
}

/// Whether a command may, or must, name the version of what it acts on (`If-Match`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMatch {
    NotTaken,
    Taken,
    /// The command overwrites what somebody else may have changed meanwhile.
    Required,
}

/// Who may call an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Callers {
    /// Everybody, also without a login.
    Public,
    Roles(Vec<Role>),
}

impl Operation {
    pub fn of<P>(id: &'static str, route: fn() -> Route) -> Self
    where
        P: utoipa::Path + for<'t> utoipa::__dev::Tags<'t> + utoipa::__dev::SchemaReferences,
    {
        let schemas = || {
            let mut schemas = Vec::new();
            P::schemas(&mut schemas);
            schemas
        };
        let mut document = P::operation();
        document.tags = Some(P::tags().into_iter().map(str::to_owned).collect());
        Self { id, path: P::path(), methods: P::methods(), document, schemas, route }
    }

    /// The methods that it answers: whoever may GET may also ask for the head alone.
    pub fn http_methods(&self) -> Vec<Method> {
        let mut methods = Vec::new();
        for method in &self.methods {
            match method {
                HttpMethod::Get => methods.extend([Method::GET, Method::HEAD]),
                HttpMethod::Head => methods.push(Method::HEAD),
                HttpMethod::Post => methods.push(Method::POST),
                HttpMethod::Put => methods.push(Method::PUT),
                HttpMethod::Delete => methods.push(Method::DELETE),
                HttpMethod::Patch => methods.push(Method::PATCH),
                HttpMethod::Options => methods.push(Method::OPTIONS),
                HttpMethod::Trace => methods.push(Method::TRACE),
            }
        }
        methods
    }

    /// `x-effect`; what does not say its effect is taken to move value.
    pub fn effect(&self) -> Effect {
        match self.extension("x-effect").and_then(|effect| effect.as_str()) {
            Some("read") => Effect::Read,
            Some("write") => Effect::Write,
            _ => Effect::Value,
        }
    }

    /// `x-if-match`; what does not say so takes none.
    pub fn if_match(&self) -> IfMatch {
        match self.extension("x-if-match").and_then(|taken| taken.as_str()) {
            Some("required") => IfMatch::Required,
            Some(_) => IfMatch::Taken,
            None => IfMatch::NotTaken,
        }
    }

    /// `x-roles`; what does not name its callers, or names none that we know, has none.
    pub fn callers(&self) -> Callers {
        let named = self.extension("x-roles").and_then(|roles| roles.as_array());
        let names = || named.into_iter().flatten().filter_map(|name| name.as_str());
        if names().any(|name| name == "public") {
            return Callers::Public;
        }
        Callers::Roles(names().filter_map(|name| name.parse().ok()).collect())
    }

    /// `x-own-account`: open also to who has yet to set up the second factor that their role needs.
    pub fn is_own_account(&self) -> bool {
        self.extension("x-own-account").and_then(|own| own.as_bool()).unwrap_or(false)
    }

    /// The kinds of body that it reads.
    pub fn accepts(&self) -> Vec<String> {
        match &self.document.request_body {
            Some(RefOr::T(body)) => body.content.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    fn extension(&self, name: &str) -> Option<&serde_json::Value> {
        self.document.extensions.as_ref()?.get(name)
    }
}
