// What is asked of a power reading once it has run (power_reading.h).
#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/dn.h"
#include "connectors/directory/power_reading.h"

namespace tally::directory {

Requester PowerReading::requester(const std::string& dn) const {
  Requester out;
  out.dn = normal_dn(dn);
  for (const Kind& kind : kinds_) {
    for (const std::uint32_t account : kind.accounts) {
      if (normal_dn(harvest_.text.view(harvest_.accounts.dn[account])) == out.dn)
        out.groups = out.all_groups = kind.one.groups;
    }
  }
  const model::ForeignMembers& foreign = harvest_.foreign_members;
  for (std::size_t i = 0; i < foreign.size(); ++i) {
    if (normal_dn(harvest_.text.view(foreign.dn[i])) != out.dn) continue;
    out.groups.push_back(normal_dn(harvest_.text.view(harvest_.groups.dn[foreign.group[i].index()])));
  }
  out.all_groups = out.groups;
  return out;
}

std::vector<std::string> PowerReading::strangers() const {
  std::vector<std::string> out = above_all_;
  if (!strange_names_.empty())
    out.push_back(fmt::format("{} that access rules name and give rights to {} no entry that was read",
                              strange_names_.size(), strange_names_.size() == 1 ? "is" : "are"));
  return out;
}

std::vector<std::string> PowerReading::asked_about() const {
  std::vector<std::string> out;
  for (const Question& question : asked_) out.push_back(question.target.dn);
  return out;
}

std::vector<std::string> PowerReading::powers_of(const Requester& one, std::size_t most) const {
  std::vector<std::string> out;
  for (const Question& question : asked_) {
    if (question.target.dn == one.dn || out.size() >= most) continue;
    const Found found = look(one, question);
    if (found.rights == 0) continue;
    std::string power = fmt::format("{} {} ({})", model::in_words(found.rights), question.object, found.rule);
    if (std::find(out.begin(), out.end(), power) == out.end()) out.push_back(std::move(power));
  }
  return out;
}

std::string PowerReading::doubt_about(const Requester& one) const {
  for (const Question& question : asked_) {
    if (question.target.dn == one.dn) continue;
    if (const Found found = look(one, question); !found.why.empty()) return found.why;
  }
  return {};
}

std::vector<PowerReading::EntryQuestion> PowerReading::questions() const {
  std::vector<EntryQuestion> out;
  for (const Question& question : asked_) {
    EntryQuestion& one = out.emplace_back(EntryQuestion{question.kind, question.target, *question.asked});
    for (const std::string& attribute : question.all ? rules_.all : std::vector<std::string>()) {
      const bool there = std::any_of(one.asked.begin(), one.asked.end(),
                                     [&](const Asked& asked) { return asked.attribute == attribute; });
      if (!there) one.asked.push_back({attribute, 0});
    }
  }
  return out;
}

}  // namespace tally::directory
