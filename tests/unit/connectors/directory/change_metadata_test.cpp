// What Active Directory tells of when attributes and links were written: the bytes, and what follows from them.
#include "connectors/directory/change_metadata.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>

#include "connectors/directory/link_reading.h"
#include "tests/support/base64.h"
#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

base::Instant at(const char* text) { return *base::parse_instant(text); }

/// Little-endian.
std::string number(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i, value >>= 8U) out += static_cast<char>(value & 0xFFU);
  return out;
}

/// Seconds since 1601 of 2026-04-14T09:00:00Z: 1776157200 since 1970, and 11644473600 from 1601 to 1970.
constexpr std::uint64_t kAprilFourteenth = 13'420'630'800;

std::string change(std::uint32_t attribute, std::uint32_t version, std::uint64_t seconds) {
  return number(attribute, 4) + number(version, 4) + number(seconds, 8) + std::string(16, '\7') + number(9, 8) +
         number(9, 8);
}

std::string metadata(const std::vector<std::string>& changes) {
  std::string out = number(1, 4) + number(0, 4) + number(changes.size(), 4) + number(0, 4);
  for (const std::string& one : changes) out += one;
  return out;
}

/// The first two attributes of a user of a Samba 4.17 domain controller, made at 2026-11-23T02:09:01Z: objectClass and
/// description's neighbour cn, each of version 1. 0x321143_13D seconds after 1601.
constexpr unsigned char kAsSent[] = {0x01, 0,    0,    0,    0,    0,    0,    0,    0x02, 0,    0,
                                     0,    0,    0,    0,    0,  // header: 2 attributes
                                     0x00, 0x00, 0x00, 0x00, 0x01, 0,    0,    0,    0x3D, 0x31, 0x14,
                                     0x21, 0x03, 0,    0,    0,  // objectClass
                                     0x22, 0xB3, 0x78, 0x14, 0xA6, 0xAF, 0x13, 0x4F, 0xB1, 0xA1, 0x21,
                                     0x53, 0x4E, 0xAA, 0x32, 0xBE,  // invocation
                                     0xE9, 0x0F, 0,    0,    0,    0,    0,    0,    0xE9, 0x0F, 0,
                                     0,    0,    0,    0,    0,  // USNs
                                     0x08, 0x00, 0x09, 0x00, 0x06, 0,    0,    0,    0x3E, 0x31, 0x14,
                                     0x21, 0x03, 0,    0,    0,  // userAccountControl
                                     0x22, 0xB3, 0x78, 0x14, 0xA6, 0xAF, 0x13, 0x4F, 0xB1, 0xA1, 0x21,
                                     0x53, 0x4E, 0xAA, 0x32, 0xBE, 0xEC, 0x0F, 0,    0,    0,    0,
                                     0,    0,    0xEC, 0x0F, 0,    0,    0,    0,    0,    0};

TEST(PropertyMetadata, IsReadAsAServerSendsIt) {
  const auto read = PropertyMetadata::read({reinterpret_cast<const char*>(kAsSent), sizeof kAsSent});
  ASSERT_TRUE(read);
  const auto control = read->find(kUserAccountControlId);
  ASSERT_TRUE(control);
  EXPECT_EQ(control->version, 6U);
  EXPECT_EQ(control->at, at("2026-11-23T02:09:02Z"));
  EXPECT_EQ(read->find(0)->at, at("2026-11-23T02:09:01Z"));
  EXPECT_FALSE(read->find(kPrimaryGroupId)) << "never written";
}

TEST(PropertyMetadata, IsRefusedWhenItIsNotAsLongAsItSays) {
  const std::string whole = metadata({change(kUserAccountControlId, 1, kAprilFourteenth)});
  ASSERT_TRUE(PropertyMetadata::read(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(PropertyMetadata::read(whole.substr(0, size)));
  EXPECT_FALSE(PropertyMetadata::read(whole + "x"));
  EXPECT_FALSE(PropertyMetadata::read(whole + change(1, 1, kAprilFourteenth)));
  EXPECT_FALSE(PropertyMetadata::read(number(2, 4) + whole.substr(4))) << "another version";
}

TEST(PropertyMetadata, TellsNoTimeThatIsNone) {
  EXPECT_FALSE(PropertyMetadata::read(metadata({change(8, 1, 0)}))->find(8));
  EXPECT_FALSE(PropertyMetadata::read(metadata({change(8, 1, ~0ULL)}))->find(8));
}

std::string link(std::string_view attribute, std::string_view dn, int version, std::string_view deleted) {
  return fmt::format(
      "<DS_REPL_VALUE_META_DATA>\n\t<pszAttributeName>{}</pszAttributeName>\n\t<pszObjectDn>{}</pszObjectDn>\n\t"
      "<cbData>0</cbData>\n\t<pbData></pbData>\n\t<ftimeDeleted>{}</ftimeDeleted>\n\t"
      "<ftimeCreated>2020-01-01T08:00:00Z</ftimeCreated>\n\t<dwVersion>{}</dwVersion>\n\t"
      "<ftimeLastOriginatingChange>2026-04-14T09:00:00Z</ftimeLastOriginatingChange>\n\t"
      "<uuidLastOriginatingDsaInvocationID>1478b322-afa6-4f13-b1a1-21534eaa32be</uuidLastOriginatingDsaInvocationID>\n"
      "</DS_REPL_VALUE_META_DATA>\n",
      attribute, dn, deleted, version);
}

TEST(LinkChange, TellsSinceWhenAMemberIsThere) {
  const auto change = link_change(link("member", "CN=R&amp;D &lt;x&gt;,DC=corp", 3, "1601-01-01T00:00:00Z"));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->member, "CN=R&D <x>,DC=corp");
  EXPECT_TRUE(change->present);
  EXPECT_EQ(change->at, at("2026-04-14T09:00:00Z")) << "when it was put in again, not when first";
}

TEST(LinkChange, TellsWhenAMemberWasTakenOut) {
  EXPECT_FALSE(link_change(link("member", "CN=a", 2, "2026-04-14T09:00:00Z"))->present);
}

TEST(LinkChange, IsNothingOfAnotherAttributeOrWithoutMetadata) {
  EXPECT_FALSE(link_change(link("managedBy", "CN=a", 1, "1601-01-01T00:00:00Z")));
  EXPECT_FALSE(link_change(link("member", "CN=a", 0, "1601-01-01T00:00:00Z"))) << "a link from before links had any";
  EXPECT_FALSE(link_change(link("member", "", 1, "1601-01-01T00:00:00Z")));
  EXPECT_FALSE(link_change(link("member", "CN=&#65;", 1, "1601-01-01T00:00:00Z")));
  const std::string whole = link("member", "CN=a", 1, "1601-01-01T00:00:00Z");
  EXPECT_FALSE(link_change(std::string_view(whole).substr(0, whole.find("</ftimeLast"))));
}

TEST(AdMembership, IsToldByTheLinkMetadataOfTheGroupInRanges) {
  ProfileOptions options;
  options.dialect = Dialect::active_directory;
  options.bases = {"DC=corp"};
  Tree t(options);
  t.harvest.source.started = at("2026-06-01T00:00:00Z");
  for (const char* name : {"jane", "bob", "ann"}) {
    t.read(fmt::format("dn: CN={0},DC=corp\nobjectClass: user\nsAMAccountName: {0}\n\n", name));
  }
  t.read(
      "dn: CN=Domain Admins,DC=corp\nobjectClass: group\nsAMAccountName: Domain Admins\n"
      "member: CN=jane,DC=corp\nmember: CN=ann,DC=corp\n\n");
  LinkReading reading(t.builder, model::GroupId(0));
  EXPECT_EQ(LinkReading::asked(1), "msDS-ReplValueMetaData;range=1-*");
  const auto answer = [&](const char* range, std::uint64_t next, const std::string& value) {
    Entry entry;
    entry.start("CN=Domain Admins,DC=corp");
    entry.attribute(range);
    entry.value(value);
    reading.take(entry, next);
  };
  answer("msDS-ReplValueMetaData;range=0-0", 0, link("member", "CN=Jane,DC=corp", 1, "1601-01-01T00:00:00Z"));
  EXPECT_EQ(reading.more(), 1U);
  answer("msDS-ReplValueMetaData;range=1-*", 1, link("member", "CN=bob,DC=corp", 2, "2026-04-14T09:00:00Z"));
  EXPECT_FALSE(reading.more());
  EXPECT_EQ(reading.links(), 2U);
  t.finish();
  const auto since = [&](std::uint32_t row) {
    return t.harvest.membership_times.find(model::AccountId(row), model::GroupId(0));
  };
  ASSERT_NE(since(0), nullptr);
  EXPECT_EQ(t.fact(*since(0)), "2026-04-14T09:00:00Z");
  EXPECT_EQ(since(1), nullptr) << "taken out";
  EXPECT_EQ(since(2), nullptr) << "not told";
  EXPECT_EQ(t.fact(t.harvest.accounts.removed[1]), "between 2026-04-14T09:00:00Z and 2026-06-01T00:00:00Z");
  EXPECT_THAT(t.fact(t.harvest.accounts.removed[0]), testing::StartsWith("unknown"));
}

/// Jane, made on 1 January 2020, as of 1 June 2026.
std::unique_ptr<Tree> jane(const std::string& control, const std::string& changes, const std::string& more = "") {
  ProfileOptions options;
  options.dialect = Dialect::active_directory;
  options.bases = {"DC=corp"};
  options.disabled_when = {"extensionAttribute1=off"};
  auto t = std::make_unique<Tree>(options);
  t->read(
      "dn: CN=jane,DC=corp\nobjectClass: user\nsAMAccountName: jane\nwhenCreated: 20200101000000.0Z\n"
      "objectSid: S-1-5-21-1-2-3-1104\nuserAccountControl: " +
      control + "\n" + (changes.empty() ? "" : "replPropertyMetaData:: " + support::base64(changes) + "\n") + more +
      "\ndn: CN=Domain Users,DC=corp\nobjectClass: group\nsAMAccountName: Domain Users\n"
      "objectSid: S-1-5-21-1-2-3-513\n\n");
  t->finish();
  return t;
}

std::string switched(const std::string& control, const std::string& changes, const std::string& more = "") {
  const auto t = jane(control, changes, more);
  return t->fact(t->harvest.accounts.switched[0]);
}

TEST(AdSwitch, WasTurnedNotAfterUserAccountControlWasWrittenLast) {
  const std::string written = metadata({change(kUserAccountControlId, 4, kAprilFourteenth)});
  EXPECT_EQ(switched("514", written), "between 2020-01-01T00:00:00Z and 2026-04-14T09:00:00Z");
  EXPECT_EQ(switched("512", written), "between 2020-01-01T00:00:00Z and 2026-04-14T09:00:00Z");
}

TEST(AdSwitch, OfADisabledAccountWasOnAtItsLastSignIn) {
  const std::string written = metadata({change(kUserAccountControlId, 4, kAprilFourteenth)});
  // 2026-04-10T00:00:00Z is 1775779200 s after 1970: (1775779200 + 11644473600) * 10^7.
  const std::string used = "lastLogonTimestamp: 134202528000000000\n";
  EXPECT_EQ(switched("514", written, used), "between 2026-04-10T00:00:00Z and 2026-04-14T09:00:00Z");
  EXPECT_EQ(switched("512", written, used), "between 2020-01-01T00:00:00Z and 2026-04-14T09:00:00Z");
}

TEST(AdSwitch, WasNeverTurnedWhenUserAccountControlIsStillItsFirst) {
  const std::string written = metadata({change(kUserAccountControlId, 1, kAprilFourteenth)});
  EXPECT_EQ(switched("514", written), "never: replPropertyMetaData: userAccountControl was never written since");
}

TEST(AdSwitch, IsUnknownWhereNothingTellsOfIt) {
  EXPECT_EQ(switched("514", ""), "unknown: replPropertyMetaData was not delivered: not set, or not readable");
  EXPECT_EQ(switched("514", "damaged"), "unknown: replPropertyMetaData has a value that cannot be read");
  EXPECT_EQ(switched("514", metadata({})), "unknown: replPropertyMetaData tells nothing of userAccountControl");
  const std::string written = metadata({change(kUserAccountControlId, 4, kAprilFourteenth)});
  EXPECT_THAT(switched("512", written, "extensionAttribute1: off\n"), testing::StartsWith("unknown: disabled_when"));
  EXPECT_THAT(switched("many", written), testing::StartsWith("unknown: userAccountControl"));
}

TEST(AdPassword, ThatHasToBeChangedWasWrittenWhenUnicodePwdWas) {
  const std::string written = metadata({change(kUnicodePwdId, 2, kAprilFourteenth)});
  const auto told = jane("512", written, "pwdLastSet: 0\n");
  EXPECT_EQ(told->fact(told->harvest.accounts.password_changed[0]), "2026-04-14T09:00:00Z");
  const auto first = jane("512", metadata({change(kUnicodePwdId, 1, kAprilFourteenth)}), "pwdLastSet: 0\n");
  EXPECT_THAT(first->fact(first->harvest.accounts.password_changed[0]), testing::StartsWith("unknown"))
      << "there may be none";
}

TEST(AdMembership, InThePrimaryGroupIsNotYoungerThanTheLastWriteOfPrimaryGroupID) {
  const auto t = jane("512", metadata({change(kPrimaryGroupId, 2, kAprilFourteenth)}), "primaryGroupID: 513\n");
  const model::TimeFact* since = t->harvest.membership_times.find(model::AccountId(0), model::GroupId(0));
  ASSERT_NE(since, nullptr);
  EXPECT_EQ(t->fact(*since), "between 2020-01-01T00:00:00Z and 2026-04-14T09:00:00Z");
}

}  // namespace
}  // namespace tally::directory
