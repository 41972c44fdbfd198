// WordFinder: does a text hold any of many words? In one walk over the text, however many words there are
// (Aho and Corasick, 1975). Upper and lower case letters of ASCII count as the same.
//
//   WordFinder finder({"dana weiss", "dweiss"});
//   finder.finds("CN=Dana Weiss,OU=Staff")     // true: also inside of longer words
//
// Not for patterns: the words stand for themselves.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tally::evidence {

class WordFinder {
 public:
  WordFinder() = default;
  /// Empty words are left out.
  explicit WordFinder(const std::set<std::string>& words);
  [[nodiscard]] bool finds(std::string_view text) const;

 private:
  using State = std::uint32_t;  ///< 0: nothing read of any word yet
  struct Node {
    State elsewhere = 0;    ///< where the longest other beginning of a word goes on
    bool is_found = false;  ///< a word ends here
  };
  [[nodiscard]] State add(State from, char letter);
  [[nodiscard]] State next(State from, char letter) const;

  std::vector<Node> nodes_ = {Node()};
  std::unordered_map<std::uint64_t, State> ways_;  ///< by state and letter
};

}  // namespace tally::evidence
