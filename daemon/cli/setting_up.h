// Setting up: what most subcommands need before they can begin, and how they tell what went wrong.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/cli/command.h"
#include "daemon/config/config.h"
#include "daemon/store/store.h"
#include "policy/base/result.h"

namespace tally::cli {

/// Prints every diagnostic on a line of its own.
void tell(const base::Diagnostics& diagnostics, Streams& io);
/// Prints the error behind the command's name and gives the exit code that fits its kind.
int fail(std::string_view command, const base::Error& error, Streams& io);

/// The configuration with its state folder replaced by `state` when that is not empty. Nothing (after telling why)
/// when it cannot be used.
std::optional<config::Config> load_config(const std::string& path, const std::string& state, Streams& io,
                                          config::Passwords passwords = config::Passwords::read);

/// The newest run from the store, with the log's key. Kind `not_found` when nothing was audited yet.
base::Result<model::RunReport> newest_report(const std::string& state);

/// The first line of a small text file.
base::Result<std::string> read_line(const std::string& path);

}  // namespace tally::cli
