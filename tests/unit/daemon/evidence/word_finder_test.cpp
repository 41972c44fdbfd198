#include "daemon/evidence/word_finder.h"

#include <gtest/gtest.h>

#include <random>

namespace tally::evidence {
namespace {

TEST(WordFinder, FindsWordsInsideOfTexts) {
  const WordFinder finder({"dana weiss", "dweiss", "he", "hers"});
  EXPECT_TRUE(finder.finds("CN=Dana Weiss,OU=Staff"));
  EXPECT_TRUE(finder.finds("adm-DWEISS"));
  EXPECT_TRUE(finder.finds("ushers"));
  EXPECT_FALSE(finder.finds("dana weis"));
  EXPECT_FALSE(finder.finds(""));
  EXPECT_FALSE(WordFinder().finds("anything"));
  EXPECT_FALSE(WordFinder({""}).finds("anything"));
}

TEST(WordFinder, SeesWhatASearchForEachWordSees) {
  std::mt19937 random(5);
  const auto text_of = [&](std::size_t most) {
    std::string text;
    for (std::size_t left = 1 + random() % most; left > 0; --left) text += static_cast<char>('a' + random() % 3);
    return text;
  };
  int found = 0;
  for (int round = 0; round < 3000; ++round) {
    std::set<std::string> words;
    for (int i = 0; i < 3; ++i) words.insert(text_of(6));
    const std::string text = text_of(20);
    bool expected = false;
    for (const std::string& word : words) expected = expected || text.find(word) != std::string::npos;
    EXPECT_EQ(WordFinder(words).finds(text), expected) << text;
    found += expected ? 1 : 0;
  }
  EXPECT_GT(found, 300);
  EXPECT_LT(found, 2900);
}

}  // namespace
}  // namespace tally::evidence
