// What a server answers when it is asked which entries have no such attribute: a directory that changes while it is
// read is complete, one that may hide something is not, and one without end is not listened to.
#include <atomic>

#include "tests/integration/directory/evil_lab.h"

namespace tally::directory {
namespace {

using lab::Asked;
using lab::collect_with;
using lab::Collected;
using lab::gap;
using lab::Gap;
using lab::ldap_done;
using lab::ldap_entry;
using lab::Reply;
using lab::Tree;
using testing::HasSubstr;

/// The first person, of whom no such question finds anything, and what a read of the entry alone gives then.
Collected unless_seen(const std::function<Reply(const Asked&)>& again) {
  return collect_with([&](const Asked& asked, Reply honest) {
    if (asked.scope == 0 && asked.base == Tree::name_of(0)) return again(asked);
    if (!lab::asks_for_absence(asked) || asked.filter.find("inetOrgPerson") == std::string::npos) return honest;
    std::string out;
    for (int i = 1; i < 30; ++i) out += ldap_entry(asked.id, Tree::name_of(i), {});
    return Reply{out + ldap_done(asked.id, 0, "", support::page_control(""))};
  });
}

TEST(AbsentAttribute, OfAnEntryThatWentMeanwhileIsNotHidden) {
  const Collected c = unless_seen([](const Asked& asked) { return Reply{ldap_done(asked.id, 32, "no such object")}; });
  EXPECT_TRUE(c.complete()) << c.coverage().in_words();
}

TEST(AbsentAttribute, ThatCameMeanwhileIsNotHidden) {
  const Collected c = unless_seen([](const Asked& asked) {
    return Reply{ldap_entry(asked.id, asked.base, {{"uidNumber", {"7"}}, {"gidNumber", {"7"}}}) + ldap_done(asked.id)};
  });
  EXPECT_TRUE(c.complete()) << c.coverage().in_words();
}

TEST(AbsentAttribute, ThatIsStillNotShownMayBeHidden) {
  const Collected c = unless_seen([](const Asked& asked) {
    return Reply{ldap_entry(asked.id, asked.base, {{"uidNumber", {"7"}}}) + ldap_done(asked.id)};
  });
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::missing_column, "1 account does not show gidNumber"));
  EXPECT_EQ(c.coverage().gaps.size(), 1U) << c.coverage().in_words();
}

TEST(AbsentAttribute, IsOpenWhereTheServerRefusesTheQuestion) {
  for (const int code : {50, 53, 11}) {
    const Collected c = collect_with([&](const Asked& asked, Reply honest) {
      return lab::asks_for_absence(asked) ? Reply{ldap_done(asked.id, code, "no")} : honest;
    });
    EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::missing_column, "30 accounts do not show uidNumber")) << code;
    EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::range_cut, "1 group does not show memberUid")) << code;
  }
}

TEST(AbsentAttribute, OfEverNewEntriesIsAskedNoFurther) {
  std::atomic<int> next = 1000, pages = 0;
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    if (!lab::asks_for_absence(asked)) return honest;
    ++pages;
    std::string out;
    for (int i = 0; i < 500; ++i) out += ldap_entry(asked.id, Tree::name_of(++next), {});
    return Reply{out + ldap_done(asked.id, 0, "", support::page_control("more"))};
  });
  EXPECT_LE(c.harvest.accounts.size(), 30U);
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::missing_column, "30 accounts do not show uidNumber"));
  EXPECT_LE(pages, 40) << "three pages for each of some ten questions";
}

}  // namespace
}  // namespace tally::directory
