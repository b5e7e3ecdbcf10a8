//! `fernpost serve`, `fernpost check`, `fernpost healthz`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use fernpost::app::{App, BuildError};
use fernpost::config::Config;
use fernpost::{check, telemetry};
use tokio::signal::unix::{SignalKind, signal};

/// Webmail where the mail server is the truth.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages until stopped by SIGTERM or Ctrl-C
    Serve(Where),
    /// Read the configuration, connect to each server it names, and say what they offer
    Check(Look),
    /// Ask the running program whether it is well: for a container's health check
    Healthz(Where),
}

#[derive(clap::Args)]
struct Where {
    /// The configuration file [default: $FERNPOST_CONFIG, else fernpost.toml where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(clap::Args)]
struct Look {
    #[command(flatten)]
    file: Where,
    /// Sign in as this account, to see what its server offers then; the password is read from standard input
    #[arg(long, value_name = "ADDRESS")]
    user: Option<String>,
}

/// The exit code for a configuration that can't be followed.
const WRONG_CONFIGURATION: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Serve(file) => serve(file.config.as_deref()).await,
        Command::Check(look) => match read(look.file.config.as_deref()) {
            Ok(config) => check::run(&config, look.user.as_deref()).await,
            Err(code) => code,
        },
        Command::Healthz(file) => match read(file.config.as_deref()) {
            Ok(config) => check::healthz(&config).await,
            Err(code) => code,
        },
    }
}

async fn serve(file: Option<&Path>) -> ExitCode {
    let config = match read(file) {
        Ok(config) => config,
        Err(code) => return code,
    };
    telemetry::start(&config.log);
    let app = match App::build(config).await {
        Ok(app) => app,
        Err(BuildError::Config(error)) => return wrong_configuration(&error.to_string()),
        Err(error) => return failed(&error.to_string()),
    };
    tracing::info!(address = app.url(), "serving");
    let stop = app.stopper();
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::spawn(async move {
                tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
                stop.cancel();
            });
        }
        (Err(error), _) | (_, Err(error)) => return failed(&error.to_string()),
    }
    match app.run_until_stopped().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.to_string()),
    }
}

fn read(file: Option<&Path>) -> Result<Config, ExitCode> {
    Config::load(file).map_err(|error| wrong_configuration(&error.to_string()))
}

fn wrong_configuration(line: &str) -> ExitCode {
    eprintln!("fernpost: {line}");
    ExitCode::from(WRONG_CONFIGURATION)
}

fn failed(line: &str) -> ExitCode {
    eprintln!("fernpost: {line}");
    ExitCode::FAILURE
}
