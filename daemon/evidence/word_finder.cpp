#include "daemon/evidence/word_finder.h"

#include <queue>

namespace tally::evidence {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::uint64_t way(std::uint32_t from, char letter) {
  return std::uint64_t{from} << 8 | static_cast<unsigned char>(lower(letter));
}

}  // namespace

WordFinder::State WordFinder::add(State from, char letter) {
  const auto [found, is_new] = ways_.try_emplace(way(from, letter), static_cast<State>(nodes_.size()));
  if (is_new) nodes_.emplace_back();
  return found->second;
}

WordFinder::WordFinder(const std::set<std::string>& words) {
  std::vector<std::vector<std::pair<char, State>>> children(1);
  for (const std::string& word : words) {
    State at = 0;
    for (const char letter : word) {
      const State before = at;
      const std::size_t known = nodes_.size();
      at = add(at, letter);
      if (nodes_.size() == known) continue;
      children.emplace_back();
      children[before].emplace_back(letter, at);
    }
    if (at != 0) nodes_[at].is_found = true;
  }
  std::queue<State> open;
  open.push(0);
  for (; !open.empty(); open.pop()) {
    const State parent = open.front();
    for (const auto& [letter, child] : children[parent]) {
      nodes_[child].elsewhere = parent == 0 ? 0 : next(nodes_[parent].elsewhere, letter);
      nodes_[child].is_found = nodes_[child].is_found || nodes_[nodes_[child].elsewhere].is_found;
      open.push(child);
    }
  }
}

WordFinder::State WordFinder::next(State from, char letter) const {
  for (;;) {
    if (const auto found = ways_.find(way(from, letter)); found != ways_.end()) return found->second;
    if (from == 0) return 0;
    from = nodes_[from].elsewhere;
  }
}

bool WordFinder::finds(std::string_view text) const {
  if (ways_.empty()) return false;
  State at = 0;
  for (const char letter : text) {
    at = next(at, letter);
    if (nodes_[at].is_found) return true;
  }
  return false;
}

}  // namespace tally::evidence
