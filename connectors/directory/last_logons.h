// Last logons: lastLogon of several domain controllers, put together. Each keeps its own and tells nobody.
//
//   LastLogons logons(harvest, collected_at);
//   logons.begin();   for (each account that one domain controller shows) logons.take(entry);   // for each of them
//   logons.tell(quiet_since);
//
// The newest sign-in anywhere raises the earlier bound. Its later bound is the sign-in itself where `quiet_since` is
// known, every one of the domain controllers showed this account, and one of them its lastLogon: access rights are the
// same on all, so that none there means none, and not hidden. After TableBuilder::finish(). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "connectors/directory/entry.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

class LastLogons {
 public:
  LastLogons(model::Harvest& harvest, base::Instant collected_at);

  /// What is taken from now on is the next domain controller's.
  void begin() { ++controllers_; }
  /// objectGUID and lastLogon of an account; others are passed over.
  void take(const Entry& entry);
  /// Into Accounts::last_sign_in. `quiet_since`: all domain controllers that there are were taken, and after this
  /// moment nobody can have signed in at one that is there no more. Absent: there may be others.
  void tell(std::optional<base::Instant> quiet_since);

 private:
  struct Row {
    std::uint32_t controllers = 0;  ///< that showed the account
    std::uint32_t last = 0;         ///< the newest of them: an entry may come twice
    bool shown = false;             ///< one of them its lastLogon
    bool damaged = false;           ///< a value that is no time
    std::optional<base::Instant> latest;
  };

  [[nodiscard]] model::TimeFact with(const model::TimeFact& before, const Row& row,
                                     std::optional<base::Instant> quiet_since);

  model::Harvest& harvest_;
  base::Instant collected_at_;
  std::uint32_t controllers_ = 0;
  std::unordered_map<std::string, std::size_t> by_id_;
  std::vector<Row> rows_;
};

}  // namespace tally::directory
