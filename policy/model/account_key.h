// The key of an account: by what it is the same account in every run, whatever its row.
//
//   write_account_key(snapshot, account, key);   // "account/corp-ad/1712128e-a6e4-5ff4-bcd9-3820bd290b3b"
//
// The name of its directory and the directory's own id of it, or the normalised DN where there is none. This is
// Subject::key of findings, and what decisions about accounts name.
#pragma once

#include <string>
#include <string_view>

#include "policy/model/snapshot.h"

namespace tally::model {

/// Puts the key of the account into `out`, which is overwritten: no allocation in a loop over a million.
void write_account_key(const Snapshot& snapshot, AccountId account, std::string& out);

/// A DN in which writing does not matter: ASCII letters small, no blanks around "," "+" "=" (RFC 4514 2.4); escaped
/// characters stay as they are.
std::string normalised_dn(std::string_view dn);

/// The parts of an account's key.
struct AccountKey {
  std::string source;     ///< name of the directory; names of sources have no "/"
  std::string native_id;  ///< empty when the key names a DN
  std::string dn;         ///< normalised; empty when the key names a native id
};

/// The parts of a key that write_account_key() made. All empty when it is none of an account.
AccountKey parts_of_account_key(std::string_view key);

}  // namespace tally::model
