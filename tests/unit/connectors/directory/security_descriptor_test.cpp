// The bytes of security descriptors, worked out by hand from [MS-DTYP] 2.4.
#include "connectors/directory/security_descriptor.h"

#include <gmock/gmock.h>

#include "tests/unit/connectors/directory/descriptor.h"

namespace tally::directory {
namespace {

using testing::HasSubstr;

std::string from_hex(std::string_view hex) {
  std::string out, digits;
  for (const char c : hex) {
    if (c != ' ') digits += c;
    if (digits.size() == 2) {
      out += static_cast<char>(std::stoi(digits, nullptr, 16));
      digits.clear();
    }
  }
  return out;
}

/// Owner S-1-5-32-544, group S-1-5-18, and a list of two: S-1-5-32-548 may write the property member, inherited;
/// S-1-1-0 is denied WRITE_DAC.
const std::string kWorked = from_hex(
    "01 00 04 94 14 00 00 00 24 00 00 00 00 00 00 00 30 00 00 00"  // 2.4.6: SE_SELF_RELATIVE|DACL_PROTECTED|…|PRESENT
    "01 02 00 00 00 00 00 05 20 00 00 00 20 02 00 00"              // 0x14: S-1-5-32-544
    "01 01 00 00 00 00 00 05 12 00 00 00"                          // 0x24: S-1-5-18
    "04 00 58 00 02 00 00 00"                                      // 0x30: 2.4.5: revision 4, 0x58 bytes, 2 entries
    "05 12 2C 00 20 00 00 00 01 00 00 00"                          // 2.4.4.3: object entry, CI|INHERITED, 0x2C bytes
    "C0 79 96 BF E6 0D D0 11 A2 85 00 AA 00 30 49 E2"              // bf9679c0-0de6-11d0-a285-00aa003049e2
    "01 02 00 00 00 00 00 05 20 00 00 00 24 02 00 00"              // S-1-5-32-548
    "01 00 24 00 00 00 04 00"                                      // 2.4.4.4: denied, 0x24 bytes, of which 16 unused
    "01 01 00 00 00 00 00 01 00 00 00 00"                          // S-1-1-0
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");

TEST(SecurityDescriptor, IsReadAsItIsDrawn) {
  const auto d = SecurityDescriptor::parse(kWorked);
  ASSERT_TRUE(d) << d.error().message;
  EXPECT_EQ(sid_text(d->owner), "S-1-5-32-544");
  EXPECT_EQ(sid_text(d->group), "S-1-5-18");
  EXPECT_EQ(d->dacl, SecurityDescriptor::Dacl::present);
  EXPECT_NE(d->control & SecurityDescriptor::kDaclProtected, 0);
  ASSERT_EQ(d->entries.size(), 2U);
  const AccessEntry& member = d->entries[0];
  EXPECT_EQ(member.kind, AccessEntry::Kind::allow);
  EXPECT_EQ(member.mask, 0x20U);
  EXPECT_TRUE(member.applies_here());
  EXPECT_EQ(guid_text(member.object), "bf9679c0-0de6-11d0-a285-00aa003049e2");
  EXPECT_TRUE(member.inherited_object.empty());
  EXPECT_EQ(sid_text(member.trustee), "S-1-5-32-548");
  const AccessEntry& denied = d->entries[1];
  EXPECT_EQ(denied.kind, AccessEntry::Kind::deny);
  EXPECT_EQ(denied.mask, 0x40000U);
  EXPECT_EQ(sid_text(denied.trustee), "S-1-1-0") << "what follows the SID is not part of it";
}

TEST(SecurityDescriptor, CutAnywhereIsRefusedOrSaysLess) {
  for (std::size_t size = 0; size < kWorked.size(); ++size) {
    const auto d = SecurityDescriptor::parse(std::string_view(kWorked).substr(0, size));
    ASSERT_FALSE(d) << size;
    EXPECT_THAT(d.error().message, HasSubstr("security descriptor: at byte")) << size;
  }
}

TEST(SecurityDescriptor, TellsAListThatIsNotThereFromOneThatIsEmpty) {
  std::string bytes = descriptor("S-1-5-18", {});
  EXPECT_EQ(SecurityDescriptor::parse(bytes)->dacl, SecurityDescriptor::Dacl::present);
  bytes[16] = 0;
  EXPECT_EQ(SecurityDescriptor::parse(bytes)->dacl, SecurityDescriptor::Dacl::null);
  bytes[2] = 0;
  EXPECT_EQ(SecurityDescriptor::parse(bytes)->dacl, SecurityDescriptor::Dacl::absent);
}

TEST(SecurityDescriptor, KeepsEntriesThatItDoesNotUnderstandAndNamesTheirTypes) {
  const std::string bytes = descriptor("S-1-5-18", {ace(4, 0, 1, "S-1-1-0"), ace(0x15, 8, 1, "S-1-1-0"),
                                                    ace(9, 0, 0x40000, "S-1-5-11", "", "", "artx")});
  const auto d = SecurityDescriptor::parse(bytes);
  ASSERT_TRUE(d) << d.error().message;
  ASSERT_EQ(d->entries.size(), 3U);
  EXPECT_EQ(d->entries[0].kind, AccessEntry::Kind::other);
  EXPECT_EQ(entry_type_in_words(d->entries[0].type), "ACCESS_ALLOWED_COMPOUND_ACE (type 4)");
  EXPECT_EQ(entry_type_in_words(d->entries[1].type), "type 21");
  EXPECT_FALSE(d->entries[1].applies_here());
  EXPECT_TRUE(d->entries[2].conditional);
  EXPECT_EQ(sid_text(d->entries[2].trustee), "S-1-5-11");
}

TEST(SecurityDescriptor, OfAnotherFormIsRefusedByName) {
  std::string bytes = kWorked;
  bytes[0] = 2;
  EXPECT_THAT(SecurityDescriptor::parse(bytes).error().message, HasSubstr("at byte 0: revision 2; 1 is expected"));
  bytes = kWorked;
  bytes[3] = 0x14;
  EXPECT_THAT(SecurityDescriptor::parse(bytes).error().message, HasSubstr("not self-relative"));
  bytes = kWorked;
  bytes[0x30] = 3;
  EXPECT_THAT(SecurityDescriptor::parse(bytes).error().message, HasSubstr("of revision 3; 2 or 4 is expected"));
  bytes = kWorked;
  bytes[0x34] = 3;
  EXPECT_THAT(SecurityDescriptor::parse(bytes).error().message, HasSubstr("entry 3 of 3 is missing"));
  bytes = kWorked;
  bytes[4] = 0x60;
  EXPECT_THAT(SecurityDescriptor::parse(bytes).error().message, HasSubstr("a security identifier is expected"));
}

}  // namespace
}  // namespace tally::directory
