// What a server tells of its own past: OpenLDAP's cn=accesslog, link metadata of Active Directory.
//
//   PastReading past(options);
//   past.read(session, builder, state.naming_contexts, patience);    // after the main read
//   profile.finish(builder);
//   past.tell(builder);                                              // before TableBuilder::finish()
//
// Never a gap of the coverage: what cannot be read leaves the facts unknown, and notes() says why.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/access_log.h"
#include "connectors/directory/paged_search.h"

namespace tally::directory {

class PastReading {
 public:
  explicit PastReading(const LdapOptions& options) : options_(options) {}

  void read(Session& session, TableBuilder& builder, const std::vector<std::string>& naming_contexts,
            const Patience& patience);
  void tell(TableBuilder& builder);
  /// "past: …", for SourceRecord::notes.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  void read_access_log(Session& session, const Patience& patience);
  void read_links(Session& session, TableBuilder& builder, const Patience& patience);
  void note(std::string text) { notes_.push_back("past: " + std::move(text)); }

  const LdapOptions& options_;
  std::optional<AccessLog> log_;
  std::string why_not_ = "the directory was not asked when its switch was turned";
  std::vector<std::string> notes_;
};

}  // namespace tally::directory
