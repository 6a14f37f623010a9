//! How our values lie in columns of both engines, and how they are written for a digest.
//!
//! The canonical form of a value: text as it stands in UTF-8, integers in decimal, times in RFC 3339
//! with six places, dates as YYYY-MM-DD, booleans as `true` and `false`, ids in lower-case hex with
//! hyphens, bytes in lower-case hex. Each is preceded by its length in bytes and a colon; an absent
//! value is a hyphen. The same on both engines.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{HasSqlType, Timestamp};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

use super::connection::MultiBackend;
use crate::kernel::clock::Time;

/// The types of columns that rows may have.
pub(crate) mod types {
    pub(crate) use diesel::sql_types::{
        Array, BigInt, Binary, Bool, Date, Integer, Nullable, Text, Timestamp,
    };

    pub(crate) use super::Id;
}

/// A UUID: native on PostgreSQL, text on SQLite.
#[derive(
    Debug, Clone, Copy, Default, diesel::sql_types::SqlType, diesel::query_builder::QueryId,
)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Id;

impl HasSqlType<Id> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Id>(lookup)
    }
}

/// A UUID as it lies in a column; the typed ids of the kernel are made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, diesel::FromSqlRow, diesel::AsExpression)]
#[diesel(sql_type = Id)]
pub struct RawId(pub Uuid);

impl FromSql<Id, Pg> for RawId {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.as_bytes())?))
    }
}

impl FromSql<Id, Sqlite> for RawId {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<diesel::sql_types::Text, Sqlite>>::from_sql(value)?;
        Ok(Self(Uuid::try_parse(&text)?))
    }
}

impl FromSql<Id, MultiBackend> for RawId {
    fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Id>()
    }
}

impl ToSql<Id, Pg> for RawId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, self.0.as_bytes())?;
        Ok(serialize::IsNull::No)
    }
}

impl ToSql<Id, Sqlite> for RawId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.hyphenated().to_string());
        Ok(serialize::IsNull::No)
    }
}

impl ToSql<Id, MultiBackend> for RawId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Id, self));
        Ok(serialize::IsNull::No)
    }
}

impl FromSql<Timestamp, Pg> for Time {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<Timestamp, Pg>>::from_sql(value).map(Self::of)
    }
}

impl FromSql<Timestamp, Sqlite> for Time {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<Timestamp, Sqlite>>::from_sql(value).map(Self::of)
    }
}

impl FromSql<Timestamp, MultiBackend> for Time {
    fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Timestamp>()
    }
}

impl ToSql<Timestamp, Pg> for Time {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <NaiveDateTime as ToSql<Timestamp, Pg>>::to_sql(&self.naive(), &mut out.reborrow())
    }
}

impl ToSql<Timestamp, Sqlite> for Time {
    /// Six places always, so that texts sort as the times do.
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.naive().format("%F %T%.6f").to_string());
        Ok(serialize::IsNull::No)
    }
}

impl ToSql<Timestamp, MultiBackend> for Time {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Timestamp, self));
        Ok(serialize::IsNull::No)
    }
}

/// Lets a newtype over `i64` be a BIGINT: `$to(&T) -> i64`, `$from(i64) -> Result<T, _>`.
macro_rules! sql_bigint {
    ($type:ty, $to:expr, $from:expr) => {
        $crate::kernel::db::sql::sql_from!($type, diesel::sql_types::BigInt, i64, $from);
        $crate::kernel::db::sql::sql_multi!($type, diesel::sql_types::BigInt);

        impl diesel::serialize::ToSql<diesel::sql_types::BigInt, diesel::pg::Pg> for $type {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                let to: fn(&$type) -> i64 = $to;
                diesel::serialize::ToSql::<diesel::sql_types::BigInt, diesel::pg::Pg>::to_sql(
                    &to(self),
                    &mut out.reborrow(),
                )
            }
        }

        impl diesel::serialize::ToSql<diesel::sql_types::BigInt, diesel::sqlite::Sqlite> for $type {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::sqlite::Sqlite>,
            ) -> diesel::serialize::Result {
                let to: fn(&$type) -> i64 = $to;
                out.set_value(to(self));
                Ok(diesel::serialize::IsNull::No)
            }
        }

        impl $crate::kernel::db::sql::Canonical for $type {
            fn canonical(&self, out: &mut Vec<u8>) {
                let to: fn(&$type) -> i64 = $to;
                to(self).canonical(out);
            }
        }
    };
}

/// Lets a type with `Display` and `FromStr` be a TEXT.
macro_rules! sql_text {
    ($type:ty) => {
        $crate::kernel::db::sql::sql_from!(
            $type,
            diesel::sql_types::Text,
            String,
            |text: String| { text.parse::<$type>() }
        );
        $crate::kernel::db::sql::sql_multi!($type, diesel::sql_types::Text);

        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $type {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_fmt(out, format_args!("{self}"))?;
                Ok(diesel::serialize::IsNull::No)
            }
        }

        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::sqlite::Sqlite> for $type {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::sqlite::Sqlite>,
            ) -> diesel::serialize::Result {
                out.set_value(self.to_string());
                Ok(diesel::serialize::IsNull::No)
            }
        }

        impl $crate::kernel::db::sql::Canonical for $type {
            fn canonical(&self, out: &mut Vec<u8>) {
                self.to_string().canonical(out);
            }
        }
    };
}

macro_rules! sql_from {
    ($type:ty, $sql:ty, $inner:ty, $from:expr) => {
        impl diesel::deserialize::FromSql<$sql, diesel::pg::Pg> for $type {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                let inner =
                    <$inner as diesel::deserialize::FromSql<$sql, diesel::pg::Pg>>::from_sql(
                        value,
                    )?;
                Ok(($from)(inner)?)
            }
        }

        impl diesel::deserialize::FromSql<$sql, diesel::sqlite::Sqlite> for $type {
            fn from_sql(
                value: <diesel::sqlite::Sqlite as diesel::backend::Backend>::RawValue<'_>,
            ) -> diesel::deserialize::Result<Self> {
                let inner = <$inner as diesel::deserialize::FromSql<
                    $sql,
                    diesel::sqlite::Sqlite,
                >>::from_sql(value)?;
                Ok(($from)(inner)?)
            }
        }
    };
}

macro_rules! sql_multi {
    ($type:ty, $sql:path) => {
        impl diesel::deserialize::FromSql<$sql, $crate::kernel::db::MultiBackend> for $type {
            fn from_sql(
                value: <$crate::kernel::db::MultiBackend as diesel::backend::Backend>::RawValue<'_>,
            ) -> diesel::deserialize::Result<Self> {
                value.from_sql::<Self, $sql>()
            }
        }

        impl diesel::serialize::ToSql<$sql, $crate::kernel::db::MultiBackend> for $type {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, $crate::kernel::db::MultiBackend>,
            ) -> diesel::serialize::Result {
                out.set_value(($sql, self));
                Ok(diesel::serialize::IsNull::No)
            }
        }
    };
}

pub(crate) use {sql_bigint, sql_from, sql_multi, sql_text};

/// Writes a value in its canonical form, for a digest.
pub trait Canonical {
    fn canonical(&self, out: &mut Vec<u8>);
}

/// Appends `length:bytes`.
pub(super) fn field(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(bytes.len().to_string().as_bytes());
    out.push(b':');
    out.extend_from_slice(bytes);
}

impl Canonical for str {
    fn canonical(&self, out: &mut Vec<u8>) {
        field(self.as_bytes(), out);
    }
}

impl Canonical for String {
    fn canonical(&self, out: &mut Vec<u8>) {
        field(self.as_bytes(), out);
    }
}

impl Canonical for [u8] {
    fn canonical(&self, out: &mut Vec<u8>) {
        field(hex::encode(self).as_bytes(), out);
    }
}

impl Canonical for Vec<u8> {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.as_slice().canonical(out);
    }
}

impl Canonical for RawId {
    fn canonical(&self, out: &mut Vec<u8>) {
        field(self.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes(), out);
    }
}

macro_rules! canonical_by_display {
    ($($type:ty),*) => {$(
        impl Canonical for $type {
            fn canonical(&self, out: &mut Vec<u8>) {
                field(self.to_string().as_bytes(), out);
            }
        }
    )*};
}

canonical_by_display!(i64, i32, bool, Time, NaiveDate);

impl<T: Canonical> Canonical for Option<T> {
    fn canonical(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.canonical(out),
            None => out.push(b'-'),
        }
    }
}
