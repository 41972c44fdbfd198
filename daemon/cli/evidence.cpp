// tallystick evidence: a finished run as a folder for an auditor, who checks it without us.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <charconv>
#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/cli/small_file.h"
#include "daemon/control/exit_code.h"
#include "daemon/evidence/pack.h"
#include "daemon/pipeline/state_folder.h"
#include "policy/base/utf8.h"

namespace tally::cli {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

/// Longest trust policy that is taken along.
constexpr std::size_t kMaxPolicyBytes = std::size_t{1} << 20;

Result<std::uint64_t> sample_of(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (trouble == std::errc() && end == text.data() + text.size() && number > 0) return number;
  return failure(ErrorKind::malformed, fmt::format("--sample {}: a number of findings is expected", text));
}

Result<evidence::PackOptions> pack_of(const Options& options, const std::string& state) {
  evidence::PackOptions pack{.state = state, .run = options.get("run"), .folder = options.get("output")};
  auto key = read_line(pipeline::public_key_path(state));
  if (!key) return tl::unexpected(key.error());
  pack.log_key = std::move(*key);
  if (options.has("redact")) {
    auto redaction = evidence::Redaction::parse(options.get("redact"));
    if (!redaction) return tl::unexpected(redaction.error());
    pack.redaction = std::move(*redaction);
  }
  if (options.has("sample")) {
    const auto sample = sample_of(options.get("sample"));
    if (!sample) return tl::unexpected(sample.error());
    pack.sample = *sample;
  }
  if (options.has("policy")) {
    auto policy = read_small_file(options.get("policy"), kMaxPolicyBytes);
    if (!policy) return tl::unexpected(policy.error());
    pack.policy = std::move(*policy);
  }
  return pack;
}

}  // namespace

int evidence(const std::vector<std::string>& arguments, Streams& io) {
  Options options("evidence", "[RUN] --output FOLDER");
  options.maybe("run", "a finished run; the newest when left out")
      .text("output", "FOLDER", "where to write; has to be empty, or not there")
      .text("redact", "FIELDS",
            "hide these personal values: pointers (/finding/what) or names (person_name), with commas")
      .text("sample", "N", "prove only N findings, drawn by the log's signed root")
      .text("policy", "FILE", "a trust policy to take along (C2SP tlog-policy)")
      .text("config", "FILE", "the configuration", kDefaultConfig)
      .text("state", "FOLDER", "use this folder instead of the configured one");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  if (!options.has("output")) {
    fmt::print(io.err, "tallystick evidence: --output is missing: the folder to write\n");
    return control::kUsage;
  }
  const auto config = load_config(options.get("config"), options.get("state"), io, config::Passwords::leave);
  if (!config) return control::kUsage;
  auto pack = pack_of(options, config->state);
  if (!pack) return fail("evidence", pack.error(), io);
  const auto written = evidence::write_pack(std::move(*pack));
  if (!written) return fail("evidence", written.error(), io);
  fmt::print(io.out, "{}: {} files in {}, {} of {} findings proven. How to check them: VERIFY.txt there.\n",
             written->run, written->files, base::displayable(options.get("output")), written->proven,
             written->findings);
  for (const std::string& missing : written->missing) fmt::print(io.out, "Missing: {}\n", missing);
  if (written->pruned == 0) return control::kNothingFound;
  fmt::print(io.out, "Not everything of this run could be had: {} of its findings were pruned from the log.\n",
             written->pruned);
  return control::kNotEverythingSeen;
}

}  // namespace tally::cli
