// Who may take an object over, worked out by hand from [MS-ADTS] 5.1.3 and [MS-DTYP] 2.5.3.2.
#include "connectors/directory/object_rights.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/connectors/directory/descriptor.h"

namespace tally::directory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kDesk = "S-1-5-21-1-2-3-1104";
constexpr const char* kOther = "S-1-5-21-1-2-3-1105";
constexpr const char* kMemberGuid = "bf9679c0-0de6-11d0-a285-00aa003049e2";
constexpr const char* kMembershipGuid = "bc0ac240-79a9-11d0-9020-00c04fc2d4cf";
constexpr const char* kResetGuid = "00299570-246d-11d0-a768-00aa006e0529";
constexpr const char* kUserGuid = "bf967aba-0de6-11d0-a285-00aa003049e2";
constexpr const char* kGroupGuid = "bf967a9c-0de6-11d0-a285-00aa003049e2";
constexpr std::uint32_t kFull = 0xF01FF;

struct Word {
  std::uint32_t right;
  const char* name;
};
constexpr Word kNames[] = {
    {model::kFullControl, "all"},
    {model::kWriteDacl, "dacl"},
    {model::kWriteOwner, "take"},
    {model::kOwner, "owner"},
    {model::kResetPassword, "reset"},
    {model::kAddMember, "member"},
    {model::kAddSelf, "self"},
    {model::kWriteKeyCredential, "key"},
    {model::kWriteDelegation, "act"},
    {model::kWriteServicePrincipal, "spn"},
    {model::kWriteAltSecurityIdentities, "alt"},
    {model::kWriteAccountRestrictions, "uac"},
    {model::kWriteGpLink, "gplink"},
    {model::kGetChanges, "changes"},
    {model::kGetChangesAll, "secrets"},
    {model::kReadManagedPassword, "managed"},
};

/// "S-1-…-1104: dacl take (unless S-1-…) (doubt)", a line a holding.
std::vector<std::string> control(const std::string& bytes, ControlledClass of) {
  const auto d = SecurityDescriptor::parse(bytes);
  if (!d) return {d.error().message};
  const ObjectControl found = control_of(*d, of);
  std::vector<std::string> out;
  for (const Holding& h : found.holdings) {
    std::string line = *sid_text(h.sid) + ":";
    for (const Word& word : kNames) {
      if ((h.rights & word.right) != 0) line += std::string(" ") + word.name;
    }
    for (const std::string_view sid : h.unless_in) line += " unless " + *sid_text(sid);
    if (!h.doubt.empty()) line += " in doubt";
    out.push_back(line);
  }
  for (const std::string& what : found.not_understood) out.push_back("? " + what);
  return out;
}

std::vector<std::string> on_user(const std::vector<std::string>& entries) {
  auto out = control(descriptor("S-1-5-18", entries), ControlledClass::user);
  out.erase(out.begin());  // the owner
  return out;
}
std::vector<std::string> on_group(const std::vector<std::string>& entries) {
  auto out = control(descriptor("S-1-5-18", entries), ControlledClass::group);
  out.erase(out.begin());
  return out;
}

TEST(Control, FullControlIsEverything) {
  EXPECT_THAT(on_group({allow(kDesk, kFull)}), ElementsAre(fmt::format("{}: all dacl take member self", kDesk)));
  EXPECT_THAT(on_user({allow(kDesk, 0x10000000)}),
              ElementsAre(fmt::format("{}: all dacl take reset key act spn alt uac", kDesk)))
      << "GENERIC_ALL means the same";
}

TEST(Control, EachRightIsFoundByItsOwnMaskAndGuid) {
  EXPECT_THAT(on_user({allow(kDesk, 0x40000)}), ElementsAre(fmt::format("{}: dacl", kDesk)));
  EXPECT_THAT(on_user({allow(kDesk, 0x80000)}), ElementsAre(fmt::format("{}: take", kDesk)));
  EXPECT_THAT(on_user({allow(kDesk, 0x100, kResetGuid)}), ElementsAre(fmt::format("{}: reset", kDesk)));
  EXPECT_THAT(on_user({allow(kDesk, 0x100)}), ElementsAre(fmt::format("{}: reset", kDesk))) << "all extended rights";
  EXPECT_THAT(on_user({allow(kDesk, 0x20)}), ElementsAre(fmt::format("{}: key act spn alt uac", kDesk)));
  EXPECT_THAT(on_user({allow(kDesk, 0x40000000)}), ElementsAre(fmt::format("{}: key act spn alt uac", kDesk)))
      << "GENERIC_WRITE";
  EXPECT_THAT(on_user({allow(kDesk, 0x20, "5b47d60f-6090-40b2-9f37-2a4de88f3063")}),
              ElementsAre(fmt::format("{}: key", kDesk)));
  EXPECT_THAT(on_user({allow(kDesk, 0x20, "3f78c3e5-f79a-46bd-a0b8-9d18116ddc79")}),
              ElementsAre(fmt::format("{}: act", kDesk)));
  EXPECT_THAT(on_user({allow(kDesk, 0x20, "f3a64788-5306-11d1-a9c5-0000f80367c1")}),
              ElementsAre(fmt::format("{}: spn", kDesk)));
  EXPECT_THAT(on_user({allow(kDesk, 0x20, "00fbf30c-91fe-11d1-aebc-0000f80367c1")}),
              ElementsAre(fmt::format("{}: alt", kDesk)));
  EXPECT_THAT(on_user({allow(kDesk, 0x20, "4c164200-20c0-11d0-a768-00aa006e0529")}),
              ElementsAre(fmt::format("{}: act uac", kDesk)))
      << "the property set User-Account-Restrictions";
  EXPECT_THAT(on_group({allow(kDesk, 0x20, kMemberGuid)}), ElementsAre(fmt::format("{}: member", kDesk)));
  EXPECT_THAT(on_group({allow(kDesk, 0x20, kMembershipGuid)}), ElementsAre(fmt::format("{}: member", kDesk)));
  EXPECT_THAT(on_group({allow(kDesk, 0x8, kMemberGuid)}), ElementsAre(fmt::format("{}: self", kDesk)));
}

TEST(Control, OtherRightsAreNone) {
  EXPECT_THAT(on_user({allow(kDesk, 0x20094),                                        // GENERIC_READ
                       allow(kDesk, 0x100, "ab721a53-1e2f-11d0-9819-00aa0040529b"),  // User-Change-Password
                       allow(kDesk, 0x20, "bf9679e4-0de6-11d0-a285-00aa003049e2"),   // wWWHomePage
                       allow(kDesk, 0x100, kMemberGuid), allow(kDesk, 0x20, kResetGuid)}),
              IsEmpty());
  EXPECT_THAT(on_group({allow(kDesk, 0x100, kResetGuid)}), IsEmpty()) << "a group has no password";
}

TEST(Control, OfADomainIsCopyingItsSecretsAndLinkingPolicies) {
  const auto of = [](const std::vector<std::string>& entries) {
    auto out = control(descriptor("S-1-5-18", entries), ControlledClass::domain);
    out.erase(out.begin());
    return out;
  };
  EXPECT_THAT(of({allow(kDesk, 0x100, "1131f6aa-9c07-11d1-f79f-00c04fc2dcd2"),
                  allow(kOther, 0x100, "1131f6ad-9c07-11d1-f79f-00c04fc2dcd2"),
                  allow(kOther, 0x20, "f30e3bbe-9ff0-11d1-b603-0000f80367c1")}),
              ElementsAre(fmt::format("{}: gplink secrets", kOther), fmt::format("{}: changes", kDesk)));
}

TEST(Control, DoesNotComeFromEntriesForObjectsBelow) {
  EXPECT_THAT(on_user({allow(kDesk, kFull, "", AccessEntry::kInheritOnly | 2)}), IsEmpty());
  EXPECT_THAT(on_user({allow(kDesk, kFull, "", AccessEntry::kInherited | 2)}), testing::SizeIs(1));
}

TEST(Control, OfTheWholeObjectIsWhatAnEntryForItsOwnClassGives) {
  EXPECT_THAT(on_user({allow(kDesk, 0x40000, kUserGuid)}), ElementsAre(fmt::format("{}: dacl", kDesk)));
  EXPECT_THAT(on_user({allow(kDesk, 0x40000, kGroupGuid)}), IsEmpty());
}

TEST(Control, IsDecidedByTheFirstEntryThatSpeaksOfIt) {
  EXPECT_THAT(on_user({deny(kDesk, 0x40000), allow(kDesk, 0xC0000)}), ElementsAre(fmt::format("{}: take", kDesk)));
  EXPECT_THAT(on_user({allow(kDesk, 0xC0000), deny(kDesk, 0x40000)}), ElementsAre(fmt::format("{}: dacl take", kDesk)))
      << "not in canonical order";
  EXPECT_THAT(on_user({deny("S-1-1-0", 0x40000), allow(kDesk, 0xC0000)}), ElementsAre(fmt::format("{}: take", kDesk)))
      << "what is denied to everybody";
  EXPECT_THAT(on_user({deny(kDesk, 0x100, kResetGuid), allow(kDesk, kFull)}),
              ElementsAre(fmt::format("{}: dacl take key act spn alt uac", kDesk)))
      << "full control with a part denied is not full";
}

TEST(Control, StaysWhereSomebodyElseIsDeniedItAndSaysWho) {
  EXPECT_THAT(on_user({deny(kOther, 0x40000), allow(kDesk, 0xC0000)}),
              ElementsAre(fmt::format("{}: dacl unless {}", kDesk, kOther), fmt::format("{}: take", kDesk)));
}

TEST(Control, IsNotTakenAwayByADenyForOtherClasses) {
  const auto denied = [](const char* guid) {
    return std::vector{ace(6, 0, 0x40000, kDesk, "", guid), allow(kDesk, 0x40000)};
  };
  EXPECT_THAT(on_user(denied(kGroupGuid)), ElementsAre(fmt::format("{}: dacl", kDesk)));
  EXPECT_THAT(on_user(denied(kUserGuid)), IsEmpty());
}

TEST(Control, UnderAConditionIsInDoubt) {
  EXPECT_THAT(on_user({ace(9, 0, 0x40000, kDesk, "", "", "artx")}),
              ElementsAre(fmt::format("{}: dacl in doubt", kDesk)));
  EXPECT_THAT(on_user({ace(10, 0, 0x40000, kDesk, "", "", "artx"), allow(kDesk, 0x40000)}),
              ElementsAre(fmt::format("{}: dacl in doubt", kDesk)));
  EXPECT_THAT(on_user({ace(9, 0, 0x40000, kDesk, "", "", "artx"), allow(kDesk, 0x40000)}),
              ElementsAre(fmt::format("{}: dacl in doubt", kDesk), fmt::format("{}: dacl", kDesk)));
}

TEST(Control, IsTheOwnersUnlessOwnerRightsSayOtherwise) {
  EXPECT_THAT(control(descriptor(kDesk, {}), ControlledClass::user), ElementsAre(fmt::format("{}: owner", kDesk)));
  EXPECT_THAT(control(descriptor(kDesk, {allow("S-1-3-4", 0x20000)}), ControlledClass::user), IsEmpty());
  EXPECT_THAT(control(descriptor(kDesk, {allow("S-1-3-4", 0x80000)}), ControlledClass::user),
              ElementsAre(fmt::format("{}: take", kDesk)));
  EXPECT_THAT(
      control(descriptor(kDesk, {allow("S-1-3-4", 0x20000, "", AccessEntry::kInheritOnly)}), ControlledClass::user),
      ElementsAre(fmt::format("{}: owner", kDesk)));
}

TEST(Control, OfAnEntryWithoutListIsEverybodysAndOfOneThatWasNotSentUnknown) {
  std::string bytes = descriptor("S-1-5-18", {});
  bytes[16] = 0;
  EXPECT_THAT(control(bytes, ControlledClass::group),
              ElementsAre("S-1-5-18: owner", "S-1-1-0: all dacl take member self"));
  bytes[2] = 0;
  EXPECT_THAT(control(bytes, ControlledClass::group),
              ElementsAre("S-1-5-18: owner", "? its access control list was not sent"));
}

TEST(Control, IsNotTheWholeTruthBesideEntriesThatAreNotUnderstood) {
  EXPECT_THAT(on_user({ace(4, 0, 1, kDesk), ace(4, 0, 1, kOther)}),
              ElementsAre("? an entry of ACCESS_ALLOWED_COMPOUND_ACE (type 4) is not understood"));
  EXPECT_THAT(on_user({ace(4, AccessEntry::kInheritOnly, 1, kDesk)}), IsEmpty());
  EXPECT_THAT(control(descriptor("", {}), ControlledClass::user), ElementsAre("? its owner was not sent"));
}

TEST(Control, ThatTheTemplateGivesIsThatOverAccountsAndGroups) {
  auto out = control(descriptor("S-1-5-18", {allow(kDesk, 0x20, kMemberGuid), allow(kOther, 0x100, kResetGuid)}),
                     ControlledClass::admin_sd_holder);
  EXPECT_THAT(out, ElementsAre("S-1-5-18: owner", fmt::format("{}: reset", kOther), fmt::format("{}: member", kDesk)));
}

/// As control(), of the value of msDS-GroupMSAMembership.
std::vector<std::string> readers(const std::string& bytes) {
  const ObjectControl found = password_readers_of(*SecurityDescriptor::parse(bytes));
  std::vector<std::string> out;
  for (const Holding& h : found.holdings) {
    std::string line = *sid_text(h.sid);
    for (const std::string_view sid : h.unless_in) line += " unless " + *sid_text(sid);
    out.push_back(line);
  }
  for (const std::string& one : found.not_understood) out.push_back("? " + one);
  return out;
}

constexpr std::uint32_t kRead = 0x10;

TEST(PasswordReaders, AreWhomTheMembershipLetsReadProperties) {
  EXPECT_THAT(readers(descriptor("S-1-5-32-544", {allow(kDesk, kFull)})), ElementsAre(kDesk)) << "as Windows writes it";
  EXPECT_THAT(readers(descriptor("S-1-5-18", {allow(kDesk, kRead), allow(kOther, 0x80000000)})),
              ElementsAre(kDesk, kOther));
  EXPECT_THAT(readers(descriptor("S-1-5-18", {allow(kDesk, kFull & ~kRead)})), IsEmpty());
}

TEST(PasswordReaders, AreNotTheOwnerNorWhoMayReadOnePropertyByName) {
  EXPECT_THAT(readers(descriptor(kDesk, {})), IsEmpty());
  EXPECT_THAT(readers(descriptor("S-1-5-18", {allow(kDesk, kRead, kMemberGuid)})), IsEmpty());
}

TEST(PasswordReaders, RespectWhatIsDeniedFirst) {
  EXPECT_THAT(readers(descriptor("S-1-5-18", {deny(kDesk, kRead), allow(kDesk, kFull)})), IsEmpty());
  EXPECT_THAT(readers(descriptor("S-1-5-18", {deny(kOther, kRead), allow(kDesk, kFull)})),
              ElementsAre(std::string(kDesk) + " unless " + kOther));
}

TEST(PasswordReaders, AreNotPassedOverWhereAnEntryIsNotUnderstood) {
  EXPECT_THAT(readers(descriptor("S-1-5-18", {ace(0x20, 0, kRead, kDesk)})), ElementsAre(HasSubstr("not understood")));
}

TEST(ObjectRights, OverTheListOfReadersAreAsGoodAsReading) {
  constexpr const char* kMembershipOfManaged = "888eedd6-ce04-df40-b462-b8a50e41ba38";
  const std::string bytes = descriptor("S-1-5-18", {allow(kDesk, 0x20, kMembershipOfManaged)});
  EXPECT_THAT(control(bytes, ControlledClass::managed_service),
              ElementsAre("S-1-5-18: owner", std::string(kDesk) + ": managed"));
  EXPECT_THAT(control(bytes, ControlledClass::user), ElementsAre("S-1-5-18: owner"));
}

}  // namespace
}  // namespace tally::directory
