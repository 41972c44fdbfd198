// The messages of RFC 4533, byte by byte, and the change sequence numbers of OpenLDAP.
#include "connectors/directory/sync_values.h"

#include <gtest/gtest.h>

#include "connectors/directory/sequence_numbers.h"
#include "connectors/directory/sync_feed.h"

namespace tally::directory {
namespace {

using namespace std::string_literals;

const std::string kKey = "0123456789abcdef";

std::string ber(char tag, const std::string& body) {
  return tag + std::string(1, static_cast<char>(body.size())) + body;
}

TEST(SyncRequest, IsRefreshOnlyWithTheCookie) {
  EXPECT_EQ(sync_request(""), "\x30\x03\x0a\x01\x01"s);
  EXPECT_EQ(sync_request("abc"), "\x30\x08\x0a\x01\x01\x04\x03"s + "abc");
}

TEST(SyncStateControl, TellsWhatBecameOfAnEntry) {
  // As OpenLDAP 2.5.13 sent it: MBUKAQEEEC5Ri3x7TRBBlOIJ1EwJZbk=
  const auto added =
      parse_sync_state("\x30\x15\x0a\x01\x01\x04\x10\x2e\x51\x8b\x7c\x7b\x4d\x10\x41\x94\xe2\x09\xd4\x4c\x09\x65\xb9"s);
  ASSERT_TRUE(added);
  EXPECT_EQ(added->kind, SyncState::Kind::add);
  EXPECT_EQ(added->key.text(), "2e518b7c-7b4d-1041-94e2-09d44c0965b9");
  const auto removed = parse_sync_state(ber(0x30, ber(0x0a, "\x03") + ber(4, kKey) + ber(4, "cookie")));
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->kind, SyncState::Kind::remove);
}

TEST(SyncStateControl, IsRefusedInAnyOtherForm) {
  EXPECT_FALSE(parse_sync_state(ber(0x30, ber(0x0a, "\x04") + ber(4, kKey)))) << "there is no such state";
  EXPECT_FALSE(parse_sync_state(ber(0x30, ber(0x0a, "\x01") + ber(4, "short"))));
  EXPECT_FALSE(parse_sync_state(ber(0x30, ber(0x0a, "\x01") + ber(4, kKey)) + "x"));
  EXPECT_FALSE(parse_sync_state(""));
}

TEST(SyncInfoMessage, TellsSetsOfKeysAndPhases) {
  const auto gone = parse_sync_info(ber('\xa3', ber(4, "c") + ber(1, "\xff") + ber(0x31, ber(4, kKey) + ber(4, kKey))));
  ASSERT_TRUE(gone);
  EXPECT_TRUE(gone->deletes);
  EXPECT_EQ(gone->keys.size(), 2U);
  const auto there = parse_sync_info(ber('\xa3', ber(0x31, ber(4, kKey))));
  ASSERT_TRUE(there);
  EXPECT_FALSE(there->deletes) << "refreshDeletes BOOLEAN DEFAULT FALSE";
  EXPECT_EQ(parse_sync_info(ber('\xa1', ""))->kind, SyncInfo::Kind::refresh_delete);
  EXPECT_EQ(parse_sync_info(ber('\xa2', ber(1, "\xff")))->kind, SyncInfo::Kind::refresh_present);
  EXPECT_EQ(parse_sync_info(ber('\x80', "cookie"))->kind, SyncInfo::Kind::new_cookie);
  EXPECT_FALSE(parse_sync_info(ber('\xa3', ber(0x31, ber(4, "short")))));
  EXPECT_FALSE(parse_sync_info(ber('\xa4', "")));
}

TEST(SyncDoneControl, HasACookieOrNot) {
  const auto plain = parse_sync_done(ber(0x30, ""));
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->cookie);
  EXPECT_FALSE(plain->refresh_deletes);
  const auto full = parse_sync_done(ber(0x30, ber(4, "cookie") + ber(1, "\xff")));
  ASSERT_TRUE(full);
  EXPECT_EQ(full->cookie, "cookie");
  EXPECT_TRUE(full->refresh_deletes);
  EXPECT_FALSE(parse_sync_done(ber(0x30, ber(2, "1"))));
}

constexpr std::string_view kOne = "20261123054758.129688Z#000000#000#000000";

TEST(SequenceNumbers, AreThoseOfACookieAndOfContextCsn) {
  const SequenceNumbers one = {{"000", std::string(kOne)}};
  EXPECT_EQ(sequence_numbers(kOne), one);
  EXPECT_EQ(sequence_numbers("rid=000,csn=" + std::string(kOne)), one);
  EXPECT_EQ(sequence_numbers("rid=000,csn=" + std::string(kOne) + ",delcsn=2026Z#1#002#0"), one);
  const SequenceNumbers two = {{"001", "2026Z#0#001#0"}, {"002", "2025Z#0#002#0"}};
  EXPECT_EQ(sequence_numbers("rid=001,sid=002,csn=2026Z#0#001#0;2025Z#0#002#0"), two);
  EXPECT_EQ(sequence_numbers("2025Z#0#002#0 2026Z#0#001#0"), two) << "as values of contextCSN, in any order";
  EXPECT_TRUE(sequence_numbers("garbage").empty());
}

TEST(SequenceNumbers, CoverWhatIsNotNewerOnTheSameServer) {
  const auto numbers = sequence_numbers("csn=2026Z#0#001#0;2025Z#0#002#0");
  EXPECT_TRUE(covers(numbers, "2026Z#0#001#0"));
  EXPECT_FALSE(covers(numbers, "2026Z#1#001#0"));
  EXPECT_FALSE(covers(numbers, "2026Z#0#002#0"));
  EXPECT_FALSE(covers(numbers, "2020Z#0#003#0")) << "of a server that the cookie does not know";
}

TEST(SyncFeedStates, AreReadBack) {
  const SyncFeedState state{{"a\0b"s, ""}, base::Instant(base::Duration(1'700'000'000'000'000)), std::nullopt};
  const auto again = SyncFeedState::parse(state.text());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->cookies, state.cookies);
  EXPECT_EQ(again->began, state.began);
  EXPECT_FALSE(again->latest_sign_in);
  EXPECT_FALSE(SyncFeedState::parse(state.text() + "\x7f"));
}

}  // namespace
}  // namespace tally::directory
