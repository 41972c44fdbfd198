// Domain: a scripted Active Directory of a few people, which shows members two at a time where Samba never does, hides,
// forgets and changes as a test says. FollowedDomain: that, followed by its changes.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/integration/directory/evil_lab.h"
#include "tests/support/work_folder.h"

namespace tally::directory::lab {

using support::dirsync_control;

inline std::string guid(int i) { return fmt::format("{:016}", i); }

/// A domain of a few people, and what its controller says of it.
struct Domain {
  std::vector<int> people = {0, 1, 2, 3, 4};
  std::vector<int> changed = {};      ///< what a search by uSNChanged finds, in later runs
  std::vector<int> only_by_key = {};  ///< lists of all keys leave them out
  int lists_cut = 0;                  ///< so many of them
  std::vector<int> members = {};      ///< of a group, when there are some
  bool ranges = false;                ///< it shows two at a time (MS-ADTS 3.1.1.3.1.3.3)
  bool group_changed = false;         ///< a search by uSNChanged finds it
  bool ranges_end_early = false;      ///< no range but the first is answered
  mutable int ranges_read = 0;
  std::string invocation = guid(999);
  int usn = 10;
  int dirsync_code = 50;  ///< 0: tells that nothing changed
  bool endless = false;
  bool shows_numbers = true;
  int keys_read = 0;

  [[nodiscard]] std::string person(const Asked& asked, int i) const {
    support::LdapAttributes all = {{"objectClass", {"user"}},
                                   {"objectGUID", {guid(i)}},
                                   {"sAMAccountName", {fmt::format("p{}", i)}},
                                   {"userAccountControl", {"512"}}};
    const auto asked_for = [&](std::string_view name) {
      return std::find(asked.attributes.begin(), asked.attributes.end(), name) != asked.attributes.end();
    };
    if (shows_numbers && asked_for("uSNChanged")) all.push_back({"uSNChanged", {"7"}});
    return ldap_entry(asked.id, fmt::format("CN=P{},DC=t", i), all);
  }
  [[nodiscard]] std::string group(const Asked& asked) const {
    if (members.empty()) return "";
    std::vector<std::string> names;
    for (const int i : members) names.push_back(fmt::format("CN=P{},DC=t", i));
    support::LdapAttributes all = {{"objectClass", {"group"}},
                                   {"objectGUID", {guid(100)}},
                                   {"objectSid", {"S-1-5-21-1-2-3-1104"}},
                                   {"sAMAccountName", {"g"}},
                                   {"member", names}};
    if (ranges && asked.scope == 0) {
      ++ranges_read;
      const std::string_view wanted = asked.attributes.back();
      for (std::size_t from = 2; from < names.size() && !ranges_end_early; from += 2) {
        if (wanted != fmt::format("member;range={}-*", from)) continue;
        const std::size_t to = std::min(names.size(), from + 2);
        const std::string last = to == names.size() ? "*" : std::to_string(to - 1);
        const std::vector<std::string> part(names.begin() + static_cast<std::ptrdiff_t>(from),
                                            names.begin() + static_cast<std::ptrdiff_t>(to));
        return ldap_entry(asked.id, "CN=G,DC=t", {{fmt::format("member;range={}-{}", from, last), part}});
      }
      return "";
    }
    if (ranges) all.back() = {"member;range=0-1", {names[0], names[1]}};
    if (asked.attributes.back() == "uSNChanged") all.push_back({"uSNChanged", {"7"}});
    return ldap_entry(asked.id, "CN=G,DC=t", all);
  }
  std::string some(const Asked& asked, const std::function<bool(int)>& which) {
    std::string out;
    for (const int i : people) out += which(i) ? person(asked, i) : "";
    return out;
  }
  std::string subtree(const Asked& asked) {
    const auto has = [&](std::string_view text) { return asked.filter.find(text) != std::string::npos; };
    const auto among = [](const std::vector<int>& all) {
      return [&all](int i) { return std::find(all.begin(), all.end(), i) != all.end(); };
    };
    if (has("lastLogon")) return "";
    if (has("member\x04")) {
      const bool named =
          std::any_of(members.begin(), members.end(), [&](int i) { return has(fmt::format("CN=P{},DC=t", i)); });
      return named ? group(asked) : "";
    }
    if (has("objectGUID"))
      return some(asked, [&](int i) { return has(guid(i)); }) + (has(guid(100)) ? group(asked) : "");
    // (uSNChanged>=1) is whether all show it, a greater number what changed.
    if (has("uSNChanged\x04\x01"
            "1"))
      return shows_numbers ? some(asked, [](int) { return true; }) + group(asked) : "";
    if (has("uSNChanged")) return some(asked, among(changed)) + (group_changed ? group(asked) : "");
    const bool keys = asked.attributes.size() == 1;
    if (keys && asked.attributes[0] == "objectGUID") ++keys_read;
    const bool cut = keys && lists_cut > 0 && lists_cut-- > 0;
    return some(asked, [&](int i) { return !cut || !among(only_by_key)(i); }) + group(asked);
  }
  std::string schema(const Asked& asked) const {
    std::string out = ldap_entry(asked.id, "CN=Object-Class,CN=Schema", {{"lDAPDisplayName", {"objectClass"}}});
    return out + ldap_entry(asked.id, "CN=Member,CN=Schema",
                            {{"lDAPDisplayName", {"member"}}, {"attributeSyntax", {"2.5.5.1"}}, {"linkID", {"2"}}});
  }
  std::string one(const Asked& asked) const {
    if (asked.base == "CN=G,DC=t") return group(asked);
    if (asked.base.empty()) {
      return ldap_entry(asked.id, "",
                        {{"namingContexts", {"DC=t"}},
                         {"supportedControl", {"1.2.840.113556.1.4.319"}},
                         {"supportedCapabilities", {"1.2.840.113556.1.4.800"}},
                         {"dsServiceName", {"CN=NTDS"}},
                         {"schemaNamingContext", {"CN=Schema"}},
                         {"highestCommittedUSN", {std::to_string(usn)}}});
    }
    if (asked.base == "CN=NTDS") return ldap_entry(asked.id, asked.base, {{"invocationId", {invocation}}});
    return ldap_entry(asked.id, asked.base, {{"objectClass", {"domainDNS"}}, {"objectGUID", {guid(500)}}});
  }
  Reply answer(const Asked& asked) {
    if (asked.operation != Asked::search) return support::accept(asked);
    if (asked.dirsync) {
      const std::string cookie = endless ? std::to_string(++usn) : "cookie";
      return {ldap_done(asked.id, dirsync_code, "", dirsync_code == 0 ? dirsync_control(endless, cookie) : "")};
    }
    const std::string found = asked.scope == 0 ? one(asked) : asked.scope == 1 ? schema(asked) : subtree(asked);
    return {found + ldap_done(asked.id, 0, "", asked.page_size ? support::page_control("") : "")};
  }
};

class FollowedDomain : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = support::WorkFolder::create("replicas");
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
  }
  Collected collect() {
    LdapOptions o = to(server_);
    o.profile.dialect = Dialect::active_directory;
    o.profile.bases = {"DC=t"};
    o.profile.access_control_lists = false;
    o.request_deadline = o.total_deadline = 20s;
    o.replica = folder_->path() / "replicas/evil.tsr";
    if (full_read_every_) o.full_read_every = *full_read_every_;
    return lab::collect(std::move(o));
  }
  static std::string way(const Collected& c) {
    std::string out;
    for (const std::string& note : c.harvest.source.notes) out += note.starts_with("changes") ? note + "\n" : "";
    return out;
  }

  Domain domain_;
  std::optional<std::chrono::milliseconds> full_read_every_;
  std::optional<support::WorkFolder> folder_;
  EvilServer server_{{.script = [this](const Asked& asked) { return domain_.answer(asked); }}};
};

}  // namespace tally::directory::lab
