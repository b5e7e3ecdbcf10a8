//! Keys from the environment: `FERNPOST_IMAP__HOST` is `host` in `[imap]`.

use toml::{Table, Value};

use super::ConfigError;

const PREFIX: &str = "FERNPOST_";

/// Lays every `FERNPOST_…` but `FERNPOST_CONFIG` and the test harness's `FERNPOST_TEST_…` over the table.
pub(super) fn lay_over(table: &mut Table, environment: &[(String, String)]) -> Result<(), ConfigError> {
    for (name, text) in environment {
        let Some(path) = name.strip_prefix(PREFIX).filter(|path| *path != "CONFIG" && !path.starts_with("TEST_"))
        else {
            continue;
        };
        let path = path.to_ascii_lowercase();
        let mut sections: Vec<&str> = path.split("__").collect();
        let Some(key) = sections.pop() else { continue };
        let mut place = &mut *table;
        for section in sections {
            place = place
                .entry(section)
                .or_insert_with(|| Value::Table(Table::new()))
                .as_table_mut()
                .ok_or_else(|| ConfigError::new(name, format!("{section} has no keys of its own")))?;
        }
        place.insert(key.to_owned(), value(name, key, text)?);
    }
    Ok(())
}

/// The text as what the key holds: the environment knows texts only.
fn value(name: &str, key: &str, text: &str) -> Result<Value, ConfigError> {
    match key {
        "trusted_proxies" | "disabled_capabilities" | "trusted" | "hosts" | "allow" => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        "port"
        | "workers"
        | "max_connections_per_user"
        | "command_seconds"
        | "idle_minutes"
        | "absolute_hours"
        | "remember_days"
        | "actions_per_second"
        | "actions_burst"
        | "cache_megabytes"
        | "upload_megabytes"
        | "import_megabytes"
        | "message_megabytes" => {
            text.trim().parse().map(Value::Integer).map_err(|_| ConfigError::new(name, "must be a number"))
        }
        "enabled" | "files_sent" => {
            text.trim().parse().map(Value::Boolean).map_err(|_| ConfigError::new(name, "must be true or false"))
        }
        _ => Ok(Value::String(text.to_owned())),
    }
}
