#include "connectors/hr/text_feed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

namespace tally::hr {
namespace {

using namespace std::string_literals;

base::Result<TextFeed> feed_of(std::string raw, std::string_view encoding, std::size_t piece) {
  return TextFeed::create(
      [raw = std::move(raw), piece, at = std::size_t{0}](std::span<char> room) mutable {
        const std::size_t n = std::min({room.size(), piece, raw.size() - at});
        std::copy_n(raw.data() + at, n, room.data());
        at += n;
        return n;
      },
      encoding);
}

std::string text_of(const std::string& raw, std::string_view encoding, std::size_t piece = 1000) {
  auto feed = feed_of(raw, encoding, piece);
  if (!feed) return feed.error().message;
  std::string out;
  std::array<char, 7> room{};
  while (const std::size_t got = feed->read(room)) out.append(room.data(), got);
  return out;
}

TEST(TextFeed, PassesUtf8AsItIsWithoutItsByteOrderMark) {
  EXPECT_EQ(text_of("Jürgen \xFF", "UTF-8"), "Jürgen \xFF");
  EXPECT_EQ(text_of("\xEF\xBB\xBFid,name", "utf8"), "id,name");
  EXPECT_EQ(text_of("", "UTF-8"), "");
}

TEST(TextFeed, ReadsWindows1252) { EXPECT_EQ(text_of("M\xFCller \x80 \x96", "windows-1252"), "Müller € –"); }

TEST(TextFeed, MarksTheUndefinedBytesOfWindows1252) { EXPECT_EQ(text_of("a\x81z", "windows-1252"), "a\xFFz"); }

TEST(TextFeed, MarksWindowsQuotesInWhatClaimsToBeLatin1) { EXPECT_EQ(text_of("a\x93z", "ISO-8859-1"), "a\xFFz"); }

TEST(TextFeed, MarksIllegalBytesAndGoesOn) {
  EXPECT_EQ(text_of("a\xE9z\n", "US-ASCII"), "a\xFFz\n");
  EXPECT_EQ(text_of("\x82\xA0\xFF\x82\xA0", "Shift_JIS", 1), "あ\xFFあ");
}

TEST(TextFeed, DoesNotTakeTheSecondByteOfAKanjiForADelimiter) {
  // U+8AAC in Shift_JIS is 90 E0; U+30BD is 83 5C; U+7AEF is 92 5B; U+30DD is 83 7C, whose second byte is '|'.
  EXPECT_EQ(text_of("\x83\x7C|x", "Shift_JIS"), "ポ|x");
}

TEST(TextFeed, ReadsUtf16InEitherOrderAndInSinglePieces) {
  const std::string little = "\xFF\xFE"s + "a\0\xFC\0=\xD8\0\xDE"s;  // a, ü, U+1F600 as D83D DE00
  for (const std::size_t piece : {1U, 3U, 100U}) {
    EXPECT_EQ(text_of(little, "UTF-16LE", piece), "aü😀");
    EXPECT_EQ(text_of("\xFE\xFF"s + "\0a\0\xFC"s, "UTF-16", piece), "aü");
  }
  EXPECT_EQ(text_of("a\0=\xD8z\0"s, "UTF-16LE"), "a\xFFz");  // half a pair
  EXPECT_EQ(text_of("a\0b"s, "UTF-16LE"), "a\xFF");          // half a unit
}

TEST(TextFeed, RefusesAByteOrderMarkThatContradictsTheSetting) {
  EXPECT_EQ(text_of("\xFF\xFE"
                    "a\0"s,
                    "UTF-8"),
            "the file begins with the byte-order mark of UTF-16LE, but its encoding is set to UTF-8");
  EXPECT_EQ(text_of("\xEF\xBB\xBF"
                    "a",
                    "windows-1252"),
            "the file begins with the byte-order mark of UTF-8, but its encoding is set to windows-1252");
}

TEST(TextFeed, KnowsWhichEncodingsThereAre) {
  EXPECT_TRUE(is_encoding("UTF-8"));
  EXPECT_TRUE(is_encoding("windows-1252"));
  EXPECT_FALSE(is_encoding("klingon"));
  EXPECT_FALSE(is_encoding(""));
}

}  // namespace
}  // namespace tally::hr
