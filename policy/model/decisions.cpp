#include "policy/model/decisions.h"

#include <fmt/format.h>

#include "policy/base/assert.h"

namespace tally::model {

std::string name_of(const Author& author) {
  return author.login.empty() ? fmt::format("uid {}", author.uid) : author.login;
}

bool same_person(const Author& a, const Author& b) {
  return a.uid == b.uid || (!a.login.empty() && a.login == b.login);
}

std::string_view to_string(RequestState state) {
  switch (state) {
    case RequestState::pending: return "pending";
    case RequestState::approved: return "approved";
    case RequestState::refused: return "refused";
    case RequestState::withdrawn: return "withdrawn";
  }
  TALLY_ASSERT(false && "unknown RequestState");
  return {};
}

std::string_view to_string(SignOffRole role) { return role == SignOffRole::preparer ? "preparer" : "reviewer"; }

std::optional<SignOffRole> sign_off_role_of(std::string_view word) {
  for (const auto role : {SignOffRole::preparer, SignOffRole::reviewer}) {
    if (to_string(role) == word) return role;
  }
  return std::nullopt;
}

std::vector<Exemption> exemptions_in_force(const Decisions& decisions) {
  std::vector<Exemption> out;
  for (const ExemptionCase& one : decisions.exemptions) {
    if (one.state == RequestState::approved && !one.exemption.subject_key.empty()) out.push_back(one.exemption);
  }
  return out;
}

std::vector<LinkDecision> links_in_force(const Decisions& decisions) {
  std::vector<LinkDecision> out;
  for (const LinkCase& one : decisions.links) {
    if (!one.revoked && !one.decision.account_key.empty()) out.push_back(one.decision);
  }
  return out;
}

}  // namespace tally::model
