#include "policy/correlation/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace tally::correlation {
namespace {

using testing::ElementsAre;

/// The spellings of each word, "|" between them.
std::vector<std::string> words(std::string_view text) {
  NameReader reader;
  std::vector<std::string> out;
  for (const Word& word : reader.read(text).words) {
    std::string all;
    for (std::size_t i = 0; i < word.spellings; ++i) all += (i > 0 ? "|" : "") + word.spelling[i];
    out.push_back(all);
  }
  return out;
}

bool same(std::string_view a, std::string_view b) {
  NameReader reader;
  const Name left = reader.read(a), right = reader.read(b);
  return left.words.size() == 1 && right.words.size() == 1 && left.words[0].equals(right.words[0]);
}

TEST(Names, HaveNeitherCaseNorAccents) {
  EXPECT_TRUE(same("ÁDÁM", "adam"));
  EXPECT_TRUE(same("Łukasz", "Lukasz"));
  EXPECT_TRUE(same("Đặng", "Dang"));
  EXPECT_TRUE(same("Ňu", "n\xCC\x8Cu"));  // U+0148, and n with U+030C
  EXPECT_TRUE(same("İbrahim", "ibrahim"));
  EXPECT_TRUE(same("Ⅸ", "ix"));  // NFKC
}

TEST(Names, HaveUmlautsInEachOfTheirSpellings) {
  for (const char* a : {"Müller", "Mueller", "Muller"}) {
    for (const char* b : {"Müller", "Mueller", "Muller"}) EXPECT_TRUE(same(a, b)) << a << " " << b;
  }
  EXPECT_TRUE(same("Groß", "Gross"));
  EXPECT_TRUE(same("Sørensen", "Soerensen"));
  EXPECT_TRUE(same("Åse", "Aase"));
  EXPECT_FALSE(same("Müller", "Miller"));
  EXPECT_FALSE(same("Maier", "Meier"));
}

TEST(Names, OfOtherScriptsAreReadInLatinLetters) {
  EXPECT_TRUE(same("Иванов", "Ivanov"));
  EXPECT_TRUE(same("Юлия", "Yuliya"));  // BGN/PCGN, as in passports
  EXPECT_TRUE(same("Γιώργος", "Giorgos"));
  EXPECT_THAT(words("王小明"), ElementsAre("wang", "xiao", "ming"));
}

TEST(Names, FallIntoWordsAtBlanksHyphensAndCommas) {
  EXPECT_THAT(words("  Anna-Maria  O'Brien,Jr. "), ElementsAre("anna", "maria", "obrien"));
  EXPECT_THAT(words("Anna\xC2\xA0Maria O\xE2\x80\x99"
                    "Brien"),
              ElementsAre("anna", "maria", "obrien"));
  NameReader reader;
  EXPECT_EQ(reader.read("van der Meer, Jan").before_comma, 3U);
  EXPECT_EQ(reader.read("Jan van der Meer").before_comma, 0U);
}

TEST(Names, TellFatherAndSonApart) {
  NameReader reader;
  EXPECT_EQ(reader.read("Hans Maier jun.").generation, Generation::younger);
  EXPECT_EQ(reader.read("Hans Maier sen.").generation, Generation::elder);
  EXPECT_EQ(reader.read("Junior Silva").generation, Generation::none);
}

TEST(Names, OfMixedScriptsAreNotTransliterated) {
  NameReader reader;
  const Name mixed = reader.read("Ad\xD0\xB0");  // a Cyrillic "а" at the end
  ASSERT_EQ(mixed.words.size(), 1U);
  EXPECT_EQ(mixed.words[0].spellings, 0U);
  EXPECT_EQ(mixed.words[0].written, reader.skeleton("ada"));
}

TEST(Names, HaveASkeletonInWhichLettersThatLookAlikeAreOne) {
  NameReader reader;
  EXPECT_EQ(reader.skeleton("jsmith"), reader.skeleton("jsrnith"));
  EXPECT_EQ(reader.skeleton("paul"), reader.skeleton("pau1"));
  EXPECT_EQ(reader.skeleton("john"), reader.skeleton("j0hn"));
  EXPECT_EQ(reader.skeleton("paypal"), reader.skeleton("\xD1\x80\xD0\xB0\xD1\x83\xD1\x80\xD0\xB0l"));
  EXPECT_NE(reader.skeleton("maier"), reader.skeleton("meier"));
}

TEST(Names, OfStrangersCostNoMoreThanNamesMayHave) {
  NameReader reader;
  EXPECT_TRUE(reader.read(std::string(kMaxNameBytes + 1, 'a')).empty());
  std::string many;
  for (int i = 0; i < 60; ++i) many += "ab ";
  EXPECT_EQ(reader.read(many).words.size(), kMaxNameWords);
  EXPECT_TRUE(reader.read("\xFF\xFE").empty());
  EXPECT_TRUE(reader.read("").empty());
  EXPECT_TRUE(reader.read("-,-;. ").empty());
}

TEST(Names, AreReadWhateverTheBytesAre) {
  NameReader reader;
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (auto length = random() % 40; length > 0; --length) {
      const char* piece[] = {"a", " ", "ü", "\xCC\x88", "Ж", "明", "'", ",", "\xF0\x9F\x98\x80", "\xE2\x80\xAE",
                             "ﷺ", "jr"};
      text += random() % 9 == 0 ? std::string(1, static_cast<char>(random() % 256)) : piece[random() % 12];
    }
    const Name name = reader.read(text);
    EXPECT_LE(name.words.size(), kMaxNameWords);
    EXPECT_LE(name.before_comma, name.words.size());
    for (const Word& word : name.words) EXPECT_TRUE(word.spellings > 0 || !word.written.empty());
  }
}

}  // namespace
}  // namespace tally::correlation
