// Value syntaxes, against vectors of MS-DTYP, MS-ADTS and RFC 4517, or worked out by hand.
#include <gtest/gtest.h>

#include <limits>

#include "connectors/directory/sid.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

using namespace std::string_literals;

std::string text(std::optional<base::Instant> t) { return t ? base::format_instant(*t) : "nothing"; }

TEST(Sid, IsWrittenAsMsDtypSays) {
  EXPECT_EQ(sid_text("\x01\x01\0\0\0\0\0\x01\0\0\0\0"s), "S-1-1-0");
  EXPECT_EQ(sid_text("\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0"s), "S-1-5-32-544");
  EXPECT_EQ(sid_text("\x01\x05\0\0\0\0\0\x05\x15\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\0\x02\0\0"s),
            "S-1-5-21-1-2-3-512");
  EXPECT_EQ(sid_text("\x01\x01\0\0\0\0\0\x05\xff\xff\xff\xff"s), "S-1-5-4294967295");
  EXPECT_EQ(sid_text("\x01\x00\x01\0\0\0\0\0"s), "S-1-0x010000000000");
}

TEST(Sid, IsRefusedWhenItsBytesDoNotAddUp) {
  EXPECT_FALSE(sid_text(""));
  EXPECT_FALSE(sid_text("\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0"s));      // one byte short
  EXPECT_FALSE(sid_text("\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0\0"s));  // one byte long
  EXPECT_FALSE(sid_text("\x02\x01\0\0\0\0\0\x01\0\0\0\0"s));                  // revision 2
  EXPECT_FALSE(sid_text("\x01\x10\0\0\0\0\0\x05"s + std::string(64, '\0')));  // 16 sub-authorities
}

TEST(Sid, SplitsIntoDomainAndRid) {
  const auto split = split_sid("S-1-5-21-1-2-3-1104");
  ASSERT_TRUE(split);
  EXPECT_EQ(split->domain, "S-1-5-21-1-2-3");
  EXPECT_EQ(split->rid, 1104U);
  EXPECT_FALSE(split_sid("S-1-5-21-1-2-3-x"));
  EXPECT_FALSE(split_sid("S-1"));
  EXPECT_TRUE(is_sid_text("S-1-5-11"));
  EXPECT_FALSE(is_sid_text("S-1-5-"));
  EXPECT_FALSE(is_sid_text("S-1-5-32-0544"));  // would not be recognised as Administrators
  EXPECT_FALSE(is_sid_text("S-1-05-32-544"));
  EXPECT_TRUE(is_sid_text("S-1-1-0"));
  EXPECT_FALSE(is_sid_text("S-1-5-4294967296"));
}

TEST(PrivilegedSid, KnowsTheGroupsOfTheDomainAndTheBuiltinOnes) {
  EXPECT_EQ(privileged_sid("S-1-5-21-1-2-3-512")->tier, model::Tier::tier0);
  EXPECT_EQ(privileged_sid("S-1-5-21-1-2-3-512")->name, "Domain Admins");
  for (const char* rid : {"498", "516", "518", "519", "520", "521", "526", "527"}) {
    EXPECT_EQ(privileged_sid("S-1-5-21-1-2-3-"s + rid)->tier, model::Tier::tier0) << rid;
  }
  for (const char* rid : {"544", "548", "549", "550", "551", "552", "557", "569"}) {
    EXPECT_EQ(privileged_sid("S-1-5-32-"s + rid)->tier, model::Tier::tier0) << rid;
  }
  EXPECT_EQ(privileged_sid("S-1-5-32-555")->tier, model::Tier::tier1);
  EXPECT_FALSE(privileged_sid("S-1-5-21-1-2-3-513"));  // Domain Users
  EXPECT_FALSE(privileged_sid("S-1-5-32-545"));        // Users
  EXPECT_FALSE(privileged_sid("S-1-5-21-1-2-3-544"));  // a RID of another authority
  EXPECT_FALSE(privileged_sid("S-1-5-32-512"));
}

TEST(Guid, HasItsFirstThreeFieldsTurnedRound) {
  EXPECT_EQ(guid_text("\xae\x4f\x1d\xf8\xec\x7d\xd0\x11\xa7\x65\x00\xa0\xc9\x1e\x6b\xf6"s),
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
  EXPECT_FALSE(guid_text("\xae\x4f"));
  EXPECT_EQ(uuid_text("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
  EXPECT_FALSE(uuid_text("f81d4fae-7dec-11d0-a765-00a0c91e6bfg"));
  EXPECT_FALSE(uuid_text("f81d4fae7dec-11d0-a765-00a0c91e6bf6-"));
}

TEST(LargeInteger, TakesWhatLdapWritesAndNothingElse) {
  EXPECT_EQ(large_integer("0"), 0);
  EXPECT_EQ(large_integer("-1"), -1);
  EXPECT_EQ(large_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(large_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  for (const char* bad : {"", "-", "abc", "+1", " 1", "1 ", "01", "-0", "1.0", "0x10", "9223372036854775808", "--1"}) {
    EXPECT_FALSE(large_integer(bad)) << bad;
  }
}

TEST(Filetime, CountsFrom1601) {
  EXPECT_EQ(text(filetime(116'444'736'000'000'000)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(text(filetime(133'485'408'000'000'000)), "2024-01-01T00:00:00Z");
  EXPECT_EQ(text(filetime(133'485'408'000'000'019)), "2024-01-01T00:00:00.000001Z");  // 100 ns steps are cut
  EXPECT_EQ(text(filetime(10)), "1601-01-01T00:00:00.000001Z");
}

TEST(Filetime, HasValuesThatAreNoDate) {
  EXPECT_EQ(text(filetime(0)), "nothing");
  EXPECT_EQ(text(filetime(-1)), "nothing");
  EXPECT_EQ(text(filetime(kFiletimeNever)), "nothing");
  EXPECT_EQ(text(filetime(kFiletimeNever - 1)), "nothing");         // the year 30828
  EXPECT_EQ(text(filetime(2'650'467'744'000'000'000)), "nothing");  // 10000-01-01
}

TEST(FiletimeInterval, IsNegativeOrForEver) {
  EXPECT_EQ(filetime_interval(-18'000'000'000), std::chrono::minutes{30});
  EXPECT_FALSE(filetime_interval(0));
  EXPECT_FALSE(filetime_interval(std::numeric_limits<std::int64_t>::min()));
}

TEST(GeneralizedTime, TakesTheFormsOfRfc4517) {
  EXPECT_EQ(text(generalized_time("199412161032Z")), "1994-12-16T10:32:00Z");  // the RFC's examples
  EXPECT_EQ(text(generalized_time("199412160532-0500")), "1994-12-16T10:32:00Z");
  EXPECT_EQ(text(generalized_time("20240131120000Z")), "2024-01-31T12:00:00Z");
  EXPECT_EQ(text(generalized_time("20240131120000.0Z")), "2024-01-31T12:00:00Z");  // as AD writes it
  EXPECT_EQ(text(generalized_time("20240131120000.123456789Z")), "2024-01-31T12:00:00.123456Z");
  EXPECT_EQ(text(generalized_time("2024013112Z")), "2024-01-31T12:00:00Z");
  EXPECT_EQ(text(generalized_time("2024013112.5Z")), "2024-01-31T12:30:00Z");     // half an hour
  EXPECT_EQ(text(generalized_time("202401311200,25Z")), "2024-01-31T12:00:15Z");  // a quarter of a minute
  EXPECT_EQ(text(generalized_time("20240229235960Z")), "2024-03-01T00:00:00Z");   // a leap second
  EXPECT_EQ(text(generalized_time("20240131120000+02")), "2024-01-31T10:00:00Z");
  EXPECT_EQ(text(generalized_time("00000101000000Z")), "0000-01-01T00:00:00Z");
  EXPECT_EQ(text(generalized_time("99991231235959Z")), "9999-12-31T23:59:59Z");
  EXPECT_EQ(text(generalized_time("99991231235960Z")), "nothing");  // the year 10000
  EXPECT_EQ(text(generalized_time("00000101000000+0001")), "nothing");
}

TEST(GeneralizedTime, RefusesEverythingElse) {
  for (const char* bad : {"", "Z", "20240131", "20240131120000", "20240230120000Z", "20241301120000Z",
                          "20240131240000Z", "20240131126000Z", "20240131120061Z", "20240131120000.Z",
                          "20240131120000ZZ", "20240131120000z", "20240131120000+0", "20240131120000+2400",
                          "20240131120000+0060", "2024-01-31T12:00:00Z", " 20240131120000Z", "20240131120000 Z"}) {
    EXPECT_EQ(text(generalized_time(bad)), "nothing") << bad;
  }
}

TEST(ShadowDays, CountFrom1970) {
  EXPECT_EQ(text(days_since_1970(19'723)), "2024-01-01T00:00:00Z");
  EXPECT_EQ(text(days_since_1970(-2)), "nothing");
  EXPECT_EQ(text(days_since_1970(99'999'999)), "nothing");
}

TEST(UserAccountControl, IsReadBitByBit) {
  EXPECT_EQ(account_control("514"), 514U);
  EXPECT_EQ(account_control("-2147483648"), 0x80000000U);  // bit 31 as LDAP shows it
  EXPECT_FALSE(account_control("4294967296"));
  EXPECT_FALSE(account_control("abc"));
  EXPECT_EQ(flags_of_account_control(512), 0);
  EXPECT_EQ(flags_of_account_control(4'194'816), model::kPreauthNotRequired);  // 512 + 0x400000
  EXPECT_EQ(flags_of_account_control(0x20 | 0x80), model::kPasswordNotRequired | model::kReversiblePassword);
  EXPECT_EQ(flags_of_account_control(0x10), 0);  // "lockout" here tells nothing
  EXPECT_EQ(flags_of_account_control(0x10000 | 0x40000 | 0x80000 | 0x100000 | 0x200000 | 0x1000000),
            model::kPasswordNeverExpires | model::kSmartcardRequired | model::kTrustedForDelegation |
                model::kNotDelegated | model::kDesKeysOnly | model::kTrustedToAuthForDelegation);
}

}  // namespace
}  // namespace tally::directory
