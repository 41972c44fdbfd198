// What of cn=config may be concluded from what is shown of it: a server that answers by lists.
#include "connectors/directory/olc_databases.h"

#include <gtest/gtest.h>

namespace tally::directory {
namespace {

struct Shown {
  std::string name;
  std::vector<std::string> suffixes;  ///< empty: not among those found by (olcSuffix=*)
};

/// Answers the question for databases by all of them, the question for those with a suffix by so many.
OlcDatabases read(const std::vector<Shown>& databases, std::size_t with_suffix) {
  Inquiry ask;
  ask.search = [&](const Search& what, const EachEntry& each) {
    SearchOutcome out;
    const bool count = what.query.attributes.front() == "1.1";
    for (std::size_t i = 0; i < (count ? with_suffix : databases.size()); ++i) {
      Entry entry;
      const std::string dn = "olcDatabase=" + databases[i].name + ",cn=config";
      entry.start(dn);
      if (!count) {
        entry.attribute("olcDatabase");
        entry.value(databases[i].name);
        entry.attribute("olcSuffix");
        for (const std::string& suffix : databases[i].suffixes) entry.value(suffix);
      }
      each(entry);
      ++out.entries;
    }
    return out;
  };
  ask.attribute_names = [] { return std::vector<std::string>(); };
  return OlcDatabases::read(ask);
}

const Shown kFrontend{"{-1}frontend", {}}, kConfig{"{0}config", {}};

TEST(OlcDatabases, HoldWhatLiesBelowTheirLongestSuffix) {
  const auto d = read({kFrontend, kConfig, {"{1}mdb", {"ou=Apart, dc=Test"}}, {"{2}mdb", {"dc=test", "dc=second"}}}, 2);
  EXPECT_EQ(d.why(), "");
  ASSERT_NE(d.of("uid=a,dc=test"), nullptr);
  EXPECT_EQ(d.of("uid=a,dc=test")->name, "{2}mdb");
  EXPECT_EQ(d.of("uid=a,ou=apart,dc=test")->name, "{1}mdb");
  EXPECT_EQ(d.of("dc=second")->name, "{2}mdb");
  EXPECT_EQ(d.of("dc=elsewhere"), nullptr);
  EXPECT_EQ(d.holding({"dc=test"}).size(), 2U) << "a part of it lies in the other";
  EXPECT_EQ(d.holding({"ou=people,dc=test"}).size(), 1U);
}

TEST(OlcDatabases, AreNotKnownWhereSomeAreHidden) {
  const Shown mdb{"{2}mdb", {"dc=test"}};
  const std::string some = "cn=config does not show all databases to the account that reads";
  EXPECT_EQ(read({}, 0).why(), "cn=config shows no database to the account that reads");
  EXPECT_EQ(read({kFrontend, kConfig, mdb}, 1).why(), some) << "{1} is missing";
  EXPECT_EQ(read({kConfig, {"{1}mdb", {"dc=test"}}}, 1).why(), some) << "the frontend is missing";
  EXPECT_EQ(read({kFrontend, kConfig, {"{1}mdb", {}}}, 1).why(), some) << "its suffix is there, and not shown";
  EXPECT_EQ(read({kFrontend, kConfig, {"mdb", {"dc=test"}}}, 1).why(), some) << "without a number";
  EXPECT_EQ(read({kFrontend, kConfig, mdb}, 1).of("dc=test"), nullptr);
  EXPECT_TRUE(read({kFrontend, kConfig, mdb}, 1).holding({"dc=test"}).empty());
}

}  // namespace
}  // namespace tally::directory
