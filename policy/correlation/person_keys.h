// keys_of(): by what the accounts of one person can be found, so that a directory need not be read in full to find
// them.
//
//   model::PersonKeys keys = keys_of(hr, "001004", settings);
//
// The counterpart of correlate(): every account that correlate() could link to that person, or call ambiguous because
// of her, has one of these keys, compared as fold() compares. Whoever adds a way of matching adds its keys here;
// person_keys_test.cpp compares the two.
#pragma once

#include <span>
#include <string_view>

#include "policy/correlation/correlation.h"
#include "policy/model/person_keys.h"
#include "policy/model/snapshot.h"

namespace tally::correlation {

/// All HR rows of that number count, and the logins of registered accounts that the person answers for. Each key once,
/// in order. A number that HR does not know has itself as its only key. `known` has the accounts that somebody decided
/// are hers, whatever they are called.
model::PersonKeys keys_of(std::span<const model::Harvest> hr, std::string_view employee_id, const Settings& settings,
                          std::span<const model::LinkDecision> decisions = {});

}  // namespace tally::correlation
