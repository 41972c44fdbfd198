// tallystick verify: a whole log from its bytes. Of Tallystick it needs daemon/ledger alone, and no configuration.
#include "daemon/ledger/verify.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <cerrno>
#include <fstream>
#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/control/exit_code.h"
#include "daemon/ledger/log_directory.h"

namespace tally::cli {
namespace {

/// A checkpoint that somebody kept: believed only with the log's own signature.
base::Result<ledger::Checkpoint> checkpoint_of(const std::string& path, const ledger::VerifierKey& key) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(ledger::kMaxNoteBytes + 1, '\0');
  if (!file) return base::system_failure("reading " + path, ENOENT);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  const auto note = ledger::Note::parse(bytes);
  if (!note) return tl::unexpected(note.error().within(path));
  if (const auto signers = note->verify({&key, 1}); !signers) return tl::unexpected(signers.error().within(path));
  return ledger::Checkpoint::parse(note->text);
}

void print_good(const ledger::VerifyReport& report, Streams& io) {
  fmt::print(io.out, "The log verifies: {}\n", report.origin);
  fmt::print(io.out, "  entries  {} checked again from {} bytes\n  root     {}\n", report.entries_checked,
             report.bytes_checked, report.root.hex());
  if (report.epochs_closed != 0) {
    fmt::print(io.out, "  epochs   {} closed, each by a key that was destroyed then{}\n", report.epochs_closed,
               report.certified ? "; certified by the root" : "");
  }
  if (report.first_time && report.last_time) {
    fmt::print(io.out, "  from     {}\n  to       {}\n", base::format_instant(*report.first_time),
               base::format_instant(*report.last_time));
  }
  fmt::print(io.out,
             "Not shown by this: that nothing was cut off after entry {}. Keep a copy of the file `checkpoint` "
             "elsewhere, and\n"
             "give it next time: --seen COPY.\n",
             report.size);
}

void print_bad(const ledger::VerifyReport& report, Streams& io) {
  fmt::print(io.out, "THE LOG DOES NOT VERIFY.\n");
  for (const ledger::Problem& problem : report.problems) {
    fmt::print(io.out, "  {}{}{}\n", problem.path.empty() ? "" : problem.path + ": ", problem.message,
               problem.index ? fmt::format(" (entry {})", *problem.index) : "");
  }
  if (report.first_bad_index) fmt::print(io.out, "First bad entry: {}\n", *report.first_bad_index);
  fmt::print(io.out, "Last good size: {} (the signed root proves the entries before that)\n", report.last_good_size);
}

}  // namespace

int verify(const std::vector<std::string>& arguments, Streams& io) {
  Options options("verify", "LOG --key VKEY");
  options.word("log", "folder of the published log: the one with `checkpoint` in it")
      .text("key", "VKEY", "the log's public key, or a file with it; from somewhere else than the log")
      .text("root", "VKEY", "the offline root's public key, or a file with it: it must have certified the epochs")
      .text("seen", "CHECKPOINT",
            "a copy of the log's `checkpoint` from earlier: shows that nothing was cut or rewritten since");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  if (!options.has("key")) {
    fmt::print(io.err, "tallystick verify: --key is missing: a log is checked against a key that you trust\n");
    return control::kUsage;
  }
  const auto key = key_of(options.get("key"));
  if (!key) {
    fmt::print(io.err, "tallystick verify: --key: {}\n", key.error().message);
    return control::kUsage;
  }
  auto log = ledger::LogDirectory::open(options.get("log"));
  if (!log) return fail("verify", log.error(), io);
  ledger::VerifyOptions what{{*key}};
  if (options.has("root")) {
    auto root = key_of(options.get("root"));
    if (!root) {
      fmt::print(io.err, "tallystick verify: --root: {}\n", root.error().message);
      return control::kUsage;
    }
    what.root = std::move(*root);
  }
  if (options.has("seen")) {
    auto seen = checkpoint_of(options.get("seen"), *key);
    if (!seen) return fail("verify", seen.error(), io);
    what.seen = std::move(*seen);
  }
  const ledger::VerifyReport report = ledger::verify(**log, what);
  if (report.ok()) {
    print_good(report, io);
  } else {
    print_bad(report, io);
  }
  for (const std::string& note : report.notes) fmt::print(io.out, "Note: {}\n", note);
  return report.ok() ? control::kNothingFound : control::kLogBroken;
}

}  // namespace tally::cli
