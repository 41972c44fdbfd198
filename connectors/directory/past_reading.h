// What a server tells of its own past: OpenLDAP's cn=accesslog (logged_past.h), the Retro Changelog of 389
// Directory Server (change_log_past.h), link metadata of Active Directory (linked_past.h).
//
//   const auto past = past_of(options);
//   past->read(session, builder, state.naming_contexts, patience);    // after the main read
//   profile.finish(builder);
//   past->tell(builder);                                              // before TableBuilder::finish()
//
// Never a gap of the coverage: what cannot be read leaves the facts unknown, and notes() says why.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connectors/directory/paged_search.h"
#include "connectors/directory/table_builder.h"

namespace tally::directory {

class PastReading {
 public:
  PastReading() = default;
  PastReading(const PastReading&) = delete;
  PastReading& operator=(const PastReading&) = delete;
  virtual ~PastReading() = default;

  virtual void read(Session& session, TableBuilder& builder, const std::vector<std::string>& naming_contexts,
                    const Patience& patience) = 0;
  virtual void tell(TableBuilder& builder) = 0;
  /// "past: …", for SourceRecord::notes.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 protected:
  void note(const std::string& text) { notes_.push_back("past: " + text); }

 private:
  std::vector<std::string> notes_;
};

/// That of the options' dialect. The options must outlive it.
std::unique_ptr<PastReading> past_of(const LdapOptions& options);

}  // namespace tally::directory
