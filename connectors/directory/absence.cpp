#include "connectors/directory/absence.h"

#include <fmt/format.h>

#include "connectors/directory/schema.h"

namespace tally::directory {

std::vector<std::string> prove_absences(Session& session, Profile& profile, TableBuilder& builder,
                                        const std::vector<std::string>& bases, std::uint32_t page_size,
                                        const Patience& patience) {
  std::vector<std::string> notes;
  const std::vector<std::string> attributes = profile.absences_to_prove();
  if (attributes.empty()) return notes;
  const std::vector<std::string> known = read_attribute_names(session, patience);
  for (std::size_t which = 0; which < attributes.size(); ++which) {
    if (!known.empty() && !knows(known, attributes[which])) {
      profile.absence_certain(which);
      notes.push_back(fmt::format("absence: the server's schema has no {}", attributes[which]));
      continue;
    }
    std::uint64_t proven = 0;
    for (const std::string& base : bases) {
      Search what;
      what.base = base;
      what.query = {fmt::format("(&{}(!({}=*)))", profile.account_filter(), attributes[which]), {"1.1"}};
      what.page_size = page_size;
      const SearchOutcome outcome =
          search(session, what, patience, [&](const Entry& entry) { profile.absence_proven(which, entry, builder); });
      proven += outcome.entries;
      if (outcome.connection_lost()) return notes;
    }
    notes.push_back(fmt::format("absence: {} accounts are seen to have no {}", proven, attributes[which]));
  }
  return notes;
}

}  // namespace tally::directory
