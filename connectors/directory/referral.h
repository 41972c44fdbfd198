// Referrals: parts of a tree that live on another server, and whether we may go there.
//
//   Referral r = judge_referral("ldap://dc2.eu.corp.example/DC=eu,DC=corp,DC=example", options);
//   if (r.follow && trail.enter(r.uri, r.base) == ReferralTrail::Step::go) { read(r.uri, r.base); trail.leave(); }
//
// KNOWN GAP: a filter or scope inside a referral's URL (RFC 4511 §4.1.10) is not applied: the whole subtree is read.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "connectors/directory/options.h"

namespace tally::directory {

struct Referral {
  bool no_accounts = false;  ///< AD's configuration, schema and DNS partitions: nobody signs in there
  bool follow = false;       ///< the host is one of referral_hosts
  std::string uri;           ///< where to go, with the same kind of security as the options'
  std::string host;          ///< for messages
  std::string base;          ///< DN to read; empty: the one that was asked for
};

Referral judge_referral(const std::string& url, const LdapOptions& options);

/// Where one collection has been, so that referrals lead neither in circles nor on without end.
class ReferralTrail {
 public:
  /// How many servers a chain of referrals may pass through, and how many referrals one search follows.
  static constexpr std::size_t kMaxHops = 3;
  static constexpr std::size_t kMaxFollowed = 100;

  enum class Step : std::uint8_t {
    go,
    circle,      ///< it is being read, and refers to itself over others or at once
    been_there,  ///< it was read before
    too_deep,
    too_many,
  };
  /// A search begins at the server that is asked first.
  void start(const std::string& uri, const std::string& base);
  /// go: on the way there from now until leave(). The same place may be gone to once for each `filter`.
  Step enter(const std::string& uri, const std::string& base, const std::string& filter);
  void leave() { way_.pop_back(); }

 private:
  std::vector<std::string> way_;
  std::set<std::pair<std::string, std::string>> been_;  ///< place and filter
  std::size_t followed_ = 0;
};

}  // namespace tally::directory
