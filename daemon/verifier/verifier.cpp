#include "daemon/verifier/verifier.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <chrono>
#include <optional>
#include <ostream>

#include "daemon/control/exit_code.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/timestamp.h"
#include "daemon/ledger/verify.h"
#include "daemon/terminal/progress_line.h"
#include "daemon/verifier/arguments.h"
#include "daemon/verifier/input.h"
#include "daemon/verifier/remembered.h"
#include "daemon/verifier/report_text.h"
#include "policy/base/utf8.h"

namespace tally::verifier {
namespace {

using base::Result;

Arguments known_arguments() {
  return {
      {{"key", "VKEY",
        "the log's public key, or a file with it; from somewhere else than the log. Not needed with a --policy that "
        "names "
        "one log"},
       {"root", "VKEY", "the offline root's public key, or a file with it: it must have certified the epochs"},
       {"seen", "CHECKPOINT",
        "a copy of the log's `checkpoint` from earlier: shows that nothing was cut or rewritten since"},
       {"policy", "FILE", "trust policy (C2SP tlog-policy): the witnesses whose cosignatures the log must have"},
       {"max-age", "AGE", "with --policy: how old the newest witness time may be, such as 36h or 7d; else STALE"},
       {"remember", "FILE", "keep there how far the log verified; when it is there already, read only what came after"},
       {"tsa-ca", "FILE", "certificates (PEM) of the timestamp authority: check the timestamps of ended epochs"},
       {"json", "", "say it as one JSON object"}},
      {"log", "folder of the published log: the one with `checkpoint` in it"}};
}

/// What the verification is asked, beside the log itself.
struct Request {
  ledger::VerifyOptions options = {};
  std::optional<ledger::TimestampAuthorities> authorities = {};
  std::vector<std::string> trusted = {};    ///< as Remembered has it
  std::vector<std::string> sentences = {};  ///< for the reader of the report
};

/// Takes up where the last verification ended, when that trusted the same and --seen does not ask for more.
Result<void> take_up(const std::string& path, Request& request) {
  const auto remembered = recall(path);
  if (!remembered) return tl::unexpected(remembered.error());
  if (!*remembered) return {};
  if ((*remembered)->trusted != request.trusted) {
    request.sentences.push_back(path + " is of a verification under other keys: everything was read again");
    return {};
  }
  auto verified = kept_checkpoint((*remembered)->note, request.options.keys.front());
  if (!verified) return tl::unexpected(verified.error().within(path));
  if (request.options.seen && request.options.seen->size < verified->size) {
    request.sentences.emplace_back("the checkpoint of --seen is older than the remembered one: everything was read");
    return {};
  }
  request.options.verified = ledger::Verified{std::move(*verified), (*remembered)->epochs_closed};
  return {};
}

/// --policy and --max-age.
Result<void> take_trust(const Arguments& arguments, base::Instant now, ledger::VerifyOptions& options) {
  using base::failure, base::ErrorKind;
  if (arguments.has("max-age")) {
    const auto age = parse_age(arguments.get("max-age"));
    if (!age) return failure(ErrorKind::malformed, "--max-age: expected a number and s, m, h or d, such as 36h");
    if (!arguments.has("policy")) return failure(ErrorKind::malformed, "--max-age: needs --policy with witnesses");
    options.freshness = ledger::Freshness{now, *age};
  }
  if (!arguments.has("policy")) return {};
  auto policy = policy_of(arguments.get("policy"));
  if (!policy) return tl::unexpected(policy.error());
  options.policy = std::move(*policy);
  return {};
}

Result<Request> request_of(const Arguments& arguments, base::Instant now) {
  Request request;
  if (auto taken = take_trust(arguments, now, request.options); !taken) return tl::unexpected(taken.error());
  auto key = log_key_of(arguments.get("key"), request.options.policy);
  if (!key) return tl::unexpected(key.error());
  request.options.keys = {*key};
  request.trusted = {"key " + key->format()};
  if (arguments.has("root")) {
    auto root = key_of(arguments.get("root"));
    if (!root) return base::failure(base::ErrorKind::malformed, "--root: " + root.error().message);
    request.trusted.push_back("root " + root->format());
    request.options.root = std::move(*root);
  }
  if (arguments.has("seen")) {
    const auto bytes = read_input(arguments.get("seen"));
    auto seen = bytes ? kept_checkpoint(*bytes, *key) : tl::unexpected(bytes.error());
    if (!seen) return tl::unexpected(seen.error().within(arguments.get("seen")));
    request.options.seen = std::move(*seen);
  }
  if (arguments.has("tsa-ca")) {
    const auto pem = read_input(arguments.get("tsa-ca"));
    auto trusted = pem ? ledger::TimestampAuthorities::parse(*pem) : tl::unexpected(pem.error());
    if (!trusted) return tl::unexpected(trusted.error().within(arguments.get("tsa-ca")));
    request.authorities = std::move(*trusted);
  }
  if (arguments.has("remember")) {
    if (auto taken = take_up(arguments.get("remember"), request); !taken) return tl::unexpected(taken.error());
  }
  return request;
}

/// Shows on a terminal how far it is, at what rate, and how long it may still take.
ledger::VerifyReport verify_with_progress(ledger::TileReader& log, ledger::VerifyOptions& options, std::ostream& err) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kBetween{200};
  terminal::ProgressLine line(err, false);
  const auto begin = Clock::now();
  auto shown = begin;
  std::optional<std::uint64_t> first;
  options.progress = [&](std::uint64_t done, std::uint64_t size) {
    if (!first) first = done;
    const auto now = Clock::now();
    if (now - shown < kBetween) return;
    shown = now;
    const double seconds = std::chrono::duration<double>(now - begin).count();
    line.show(progress_text(done, size, static_cast<double>(done - *first) / seconds));
  };
  auto report = ledger::verify(log, options);
  options.progress = nullptr;
  return report;
}

int exit_code(const ledger::VerifyReport& report) {
  if (!report.ok()) return control::kLogBroken;
  return report.stale.empty() ? control::kNothingFound : control::kStale;
}

/// --remember, of a log that verifies.
Result<void> keep(const Arguments& arguments, const Request& request, const ledger::VerifyReport& report) {
  if (!report.ok() || !arguments.has("remember")) return {};
  return remember(arguments.get("remember"), {request.trusted, report.epochs_closed_in_full_bundles, report.note});
}

int fail(std::string_view called, const base::Error& error, std::ostream& err) {
  fmt::print(err, "{}: {}\n", called, base::displayable(error.message));
  return control::exit_code(error.kind);
}

}  // namespace

int run(std::string_view called, const std::vector<std::string>& words, base::Instant now, std::ostream& out,
        std::ostream& err) {
  Arguments arguments = known_arguments();
  if (const auto wrong = arguments.parse(words)) {
    fmt::print(err, "{}: {}; see `{} --help`\n", called, *wrong, called);
    return control::kUsage;
  }
  if (arguments.asked_for_help()) {
    fmt::print(out, "usage: {} {} [OPTIONS]\n{}\n\n{}", called, kArguments, kSummary, arguments.help());
    return control::kNothingFound;
  }
  auto request = request_of(arguments, now);
  if (!request) return fail(called, request.error(), err);
  if (request->authorities) request->options.authorities = &*request->authorities;
  auto log = ledger::LogDirectory::open(arguments.get("log"));
  if (!log) return fail(called, log.error(), err);
  const ledger::VerifyReport report = verify_with_progress(**log, request->options, err);
  const auto kept = keep(arguments, *request, report);
  const int code = kept ? exit_code(report) : control::exit_code(kept.error().kind);
  if (arguments.has("json")) {
    print_json(report, code, request->sentences, out);
  } else {
    print(report, out);
    for (const std::string& sentence : request->sentences) fmt::print(out, "Note: {}\n", sentence);
  }
  return kept ? code : fail(called, kept.error(), err);
}

}  // namespace tally::verifier
