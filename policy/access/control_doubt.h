// Why control over privileged entries may be more than was found, and whether AdminSDHolder was altered; a sentence for
// all accounts of a directory. Inner to this library (control.h).
#pragma once

#include <string>
#include <vector>

#include "policy/access/control_graph.h"

namespace tally::access {

struct ControlDoubts {
  std::vector<std::string> control;      ///< by source; empty where nothing is in doubt
  std::vector<std::string> replication;  ///< the same for the rights to copy secrets: the heads of domains alone
};

/// In the account's own directory and in those in whose groups its entries may be. Sentences name directories, groups
/// and SIDs, never people.
ControlDoubts control_doubts(const model::Snapshot& snapshot, const Access& access, const ControlGraph& graph);

struct TemplateState {
  model::Truth altered = model::Truth::unknown;
  std::string why;
};

/// Holders that have rights over AdminSDHolder as delivered are not among Controls, so any other is an alteration: by
/// what it may do, not by the bytes of the list, which differ from one version of Windows to the next.
TemplateState template_state(const model::Snapshot& snapshot, const ControlGraph& graph, model::SourceId directory);

}  // namespace tally::access
