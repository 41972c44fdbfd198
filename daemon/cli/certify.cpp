// tallystick certify: what the offline root says of a young log: this is its key, and these are the keys of its epochs.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/control/exit_code.h"
#include "daemon/ledger/epochs.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/verify.h"
#include "daemon/recorder/entry_reader.h"
#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/key.h"
#include "daemon/recorder/staging.h"
#include "daemon/verifier/input.h"

namespace tally::cli {
namespace {

using base::ErrorKind;
using base::Result;

/// What a log that verifies under its key promises in its first entry.
Result<ledger::Certificate> certificate_of(ledger::TileReader& log, const ledger::VerifierKey& key) {
  const ledger::VerifyReport report = ledger::verify(log, {{key}});
  if (!report.ok()) {
    return base::failure(ErrorKind::untrusted, "the log does not verify: " + report.problems.front().message);
  }
  const auto genesis = recorder::read_entries(log, report.size, 0, 1);
  if (!genesis) return tl::unexpected(genesis.error());
  const auto plan = ledger::EpochPlan::of(genesis->front());
  if (!plan) return tl::unexpected(plan.error());
  if (!*plan) return base::failure(ErrorKind::not_found, "this log has no epochs: there is nothing to certify");
  return ledger::Certificate{key, **plan};
}

void print(const ledger::Certificate& certificate, const std::string& output, Streams& io) {
  const ledger::EpochPlan& plan = certificate.plan;
  fmt::print(io.out,
             "Certified: {}\n  log key  {}\n  epochs   {} of {} each, from {} to {}\n  keys     {} (RFC 6962 root)\n"
             "The certificate is in {}: name it in [log] as `certificate`.\n",
             certificate.log_key.name, certificate.log_key.format(), plan.count,
             base::format_duration(std::chrono::duration_cast<base::Duration>(plan.period)),
             base::format_instant(plan.start), base::format_instant(plan.end_of(plan.count - 1)), plan.root.hex(),
             output);
}

}  // namespace

int certify(const std::vector<std::string>& arguments, Streams& io) {
  Options options("certify", "LOG --log-key VKEY --key FILE --output FILE");
  options.word("log", "folder of the published log, or a copy of it: the one with `checkpoint` in it")
      .text("log-key", "VKEY", "the log's public key, or a file with it, as the host's administrator told it")
      .text("key", "FILE", "the root's private key (`tallystick keygen`), which never comes near the host")
      .text("output", "FILE", "where the certificate goes");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  if (!options.has("log-key") || !options.has("key") || !options.has("output")) {
    fmt::print(io.err, "tallystick certify: --log-key, --key and --output are needed\n");
    return control::kUsage;
  }
  const auto log_key = verifier::key_of(options.get("log-key"));
  if (!log_key) return fail("certify", log_key.error().within("--log-key"), io);
  const auto root = recorder::SigningKey::load(options.get("key"));
  if (!root) return fail("certify", root.error(), io);
  auto log = ledger::LogDirectory::open(options.get("log"));
  if (!log) return fail("certify", log.error(), io);
  const auto certificate = certificate_of(**log, *log_key);
  if (!certificate) return fail("certify", certificate.error(), io);
  const std::string text = certificate->format();
  const std::string output = options.get("output");
  recorder::Staging staging(recorder::FileOperations::system(), output + ".new");
  auto saved = staging.prepare();
  if (saved) saved = staging.save(output, text + "\n" + root->sign(text));
  if (!saved) return fail("certify", saved.error(), io);
  print(*certificate, output, io);
  return control::kNothingFound;
}

}  // namespace tally::cli
