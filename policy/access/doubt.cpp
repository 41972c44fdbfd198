#include "policy/access/doubt.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tally::access {
namespace {

using model::GroupId;
using model::Snapshot;
using model::SourceId;

/// One sentence names no more groups than a person reads.
constexpr std::size_t kGroupsNamed = 3;

/// What is in doubt about the groups of one directory.
struct Gaps {
  std::string coverage;                         ///< why it was not completely seen; empty when it was
  std::vector<GroupId> unread;                  ///< not all members could be read; in the order of ranks
  std::vector<GroupId> populations;             ///< of these: because of nothing but who is listed nowhere
  std::map<GroupId, std::uint64_t> unresolved;  ///< how many members no directory shows
  std::vector<SourceId> concerned;              ///< by `unresolved`
};

class Doubts {
 public:
  Doubts(const Snapshot& s, const GroupGraph& graph, const Relations& relations,
         const std::function<bool(GroupId)>& matters)
      : s_(s), graph_(graph), relations_(relations), gaps_(s.sources.size()) {
    find_coverage();
    find_unread(matters);
    find_unresolved(matters);
  }

  [[nodiscard]] std::string of(SourceId source) const {
    std::string why;
    const auto above = relations_.above(source);
    for (const SourceId directory : above) {
      const Gaps& gaps = gaps_[directory.index()];
      const std::string where = directory == source ? "" : " of " + s_.source(directory).name;
      add(why, gaps.coverage);
      add(why, unread_in_words(gaps.unread, where));
    }
    for (std::size_t i = 0; i < gaps_.size(); ++i) {
      const bool told = std::find(above.begin(), above.end(), SourceId::at(i)) != above.end();
      if (told || !of_one_kind(s_.source(source), s_.sources[i])) continue;
      add(why, unread_in_words(gaps_[i].populations, " of " + s_.sources[i].name));
    }
    for (std::size_t i = 0; i < gaps_.size(); ++i) {
      const std::vector<SourceId>& concerned = gaps_[i].concerned;
      const bool ours = std::any_of(above.begin(), above.end(), [&](SourceId directory) {
        return std::find(concerned.begin(), concerned.end(), directory) != concerned.end();
      });
      if (ours) add(why, unresolved_in_words(gaps_[i], SourceId::at(i) == source ? "" : " of " + s_.sources[i].name));
    }
    return why;
  }

 private:
  static void add(std::string& why, const std::string& more) {
    if (more.empty()) return;
    why += why.empty() ? "" : "; ";
    why += more;
  }

  void find_coverage() {
    for (std::size_t i = 0; i < s_.sources.size(); ++i) {
      const model::SourceRecord& record = s_.sources[i];
      if (record.coverage.state == model::CoverageState::complete) continue;
      gaps_[i].coverage =
          fmt::format("directory {} was not completely seen ({})", record.name, record.coverage.in_words());
    }
  }

  void find_unread(const std::function<bool(GroupId)>& matters) {
    for (std::size_t g = 0; g < s_.groups.size(); ++g) {
      if (s_.view(s_.groups.members_unknown[g]).empty() || !matters(GroupId::at(g))) continue;
      gaps_[s_.groups.source[g].index()].unread.push_back(GroupId::at(g));
    }
    for (Gaps& gaps : gaps_) {
      std::sort(gaps.unread.begin(), gaps.unread.end(),
                [&](GroupId a, GroupId b) { return graph_.rank(a) < graph_.rank(b); });
      std::copy_if(gaps.unread.begin(), gaps.unread.end(), std::back_inserter(gaps.populations),
                   [&](GroupId group) { return s_.groups.members_unlisted[group.index()] != 0; });
    }
  }

  void find_unresolved(const std::function<bool(GroupId)>& matters) {
    const model::ForeignMembers& f = s_.foreign_members;
    for (std::size_t row = 0; row < f.size(); ++row) {
      if (!matters(f.group[row])) continue;
      const std::vector<SourceId> concerned = relations_.concerned_by(row);
      if (concerned.empty()) continue;
      Gaps& gaps = gaps_[f.source[row].index()];
      ++gaps.unresolved[f.group[row]];
      std::vector<SourceId> all;
      std::set_union(gaps.concerned.begin(), gaps.concerned.end(), concerned.begin(), concerned.end(),
                     std::back_inserter(all));
      gaps.concerned = std::move(all);
    }
  }

  [[nodiscard]] std::string unread_in_words(const std::vector<GroupId>& unread, const std::string& where) const {
    std::string out;
    for (std::size_t n = 0; n < std::min(unread.size(), kGroupsNamed); ++n) {
      const std::size_t g = unread[n].index();
      out += fmt::format("{}not all members of {}{} could be read ({})", out.empty() ? "" : "; ",
                         s_.view(s_.groups.name[g]), where, s_.view(s_.groups.members_unknown[g]));
    }
    return out + more(unread.size());
  }

  [[nodiscard]] std::string unresolved_in_words(const Gaps& gaps, const std::string& where) const {
    std::vector<GroupId> groups;
    for (const auto& [group, count] : gaps.unresolved) groups.push_back(group);
    std::sort(groups.begin(), groups.end(), [&](GroupId a, GroupId b) { return graph_.rank(a) < graph_.rank(b); });
    std::string out;
    for (std::size_t n = 0; n < std::min(groups.size(), kGroupsNamed); ++n) {
      const std::uint64_t count = gaps.unresolved.at(groups[n]);
      out += fmt::format("{}{}{} has {} member{} that no directory shows", out.empty() ? "" : "; ",
                         s_.view(s_.groups.name[groups[n].index()]), where, count, count == 1 ? "" : "s");
    }
    return out + more(groups.size());
  }

  static std::string more(std::size_t groups) {
    return groups > kGroupsNamed ? fmt::format("; the same for {} more groups", groups - kGroupsNamed) : "";
  }

  const Snapshot& s_;
  const GroupGraph& graph_;
  const Relations& relations_;
  std::vector<Gaps> gaps_;  ///< by source
};

}  // namespace

std::vector<std::string> doubts(const Snapshot& s, const GroupGraph& graph, const Relations& relations,
                                const std::function<bool(GroupId)>& matters) {
  const Doubts all(s, graph, relations, matters);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < s.sources.size(); ++i) out.push_back(all.of(SourceId::at(i)));
  return out;
}

}  // namespace tally::access
