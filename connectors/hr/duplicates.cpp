#include "connectors/hr/duplicates.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace tally::hr {
namespace {

using Groups = std::map<std::size_t, std::vector<std::size_t>>;  // first person of an id → all persons of it, in order

constexpr std::size_t kMaxLinesNamed = 10;  // a sentence, not a list

/// Open addressing over hashes, with the slots fetched some rows ahead: at a million people every look-up misses the
/// cache.
Groups same_ids(const model::People& people, const base::TextPool& text) {
  constexpr std::size_t kAhead = 16;
  std::vector<std::size_t> hashes;
  hashes.reserve(people.size());
  for (const base::TextId id : people.employee_id) hashes.push_back(std::hash<std::string_view>{}(text.view(id)));
  std::vector<std::uint32_t> slots(std::bit_ceil(people.size() * 2 + 1), 0);  // index + 1; 0 is free
  const std::size_t mask = slots.size() - 1;
  Groups groups;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (i + kAhead < hashes.size()) __builtin_prefetch(&slots[hashes[i + kAhead] & mask]);
    std::size_t slot = hashes[i] & mask;
    const auto other = [&] {
      const std::size_t j = slots[slot] - 1;
      return hashes[j] != hashes[i] || text.view(people.employee_id[j]) != text.view(people.employee_id[i]);
    };
    while (slots[slot] != 0 && other()) slot = (slot + 1) & mask;
    if (slots[slot] == 0) {
      slots[slot] = static_cast<std::uint32_t>(i + 1);
      continue;
    }
    std::vector<std::size_t>& group = groups[slots[slot] - 1];
    if (group.empty()) group.push_back(slots[slot] - 1);
    group.push_back(i);
  }
  return groups;
}

/// What a fact says, without how it was written: two reasons for not knowing agree.
bool agree(const model::TimeFact& a, const model::TimeFact& b) { return a.state == b.state && a.bounds == b.bounds; }

bool agree(const model::People& p, const base::TextPool& text, std::size_t a, std::size_t b) {
  using Column = std::vector<base::TextId> model::People::*;
  constexpr Column kTexts[] = {&model::People::given_name, &model::People::family_name, &model::People::display_name,
                               &model::People::mail,       &model::People::login,       &model::People::department,
                               &model::People::title,      &model::People::manager_id,  &model::People::employment_type,
                               &model::People::location};
  const auto same = [&](Column column) { return text.view((p.*column)[a]) == text.view((p.*column)[b]); };
  return p.status[a] == p.status[b] && agree(p.first_day[a], p.first_day[b]) && agree(p.last_day[a], p.last_day[b]) &&
         std::all_of(std::begin(kTexts), std::end(kTexts), same);
}

/// "lines 5, 9 and 12".
std::string lines_of(const model::People& people, const std::vector<std::size_t>& group) {
  const std::size_t shown = std::min(group.size(), kMaxLinesNamed);
  std::string out = "lines ";
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == group.size();
    out += fmt::format("{}{}", i == 0 ? "" : last ? " and " : ", ", people.line[group[i]]);
  }
  return group.size() > shown ? out + fmt::format(" and {} more", group.size() - shown) : out;
}

void settle(model::Harvest& harvest, const std::vector<std::size_t>& group, const std::string& id_column) {
  model::People& people = harvest.people;
  const std::string lines = lines_of(people, group);
  const std::string id(harvest.text.view(people.employee_id[group.front()]).substr(0, 200));
  const auto reject = [&](std::size_t person, const std::string& reason) {
    harvest.source.coverage.reject({people.line[person], id_column, id, reason, false});
  };
  const bool all_agree = std::all_of(group.begin() + 1, group.end(), [&](std::size_t other) {
    return agree(people, harvest.text, group.front(), other);
  });
  if (all_agree) {
    for (auto later = group.begin() + 1; later != group.end(); ++later) {
      reject(*later, fmt::format("{} give the same facts for one id; they count as one person", lines));
    }
    return;
  }
  const std::string doubt = fmt::format("{} give different facts for this id", lines);
  people.doubt[group.front()] = harvest.text.add(doubt);
  for (const std::size_t person : group) reject(person, doubt + "; none of them is used");
}

}  // namespace

void settle_duplicates(model::Harvest& harvest, const std::string& id_column) {
  const Groups groups = same_ids(harvest.people, harvest.text);
  if (groups.empty()) return;
  std::vector<bool> keep(harvest.people.size(), true);
  for (const auto& [first, group] : groups) {
    settle(harvest, group, id_column);
    for (auto later = group.begin() + 1; later != group.end(); ++later) keep[*later] = false;
  }
  harvest.people.keep_only(keep);
}

}  // namespace tally::hr
