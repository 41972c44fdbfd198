// judge_offboarding(): what a verdict says about one person who is to be out. No rule of its own: it picks from an
// evaluation what concerns their accounts and the rules about leavers, and adds what stands in the way of an all-clear.
//
//   model::OffboardingCheck check = judge_offboarding(inputs, evaluate(inputs), {id, keys, once, last_audit});
//
// A rule is about leavers when it asks who left or when (account.owner_left, person.left_at). Their violations are
// "action needed". Where such a rule cannot tell, so can the answer not, if the rule asks whether the account works
// (account.usable); else it is a note: whether an account was used after the last day keeps nobody in, and Active
// Directory often cannot say it.
//
// Beyond the rules, because an answer about one person must hold by itself: sources not completely seen, now or where
// the last audit found something hidden, a number that HR does not know or gives to two people, accounts that could be
// theirs, and accounts of theirs that work although no rule objects.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/evaluation/evaluate.h"
#include "policy/model/offboarding.h"
#include "policy/model/person_keys.h"

namespace tally::evaluation {

/// Whom the question is about.
struct Offboarding {
  std::string employee_id;               ///< as asked; blanks at the ends do not count
  const model::PersonKeys& keys;         ///< correlation::keys_of
  const std::vector<std::string>& once;  ///< subject keys of accounts that earlier runs linked to this person
  /// What the last audit saw of each source: it counts twice and looks for what is hidden, which one look-up cannot.
  std::span<const model::SourceRecord> last_audit = {};
  /// Approved and not withdrawn. They clear nothing here: what they cover is named, and counts all the same.
  std::span<const model::Exemption> exemptions = {};
};

/// Pure; everything but asked_by and the place in the log is filled in. `inputs` has no exemptions.
model::OffboardingCheck judge_offboarding(const Inputs& inputs, const Evaluated& evaluated, const Offboarding& whom);

}  // namespace tally::evaluation
