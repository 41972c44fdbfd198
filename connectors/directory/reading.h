// Reading: one collection from one directory server, and from those it refers to, when allowed. What a whole read and
// the look-up of one person have in common: options checked, a bound session, searches whose troubles lower the
// coverage. Inner to this library.
//
//   class WholeReading : public Reading { void read(Session& session) override { … } };
//   model::Harvest harvest = WholeReading(options, collection).run();
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/options.h"
#include "connectors/directory/paged_search.h"
#include "connectors/directory/probe.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/referral.h"
#include "connectors/directory/session.h"
#include "connectors/directory/table_builder.h"
#include "connectors/source.h"

namespace tally::directory {

/// When a collection with these options has to be over.
connectors::Deadline end_of(const LdapOptions& options, const connectors::Collection& collection);

class Reading {
 public:
  /// Both must outlive it.
  Reading(const LdapOptions& options, const connectors::Collection& collection);
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  virtual ~Reading() = default;

  /// Once. Trouble lowers the coverage and says why.
  model::Harvest run();
  /// After run(): no session came about, or it was lost on the way. Not when the server refused us.
  [[nodiscard]] bool server_failed() const { return server_failed_; }

 protected:
  /// Everything between the bind and the end, on a session that is ready.
  virtual void read(Session& session) = 0;
  /// What will be asked, for the manifest.
  [[nodiscard]] virtual std::string query_in_words() const = 0;

  [[nodiscard]] const LdapOptions& options() const { return options_; }
  [[nodiscard]] const connectors::Collection& collection() const { return collection_; }
  [[nodiscard]] const std::vector<std::string>& bases() const { return bases_; }  ///< none below another
  [[nodiscard]] const Patience& patience() const { return patience_; }
  [[nodiscard]] Profile& profile() { return *profile_; }
  [[nodiscard]] const Profile& profile() const { return *profile_; }
  [[nodiscard]] TableBuilder& builder() { return *builder_; }
  [[nodiscard]] model::Harvest& harvest() { return harvest_; }
  model::SourceRecord& source() { return harvest_.source; }
  [[nodiscard]] const model::SourceRecord& source() const { return harvest_.source; }
  model::Coverage& coverage() { return harvest_.source.coverage; }
  void note(std::string text) { source().notes.push_back(std::move(text)); }
  /// The connection is gone: nothing more can be asked.
  [[nodiscard]] bool lost() const { return lost_; }

  /// Another session with the same server, for what may happen at the same time. Safe from another thread.
  [[nodiscard]] base::Result<Session> open_another(const connectors::Deadline& until) const {
    return connect(options_, source().started, until);
  }
  /// A session with another server of the same directory.
  [[nodiscard]] base::Result<Session> open_server(const std::string& uri, const connectors::Deadline& until) const {
    return connect(options_for_server(options_, uri), source().started, until);
  }
  /// Reads the base entry itself. False when the tree below it cannot be read: not there, hidden, or no connection.
  bool read_base(Session& session, const std::string& base);
  /// One search of everything below a base, on this server (over so many connections) and behind referrals.
  void read_tree(Session& session, const std::string& base, const Query& query, const EachEntry& each,
                 std::uint32_t connections = 1);
  /// Counts and decodes an entry.
  Seen take(const Entry& entry);
  /// As if nothing had been taken since `then`.
  void forget_all_since(model::SourceRecord then);
  /// Notes what the server is; one that is plainly of another kind than configured is not believed.
  void check_kind(const ServerState& state);
  /// Which attributes the entries at or below the bases are seen not to have (absence.h). Before Profile::finish().
  void prove_absences_in(Session& session, const std::vector<std::string>& bases, Scope scope = Scope::subtree);
  /// What else the dialect asks, of one server that holds all that was read. Before Profile::finish().
  void inquire(Session& session);
  /// Of Active Directory, after TableBuilder::finish(): the server's own expansion of groups beside ours
  /// (token_groups.h). True when it told that of every account that was asked about.
  bool compare_token_groups(Session& session);
  /// What a search did not give, into the coverage.
  void record(const std::string& base, const SearchOutcome& outcome);
  ProbeContext probe_context(Session& session) {
    return {session, options_, profile_->query(), *builder_, source(), patience_};
  }
  [[nodiscard]] std::uint64_t pages() const { return pages_; }
  [[nodiscard]] std::uint64_t followed() const { return followed_; }
  /// Of what was read so far, for more.
  [[nodiscard]] base::Sha256& hashed() { return digest_; }
  [[nodiscard]] base::Digest digest() { return digest_.finish(); }

 private:
  void describe();
  bool prepare();
  void fail(model::Gap::Kind kind, std::string sentence);
  [[nodiscard]] base::Result<Session> connect(const LdapOptions& options, base::Instant now,
                                              const connectors::Deadline& until) const;
  [[nodiscard]] Search whole_tree(const std::string& base, const Query& query);
  /// What one server gave of a base, and what is behind its referrals.
  void take_tree(const SearchOutcome& outcome, const std::string& base, const Query& query, const EachEntry& each);
  void follow(const std::string& url, const std::string& asked, const Query& query, const EachEntry& each);
  void read_behind(const Referral& to, const std::string& shown, const std::string& base, const Query& query,
                   const EachEntry& each);

  const LdapOptions& options_;
  const connectors::Collection& collection_;
  Patience patience_;
  std::vector<std::string> bases_;
  model::Harvest harvest_;
  std::unique_ptr<Profile> profile_;
  std::optional<TableBuilder> builder_;
  base::Sha256 digest_;
  std::uint64_t pages_ = 0;
  std::uint32_t page_size_ = 0;  ///< that the server took
  ReferralTrail trail_;
  bool said_too_many_ = false;
  std::uint64_t followed_ = 0;  ///< entries read behind referrals
  bool lost_ = false;
  bool server_failed_ = false;
};

}  // namespace tally::directory
