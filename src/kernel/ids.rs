//! Ids: UUIDv7, one type for each kind of thing, so that they cannot be mixed up.

/// Declares an id type: `id! { /// doc pub struct ListingId; }`.
macro_rules! id {
    ($(#[$doc:meta])* $vis:vis struct $name:ident;) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
            diesel::FromSqlRow, diesel::AsExpression,
        )]
        #[diesel(sql_type = $crate::kernel::db::Id)]
        #[serde(transparent)]
        #[schema(value_type = String, format = Uuid, example = "0191e4c8-7b1a-7000-8000-000000000001")]
        $vis struct $name(uuid::Uuid);

        impl $name {
            /// A new id, later than all before it.
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }

            pub fn uuid(self) -> uuid::Uuid {
                self.0
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                uuid::Uuid::try_parse(text).map(Self)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<$crate::kernel::db::Id, DB> for $name
        where
            $crate::kernel::db::RawId: diesel::deserialize::FromSql<$crate::kernel::db::Id, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                <$crate::kernel::db::RawId as diesel::deserialize::FromSql<$crate::kernel::db::Id, DB>>::from_sql(value)
                    .map(|raw| Self(raw.0))
            }
        }

        impl diesel::serialize::ToSql<$crate::kernel::db::Id, diesel::pg::Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.0.as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }

        impl diesel::serialize::ToSql<$crate::kernel::db::Id, diesel::sqlite::Sqlite> for $name {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::sqlite::Sqlite>) -> diesel::serialize::Result {
                out.set_value(self.0.hyphenated().to_string());
                Ok(diesel::serialize::IsNull::No)
            }
        }

        impl diesel::serialize::ToSql<$crate::kernel::db::Id, $crate::kernel::db::MultiBackend> for $name {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, $crate::kernel::db::MultiBackend>) -> diesel::serialize::Result {
                out.set_value(($crate::kernel::db::Id, self));
                Ok(diesel::serialize::IsNull::No)
            }
        }

        impl $crate::kernel::db::Canonical for $name {
            fn canonical(&self, out: &mut Vec<u8>) {
                $crate::kernel::db::RawId(self.0).canonical(out);
            }
        }
    };
}

pub(crate) use id;

id! {
    /// An organisation: everybody who acts does so for one.
    pub struct OrganisationId;
}

id! {
    /// A person with a login.
    pub struct UserId;
}

id! {
    /// A session: a login and all refresh tokens that follow from it.
    pub struct SessionId;
}
