// What a deleted account still tells: as a tombstone, and with the recycle bin on.
#include "connectors/directory/deleted_objects.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/base64.h"
#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

const base::Instant kNow = *base::parse_instant("2026-06-01T00:00:00Z");

ProfileOptions ad() {
  ProfileOptions options;
  options.dialect = Dialect::active_directory;
  options.bases = {"DC=corp,DC=example"};
  options.employee_number_attribute = "employeeID";
  return options;
}

/// Little-endian.
std::string number(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i, value >>= 8U) out += static_cast<char>(value & 0xFFU);
  return out;
}

/// Seconds since 1601 of 2026-04-14T09:00:00Z: 1776157200 since 1970, and 11644473600 from 1601 to 1970.
constexpr std::uint64_t kAprilFourteenth = 13'420'630'800;

/// A PROPERTY_META_DATA_VECTOR of one attribute (MS-DRSR).
std::string metadata(std::uint32_t attribute, std::uint64_t seconds) {
  return number(1, 4) + number(0, 4) + number(1, 4) + number(0, 4) + number(attribute, 4) + number(1, 4) +
         number(seconds, 8) + std::string(16, '\7') + number(9, 8) + number(9, 8);
}

/// A tombstone has these (MS-ADTS 3.1.1.5.5.1.1), whatever it had before.
std::string tombstone(std::string_view login, std::string_view more) {
  return fmt::format(
      "dn: CN={0}\\0ADEL:8d9c9d0f-3f4b-4f0b-9d5e-0123456789ab,CN=Deleted Objects,DC=corp,DC=example\n"
      "objectClass: top\nobjectClass: user\nsAMAccountName: {0}\nuserAccountControl: 512\n"
      "objectSid: S-1-5-21-1-2-3-1104\nwhenCreated: 20200101000000.0Z\nwhenChanged: 20260520000000.0Z\n{1}\n",
      login, more);
}

model::Harvest told(const std::string& ldif, const ProfileOptions& options = ad()) {
  model::Harvest out;
  DeletedObjects deleted(options, kNow);
  LdifReader reader({[&](const Entry& e) { deleted.take(e); }, [](const model::Reject&) {}});
  reader.feed(ldif);
  reader.finish();
  deleted.tell(out);
  return out;
}

std::string bounds(const model::TimeFact& fact) {
  return fact.state == model::TimeState::known ? base::format_bounds(fact.bounds) : "not known";
}

TEST(DeletedObjects, WereDeletedWhenIsDeletedWasWritten) {
  const model::Harvest h =
      told(tombstone("jane", "replPropertyMetaData:: " + support::base64(metadata(0x20030, kAprilFourteenth)) + "\n"));
  ASSERT_EQ(h.deleted.size(), 1U);
  EXPECT_EQ(bounds(h.deleted.deleted[0]), "2026-04-14T09:00:00Z") << "whenChanged may be of a later change";
}

TEST(DeletedObjects, WereDeletedNotAfterTheirLastChange) {
  const std::string by_change = "between 2020-01-01T00:00:00Z and 2026-05-20T00:00:00Z";
  EXPECT_EQ(bounds(told(tombstone("jane", "")).deleted.deleted[0]), by_change);
  EXPECT_EQ(bounds(told(tombstone("jane", "replPropertyMetaData: broken\n")).deleted.deleted[0]), by_change);
  const std::string other = "replPropertyMetaData:: " + support::base64(metadata(0x90008, kAprilFourteenth)) + "\n";
  EXPECT_EQ(bounds(told(tombstone("jane", other)).deleted.deleted[0]), by_change) << "of another attribute";
  std::string timeless = tombstone("jane", "");
  timeless.erase(timeless.find("whenChanged"), std::string("whenChanged: 20260520000000.0Z\n").size());
  EXPECT_EQ(bounds(told(timeless).deleted.deleted[0]), "not known");
}

TEST(DeletedObjects, WereNotDeletedInTheFuture) {
  std::string ahead = tombstone("jane", "");
  ahead.replace(ahead.find("20260520"), 8, "20260820");
  EXPECT_EQ(bounds(told(ahead).deleted.deleted[0]), "between 2020-01-01T00:00:00Z and 2026-06-01T00:00:00Z");
}

TEST(DeletedObjects, TellOfATombstoneWhatItKeeps) {
  const model::Harvest h = told(tombstone("jane", ""));
  EXPECT_EQ(h.text.view(h.deleted.login[0]), "jane");
  EXPECT_EQ(h.text.view(h.deleted.sid[0]), "S-1-5-21-1-2-3-1104");
  EXPECT_EQ(h.text.view(h.deleted.employee_number[0]), "");
  EXPECT_EQ(h.deleted.enabled[0].value, model::Truth::yes);
  EXPECT_EQ(h.deleted.expires[0].state, model::TimeState::unknown) << "stripped, not \"never\"";
  EXPECT_EQ(h.deleted.last_sign_in[0].state, model::TimeState::unknown);
}

TEST(DeletedObjects, TellAllWithTheRecycleBinOn) {
  const model::Harvest h = told(tombstone("jane",
                                          "employeeID: 1001\nmail: jane@corp.example\naccountExpires: 0\n"
                                          "userPrincipalName: jane@corp.example\n"));
  EXPECT_EQ(h.text.view(h.deleted.employee_number[0]), "1001");
  EXPECT_EQ(h.text.view(h.deleted.mail[0]), "jane@corp.example");
  EXPECT_EQ(h.text.view(h.deleted.principal[0]), "jane@corp.example");
  EXPECT_EQ(h.deleted.expires[0].state, model::TimeState::never);
}

TEST(DeletedObjects, AreAskedForWithoutTheSitesOwnFilter) {
  ProfileOptions options = ad();
  options.account_filter = "(memberOf=CN=Staff,DC=corp,DC=example)";  // links are gone with the object
  EXPECT_EQ(told(tombstone("jane", ""), options).deleted.size(), 1U);
  EXPECT_THAT(DeletedObjects(options, kNow).query().attributes, testing::Contains("employeeID"));
}

TEST(DeletedObjects, OfAnExportAreNoAccountsAndAreCounted) {
  Tree t(ad());
  t.read(tombstone("jane", "isDeleted: TRUE\n")).finish();
  EXPECT_EQ(t.harvest.accounts.size(), 0U);
  EXPECT_THAT(t.harvest.source.notes,
              testing::Contains("deleted-objects: 1 are in what was read, and are no accounts"));
  Tree alive(ad());
  alive.read(tombstone("jane", "isDeleted: FALSE\n")).finish();
  EXPECT_EQ(alive.harvest.accounts.size(), 1U) << "one that was restored";
}

}  // namespace
}  // namespace tally::directory
