// tallystick sign-off: an officer's SSH signature under a run's manifest, recorded in the log by the service when one
// answers, else by this process.
#include "daemon/cli/sign_off.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/deciding.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/cli/small_file.h"
#include "daemon/control/exit_code.h"
#include "daemon/ledger/base64.h"
#include "daemon/ledger/sshsig.h"

namespace tally::cli {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

/// A manifest of a pack with a row for each of a million files stays below.
constexpr std::size_t kMaxManifestBytes = std::size_t{512} << 20;

Result<decisions::SignOff> sign_off_of(const Options& options) {
  const auto role = model::sign_off_role_of(options.get("role"));
  if (!role) {
    return failure(ErrorKind::malformed,
                   fmt::format("--role {}: preparer or reviewer is expected", options.get("role")));
  }
  const auto manifest = manifest_of(options.get("manifest"), options.get("run"));
  if (!manifest) return tl::unexpected(manifest.error());
  const auto armored = read_small_file(options.get("signature"), ledger::kMaxSshSignatureBytes);
  if (!armored) return tl::unexpected(armored.error());
  const auto signature = ledger::SshSignature::parse(*armored);
  if (!signature) return tl::unexpected(signature.error().within(options.get("signature")));
  return decisions::SignOff{options.get("run"), *role, *manifest, ledger::base64(signature->blob())};
}

}  // namespace

Result<base::Digest> manifest_of(const std::string& path, const std::string& run) {
  const auto bytes = read_small_file(path, kMaxManifestBytes);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto json = nlohmann::json::parse(*bytes, nullptr, false);
  if (!json.is_object() || json.value("schema", nlohmann::json()) != "tallystick-manifest/1") {
    return failure(ErrorKind::malformed, path + ": not a manifest.json of `tallystick evidence`");
  }
  const nlohmann::json its_run = json.value("run", nlohmann::json());
  if (its_run != run) {
    return failure(ErrorKind::malformed, fmt::format("{}: the manifest of {}, not of {}", path, its_run.dump(), run));
  }
  return base::sha256(*bytes);
}

int sign_off(const std::vector<std::string>& arguments, Streams& io) {
  if (!arguments.empty() && arguments.front() == "list") {
    return sign_off_list({arguments.begin() + 1, arguments.end()}, io);
  }
  Options options("sign-off", "RUN --role ROLE --manifest FILE --signature FILE | list [RUN]");
  options.word("run", "the run, as its manifest names it")
      .text("role", "ROLE", "preparer or reviewer")
      .text("manifest", "FILE", "manifest.json of the pack (`tallystick evidence`)")
      .text("signature", "FILE", "what `ssh-keygen -Y sign -n tallystick-manifest` made of sign-off/ROLE.txt");
  add_decision_options(options);
  if (const auto stop = options.parse(arguments, io)) return *stop;
  for (const char* needed : {"role", "manifest", "signature"}) {
    if (options.has(needed)) continue;
    fmt::print(io.err, "tallystick sign-off: --{} is missing; see `tallystick sign-off --help`\n", needed);
    return control::kUsage;
  }
  const auto what = sign_off_of(options);
  if (!what) return fail("sign-off", what.error(), io);
  return decide("sign-off", options, {*what, options.get("format") == "json"}, io);
}

}  // namespace tally::cli
