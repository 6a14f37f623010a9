//! Subcommands of the exchange: see `wetland-exchange --help`.

use std::process::ExitCode;

use wetland_exchange::cli::Cli;

#[actix_web::main]
async fn main() -> ExitCode {
    let done = match Cli::of(std::env::args_os().collect()) {
        Ok(cli) => cli.run().await,
        Err(cause) => Err(cause),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            // One line, the whole chain of causes.
            eprintln!("error: {}", format!("{cause:#}").replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}
