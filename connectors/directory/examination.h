// Examination: a short look at a directory server before it is audited: what it is, whether that is what is configured,
// and what the account that binds is shown.
//
//   Examination seen = examine(options, now);
//   if (!seen.trouble.empty()) …                 // no connection, bind refused, certificate not trusted: why
//
// A sample, not a reading: an attribute that no account of the sample shows may be unset, unused here, or hidden.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/options.h"
#include "policy/base/time.h"

namespace tally::directory {

struct Examination {
  static constexpr std::uint32_t kSample = 200;

  std::string trouble;                       ///< empty: the server was asked
  std::optional<Dialect> server;             ///< nothing: of no kind that is known
  std::optional<std::string> misread;        ///< why the configured kind is another one than the server's
  std::vector<std::string> bases_not_shown;  ///< bases whose own entry is not visible
  std::uint64_t accounts = 0;                ///< looked at, at most kSample a base
  std::vector<std::string> schema;           ///< names of the attributes that the server knows; empty: not told
  /// What the account may do beyond reading, as far as the bases, the server's configuration and its own groups tell.
  std::vector<std::string> own_powers;
  std::string own_powers_unread;         ///< why that may not be all; empty when it is
  std::string own_rights_checked;        ///< of 389: whether compared with the server's own word; empty: does not apply
  std::vector<std::string> cannot_tell;  ///< what lies in containers that are not shown, and why it cannot be told
  /// Of 389 Directory Server: why nothing is told of the past (change_log_past.h); empty when its log may be read.
  std::string past_unread;
  /// Attributes that entries do not show and are not seen to be without (absence.h), of the same sample of accounts and
  /// of all groups and sudo roles: "member of 1 of 3 groups".
  std::vector<std::string> may_be_hidden;
  std::vector<std::string> never_shown;  ///< attributes that the profile asks for and none of these accounts shows
};

/// Blocks until the options' deadlines at the latest.
Examination examine(const LdapOptions& options, base::Instant now);

}  // namespace tally::directory
