// tallystick prove: one entry of the log as a .tlog-proof, which anybody checks without the log.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <charconv>
#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/control/exit_code.h"
#include "daemon/evidence/pinned_log.h"
#include "daemon/evidence/proof_tree.h"
#include "daemon/evidence/redaction.h"
#include "daemon/ledger/exhibit.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/pipeline/state_folder.h"
#include "daemon/recorder/recorder.h"

namespace tally::cli {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using evidence::Redaction;

Result<std::uint64_t> number_of(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (trouble == std::errc() && end == text.data() + text.size()) return number;
  return failure(ErrorKind::malformed, fmt::format("\"{}\" is no number of an entry", text));
}

Result<Redaction> redaction_of(const Options& options) {
  if (options.has("show") && options.has("redact")) {
    return failure(ErrorKind::malformed, "either --show or --redact is expected");
  }
  if (options.has("show")) return Redaction::all_but(options.get("show"));
  if (options.has("redact")) return Redaction::parse(options.get("redact"));
  return Redaction();
}

/// The opening of an entry; empty when it has no personal values.
Result<std::string> opening_of(recorder::LogReader& reader, const model::RecordedEntry& entry, Redaction& redaction) {
  const auto parsed = ledger::Entry::parse(entry.leaf);
  if (!parsed) return tl::unexpected(parsed.error());
  if (!parsed->commitment) return std::string();
  const auto opening = reader.opening(entry);
  if (!opening) return tl::unexpected(opening.error());
  if (!*opening) {
    return failure(ErrorKind::not_found,
                   fmt::format("the personal values of entry {} were erased: prove it with --no-opening", entry.index));
  }
  const std::string& personal = (*opening)->personal;
  redaction.learn(personal);
  redaction.look_for_names();
  if (const auto unused = redaction.unused(); !unused.empty()) {
    const auto fields = ledger::field_names(personal);
    return failure(ErrorKind::malformed, fmt::format("entry {} has no field \"{}\"; it has {}", entry.index, unused[0],
                                                     fields ? fmt::format("{}", fmt::join(*fields, ", ")) : "none"));
  }
  ledger::Salt salt;
  std::copy((*opening)->salt.begin(), (*opening)->salt.end(), salt.begin());
  const auto hidden = redaction.hidden(personal);
  return ledger::make_opening(*parsed->commitment, salt, personal,
                              [&](const std::string& pointer) { return hidden.count(pointer) != 0; });
}

Result<std::string> proof_of(const Options& options, const std::string& state) {
  const auto index = number_of(options.get("entry"));
  if (!index) return tl::unexpected(index.error());
  auto redaction = redaction_of(options);
  if (!redaction) return tl::unexpected(redaction.error());
  auto log = ledger::LogDirectory::open(pipeline::log_path(state));
  if (!log) return tl::unexpected(log.error());
  auto reader = recorder::LogReader::open(state);
  if (!reader) return tl::unexpected(reader.error());
  if (*index >= reader->size()) {
    return failure(ErrorKind::not_found,
                   fmt::format("the log has no entry {}: it ends at {}", *index, reader->size() - 1));
  }
  if (auto there = reader->check_there(*index); !there) return tl::unexpected(there.error());
  const auto receipt = reader->read(*index, *index + 1);
  if (!receipt) return tl::unexpected(receipt.error());
  const model::RecordedEntry& entry = receipt->entries().front();
  auto opening =
      options.has("no-opening") ? Result<std::string>(std::string()) : opening_of(*reader, entry, *redaction);
  if (!opening) return opening;
  auto tree = evidence::proof_tree(**log, *index);
  if (!tree) return tl::unexpected(tree.error());
  evidence::PinnedLog pinned(**log, std::move(*tree));
  const auto proof = ledger::make_exhibit(pinned, *index, entry.leaf, *opening);
  if (!proof) return tl::unexpected(proof.error());
  return proof->format();
}

}  // namespace

int prove(const std::vector<std::string>& arguments, Streams& io) {
  Options options("prove", "ENTRY");
  options.word("entry", "the entry's number, as reports and `tallystick explain` show it")
      .text("show", "FIELDS", "of the personal values only these: pointers (/finding/what) or names (person_name)")
      .text("redact", "FIELDS", "all personal values but these, and but what repeats a name from them")
      .flag("no-opening", "no personal values")
      .text("config", "FILE", "the configuration", kDefaultConfig)
      .text("state", "FOLDER", "use this folder instead of the configured one")
      .text("output", "FILE", "where to write; - is standard output", "-");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto config = load_config(options.get("config"), options.get("state"), io, config::Passwords::leave);
  if (!config) return control::kUsage;
  const auto proof = proof_of(options, config->state);
  if (!proof) return fail("prove", proof.error(), io);
  if (options.get("output") == "-") {
    io.out.write(proof->data(), static_cast<std::streamsize>(proof->size()));
    return control::kNothingFound;
  }
  if (const auto written = pipeline::write_file(options.get("output"), *proof); !written) {
    return fail("prove", written.error(), io);
  }
  fmt::print(io.err, "written: {} ({} bytes)\n", options.get("output"), proof->size());
  return control::kNothingFound;
}

}  // namespace tally::cli
