// Several domain controllers: what each alone knows, put together, and when that is all there is to know.
#include "connectors/directory/domain_controllers.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "connectors/directory/last_logons.h"
#include "connectors/directory/ldif_reader.h"
#include "connectors/directory/up_to_dateness.h"
#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

using base::Bounds;
using base::kBeginningOfTime;
using model::TimeState;
using testing::ElementsAre;
using testing::IsEmpty;

base::Instant at(const char* text) { return *base::parse_instant(text); }

// FILETIMEs at 12:00:00Z.
constexpr const char* kFirstOfMarch = "134168400000000000";
constexpr const char* kFifthOfMarch = "134171856000000000";
constexpr const char* kSecondOfApril = "134196048000000000";

/// Little-endian.
std::string number(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i, value >>= 8U) out += static_cast<char>(value & 0xFFU);
  return out;
}

/// Seconds since 1601 of 2026-04-14T09:00:00Z: 1776157200 since 1970, and 11644473600 from 1601 to 1970.
constexpr std::uint64_t kAprilFourteenth = 13'420'630'800;

std::string vector_of(std::uint64_t count, std::string_view cursors) {
  return number(2, 4) + number(0, 4) + number(count, 4) + number(0, 4) + std::string(cursors);
}

std::string cursor(std::uint64_t seconds) { return std::string(16, '\7') + number(4096, 8) + number(seconds, 8); }

constexpr const char* kSevens = "07070707-0707-0707-0707-070707070707";

TEST(UpToDateness, TellsOfEachOtherDomainController) {
  const auto read = read_up_to_dateness(vector_of(2, cursor(kAprilFourteenth) + cursor(0)));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ((*read)[0].invocation, kSevens);
  EXPECT_EQ((*read)[0].usn, 4096U);
  EXPECT_EQ((*read)[0].heard, at("2026-04-14T09:00:00Z"));
  EXPECT_EQ((*read)[1].heard, std::nullopt);
}

// 2026-11-23, from a Samba 4.17 that replicates: its time is 1970 in steps of 100 ns, where DSTIME has seconds.
TEST(UpToDateness, OfSambaHasNoTime) {
  constexpr unsigned char kAsSent[] = {2,    0,    0,    0,    0,    0,    0,    0,    1,    0,    0,    0,
                                       0,    0,    0,    0,    0xA0, 0x6D, 0xB3, 0x1C, 0x3A, 0xAF, 0x29, 0x46,
                                       0xB8, 0x5A, 0x0E, 0x33, 0x43, 0xA7, 0x7E, 0x76, 0x12, 0x0F, 0,    0,
                                       0,    0,    0,    0,    0,    0x80, 0x3E, 0xD5, 0xDE, 0xB1, 0x9D, 0x01};
  const auto read = read_up_to_dateness({reinterpret_cast<const char*>(kAsSent), sizeof kAsSent});
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().invocation, "1cb36da0-af3a-4629-b85a-0e3343a77e76");
  EXPECT_EQ(read->front().usn, 0xF12U);
  EXPECT_EQ(read->front().heard, std::nullopt);
}

TEST(UpToDateness, ThatIsNotAsLongAsItSaysTellsNothing) {
  const std::string whole = vector_of(1, cursor(kAprilFourteenth));
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(read_up_to_dateness(whole.substr(0, length))) << length;
  EXPECT_FALSE(read_up_to_dateness(vector_of(2, cursor(kAprilFourteenth))));
  EXPECT_FALSE(read_up_to_dateness(number(1, 4) + whole.substr(4))) << "version 1 has no times";
}

const std::vector<ListedController> kBoth = {{"CN=NTDS Settings,CN=DC1,CN=Servers,CN=A", "one"},
                                             {"CN=NTDS Settings,CN=DC2,CN=Servers,CN=A", "two"}};

ControllerView view(const ListedController& of, std::vector<Cursor> cursors) {
  return {"ldaps://some", of.dn, std::move(cursors), true};
}

std::vector<ControllerView> both(std::vector<Cursor> first, std::vector<Cursor> second) {
  return {view(kBoth[0], std::move(first)), view(kBoth[1], std::move(second))};
}

TEST(DomainControllers, ThatAllAnsweredLeaveNobodyElse) {
  EXPECT_EQ(quiet_since(kBoth, both({{"two", 1, {}}}, {{"one", 1, {}}})), kBeginningOfTime);
}

TEST(DomainControllers, ThatDidNotAllAnswerMayKnowMore) {
  EXPECT_FALSE(quiet_since(kBoth, {view(kBoth[0], {})})) << "one was not asked";
  auto cut = both({}, {});
  cut[1].whole = false;
  EXPECT_FALSE(quiet_since(kBoth, cut)) << "one was lost in the midst";
  auto silent = both({}, {});
  silent[0].cursors.reset();
  EXPECT_FALSE(quiet_since(kBoth, silent)) << "one does not say of whom it heard";
  EXPECT_FALSE(quiet_since({}, {view(kBoth[0], {})})) << "none is listed";
  EXPECT_FALSE(quiet_since({kBoth[0]}, both({}, {}))) << "one that answers is not listed: so others may not be";
  EXPECT_FALSE(quiet_since({{kBoth[0].dn, ""}}, {view(kBoth[0], {})})) << "its database is not known";
}

TEST(DomainControllers, OneThatIsGoneMayHaveSeenSignInsUntilADayAfterItWasLastHeardOf) {
  const Cursor gone{"gone", 1, at("2026-03-01T00:00:00Z")}, later{"gone", 1, at("2026-03-03T00:00:00Z")};
  EXPECT_EQ(quiet_since(kBoth, both({gone}, {later})), at("2026-03-04T00:00:00Z"));
  EXPECT_FALSE(quiet_since(kBoth, both({{"gone", 1, {}}}, {}))) << "nobody knows until when it was there";
}

TEST(DomainControllers, OneThatWasNotHeardOfForADayIsNamed) {
  const auto now = at("2026-06-01T00:00:00Z");
  const auto heard = [&](const char* when) { return view(kBoth[0], {{"two", 1, at(when)}}); };
  EXPECT_THAT(not_heard_of(kBoth, heard("2026-05-30T23:00:00Z"), now), ElementsAre("DC2 since 2026-05-30T23:00:00Z"));
  EXPECT_THAT(not_heard_of(kBoth, heard("2026-05-31T01:00:00Z"), now), IsEmpty());
  EXPECT_THAT(not_heard_of(kBoth, view(kBoth[0], {{"one", 1, at("2020-01-01T00:00:00Z")}}), now), IsEmpty())
      << "itself";
  EXPECT_THAT(not_heard_of(kBoth, view(kBoth[0], {{"gone", 1, at("2020-01-01T00:00:00Z")}}), now), IsEmpty());
}

class LastLogonsOfAll : public testing::Test {
 protected:
  /// One account; its lastLogonTimestamp and what each domain controller says: a FILETIME, "" for no lastLogon, "gone"
  /// for no such account.
  model::TimeFact with(const char* timestamp, const std::vector<std::string>& each,
                       std::optional<base::Instant> quiet) {
    ProfileOptions options;
    options.dialect = Dialect::active_directory;
    options.bases = {"DC=t"};
    tree_ = std::make_unique<Tree>(options);
    const std::string some = "objectClass: user\nuserAccountControl: 512\n";
    tree_->read("dn: CN=b,DC=t\n" + some + "lastLogonTimestamp: " + kFirstOfMarch + "\n\ndn: CN=a,DC=t\n" + some + kId +
                (*timestamp != '\0' ? fmt::format("lastLogonTimestamp: {}\n", timestamp) : "") + "\n");
    tree_->finish();
    LastLogons logons(tree_->harvest, at("2026-06-01T00:00:00Z"));
    for (const std::string& one : each) {
      logons.begin();
      LdifReader reader({[&](const Entry& e) { logons.take(e); }, [](const model::Reject&) {}});
      reader.feed(one == "gone"
                      ? ""
                      : "dn: CN=a,DC=t\n" + std::string(kId) + (one.empty() ? "" : "lastLogon: " + one + "\n") + "\n");
      reader.finish();
    }
    logons.tell(quiet);
    return tree_->harvest.accounts.last_sign_in[1];
  }
  static constexpr const char* kId = "objectGUID:: BwcHBwcHBwcHBwcHBwcHBw==\n";
  static constexpr base::Instant kNobodyGone = kBeginningOfTime;
  std::unique_ptr<Tree> tree_;
};

TEST_F(LastLogonsOfAll, TheNewestCountsExactly) {
  for (const auto& order : {std::vector<std::string>{kFifthOfMarch, kSecondOfApril}, {kSecondOfApril, kFifthOfMarch}})
    EXPECT_EQ(with(kFirstOfMarch, order, kNobodyGone).bounds, Bounds::exactly(at("2026-04-02T12:00:00Z")));
}

TEST_F(LastLogonsOfAll, ZeroAndNoneAreNoSignInThere) {
  EXPECT_EQ(with(kFirstOfMarch, {kFifthOfMarch, "0", ""}, kNobodyGone).bounds,
            Bounds::exactly(at("2026-03-05T12:00:00Z")));
}

TEST_F(LastLogonsOfAll, RaiseTheEarlierBoundAloneWhenThereMayBeOthers) {
  const Bounds within = with(kFirstOfMarch, {kFifthOfMarch}, {}).bounds;
  EXPECT_EQ(within, (Bounds{at("2026-03-05T12:00:00Z"), at("2026-03-15T12:00:00Z")}));
  const Bounds beyond = with(kFirstOfMarch, {kSecondOfApril}, {}).bounds;
  EXPECT_EQ(beyond, (Bounds{at("2026-04-02T12:00:00Z"), at("2026-06-01T00:00:00Z")})) << "so replication lags";
}

TEST_F(LastLogonsOfAll, AreNotExactWhereOneDoesNotShowTheAccount) {
  EXPECT_EQ(with(kFirstOfMarch, {kFifthOfMarch, "gone"}, kNobodyGone).bounds.latest, at("2026-03-15T12:00:00Z"));
}

TEST_F(LastLogonsOfAll, AreNotExactWhereNoneShowsAnyForItMayBeHidden) {
  EXPECT_EQ(with(kFirstOfMarch, {"", ""}, kNobodyGone).bounds,
            (Bounds{at("2026-03-01T12:00:00Z"), at("2026-03-15T12:00:00Z")}));
}

TEST_F(LastLogonsOfAll, AreNotExactWhereOneIsDamaged) {
  EXPECT_EQ(with(kFirstOfMarch, {kFifthOfMarch, "soon"}, kNobodyGone).bounds.latest, at("2026-03-15T12:00:00Z"));
  EXPECT_EQ(with(kFirstOfMarch, {kFifthOfMarch, "-5"}, kNobodyGone).bounds.latest, at("2026-03-15T12:00:00Z"));
}

TEST_F(LastLogonsOfAll, ReachUntilTheLastOneThatIsGone) {
  EXPECT_EQ(with(kFirstOfMarch, {kFifthOfMarch}, at("2026-03-09T00:00:00Z")).bounds,
            (Bounds{at("2026-03-05T12:00:00Z"), at("2026-03-09T00:00:00Z")}));
}

TEST_F(LastLogonsOfAll, TellOfASignInWhereTheFirstShowsNone) {
  ASSERT_EQ(with("", {"", ""}, kNobodyGone).state, TimeState::never);
  const auto elsewhere = with("", {"", kSecondOfApril}, {});
  ASSERT_EQ(elsewhere.state, TimeState::known);
  EXPECT_EQ(elsewhere.bounds, (Bounds{at("2026-04-02T12:00:00Z"), at("2026-06-01T00:00:00Z")}));
}

}  // namespace
}  // namespace tally::directory
