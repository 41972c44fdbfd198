// The domain controller that answers: which database it is and how far, what update sequence numbers are good for
// nowhere else (MS-ADTS 3.1.1.1.9), and how the attributes of its forest change. For following changes; which others
// there are and what each of them alone knows is domain_controllers.h.
//
//   auto dc = read_answering_controller(session, patience);
//   dc->invocation                                     // another one: another database, or one from a backup
//   auto names = names_of_objects(session, *dc, query.attributes, patience);
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/directory/paged_search.h"
#include "connectors/directory/replica_record.h"

namespace tally::directory {

struct AnsweringController {
  std::string service;                ///< DN of its nTDSDSA object
  EntryKey invocation;                ///< its database (invocationId)
  std::uint64_t usn = 0;              ///< highestCommittedUSN: everything up to it is there
  std::string schema;                 ///< DN of the schema of the forest
  std::vector<std::string> contexts;  ///< naming contexts

  /// The naming context that a base lies in; "" when it is in none.
  [[nodiscard]] std::string context_of(const std::string& base) const;
};

/// Errors: unsupported (what it lacks), and those of searches.
base::Result<AnsweringController> read_answering_controller(Session& session, const Patience& patience);

/// Of these attributes, those whose values are names of objects (syntax 2.5.5.1): they follow when the object is
/// renamed or deleted, and the entry that has them does not count as changed. What does not replicate, is constructed
/// or is a back link changes without a word too: unsupported, unless the attribute is one of `but`.
base::Result<std::vector<std::string>> names_of_objects(Session& session, const AnsweringController& dc,
                                                        const std::vector<std::string>& attributes,
                                                        const std::vector<std::string>& but, const Patience& patience);

}  // namespace tally::directory
