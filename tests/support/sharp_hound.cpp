#include "tests/support/sharp_hound.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <vector>

#include "connectors/directory/ldif_reader.h"
#include "connectors/directory/sid.h"

namespace tally::support {
namespace {

using Json = nlohmann::ordered_json;

struct Entry {
  std::string dn;
  std::map<std::string, std::vector<std::string>> values;  ///< by lower-case name

  [[nodiscard]] std::string first(const std::string& name) const {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second.front();
  }
  [[nodiscard]] bool is(const std::string& of) const {
    const auto found = values.find("objectclass");
    return found != values.end() && std::count(found->second.begin(), found->second.end(), of) > 0;
  }
};

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

/// Helpers.ConvertFileTimeToUnixEpoch: -1 for none.
std::int64_t epoch_of_filetime(const std::string& value) {
  if (value.empty()) return -1;
  const std::int64_t steps = std::strtoll(value.c_str(), nullptr, 10);
  return steps == 0 ? 0 : steps / 10'000'000 - 11'644'473'600;
}

/// Helpers.ConvertTimestampToUnixEpoch: "20190204080000.0Z".
std::int64_t epoch_of_time(const std::string& value) {
  std::tm tm{};
  return strptime(value.c_str(), "%Y%m%d%H%M%S", &tm) == nullptr ? 0 : ::timegm(&tm);
}

/// LdapPropertyProcessor.BestGuessConvert.
Json best_guess(const std::string& value) {
  if (value == "TRUE" || value == "FALSE") return value == "TRUE";
  if (value.ends_with("0Z")) return epoch_of_time(value);
  if (value == "9223372036854775807") return -1;
  char* end = nullptr;
  const std::int64_t number = std::strtoll(value.c_str(), &end, 10);
  const bool fits = number >= INT32_MIN && number <= INT32_MAX;
  if (!value.empty() && *end == '\0' && fits && value.size() < 12) return number;
  return value;
}

/// Attributes that are properties of their own, or hold what the method ObjectProps asks for: not copied again.
const std::set<std::string>& reserved() {
  static const std::set<std::string> names = {"dn",
                                              "objectclass",
                                              "objectsid",
                                              "objectguid",
                                              "samaccountname",
                                              "distinguishedname",
                                              "useraccountcontrol",
                                              "pwdlastset",
                                              "lastlogon",
                                              "lastlogontimestamp",
                                              "sidhistory",
                                              "dnshostname",
                                              "operatingsystem",
                                              "serviceprincipalname",
                                              "displayname",
                                              "mail",
                                              "title",
                                              "homedirectory",
                                              "description",
                                              "admincount",
                                              "userpassword",
                                              "name",
                                              "whencreated",
                                              "msds-allowedtodelegateto",
                                              "msds-allowedtoactonbehalfofotheridentity",
                                              "msds-supportedencryptiontypes",
                                              "member",
                                              "primarygroupid",
                                              "samaccounttype",
                                              "ntsecuritydescriptor"};
  return names;
}

class Collector {
 public:
  Collector(std::string_view ldif, CollectionKind kind) : kind_(kind) {
    directory::LdifReader reader({.entry = [this](const directory::Entry& entry) { keep(entry); },
                                  .reject = [](const model::Reject& why) { throw std::runtime_error(why.reason); }});
    reader.feed(ldif);
    reader.finish();
    for (const Entry& entry : entries_) {
      ids_[lower(entry.dn)] = id_of(entry);
      if (entry.is("domainDNS") && !entry.first("objectsid").empty()) domain_ = &entry;
    }
    if (domain_ == nullptr) throw std::runtime_error("no head of a domain");
  }

  std::map<std::string, std::string> write() {
    std::map<std::string, Json> data = {
        {"users", Json::array()}, {"groups", Json::array()}, {"computers", Json::array()}, {"domains", Json::array()}};
    for (const Entry& entry : entries_) {
      if (entry.first("objectsid").empty()) continue;
      if (entry.is("computer"))
        data["computers"].push_back(account(entry, true));
      else if (entry.is("user"))
        data["users"].push_back(account(entry, false));
      else if (entry.is("group"))
        data["groups"].push_back(group(entry));
      else if (&entry == domain_)
        data["domains"].push_back(domain(entry));
    }
    std::map<std::string, std::string> out;
    for (const auto& [type, objects] : data) {
      Json file;
      file["data"] = objects;
      // Group, ObjectProps and Container; not ACL.
      file["meta"] = {{"methods", 1 | 1 << 7 | 1 << 9},
                      {"type", type},
                      {"count", objects.size()},
                      {"version", 6},
                      {"collectorversion", "2.5.13.0"}};
      out["20261102060000_" + type + ".json"] = file.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    return out;
  }

 private:
  void keep(const directory::Entry& entry) {
    Entry out{std::string(entry.dn()), {}};
    for (const directory::Entry::Attribute& attribute : entry.attributes()) {
      auto& values = out.values[lower(attribute.name)];
      for (const auto value : entry.values_of(attribute)) values.emplace_back(value);
    }
    entries_.push_back(std::move(out));
  }

  [[nodiscard]] std::string domain_name() const {
    std::string name;
    for (const char c : domain_ == nullptr ? std::string("DC=CORP,DC=EXAMPLE") : upper(domain_->dn))
      name += c == ',' ? '.' : c;
    for (std::size_t at = name.find("DC="); at != std::string::npos; at = name.find("DC=")) name.erase(at, 3);
    return name;
  }

  /// A SID that every domain has gets the domain's name in front.
  [[nodiscard]] std::string qualified(const std::string& sid) const {
    return sid.starts_with("S-1-5-21-") ? sid : domain_name() + "-" + sid;
  }
  std::string id_of(const Entry& entry) {
    const auto sid = directory::sid_from(entry.first("objectsid"));
    return sid.value_or("");
  }

  Json base(const Entry& entry) {
    const std::string sid = id_of(entry);
    Json properties = {{"domain", domain_name()},
                       {"name", upper(entry.first("samaccountname")) + "@" + domain_name()},
                       {"distinguishedname", upper(entry.dn)},
                       {"domainsid", id_of(*domain_)}};
    if (!entry.is("domainDNS")) properties["samaccountname"] = entry.first("samaccountname");
    if (!entry.first("description").empty()) properties["description"] = entry.first("description");
    if (!entry.first("whencreated").empty()) properties["whencreated"] = epoch_of_time(entry.first("whencreated"));
    if (kind_.all_properties) add_all(entry, properties);
    return {{"ObjectIdentifier", qualified(sid)},
            {"Properties", properties},
            {"Aces", Json::array()},
            {"IsDeleted", false},
            {"IsACLProtected", false},
            {"ContainedBy", nullptr}};
  }

  /// LdapPropertyProcessor.ParseAllProperties.
  static void add_all(const Entry& entry, Json& properties) {
    for (const auto& [name, values] : entry.values) {
      if (reserved().count(name) > 0 || properties.contains(name)) continue;
      if (values.size() == 1) {
        properties[name] = best_guess(values[0]);
      } else {
        for (const std::string& value : values) properties[name].push_back(best_guess(value));
      }
    }
  }

  Json account(const Entry& entry, bool computer) {
    Json out = base(entry);
    Json& p = out["Properties"];
    const std::int64_t control = std::strtoll(entry.first("useraccountcontrol").c_str(), nullptr, 10);
    const auto flag = [&](const char* name, std::int64_t bit) { p[name] = (control & bit) != 0; };
    p["enabled"] = (control & 2) == 0;
    flag("unconstraineddelegation", 0x80000);
    flag("trustedtoauth", 0x1000000);
    if (!computer) {
      flag("sensitive", 0x100000);
      flag("dontreqpreauth", 0x400000);
      flag("passwordnotreqd", 0x20);
      flag("pwdneverexpires", 0x10000);
    }
    p["useraccountcontrol"] = control;
    for (const char* time : {"lastlogon", "lastlogontimestamp", "pwdlastset"})
      p[time] = epoch_of_filetime(entry.first(time));
    const auto spns = entry.values.find("serviceprincipalname");
    p["serviceprincipalnames"] = spns == entry.values.end() ? Json::array() : Json(spns->second);
    const auto text = [&](const std::string& value) { return value.empty() ? Json() : Json(value); };
    p["email"] = text(entry.first("mail"));
    if (!computer) {
      p["displayname"] = text(entry.first("displayname"));
      p["title"] = text(entry.first("title"));
      p["admincount"] = entry.first("admincount") == "1";
    }
    p["sidhistory"] = Json::array();
    const std::string sid = id_of(entry), rid = entry.first("primarygroupid");
    out["PrimaryGroupSID"] = rid.empty() ? Json() : Json(sid.substr(0, sid.rfind('-') + 1) + rid);
    out["AllowedToDelegate"] = Json::array();
    out["HasSIDHistory"] = Json::array();
    if (computer)
      out["AllowedToAct"] = Json::array();
    else
      out["SPNTargets"] = Json::array();
    return out;
  }

  Json group(const Entry& entry) {
    Json out = base(entry);
    out["Properties"]["admincount"] = entry.first("admincount") == "1";
    out["Members"] = Json::array();
    const auto members = entry.values.find("member");
    if (members == entry.values.end()) return out;
    for (const std::string& dn : members->second) {
      const std::string id = member_id(dn);
      out["Members"].push_back({{"ObjectIdentifier", id}, {"ObjectType", id.find('=') == id.npos ? "User" : "Base"}});
    }
    return out;
  }

  [[nodiscard]] std::string member_id(const std::string& dn) const {
    const auto found = ids_.find(lower(dn));
    if (found != ids_.end() && !found->second.empty()) return qualified(found->second);
    const std::string foreign = dn.substr(3, dn.find(',') - 3);  // "CN=S-1-5-11,CN=ForeignSecurityPrincipals,…"
    if (foreign.starts_with("S-1-")) return qualified(foreign);
    if (found != ids_.end()) return "2F1B7D7E-9A53-4F5B-8E0B-3C6F1D2A4B5C";  // a contact has a GUID alone
    return upper(dn);
  }

  Json domain(const Entry& entry) {
    Json out = base(entry);
    out["ChildObjects"] = Json::array();
    out["Trusts"] = Json::array();
    out["Links"] = Json::array();
    out["Properties"]["functionallevel"] = "2016";
    return out;
  }

  CollectionKind kind_;
  std::vector<Entry> entries_;
  std::map<std::string, std::string> ids_;
  const Entry* domain_ = nullptr;
};

}  // namespace

std::map<std::string, std::string> collect_as_sharp_hound(std::string_view ldif, CollectionKind kind) {
  return Collector(ldif, kind).write();
}

}  // namespace tally::support
