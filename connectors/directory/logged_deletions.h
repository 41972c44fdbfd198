// Logged deletions: accounts that a server's log of writes shows to have been deleted, as rows of
// model::DeletedAccounts. Both logs tell the entry's name, its id and the time, and nothing of what it had: so it
// counts as an account where its name in the bases begins with uid, and all else is unknown. KNOWN GAP: accounts that
// are named by another attribute are not told of when they are deleted; where somebody who left had such a one beside
// others, the end of access may be told too early.
//
//   LoggedDeletions deletions("cn=changelog", options.bases);
//   deletions.take(dn, id, at);
//   deletions.tell(builder);
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/dn.h"
#include "connectors/directory/table_builder.h"

namespace tally::directory {

class LoggedDeletions {
 public:
  LoggedDeletions(std::string log, const std::vector<std::string>& bases) : log_(std::move(log)), scope_(bases) {}

  /// `id`: as Accounts::native_id; empty where the log does not say it.
  void take(std::string_view dn, std::string_view id, base::Instant at);
  /// Adds a row for each; once.
  void tell(TableBuilder& builder) const;

 private:
  struct Deletion {
    std::string dn, id;
    base::Instant at;
  };
  std::string log_;
  DnScope scope_;
  std::vector<Deletion> deleted_;
};

}  // namespace tally::directory
