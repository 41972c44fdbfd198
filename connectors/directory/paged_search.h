// One search, in pages (RFC 2696), with every way in which a server can give less than everything told apart.
//
//   SearchOutcome outcome = search(session, {.base = "dc=corp", .query = profile.query()}, patience,
//                                  [&](const Entry& entry) { profile.decode(entry, builder); });
//   for (const model::Gap& gap : outcome.gaps) coverage.lower(…)
//
// The next page is asked for before the last one is decoded, so the server works while we do. Entries are views into
// the message; nothing is copied. What was delivered before trouble came is delivered. Nothing is followed or repeated
// but a first page that the server finds too big: then smaller ones, and the notes say so.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "connectors/deadline.h"
#include "connectors/directory/entry.h"
#include "connectors/directory/options.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/session.h"
#include "policy/base/digest.h"
#include "policy/model/coverage.h"

namespace tally::directory {

/// The deadlines of requests: each at most `request`, all of them before `total`.
struct Patience {
  std::chrono::milliseconds request{60'000};
  connectors::Deadline total;

  [[nodiscard]] connectors::Deadline next() const { return connectors::Deadline::after(request).earlier(total); }
};

enum class Scope : std::uint8_t { base, one_level, subtree };

/// Of messages that wait to be decoded; one message more may be in the making (kMaxMessageBytes).
inline constexpr std::uint64_t kMaxBytesInFlight = 16U << 20U;

struct Search {
  std::string base;
  Scope scope = Scope::subtree;
  Query query;
  std::uint32_t page_size = 0;  ///< 0: unpaged
  std::uint64_t max_entries = kMaxEntries;
  std::uint32_t size_limit = 0;  ///< asked of the server (RFC 4511 §4.5.1.4); 0: none
  bool types_only = false;       ///< names of attributes without their values (RFC 4511 §4.5.1.6)
  bool descriptors = false;      ///< nTSecurityDescriptor is asked for: owner, group and DACL (control_queries.h)
  std::string effective_rights_of = {};  ///< "dn:…" of whom the rights are asked for (effective_rights.h)
  bool deleted = false;                  ///< deleted and recycled objects are asked for (deleted_objects.h)
  base::Sha256* digest = nullptr;        ///< hashes each entry as it was sent, from its DN to its last value
  std::mutex* one_at_a_time = nullptr;  ///< held while entries are handed over, where several searches share a receiver
  std::uint64_t bytes_in_flight = kMaxBytesInFlight;
};

/// A page that is refused is halved until this; who may not read so many at once may not read a directory.
inline constexpr std::uint32_t kSmallestPage = 25;
/// One value. The attributes that are asked for are names, numbers and times; group members come one by one.
inline constexpr std::size_t kMaxValueBytes = 64U << 10U;
/// Attributes of one entry: a query asks for some thirty.
inline constexpr std::size_t kMaxAttributes = 500;

struct SearchOutcome {
  int code = 0;  ///< of the last answer (RFC 4511 §4.1.9), or libldap's negative code
  std::uint64_t entries = 0;
  std::uint64_t pages = 0;
  std::uint64_t bytes = 0;             ///< of names, attributes and values
  std::uint32_t page_size = 0;         ///< with which it went in the end; 0: unpaged, or the server ignored pages
  std::vector<std::string> referrals;  ///< LDAP URLs of what lies elsewhere, as sent, at most kMaxReferrals
  std::vector<model::Gap> gaps;        ///< why not everything came; referrals are not among them
  std::vector<model::Reject> rejects;  ///< entries and values beyond the limits above, or that are no BER
  std::uint64_t values_left_out = 0;   ///< too long: whatever they would have told is not known
  std::vector<std::string> notes;      ///< "name: value"

  static constexpr std::size_t kMaxReferrals = 100;
  [[nodiscard]] bool whole() const { return gaps.empty() && rejects.empty(); }
  /// The connection is gone (libldap's own codes are negative): nothing more can be asked.
  [[nodiscard]] bool connection_lost() const { return code < 0; }
  /// The base does not exist, or access rules hide it: servers do not tell which.
  [[nodiscard]] bool base_missing() const;
};

using EachEntry = std::function<void(const Entry&)>;

/// Blocks until the answer is complete, the server gives up, or patience ends (the session is then of no more use).
SearchOutcome search(Session& session, const Search& what, const Patience& patience, const EachEntry& each);

/// Reads one entry: base scope, unpaged. `whole()` and entries == 1 when it was seen.
SearchOutcome read_entry(Session& session, const std::string& dn, std::vector<std::string> attributes,
                         const Patience& patience, const EachEntry& each);

}  // namespace tally::directory
