// BloodHound on both sides: the sample company audited from a collection instead of an export of its directory, and its
// people written as a graph.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "tests/support/sharp_hound.h"
#include "tests/unit/daemon/cli/desk.h"

namespace tally::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;
using Verdicts = std::set<std::string>;

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The sample company with its own files, Active Directory as a collection of the entries of corp-ad.ldif.
struct Company : Desk {
  explicit Company(const std::string& directory) {
    EXPECT_EQ(keygen(), 0) << err;
    const std::string sample = std::string(TALLY_SOURCE_DIR) + "/docs/sample/";
    for (const char* name : {"hr.csv", "unix-ldap.ldif", "corp-ad.ldif"})
      std::filesystem::copy(sample + name, file(name));
    std::string config = text_of(sample + "tallystick.toml");
    const std::string there = "ldif = \"corp-ad.ldif\"";
    config.replace(config.find(there), there.size(), directory);
    std::ofstream(file("tallystick.toml")) << config;
  }
  void collect(bool all_properties) {
    std::filesystem::create_directories(file("collection"));
    const auto files =
        support::collect_as_sharp_hound(text_of(file("corp-ad.ldif")), {.all_properties = all_properties});
    for (const auto& [name, text] : files) std::ofstream(file("collection/" + name)) << text;
  }
  int audit_own() {
    return run({"audit", "--quiet", "--as-of", "2026-11-02T08:00:00Z", "--config", file("tallystick.toml"), "--state",
                state()});
  }
  Json report() {
    EXPECT_EQ(run({"report", "--format", "json", "--config", file("tallystick.toml"), "--state", state()}), 0) << err;
    return Json::parse(out);
  }
  Json graph(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"export", "opengraph", "--output", "-", "--state", state()};
    words.insert(words.end(), more.begin(), more.end());
    code = run(words);
    return Json::parse(out);
  }
  int code = 0;
};

const std::string kCollection = "bloodhound = \"collection\"\nemployee_number_digits = 6";

/// "LVR-001 account dweiss corp-ad" of those in corp-ad.
Verdicts findings(const Json& report) {
  Verdicts out;
  for (const Json& one : report.at("findings")) {
    const Json& subject = one.at("subject");
    if (subject.at("source") != "corp-ad") continue;
    out.insert(one.at("rule").get<std::string>() + " " + subject.at("label").get<std::string>());
  }
  return out;
}

TEST(Collection, OfTheSameCompanyGetsTheSameFindings) {
  Company from_ldif("ldif = \"corp-ad.ldif\""), from_hound(kCollection);
  from_hound.collect(true);
  EXPECT_EQ(from_ldif.audit_own(), 1) << from_ldif.err;
  EXPECT_EQ(from_hound.audit_own(), 1) << from_hound.err;
  const Verdicts expected = findings(from_ldif.report());
  EXPECT_THAT(expected, ::testing::IsSupersetOf({"LVR-001 dweiss", "LVR-002 dweiss", "LVR-005 adm-dweiss"}));
  EXPECT_EQ(findings(from_hound.report()), expected);
}

TEST(Collection, WithoutAllPropertiesCannotTellWhoStillWorks) {
  Company company(kCollection);
  company.collect(false);
  EXPECT_NE(company.audit_own(), 0);
  const Json report = company.report();
  EXPECT_THAT(findings(report), Not(::testing::Contains("LVR-001 dweiss"))) << "nobody knows when she expires";
  EXPECT_THAT(report.dump(), HasSubstr("the collection has no accountExpires"));
}

TEST(Collection, OfAnotherKindOfDirectoryIsAMistake) {
  Company company(kCollection + "\nuri = \"ldap://x\"");
  EXPECT_EQ(company.audit_own(), 2);
  EXPECT_THAT(company.err, HasSubstr("exactly one of uri (a server), ldif (an export) and bloodhound (a collection)"));
}

/// The rules of the published schemas of nodes, edges and metadata, by hand.
void expect_properties(const Json& properties) {
  for (const auto& [name, value] : properties.items()) {
    EXPECT_TRUE(std::regex_match(name, std::regex("[a-z]+"))) << name;
    EXPECT_NE(name, "objectid");
    if (value.is_array()) {
      for (const Json& one : value) EXPECT_TRUE(one.is_string()) << "one kind in a list";
    } else {
      EXPECT_TRUE(value.is_string() || value.is_number() || value.is_boolean()) << name;
    }
  }
}

void expect_kind(const std::string& kind) {
  EXPECT_TRUE(std::regex_match(kind, std::regex("[A-Za-z0-9_]+"))) << kind;
  EXPECT_TRUE(kind.starts_with("TS_")) << "not one of BloodHound's own, and not tag_";
}

TEST(OpenGraph, HasTheFormThatBloodHoundTakesUp) {
  Company company("ldif = \"corp-ad.ldif\"");
  ASSERT_EQ(company.audit_own(), 1);
  const Json graph = company.graph();
  EXPECT_EQ(graph.size(), 2U);
  EXPECT_EQ(graph.at("metadata"), Json({{"source_kind", "Tallystick"}}));
  std::set<std::string> ids;
  ASSERT_GT(graph.at("graph").at("nodes").size(), 5U);
  for (const Json& node : graph.at("graph").at("nodes")) {
    const std::string id = node.at("id");
    EXPECT_EQ(id.find(':'), std::string::npos);
    EXPECT_TRUE(ids.insert(id).second) << id;
    ASSERT_LE(node.at("kinds").size(), 2U) << "three with source_kind";
    for (const Json& kind : node.at("kinds")) expect_kind(kind);
    expect_properties(node.at("properties"));
  }
  for (const Json& edge : graph.at("graph").at("edges")) {
    expect_kind(edge.at("kind"));
    EXPECT_EQ(edge.at("start").at("match_by"), "id");
    EXPECT_EQ(ids.count(edge.at("start").at("value")), 1U) << "it begins at a node of the file";
    EXPECT_TRUE(std::regex_match(edge.at("end").at("value").get<std::string>(), std::regex("S-1-5-21(-[0-9]+){4}")));
    EXPECT_TRUE(edge.at("end").at("kind") == "User" || edge.at("end").at("kind") == "Computer");
    expect_properties(edge.at("properties"));
  }
}

TEST(OpenGraph, JoinsWhoLeftToTheirAccountsAndTellsNothingElseOfHr) {
  Company company("ldif = \"corp-ad.ldif\"");
  ASSERT_EQ(company.audit_own(), 1);
  const Json graph = company.graph();
  EXPECT_EQ(company.code, 0) << company.err;
  Json dana;
  for (const Json& node : graph.at("graph").at("nodes")) {
    if (node.at("properties").at("name") == "001004") dana = node;
  }
  ASSERT_TRUE(dana.is_object());
  EXPECT_EQ(dana.at("properties").at("status"), "left");
  EXPECT_EQ(dana.at("properties").at("left"), true);
  EXPECT_EQ(dana.at("properties").at("leftat"), "2026-09-30T22:00:00Z");
  std::map<bool, Json> hers;
  for (const Json& edge : graph.at("graph").at("edges")) {
    if (edge.at("start").at("value") == dana.at("id")) hers[edge.at("properties").at("primary").get<bool>()] = edge;
  }
  ASSERT_EQ(hers.size(), 2U) << "dweiss and adm-dweiss";
  EXPECT_EQ(hers[true].at("kind"), "TS_HasAccount");
  EXPECT_THAT(hers[true].at("properties").at("findings"), ::testing::IsSupersetOf({Json("LVR-001"), Json("LVR-002")}));
  EXPECT_THAT(hers[false].at("properties").at("findings"), ::testing::Contains(Json("LVR-005")));
  for (const char* personal : {"Dana", "Weiss", "Controller", "Finance", "69000", "dweiss"})
    EXPECT_THAT(company.out, Not(HasSubstr(personal)));
  EXPECT_THAT(company.err, HasSubstr("accounts have no SID"));
  company.graph({"--names"});
  EXPECT_THAT(company.out, HasSubstr("Dana Weiss"));
}

TEST(OpenGraph, SaysThatItsRunDidNotSeeEverything) {
  Company company(kCollection);
  company.collect(true);
  std::filesystem::remove(company.file("collection/20261102060000_computers.json"));
  company.audit_own();
  EXPECT_FALSE(company.graph().at("graph").at("nodes").empty());
  EXPECT_EQ(company.code, 3);
  EXPECT_THAT(company.err, HasSubstr("Not everything was seen of corp-ad: there is no file of computers"));
}

TEST(OpenGraph, SaysWhatItNeeds) {
  Company company("ldif = \"corp-ad.ldif\"");
  EXPECT_EQ(company.run({"export", "opengraph", "--state", company.state()}), 2);
  EXPECT_THAT(company.err, HasSubstr("--output is missing"));
  EXPECT_EQ(company.run({"export", "csv", "--output", "-", "--state", company.state()}), 2);
  EXPECT_THAT(company.err, HasSubstr("\"opengraph\" is expected"));
  EXPECT_EQ(company.run({"export", "opengraph", "--output", "-", "--state", company.state()}), 2);
  EXPECT_THAT(company.err, HasSubstr("no run is kept"));
}

}  // namespace
}  // namespace tally::cli
