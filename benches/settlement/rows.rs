//! Rows that come into being at the end of long stories (a project, a certified batch), saved with
//! their digests as the actions would save them, so that `verify` is clean.

use uuid::Uuid;
use wetland_exchange::audit::raw;
use wetland_exchange::kernel::clock::Time;
use wetland_exchange::kernel::db::{Canonical, Conn, Digested, RawId, Record};

/// A value of a column.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Id(Uuid),
    Text(String),
    Whole(i64),
    Bool(bool),
    Time(Time),
    Null,
}

impl Value {
    fn sql(&self) -> String {
        match self {
            Self::Id(id) => raw::quoted(&id.to_string()),
            Self::Text(text) => raw::quoted(text),
            Self::Whole(number) => number.to_string(),
            Self::Bool(is) => is.to_string(),
            Self::Time(time) => raw::quoted(&time.naive().format("%F %T%.6f").to_string()),
            Self::Null => "NULL".into(),
        }
    }

    fn canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Id(id) => RawId(*id).canonical(out),
            Self::Text(text) => text.canonical(out),
            Self::Whole(number) => number.canonical(out),
            Self::Bool(is) => is.canonical(out),
            Self::Time(time) => time.canonical(out),
            Self::Null => None::<i64>.canonical(out),
        }
    }
}

/// Names a table for [`Row`].
pub(crate) trait Table: Clone + Send + 'static {
    const NAME: &'static str;
}

/// The columns of one row, in the order of the table.
#[derive(Debug, Clone)]
pub(crate) struct Row<T> {
    id: Uuid,
    rest: Vec<Value>,
    table: std::marker::PhantomData<T>,
}

impl<T: Table> Row<T> {
    pub(crate) fn new(id: Uuid, rest: Vec<Value>) -> Self {
        Self { id, rest, table: std::marker::PhantomData }
    }

    fn values(&self) -> impl Iterator<Item = Value> {
        std::iter::once(Value::Id(self.id)).chain(self.rest.iter().cloned())
    }
}

impl<T: Table> Record for Row<T> {
    const TABLE: &'static str = T::NAME;

    fn insert(conn: &mut Conn, rows: &[Self]) -> diesel::QueryResult<()> {
        use diesel::connection::SimpleConnection;
        for row in rows {
            let values: Vec<String> = row.values().map(|value| value.sql()).collect();
            conn.batch_execute(&format!("INSERT INTO {} VALUES ({})", T::NAME, values.join(", ")))?;
        }
        Ok(())
    }
}

impl<T: Table> Digested for Row<T> {
    fn row_id(&self) -> Uuid {
        self.id
    }

    fn canonical_row(&self, out: &mut Vec<u8>) {
        T::NAME.canonical(out);
        self.values().for_each(|value| value.canonical(out));
    }

    fn update(&self, _: &mut Conn) -> diesel::QueryResult<usize> {
        Ok(0)
    }

    fn update_all(_: &mut Conn, _: &[Self]) -> diesel::QueryResult<usize> {
        Ok(0)
    }

    fn page_after(_: &mut Conn, _: Option<Uuid>, _: i64) -> diesel::QueryResult<Vec<Self>> {
        Ok(Vec::new())
    }
}

/// Names tables whose rows are saved so; whoever does imports `Table`.
macro_rules! tables {
    ($($name:ident = $table:literal),+ $(,)?) => {$(
        #[derive(Debug, Clone)]
        pub(crate) struct $name;

        impl Table for $name {
            const NAME: &'static str = $table;
        }
    )+};
}
