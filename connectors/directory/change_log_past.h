// The past as the Retro Changelog of 389 Directory Server tells it (change_log.h). Inner to past_reading.h.
//
//   ChangeLogSight sight = look_at_change_log(session, options, patience);    // doctor: may it be read?
//   if (!sight.why_not.empty()) …
//
// Where it lies and which numbers it holds the root DSE says (changelog, firstChangeNumber, lastChangeNumber). What it
// leaves out its settings say: the entry of the plug-in has to be readable, or nothing is concluded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connectors/directory/change_log.h"
#include "connectors/directory/past_reading.h"

namespace tally::directory {

/// Numbers of the log that are read, the newest ones; what is older is not told. A server takes half a minute for so
/// many; each that counts takes some 100 bytes of memory.
inline constexpr std::int64_t kMaxChanges = 1'000'000;
/// Numbers asked for at once: below nsslapd-sizelimit (2000).
inline constexpr std::int64_t kChangesAtOnce = 500;
/// Where its settings are.
inline constexpr const char* kChangeLogPlugin = "cn=Retro Changelog Plugin,cn=plugins,cn=config";

struct ChangeLogSight {
  std::string why_not;  ///< why nothing can be concluded from it; empty: it may be read
  std::string dn;
  std::int64_t first = 0, last = 0;  ///< changeNumber
};

/// Asks the root DSE, the settings of the plug-in and the newest entry.
ChangeLogSight look_at_change_log(Session& session, const LdapOptions& options, const Patience& patience);

class ChangeLogPast final : public PastReading {
 public:
  explicit ChangeLogPast(const LdapOptions& options) : options_(options) {}

  void read(Session& session, TableBuilder& builder, const std::vector<std::string>& naming_contexts,
            const Patience& patience) override;
  void tell(TableBuilder& builder) override;

 private:
  /// Why nothing can be concluded; empty: it was read.
  std::string read_log(Session& session, const ChangeLogSight& sight, const Patience& patience);
  std::string computed_locks(Session& session, const Patience& patience) const;

  const LdapOptions& options_;
  std::optional<ChangeLog> log_;
  std::uint64_t too_long_ = 0;
  std::string why_not_ = "the directory was not asked when its switch was turned";
};

}  // namespace tally::directory
