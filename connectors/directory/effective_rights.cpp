#include "connectors/directory/effective_rights.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "connectors/directory/aci_access.h"

namespace tally::directory {
namespace {

using model::Truth;

struct ToldRights {
  std::string entry;                                      ///< "vadn"
  std::map<std::string, std::string, std::less<>> named;  ///< by attribute
};

std::string small(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

bool over_entry(std::string_view attribute) { return attribute.starts_with('('); }

/// What the answer says of it; nothing when it says nothing.
std::optional<bool> writes(const ToldRights& told, const std::string& attribute, bool own_name) {
  if (attribute == AciAccess::kAddEntries) return told.entry.find('a') != std::string::npos;
  if (attribute == AciAccess::kDeleteEntries) return told.entry.find('d') != std::string::npos;
  const auto found = told.named.find(small(attribute));
  if (found == told.named.end()) return std::nullopt;
  if (found->second == "none") return false;
  return found->second.find_first_of(own_name ? "woWO" : "wo") != std::string::npos;
}

std::string in_words(const PowerReading::Answer& answer) {
  if (answer.attribute == AciAccess::kAddEntries) return "add entries below " + answer.dn;
  if (answer.attribute == AciAccess::kDeleteEntries) return "delete " + answer.dn;
  return fmt::format("write {} of {}", answer.attribute, answer.dn);
}

class Comparison {
 public:
  Comparison(Session& session, const std::string& own_dn, const Patience& patience)
      : session_(session), own_dn_(own_dn), patience_(patience) {}

  RightsCompared run(const std::vector<PowerReading::Answer>& answers) {
    for (auto begin = answers.begin(); begin != answers.end();) {
      const auto end = std::find_if(begin, answers.end(), [&](const auto& one) { return one.dn != begin->dn; });
      if (const auto told = ask({begin, end})) {
        ++out_.entries;
        for (auto answer = begin; answer != end; ++answer) compare(*answer, *told);
      }
      begin = end;
    }
    if (out_.entries > 0) out_.not_told.clear();
    return std::move(out_);
  }

 private:
  std::optional<ToldRights> ask(const std::vector<PowerReading::Answer>& about) {
    Search what;
    what.base = about.front().dn;
    what.scope = Scope::base;
    what.query.filter = "(|(objectClass=*)(objectClass=ldapSubEntry))";
    for (const PowerReading::Answer& answer : about) {
      if (!over_entry(answer.attribute)) what.query.attributes.push_back(answer.attribute);
    }
    what.effective_rights_of = own_dn_;
    std::optional<ToldRights> told;
    const SearchOutcome found = search(session_, what, patience_, [&](const Entry& entry) {
      if (!entry.has("entryLevelRights") || !entry.has("attributeLevelRights")) return;
      told.emplace();
      told->entry = entry.first("entryLevelRights").value_or("");
      if (told->entry == "none") told->entry.clear();
      for (const std::string_view value : entry.values("attributeLevelRights"))
        told->named.merge(attribute_rights(value));
    });
    if (!told && out_.not_told.empty())
      out_.not_told = found.gaps.empty() ? "the server did not answer with rights" : found.gaps.front().sentence;
    return told;
  }

  void compare(const PowerReading::Answer& answer, const ToldRights& told) {
    const Permission& ours = answer.permission;
    const auto server = writes(told, answer.attribute, ours.own_name_only);
    if (!server) return;
    if (*server && ours.value != Truth::yes) out_.powers.push_back(in_words(answer));
    if (*server && ours.value == Truth::no)
      out_.differences.push_back(
          fmt::format("it may {}, says the server, and the instructions read so far do not", in_words(answer)));
    if (!*server && ours.value == Truth::yes)
      out_.differences.push_back(
          fmt::format("it may not {}, says the server, and \"{}\" seems to let it", in_words(answer), ours.rule));
  }

  Session& session_;
  const std::string& own_dn_;
  const Patience& patience_;
  RightsCompared out_;
};

}  // namespace

RightsCompared compare_effective_rights(Session& session, const std::vector<PowerReading::Answer>& answers,
                                        const std::string& own_dn, const Patience& patience) {
  return Comparison(session, own_dn, patience).run(answers);
}

std::map<std::string, std::string, std::less<>> attribute_rights(std::string_view value) {
  std::map<std::string, std::string, std::less<>> out;
  while (!value.empty()) {
    const std::size_t end = std::min(value.find(','), value.size());
    std::string_view part = value.substr(0, end);
    value.remove_prefix(std::min(end + 1, value.size()));
    while (part.starts_with(' ')) part.remove_prefix(1);
    const std::size_t colon = part.find(':');
    if (colon == std::string_view::npos || colon == 0) continue;
    out.emplace(small(part.substr(0, colon)), part.substr(colon + 1));
  }
  return out;
}

}  // namespace tally::directory
