#include "policy/correlation/name_digest.h"

#include "policy/correlation/name_match.h"
#include "policy/correlation/names.h"

namespace tally::correlation {
namespace {

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a, 64 bit: the same on every machine
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash | 1U;
}

/// A word of mixed scripts is what it looks like: it has no spelling.
std::uint64_t hash_of(const std::vector<Word>& words) {
  std::string all;
  for (const Word& word : words) all += word.spellings > 0 ? word.spelling[0] : word.written;
  return all.empty() ? 0 : hash_of(all);
}

NameDigest digest_of(const model::Snapshot& s, model::PersonId person, NameReader& reader) {
  const std::size_t i = person.index();
  const Name given = reader.read(s.view(s.people.given_name[i]));
  const Name family = reader.read(s.view(s.people.family_name[i]));
  if (!given.empty() && !family.empty()) {
    const Called whole = called(given.words, family.words);
    return {hash_of({whole.given.front()}), hash_of(whole.family)};
  }
  const Name whole = given.empty() && family.empty() ? reader.read(s.view(s.people.display_name[i]))
                     : given.empty()                 ? family
                                                     : given;
  const auto ways = ways_to_call(whole);
  if (ways.empty()) return {0, hash_of(whole.words)};
  return {hash_of({ways.front().given.front()}), hash_of(ways.front().family)};
}

}  // namespace

std::vector<NameDigest> digests_of_names(const model::Snapshot& snapshot) {
  NameReader reader;
  std::vector<NameDigest> out;
  out.reserve(snapshot.people.size());
  for (std::size_t i = 0; i < snapshot.people.size(); ++i)
    out.push_back(digest_of(snapshot, model::PersonId::at(i), reader));
  return out;
}

}  // namespace tally::correlation
