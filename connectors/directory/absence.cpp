#include "connectors/directory/absence.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/schema.h"

namespace tally::directory {
namespace {

class Asking {
 public:
  Asking(Session& session, const std::vector<std::string>& bases, Scope scope, std::uint32_t page_size,
         const Patience& patience)
      : session_(session), bases_(bases), scope_(scope), page_size_(page_size), patience_(patience) {}

  void ask_about(const Absences& kind) {
    for (const Unshown::Set set : kind.unshown->open_together(kMaxSets)) ask(kind, set);
    for (std::size_t i = 0; i < kind.unshown->attributes().size(); ++i) {
      if (kind.unshown->open_entries(i) > 0) ask(kind, Unshown::bit(i));
    }
    const std::vector<std::size_t> rest = kind.unshown->open_rows(kMaxReadAgain + 1);
    if (rest.size() > kMaxReadAgain) return;
    for (const std::size_t row : rest) read_again(kind, row);
  }

 private:
  void ask(const Absences& kind, Unshown::Set set) {
    std::string none;
    std::uint64_t without = kMaxEntries;
    for (std::size_t i = 0; i < kind.unshown->attributes().size(); ++i) {
      if ((set & Unshown::bit(i)) == 0) continue;
      none += fmt::format("(!({}=*))", kind.unshown->attributes()[i]);
      without = std::min(without, kind.unshown->not_shown(i));
    }
    for (const std::string& base : bases_) {
      if (lost_) return;
      Search what;
      what.base = base;
      what.scope = scope_;
      what.query = {fmt::format("(&{}{})", kind.filter, none), {"1.1"}};
      what.page_size = page_size_;
      what.max_entries = without + kMaxMoreThanRead;
      const SearchOutcome outcome = search(session_, what, patience_, [&](const Entry& entry) {
        if (const auto row = kind.row_of(entry.dn())) kind.unshown->absent(set, *row);
      });
      lost_ = outcome.connection_lost();
    }
  }

  void read_again(const Absences& kind, std::size_t row) {
    if (lost_) return;
    Unshown& unshown = *kind.unshown;
    const SearchOutcome outcome =
        read_entry(session_, kind.dn_of(row), unshown.attributes(), patience_, [&](const Entry& entry) {
          for (std::size_t i = 0; i < unshown.attributes().size(); ++i) {
            if (entry.has(unshown.attributes()[i])) unshown.absent(Unshown::bit(i), row);
          }
        });
    lost_ = outcome.connection_lost();
    if (outcome.base_missing()) unshown.absent(unshown.open_in(row), row);
  }

  Session& session_;
  const std::vector<std::string>& bases_;
  Scope scope_;
  std::uint32_t page_size_;
  const Patience& patience_;
  bool lost_ = false;
};

/// What the server does not know, no entry has.
void leave_out_unknown(const std::vector<Absences>& kinds, const std::vector<std::string>& known) {
  if (known.empty()) return;
  for (const Absences& kind : kinds) {
    for (std::size_t i = 0; i < kind.unshown->attributes().size(); ++i) {
      if (!knows(known, kind.unshown->attributes()[i])) kind.unshown->unknown_to_the_server(i);
    }
  }
}

bool has_open(const Absences& kind) { return !kind.unshown->open_together(1).empty(); }

}  // namespace

std::vector<std::string> prove_absences(Session& session, const std::vector<Absences>& kinds,
                                        const std::vector<std::string>& bases, Scope scope, std::uint32_t page_size,
                                        const Patience& patience) {
  std::vector<std::string> notes;
  if (std::none_of(kinds.begin(), kinds.end(), has_open)) return notes;
  Asking asking(session, bases, scope, page_size, patience);
  const auto ask = [&] {
    for (const Absences& kind : kinds) asking.ask_about(kind);
  };
  // The schema is as long as an answer about hundreds of entries: of a few they are asked about first.
  if (scope == Scope::base) ask();
  if (std::any_of(kinds.begin(), kinds.end(), has_open)) {
    leave_out_unknown(kinds, read_attribute_names(session, patience));
    ask();
  }
  for (const Absences& kind : kinds) {
    const std::vector<std::string>& attributes = kind.unshown->attributes();
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      const std::uint64_t without = kind.unshown->not_shown(i);
      if (without == 0) continue;
      notes.push_back(fmt::format("absence: {} {} show no {}, and {} of them are seen to have none", without, kind.kind,
                                  attributes[i], without - kind.unshown->open_entries(i)));
    }
  }
  return notes;
}

}  // namespace tally::directory
