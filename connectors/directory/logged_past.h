// The past as the log of slapo-accesslog(5) tells it (access_log.h). Inner to past_reading.h.
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
  void read_log(Session& session, const Patience& patience);
  void nothing(std::string why);

  const LdapOptions& options_;
  std::optional<AccessLog> log_;
  std::string why_not_ = "the directory was not asked when its switch was turned";
};

}  // namespace tally::directory
