// A small collection in the real format, written by hand: one domain, Domain Admins with a group in it, two users and a
// computer. Tests change one thing of it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include "connectors/bloodhound/bloodhound_source.h"

namespace tally::bloodhound {

inline const std::string kDomain = "S-1-5-21-1004336348-1177238915-682003330";

inline std::string meta(const std::string& type, int count, int version = 6, int methods = 705) {
  return "\"meta\":{\"methods\":" + std::to_string(methods) + ",\"type\":\"" + type +
         "\",\"count\":" + std::to_string(count) + ",\"version\":" + std::to_string(version) +
         ",\"collectorversion\":\"2.5.13.0\"}";
}

inline std::string in_file(const std::string& type, const std::string& objects, int count, int version = 6,
                           int methods = 705) {
  return "{\"data\":[" + objects + "],\n" + meta(type, count, version, methods) + "}";
}

inline std::string object(const std::string& rid, const std::string& properties, const std::string& more) {
  return "{\"ObjectIdentifier\":\"" + kDomain + (rid.empty() ? "" : "-" + rid) +
         "\",\"Properties\":{\"domain\":\"CORP.EXAMPLE\",\"domainsid\":\"" + kDomain + "\"," + properties +
         "},\"Aces\":[" + "{\"PrincipalSID\":\"" + kDomain +
         "-512\",\"PrincipalType\":\"Group\",\"RightName\":\"GenericAll\",\"IsInherited\":false,\"InheritanceHash\":"
         "\"\"}" +
         "],\"IsDeleted\":false,\"IsACLProtected\":false,\"ContainedBy\":null" + more + "}";
}

inline std::string user(const std::string& rid, const std::string& name, const std::string& properties = "",
                        int control = 512) {
  return object(
      rid,
      "\"name\":\"" + name + "@CORP.EXAMPLE\",\"distinguishedname\":\"CN=" + name +
          ",CN=USERS,DC=CORP,DC=EXAMPLE\",\"samaccountname\":\"" + name + "\",\"enabled\":" +
          ((control & 2) == 0 ? "true" : "false") + ",\"useraccountcontrol\":" + std::to_string(control) +
          ",\"lastlogontimestamp\":1790000000,\"lastlogon\":0,\"pwdlastset\":1780000000,\"whencreated\":"
          "1549267200,\"admincount\":false,\"email\":\"" +
          name + "@corp.example\",\"title\":null,\"sidhistory\":[],\"serviceprincipalnames\":[]," +
          "\"trustedtoauth\":false" + properties,
      ",\"PrimaryGroupSID\":\"" + kDomain + "-513\",\"AllowedToDelegate\":[],\"HasSIDHistory\":[],\"SPNTargets\":[]");
}

inline std::string member(const std::string& id, const std::string& type = "User") {
  return "{\"ObjectIdentifier\":\"" + id + "\",\"ObjectType\":\"" + type + "\"}";
}

inline std::string group(const std::string& rid, const std::string& name, const std::string& members) {
  return object(rid,
                "\"name\":\"" + name + "@CORP.EXAMPLE\",\"distinguishedname\":\"CN=" + name +
                    ",CN=USERS,DC=CORP,DC=EXAMPLE\",\"samaccountname\":\"" + name + "\",\"admincount\":false",
                ",\"Members\":[" + members + "]");
}

inline std::string domain() {
  return object("", "\"name\":\"CORP.EXAMPLE\",\"distinguishedname\":\"DC=CORP,DC=EXAMPLE\",\"dsheuristics\":null",
                ",\"ChildObjects\":[],\"Trusts\":[],\"Links\":[],\"GPOChanges\":{\"LocalAdmins\":[]}");
}

inline std::map<std::string, std::string> small_collection() {
  const std::string computer =
      object("1110",
             "\"name\":\"WS1.CORP.EXAMPLE\",\"distinguishedname\":\"CN=WS1,CN=COMPUTERS,DC=CORP,DC=EXAMPLE\","
             "\"samaccountname\":\"WS1$\",\"enabled\":true,\"useraccountcontrol\":4096,\"lastlogontimestamp\":-1,"
             "\"pwdlastset\":1780000000,\"sidhistory\":[],\"serviceprincipalnames\":[\"HOST/WS1\"]",
             ",\"PrimaryGroupSID\":\"" + kDomain +
                 "-515\",\"AllowedToAct\":[],\"Sessions\":{\"Results\":[],\"Collected\":true},\"LocalGroups\":[]");
  return {{"20261101_domains.json", in_file("domains", domain(), 1)},
          {"20261101_groups.json",
           in_file("groups",
                   group("512", "DOMAIN ADMINS", member(kDomain + "-1200", "Group")) + "," +
                       group("1200", "OPS", member(kDomain + "-1104")) + "," + group("513", "DOMAIN USERS", "") + "," +
                       group("515", "DOMAIN COMPUTERS", ""),
                   4)},
          {"20261101_computers.json", in_file("computers", computer, 1)},
          {"20261101_users.json", in_file("users", user("1104", "ADA") + "," + user("1105", "BOB", "", 514), 2)}};
}

/// The text with its first such part replaced, which has to be there.
inline std::string with(std::string text, const std::string& part, const std::string& other) {
  const std::size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return at == std::string::npos ? text : text.replace(at, part.size(), other);
}

/// A folder, or a zip, of its own.
class Written {
 public:
  Written() : folder_(::testing::TempDir() + "bloodhound_" + std::to_string(::getpid())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~Written() { std::filesystem::remove_all(folder_); }

  std::string in_folder(const std::map<std::string, std::string>& files) {
    std::filesystem::remove_all(folder_ + "/c");
    std::filesystem::create_directories(folder_ + "/c");
    for (const auto& [name, text] : files) std::ofstream(folder_ + "/c/" + name, std::ios::binary) << text;
    return folder_ + "/c";
  }
  std::string in_zip(const std::map<std::string, std::string>& files, bool encrypted = false) {
    const std::string path = folder_ + "/c.zip";
    int code = 0;
    zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (zip == nullptr) throw std::runtime_error("no zip");
    for (const auto& [name, text] : files) {
      zip_source_t* bytes = zip_source_buffer(zip, text.data(), text.size(), 0);
      const auto at = zip_file_add(zip, name.c_str(), bytes, ZIP_FL_ENC_UTF_8);
      if (encrypted) zip_file_set_encryption(zip, static_cast<zip_uint64_t>(at), ZIP_EM_AES_256, "secret");
    }
    if (zip_close(zip) != 0) throw std::runtime_error("no zip");
    return path;
  }
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
};

inline Options options_of(const std::string& path) {
  Options out;
  out.profile.name = "corp";
  out.profile.dialect = directory::Dialect::active_directory;
  out.profile.bases = {"DC=corp,DC=example"};
  out.path = path;
  out.exported_at = *base::parse_instant("2026-11-01T00:00:00Z");
  return out;
}

inline model::Harvest collect(const Options& options) {
  return make_bloodhound_source(options)->collect({[] { return *base::parse_instant("2026-11-02T00:00:00Z"); }, {}});
}

inline bool has_gap(const model::Harvest& h, model::Gap::Kind kind, std::string_view part) {
  const auto& gaps = h.source.coverage.gaps;
  return std::any_of(gaps.begin(), gaps.end(), [&](const model::Gap& gap) {
    return gap.kind == kind && gap.sentence.find(part) != std::string::npos;
  });
}

}  // namespace tally::bloodhound
