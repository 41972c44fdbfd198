// PeopleIndex: the people of a snapshot under every kind of key that the rules of matching use.
// Inner to this library.
#pragma once

#include "policy/correlation/key_index.h"
#include "policy/model/snapshot.h"

namespace tally::correlation {

struct PeopleIndex {
  KeyIndex by_number, by_mail, by_login, by_mail_local_part;

  explicit PeopleIndex(const model::Snapshot& snapshot);
};

/// Why HR may know more people than were seen; empty when it was completely seen.
std::string unseen_hr(const model::Snapshot& snapshot);

}  // namespace tally::correlation
