// tallystick sign-off list: who signed which manifest of which run, whether preparer and reviewer are two people with
// two keys, and whether the manifest at hand is the one that they signed. Reads the store, and decides nothing.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <ostream>
#include <utility>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/cli/sign_off.h"
#include "daemon/control/exit_code.h"
#include "daemon/pipeline/state_folder.h"
#include "daemon/store/store.h"
#include "policy/base/utf8.h"

namespace tally::cli {
namespace {

using base::Result;
using model::SignOff;

/// The two signatures under one manifest.
struct Signed {
  std::optional<SignOff> preparer, reviewer;
  [[nodiscard]] bool by_both() const { return preparer && reviewer; }
};
/// By run and manifest, in the order in which their preparers signed.
using Manifests = std::vector<std::pair<std::pair<std::string, base::Digest>, Signed>>;

Result<std::vector<SignOff>> sign_offs_of(const std::string& state) {
  const std::string path = pipeline::store_path(state);
  if (!std::filesystem::exists(path)) {
    return base::failure(base::ErrorKind::not_found,
                         fmt::format("there is no store in {}: `tallystick rebuild` makes it of the log", state));
  }
  auto store = store::Store::open(path);
  if (!store) return tl::unexpected(store.error());
  auto decisions = store->decisions();
  if (!decisions) return tl::unexpected(decisions.error());
  return std::move(decisions->sign_offs);
}

Manifests by_manifest(const std::vector<SignOff>& sign_offs, const std::string& run) {
  Manifests manifests;
  for (const SignOff& one : sign_offs) {
    if (!run.empty() && one.run != run) continue;
    const std::pair name(one.run, one.manifest);
    auto found =
        std::find_if(manifests.begin(), manifests.end(), [&](const auto& known) { return known.first == name; });
    if (found == manifests.end()) found = manifests.insert(found, {name, {}});
    (one.role == model::SignOffRole::preparer ? found->second.preparer : found->second.reviewer) = one;
  }
  return manifests;
}

/// What the log shows of the two; the log's writer has refused anything else (policy/decisions).
std::string_view difference(const Signed& both) {
  if (both.preparer->key == both.reviewer->key) return "THE SAME KEY";
  if (both.preparer->who.empty() || both.reviewer->who.empty()) return "two keys; who they were was erased";
  return both.preparer->who == both.reviewer->who ? "THE SAME PERSON" : "two people, two keys";
}

void print_one(std::string_view role, const std::optional<SignOff>& one, Streams& io) {
  if (!one) {
    fmt::print(io.out, "  {:<9} nobody yet\n", role);
    return;
  }
  fmt::print(io.out, "  {:<9} {}, {} (entry {})\n", role, one->who.empty() ? "(erased)" : base::displayable(one->who),
             base::displayable(one->key), one->number);
}

/// False when the manifest that was asked about is not signed by both.
bool print(const Manifests& manifests, const std::optional<base::Digest>& at_hand, Streams& io) {
  bool signed_by_both = !at_hand;
  for (const auto& [name, both] : manifests) {
    const auto& [run, manifest] = name;
    fmt::print(io.out, "{}, manifest sha256:{}{}\n", base::displayable(run), manifest.hex(),
               !at_hand               ? ""
               : *at_hand == manifest ? ": the one at hand"
                                      : ": not the one at hand");
    print_one("preparer", both.preparer, io);
    print_one("reviewer", both.reviewer, io);
    if (both.by_both()) fmt::print(io.out, "  {:<9} {}\n", "both", difference(both));
    if (at_hand == manifest && both.by_both()) signed_by_both = true;
  }
  if (manifests.empty()) fmt::print(io.out, "Nobody has signed a manifest.\n");
  if (!signed_by_both) {
    fmt::print(io.out, "The manifest at hand, sha256:{}, is not signed by a preparer and a reviewer.\n",
               at_hand->hex());
  }
  return signed_by_both;
}

}  // namespace

int sign_off_list(const std::vector<std::string>& arguments, Streams& io) {
  Options options("sign-off list", "[RUN]");
  options.maybe("run", "one run; all when left out")
      .text("manifest", "FILE", "manifest.json of a pack: is it still the one that was signed? Needs RUN")
      .text("config", "FILE", "the configuration", kDefaultConfig)
      .text("state", "FOLDER", "use this folder instead of the configured one");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  std::optional<base::Digest> at_hand;
  if (options.has("manifest")) {
    const auto digest = manifest_of(options.get("manifest"), options.get("run"));
    if (!digest) return fail("sign-off list", digest.error(), io);
    at_hand = *digest;
  }
  const auto config = load_config(options.get("config"), options.get("state"), io, config::Passwords::leave);
  if (!config) return control::kUsage;
  const auto sign_offs = sign_offs_of(config->state);
  if (!sign_offs) return fail("sign-off list", sign_offs.error(), io);
  return print(by_manifest(*sign_offs, options.get("run")), at_hand, io) ? control::kNothingFound
                                                                         : control::kNotEverythingSeen;
}

}  // namespace tally::cli
