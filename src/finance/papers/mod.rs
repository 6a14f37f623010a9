//! What goes out on a period: the statement as workbook, PDF and table, the list of vouchers, and the
//! books in the forms of other programs. The same period gives the same bytes each time.

mod books;
mod contents;
mod names;
mod print;
mod tables;
mod workbook;

pub(super) use self::books::{BooksForm, write_books};
pub(super) use self::contents::{BatchLine, Contents, Line, contents};
pub(super) use self::names::{account_in, bucket_name};
pub(super) use self::print::write_pdf;
pub(super) use self::tables::{write_statement, write_vouchers};
pub(super) use self::workbook::write_workbook;
