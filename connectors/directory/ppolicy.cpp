#include "connectors/directory/ppolicy.h"

#include <fmt/format.h>

#include <utility>

#include "connectors/directory/access_question.h"
#include "connectors/directory/dn.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

using model::Truth;

constexpr std::string_view kNote = "password-policies: ";

}  // namespace

PpolicyOverlays::PpolicyOverlays(const ProfileOptions& options) {
  for (const std::string& base : DnScope::outermost(options.bases)) bases_.push_back(normal_dn(base));
  const std::string& said = options.default_password_policy;
  if (const std::string policy = normal_dn(said); !policy.empty()) said_ = policy;
  if (said == kNoDefaultPolicy) said_ = "";
}

PpolicyOverlays PpolicyOverlays::configured(const ProfileOptions& options) {
  PpolicyOverlays out(options);
  out.why_not_ = "cn=config was not read";
  if (out.said_)
    out.notes_.push_back(fmt::format("{}in force by default, as configured: {}", kNote,
                                     base::displayable(options.default_password_policy)));
  return out;
}

PpolicyOverlays PpolicyOverlays::read(const Inquiry& ask, const ProfileOptions& options) {
  PpolicyOverlays out(options);
  out.databases_ = OlcDatabases::read(ask);
  out.why_not_ = out.databases_.why();
  for (const OlcDatabase* database : out.databases_.holding(out.bases_)) out.look_at(ask, *database);
  if (const std::string doubt = out.doubt(); !doubt.empty())
    out.notes_.push_back(fmt::format("{}cannot tell which is in force: {}", kNote, doubt));
  return out;
}

void PpolicyOverlays::look_at(const Inquiry& ask, const OlcDatabase& database) {
  const std::vector<OlcOverlay> found = overlays_on(ask, database, "olcPPolicyConfig", "olcPPolicyDefault");
  if (found.size() != 1) {
    if (!found.empty() || !may_have_overlay(ask, database, "olcPPolicyConfig")) without_.insert(database.entry);
    return;
  }
  const std::string named = found.front().values.empty() ? "" : normal_dn(found.front().values.front());
  known_.emplace(database.entry, named);
  notes_.push_back(
      fmt::format("{}{} has slapo-ppolicy, in force by default: {}{}", kNote, database.name,
                  named.empty() ? "none" : base::displayable(named),
                  said_ && *said_ != named ? "; default_password_policy says another, and counts not" : ""));
}

PpolicyOverlays::Over PpolicyOverlays::over(std::string_view normal_dn) const {
  std::string why = why_not_;
  if (const OlcDatabase* database = databases_.of(normal_dn)) {
    if (database->root == normal_dn) return {Truth::no, {}, "it is the olcRootDN, above all password policies"};
    if (const auto found = known_.find(database->entry); found != known_.end()) return {Truth::yes, found->second, {}};
    if (without_.contains(database->entry))
      return {
          Truth::unknown, {}, fmt::format("cn=config shows no slapo-ppolicy that is at work on {}", database->name)};
    why =
        fmt::format("cn=config does not show olcPPolicyDefault and olcDisabled of slapo-ppolicy on {}", database->name);
  } else if (why.empty()) {
    why = "cn=config shows no database that holds it";
  }
  if (said_) return {Truth::yes, *said_, {}};
  return {
      Truth::unknown, {}, why + "; let the account read it (see tallystick doctor), or set default_password_policy"};
}

std::string PpolicyOverlays::doubt() const {
  for (const std::string& base : bases_) {
    if (Over found = over(base); found.there == Truth::unknown) return std::move(found.why);
  }
  return {};
}

}  // namespace tally::directory
