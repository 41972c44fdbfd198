// The past as the log of slapo-accesslog(5) tells it (access_log.h). Inner to past_reading.h.
//
// cn=accesslog may be the log of other databases than ours, and of ours since another day than of them. So it reaches
// back to the first change of our own tree that it holds, and tells nothing without one; where cn=config says that the
// log of one of our databases is another one, or does not take all writes, it tells nothing either.
// KNOWN GAP: where cn=config is not shown, a subordinate database (olcSubordinate) without the overlay looks like a
// part of its tree in which nothing was written.
#pragma once

#include <optional>

#include "connectors/directory/access_log.h"
#include "connectors/directory/past_reading.h"

namespace tally::directory {

class LoggedPast final : public PastReading {
 public:
  explicit LoggedPast(const LdapOptions& options) : options_(options) {}

  void read(Session& session, TableBuilder& builder, const std::vector<std::string>& naming_contexts,
            const Patience& patience) override;
  void tell(TableBuilder& builder) override;

 private:
  void read_log(Session& session, const std::vector<std::string>& naming_contexts, const Patience& patience);
  [[nodiscard]] std::string not_of_ours(Session& session, const Patience& patience) const;
  void nothing(std::string why);

  const LdapOptions& options_;
  std::optional<AccessLog> log_;
  std::string why_not_ = "the directory was not asked when its switch was turned";
};

}  // namespace tally::directory
