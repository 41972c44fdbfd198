// The words of correlation's answers, as rules and reports have them.
#include "policy/base/assert.h"
#include "policy/correlation/correlation.h"

namespace tally::correlation {

std::string_view to_string(Owner owner) {
  switch (owner) {
    case Owner::person: return "person";
    case Owner::non_human: return "non-human";
    case Owner::built_in: return "built-in";
    case Owner::ambiguous: return "ambiguous";
    case Owner::nobody: return "nobody";
    case Owner::cannot_tell: return "cannot tell";
  }
  TALLY_ASSERT(false && "unknown Owner");
  return {};
}

std::string_view to_string(Answerable answerable) {
  switch (answerable) {
    case Answerable::none: return "none";
    case Answerable::person: return "person";
    case Answerable::ambiguous: return "ambiguous";
    case Answerable::nobody: return "nobody";
    case Answerable::cannot_tell: return "cannot tell";
  }
  TALLY_ASSERT(false && "unknown Answerable");
  return {};
}

std::string_view to_string(DecisionTrouble::Kind kind) {
  switch (kind) {
    case DecisionTrouble::account_gone: return "the directory has no such account any more";
    case DecisionTrouble::account_unseen: return "no such account was seen, and its directory was not completely seen";
    case DecisionTrouble::person_gone: return "HR does not know that employee number any more";
    case DecisionTrouble::person_unseen: return "HR did not show that employee number, and was not completely seen";
    case DecisionTrouble::several_people: return "several people of HR have that employee number";
    case DecisionTrouble::superseded: return "a later decision gives the account to somebody else";
  }
  TALLY_ASSERT(false && "unknown DecisionTrouble");
  return {};
}

}  // namespace tally::correlation
