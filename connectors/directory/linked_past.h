// The past as Active Directory keeps it with each link: since when members of groups of power are in them, and who was
// taken out (msDS-ReplValueMetaData; link_reading.h); and which accounts were deleted (deleted_objects.h). Inner to
// past_reading.h.
#pragma once

#include <cstdint>

#include "connectors/directory/past_reading.h"

namespace tally::directory {

class LinkedPast final : public PastReading {
 public:
  /// Groups of power whose links are read; how long somebody has been in the others is not known, and notes() says so.
  static constexpr std::size_t kMaxGroups = 1'000;
  /// Ranges of one group, of 1,000 links or more each (MS-ADTS 3.1.1.3.1.3.3).
  static constexpr std::size_t kMaxRanges = 200;

  explicit LinkedPast(const LdapOptions& options) : options_(options) {}

  void read(Session& session, TableBuilder& builder, const std::vector<std::string>& naming_contexts,
            const Patience& patience) override;
  void tell(TableBuilder& /*builder*/) override {}  // read() told it already: links go to TableBuilder::past()

 private:
  /// False: the connection is gone.
  bool read_group(Session& session, TableBuilder& builder, model::GroupId group, const Patience& patience);

  const LdapOptions& options_;
  std::uint64_t links_ = 0;
  std::size_t cut_ = 0;  ///< groups with more ranges than are read
};

}  // namespace tally::directory
