#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "daemon/config/form.h"
#include "daemon/config/sections.h"
#include "policy/base/utf8.h"

namespace tally::config {
namespace {

using R = decisions::Retention;

constexpr std::chrono::hours kShortestEntries{24};  // a slip of the unit would take the log
constexpr std::size_t kMaxPolicyBytes = std::size_t{1} << 20;

/// The file is read as the configuration is taken up: what is pruned is pruned under these very words.
void read_policy(R& target, const toml::node& node, const Context& context) {
  form::path(&R::policy_file).read(target, node, context);
  if (target.policy_file.empty() || !context.read_passwords) return;
  const auto wrong = [&](std::string_view why) {
    context.trouble(node, fmt::format("policy {}: {}", target.policy_file, why),
                    fmt::format("the written policy under which entries are pruned: a text of 1 to {} bytes, UTF-8",
                                kMaxPolicyBytes));
  };
  std::error_code code;
  const auto found = std::filesystem::status(target.policy_file, code);
  if (std::filesystem::exists(found) && !std::filesystem::is_regular_file(found)) return wrong("it is no file");
  errno = 0;
  std::ifstream file(target.policy_file, std::ios::binary);
  std::string text(kMaxPolicyBytes + 1, '\0');
  if (!file) return wrong(std::strerror(errno != 0 ? errno : EIO));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.fail() && !file.eof())) return wrong("it cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return wrong("it is empty");
  if (text.size() > kMaxPolicyBytes) return wrong("it is longer than that");
  if (!base::is_utf8(text)) return wrong("it is no text");
  target.policy = base::sha256(text);
}

}  // namespace

const Fields<decisions::Retention>& retention_fields() {
  static const Fields<R> fields = {
      {"findings", form::span(&R::findings), "for ever",
       "Personal values of findings and of followed leavers are erased when they are older. Not of findings that are "
       "open or exempt, of leavers who are still followed, or of anybody under a hold."},
      {"decisions", form::span(&R::decisions), "for ever",
       "The same of what people decided: not of what is still in force."},
      {"offboarding", form::span(&R::offboarding), "for ever", "The same of offboarding checks."},
      {"runs", form::span(&R::runs), "for ever",
       "The same of the runs themselves: who asked for them, rejected rows, examples. Not of the newest."},
      {"kept_runs", form::span(&R::kept_runs), "for ever",
       "Kept runs (`keep_snapshots`) are removed when they are older."},
      {"entries", form::span(&R::entries), "for ever",
       "Entries of the log are pruned when they are older, from its beginning, 256 at a time, up to the first that is "
       "still needed. Their hashes stay, so the log still verifies; their content is gone for ever. Needs `policy`."},
      {"policy",
       {"path", read_policy},
       "",
       "The written policy under which entries are pruned, a text. The log records its SHA-256 with each pruning: keep "
       "every version of it."},
      {"erase_not_before", form::span(&R::erase_not_before), "",
       "`tallystick erase` is refused while the newest entry about the person is younger: for duties to keep."}};
  return fields;
}

void check_retention(const decisions::Retention& settings, const toml::node& at, const Context& context) {
  constexpr std::chrono::hours kLongest{24 * 36'600};  // a century: longer is for ever
  for (const auto span :
       {&R::findings, &R::decisions, &R::offboarding, &R::runs, &R::kept_runs, &R::entries, &R::erase_not_before}) {
    if (settings.*span > kLongest)
      context.trouble(at, "[retention] has a time of more than 36600 days", "leave it out");
  }
  if (settings.entries.count() != 0 && settings.policy_file.empty()) {
    context.trouble(at, "[retention] has entries = … without policy: nothing is pruned without a written policy",
                    "policy = \"FILE\", or leave entries out");
  }
  if (settings.entries.count() != 0 && settings.entries < kShortestEntries) {
    context.trouble(at, "[retention] entries is shorter than a day", "such as \"3650d\"");
  }
}

}  // namespace tally::config
