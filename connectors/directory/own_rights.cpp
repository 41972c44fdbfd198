#include "connectors/directory/own_rights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "connectors/directory/control_rows.h"
#include "connectors/directory/dn.h"
#include "connectors/directory/power_notes.h"
#include "connectors/directory/sid.h"
#include "connectors/directory/who_am_i.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

/// Of many attributes that may be written, those that an auditor is shown.
constexpr std::size_t kShown = 5;

class OwnRights {
 public:
  OwnRights(Session& session, const LdapOptions& options, model::Harvest& harvest, const Patience& patience)
      : session_(session), options_(options), harvest_(harvest), source_(harvest.source), patience_(patience) {}

  void run() {
    source_.own_powers_unread.clear();
    token_ = token_sids(session_, patience_);
    for (const std::string& sid : token_) look_at_group(sid);
    look_at_controls();
    std::size_t told = 0, asked = 0;
    for (const std::string& dn : sample()) {
      ++asked;
      told += look_at_entry(dn) ? 1 : 0;
    }
    if (token_.empty())
      source_.own_powers_unread = "the server does not tell the groups of the account that reads (tokenGroups)";
    else if (told == 0)
      source_.own_powers_unread = fmt::format("sDRightsEffective was delivered of none of {} entries", asked);
  }

 private:
  void add(std::string power) {
    std::vector<std::string>& all = source_.own_powers;
    if (all.size() < kMaxOwnPowers && std::find(all.begin(), all.end(), power) == all.end())
      all.push_back(std::move(power));
  }

  void look_at_group(const std::string& sid) {
    const auto known = privileged_sid(sid);
    if (known && known->tier != model::Tier::none) return add(fmt::format("is in {} ({})", known->name, sid));
    for (std::size_t g = 0; g < harvest_.groups.size(); ++g) {
      if (harvest_.groups.tier[g] == model::Tier::none || harvest_.text.view(harvest_.groups.sid[g]) != sid) continue;
      add(fmt::format("is in {} ({})", harvest_.text.view(harvest_.groups.name[g]), sid));
    }
  }

  /// Rights in the lists that were read.
  void look_at_controls() {
    const model::Controls& c = harvest_.controls;
    for (std::size_t row = 0; row < c.size(); ++row) {
      const std::string_view holder = harvest_.text.view(c.holder[row]);
      if (holder.empty() || !harvest_.text.view(c.doubt[row]).empty()) continue;
      if (std::find(token_.begin(), token_.end(), holder) == token_.end()) continue;
      add(fmt::format("{} {}", model::in_words(c.rights[row]), harvest_.text.view(c.object[row])));
    }
  }

  [[nodiscard]] std::vector<std::string> sample() const {
    std::vector<std::string> out;
    for (const std::string& base : DnScope::outermost(options_.profile.bases)) {
      const std::string head(domain_head(base));
      if (head.empty() || std::find(out.begin(), out.end(), head) != out.end()) continue;
      out.push_back(head);
      out.push_back("CN=AdminSDHolder,CN=System," + head);
    }
    const std::size_t heads = out.size();
    for (std::size_t g = 0; g < harvest_.groups.size() && out.size() < heads + kMaxOwnSample; ++g) {
      if (harvest_.groups.tier[g] != model::Tier::none) out.emplace_back(harvest_.text.view(harvest_.groups.dn[g]));
    }
    return out;
  }

  /// True when the server answered.
  bool look_at_entry(const std::string& dn) {
    bool told = false;
    read_entry(session_, dn, {"sDRightsEffective", "allowedAttributesEffective"}, patience_, [&](const Entry& entry) {
      const auto rights = entry.first("sDRightsEffective");
      told = rights.has_value();
      // Bits of SECURITY_INFORMATION: owner, group, DACL, SACL.
      if (rights && *rights != "0") add(fmt::format("may write the owner or the access control list of {}", dn));
      std::vector<std::string> names;
      for (const std::string_view name : entry.values("allowedAttributesEffective"))
        names.push_back(base::displayable(name));
      if (names.empty()) return;
      std::sort(names.begin(), names.end());
      const std::size_t more = names.size() > kShown ? names.size() - kShown : 0;
      names.resize(std::min(names.size(), kShown));
      add(fmt::format("may write {}{} of {}", fmt::join(names, ", "), more > 0 ? fmt::format(" and {} more", more) : "",
                      dn));
    });
    return told;
  }

  Session& session_;
  const LdapOptions& options_;
  model::Harvest& harvest_;
  model::SourceRecord& source_;
  const Patience& patience_;
  std::vector<std::string> token_;  ///< SIDs
};

}  // namespace

void read_own_rights(Session& session, const LdapOptions& options, model::Harvest& harvest, const Patience& patience) {
  OwnRights(session, options, harvest, patience).run();
}

}  // namespace tally::directory
