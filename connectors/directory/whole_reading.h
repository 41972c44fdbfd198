// WholeReading: the whole directory, through all stages, live. Inner to this library.
#pragma once

#include <memory>
#include <string>

#include "connectors/directory/past_reading.h"
#include "connectors/directory/reading.h"

namespace tally::directory {

class WholeReading : public Reading {
 public:
  using Reading::Reading;

 protected:
  void read(Session& session) override;
  [[nodiscard]] std::string query_in_words() const override;

  /// What the server is, into the notes.
  ServerState greet(Session& session);
  /// Everything after that.
  void read_whole(Session& session, const ServerState& before);
  /// Each entry that the search of read_whole() gives.
  virtual void each(const Entry& entry) { take(entry); }
  /// Each answer with more members of a group.
  virtual void each_range(const OpenRange& /*asked*/, const Entry& /*answer*/) {}

  // The stages of read_whole(), for whoever has the entries from elsewhere.
  void read_ranges_of(Session& session);
  void read_past(Session& session, const ServerState& before);
  void conclude(Session& session);

 private:
  class Counting;
  void probe(Session& session, const ServerState& before, Counting& counting);
  void ask_for_policies(Session& session);
  void look_at_controls(Session& session);
  void state_rights();
  void look_at_other_controllers(Session& session);

  std::unique_ptr<PastReading> past_ = past_of(options());
};

}  // namespace tally::directory
