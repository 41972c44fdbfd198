// Referrals: parts of a tree that live on another server, and whether we may go there.
//
//   Referral r = judge_referral("ldap://dc2.eu.corp.example/DC=eu,DC=corp,DC=example", options);
//   if (r.follow) read(r.uri, r.base)
//
// KNOWN GAP: a filter or scope inside a referral's URL (RFC 4511 §4.1.10) is not applied: the whole subtree is read.
#pragma once

#include <string>

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

}  // namespace tally::directory
