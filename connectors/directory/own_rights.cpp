#include "connectors/directory/own_rights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "connectors/directory/access_question.h"
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
const std::vector<std::string> kRights = {"sDRightsEffective", "allowedAttributesEffective",
                                          "allowedChildClassesEffective"};

class OwnRights {
 public:
  OwnRights(Session& session, const LdapOptions& options, model::Harvest& harvest, const Patience& patience)
      : session_(session), options_(options), harvest_(harvest), source_(harvest.source), patience_(patience) {}

  void run() {
    source_.own_powers_unread.clear();
    token_ = token_sids(session_, patience_);
    for (const std::string& sid : token_) look_at_group(sid);
    std::size_t told = 0, asked = 0;
    const auto look_at = [&](const std::vector<Asked>& all) {
      for (const auto& [dn, called] : all) {
        ++asked;
        told += look_at_entry(dn, called) ? 1 : 0;
      }
    };
    look_at(heads_and_groups());
    look_at_places();
    look_at_controls();
    look_at(one_of_each_place());
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

  /// An entry that is asked about, and what a sentence calls it.
  struct Asked {
    std::string dn, called;
  };

  [[nodiscard]] std::vector<Asked> heads_and_groups() const {
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
    std::vector<Asked> asked;
    for (const std::string& dn : out) asked.push_back({dn, dn});
    return asked;
  }

  /// What a list gives for one class of objects below it does not show in the list's own object.
  [[nodiscard]] std::vector<Asked> one_of_each_place() const {
    std::vector<Asked> asked;
    const model::Accounts& accounts = harvest_.accounts;
    std::set<std::pair<std::string, int>> seen;
    const auto add = [&](std::string_view dn, int sort, std::string_view called) {
      const std::string_view place = parent_of(dn);
      if (seen.size() >= kMaxOwnOfPlaces || !seen.emplace(place, sort).second) return;
      asked.push_back({std::string(dn), fmt::format("{} in {}", called, place)});
    };
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      // Its own entry anybody may write some of; a list that does not inherit says nothing of the place.
      const std::string sid(harvest_.text.view(accounts.sid[i]));
      if (std::find(token_.begin(), token_.end(), sid) != token_.end()) continue;
      if ((accounts.flags[i] & model::kAdminCount) != 0) continue;
      const bool computer = accounts.kind[i] == model::AccountKind::computer;
      add(harvest_.text.view(accounts.dn[i]), static_cast<int>(accounts.kind[i]),
          computer ? "a computer" : "an account");
    }
    for (std::size_t g = 0; g < harvest_.groups.size(); ++g) {
      if (harvest_.groups.tier[g] == model::Tier::none) add(harvest_.text.view(harvest_.groups.dn[g]), -1, "a group");
    }
    return asked;
  }

  void look_at_places() {
    for (const std::string& base : DnScope::outermost(options_.profile.bases)) {
      Search what;
      what.base = base;
      what.query = {"(|(objectClass=organizationalUnit)(objectClass=container))", kRights};
      what.page_size = options_.page_size;
      what.max_entries = kMaxOwnPlaces;
      const SearchOutcome found =
          search(session_, what, patience_, [&](const Entry& entry) { tell(entry, std::string(entry.dn())); });
      if (!found.whole() && source_.own_powers_unread.empty())
        source_.own_powers_unread = fmt::format("not all units and containers of {} were asked about", base);
    }
  }

  /// True when the server answered.
  bool look_at_entry(const std::string& dn, const std::string& called) {
    bool told = false;
    read_entry(session_, dn, kRights, patience_, [&](const Entry& entry) {
      told = entry.has("sDRightsEffective");
      tell(entry, called);
    });
    return told;
  }

  void tell(const Entry& entry, const std::string& called) {
    // Bits of SECURITY_INFORMATION: owner, group, DACL, SACL.
    if (const auto rights = entry.first("sDRightsEffective"); rights && *rights != "0")
      add(fmt::format("may write the owner or the access control list of {}", called));
    if (const std::string names = some_of(entry, "allowedAttributesEffective"); !names.empty())
      add(fmt::format("may write {} of {}", names, called));
    if (const std::string names = some_of(entry, "allowedChildClassesEffective"); !names.empty())
      add(fmt::format("may create {} below {}", names, called));
  }

  static std::string some_of(const Entry& entry, std::string_view attribute) {
    std::vector<std::string> names;
    for (const std::string_view name : entry.values(attribute)) names.push_back(base::displayable(name));
    if (names.empty()) return {};
    std::sort(names.begin(), names.end());
    const std::size_t more = names.size() > kShown ? names.size() - kShown : 0;
    names.resize(names.size() - more);
    return fmt::format("{}{}", fmt::join(names, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
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
