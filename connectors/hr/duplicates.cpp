#include "connectors/hr/duplicates.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
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
                               &model::People::location,   &model::People::cost_center, &model::People::sponsor_id};
  constexpr std::vector<model::TimeFact> model::People::*kDays[] = {&model::People::first_day,
                                                                    &model::People::last_day,
                                                                    &model::People::previous_last_day,
                                                                    &model::People::moved,
                                                                    &model::People::leave_from,
                                                                    &model::People::leave_until,
                                                                    &model::People::training_valid_until,
                                                                    &model::People::screening_done,
                                                                    &model::People::nda_signed,
                                                                    &model::People::last_working_day,
                                                                    &model::People::leaving_entered};
  const auto same_day = [&](auto column) { return agree((p.*column)[a], (p.*column)[b]); };
  const auto same = [&](Column column) { return text.view((p.*column)[a]) == text.view((p.*column)[b]); };
  return p.status[a] == p.status[b] && std::all_of(std::begin(kDays), std::end(kDays), same_day) &&
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

/// One employment after the other of one person, by their names and by periods that certainly do not overlap.
bool follows(const model::People& p, const base::TextPool& text, std::size_t earlier, std::size_t later) {
  const auto same = [&](const std::vector<base::TextId>& column) {
    return text.view(column[earlier]) == text.view(column[later]);
  };
  const model::TimeFact &ended = p.last_day[earlier], &began = p.first_day[later];
  return same(p.given_name) && same(p.family_name) && same(p.display_name) && ended.state == model::TimeState::known &&
         began.state == model::TimeState::known && ended.bounds.latest <= began.bounds.earliest;
}

/// The latest of several employments; nothing when their order is not certain.
std::optional<std::size_t> latest_employment(model::Harvest& harvest, std::vector<std::size_t> group,
                                             base::Instant now) {
  model::People& people = harvest.people;
  const auto begins = [&](std::size_t person) { return people.first_day[person].bounds.earliest; };
  std::sort(group.begin(), group.end(), [&](std::size_t a, std::size_t b) { return begins(a) < begins(b); });
  for (std::size_t i = 1; i < group.size(); ++i) {
    if (!follows(people, harvest.text, group[i - 1], group[i])) return std::nullopt;
  }
  if (people.first_day[group.back()].bounds.latest > now) return std::nullopt;  // the one before may still count
  people.previous_last_day[group.back()] = people.last_day[group[group.size() - 2]];
  return group.back();
}

/// The one row that stays for all of them.
std::size_t settle(model::Harvest& harvest, const std::vector<std::size_t>& group, const std::string& id_column,
                   base::Instant now) {
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
    return group.front();
  }
  if (const auto latest = latest_employment(harvest, group, now)) return *latest;
  const std::string doubt = fmt::format("{} give different facts for this id", lines);
  people.doubt[group.front()] = harvest.text.add(doubt);
  for (const std::size_t person : group) reject(person, doubt + "; none of them is used");
  return group.front();
}

}  // namespace

void settle_duplicates(model::Harvest& harvest, const std::string& id_column, base::Instant now) {
  const Groups groups = same_ids(harvest.people, harvest.text);
  if (groups.empty()) return;
  std::vector<bool> keep(harvest.people.size(), true);
  for (const auto& [first, group] : groups) {
    const std::size_t kept = settle(harvest, group, id_column, now);
    for (const std::size_t person : group) keep[person] = person == kept;
  }
  harvest.people.keep_only(keep);
}

}  // namespace tally::hr
