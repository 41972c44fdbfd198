// Finding the account that somebody means: by its key, or by directory and login, which is looked up there now.
//
//   auto account = find_account(commission, "corp-ad/dweiss");      // account->key == "account/corp-ad/6d5c1b1e-…"
//
// A login that several accounts have is refused with the choices: nobody's account is linked by chance.
#pragma once

#include <string>

#include "daemon/pipeline/carry_out.h"
#include "policy/base/result.h"
#include "policy/model/finding.h"

namespace tally::pipeline {

/// "account/SOURCE/ID" as it is, if SOURCE is a directory of the configuration; else "SOURCE/LOGIN". Kinds `malformed`,
/// `not_found`, `conflict` (several; the message has their keys), `unavailable` when the directory was not seen
/// completely, for then there may be another.
base::Result<model::Subject> find_account(const Commission& commission, const std::string& named);

}  // namespace tally::pipeline
