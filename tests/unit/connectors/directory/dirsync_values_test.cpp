// The control of DirSync (MS-ADTS 3.1.1.3.4.1.3), byte by byte, and what is kept of it between runs.
#include "connectors/directory/dirsync_values.h"

#include <gtest/gtest.h>

#include "connectors/directory/usn_feed.h"

namespace tally::directory {
namespace {

using namespace std::string_literals;

TEST(DirSyncRequest, HasNoFlagsAndTheCookie) {
  EXPECT_EQ(dirsync_request(""), "\x30\x0a\x02\x01\x00\x02\x03\x10\x00\x00\x04\x00"s);
  EXPECT_EQ(dirsync_request("abc"), "\x30\x0d\x02\x01\x00\x02\x03\x10\x00\x00\x04\x03"s + "abc");
  const std::string request = dirsync_request(std::string(1000, 'c'));
  EXPECT_EQ(request.substr(0, 20), "\x30\x84\x00\x00\x03\xf6\x02\x01\x00\x02\x03\x10\x00\x00\x04\x84\x00\x00\x03\xe8"s);
  EXPECT_EQ(request.size(), 1020U);
}

TEST(DirSyncAnswer, SaysWhetherThereIsMore) {
  const auto last = parse_dirsync_answer("\x30\x0a\x02\x01\x00\x02\x01\x00\x04\x02"s + "ab");
  ASSERT_TRUE(last);
  EXPECT_FALSE(last->more);
  EXPECT_EQ(last->cookie, "ab");
  const auto more = parse_dirsync_answer("\x30\x0b\x02\x02\x00\x80\x02\x01\x00\x04\x02"s + "ab");
  ASSERT_TRUE(more);
  EXPECT_TRUE(more->more) << "any number but zero";
}

TEST(DirSyncAnswer, IsRefusedInAnyOtherForm) {
  EXPECT_FALSE(parse_dirsync_answer(""));
  EXPECT_FALSE(parse_dirsync_answer("\x30\x08\x02\x01\x00\x02\x01\x00\x04\x00"s)) << "no cookie";
  EXPECT_FALSE(parse_dirsync_answer("\x30\x07\x02\x01\x00\x04\x02"s + "ab")) << "a number is missing";
  EXPECT_FALSE(parse_dirsync_answer("\x30\x0a\x02\x01\x00\x02\x01\x00\x04\x02"s + "abc")) << "more than that";
  EXPECT_FALSE(parse_dirsync_answer("\x30\x0a\x02\x01\x00\x02\x01\x00\x04\x03"s + "ab")) << "cut";
  EXPECT_FALSE(parse_dirsync_answer(dirsync_request(std::string(kMaxDirSyncCookieBytes + 1, 'c'))));
  EXPECT_TRUE(parse_dirsync_answer(dirsync_request(std::string(kMaxDirSyncCookieBytes, 'c'))));
}

TEST(UsnFeedStateText, IsReadAsItWasWritten) {
  const UsnFeedState state{4097, 134'220'672'000'000'000, {"one\0cookie"s, "another"}};
  const auto read = UsnFeedState::parse(state.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->usn, state.usn);
  EXPECT_EQ(read->latest_sign_in, state.latest_sign_in);
  EXPECT_EQ(read->cookies, state.cookies);
  const std::string text = state.text();
  EXPECT_FALSE(UsnFeedState::parse(text.substr(0, text.size() - 1))) << "a cookie that is cut";
  EXPECT_FALSE(UsnFeedState::parse(""));
}

}  // namespace
}  // namespace tally::directory
