// A directory that Tallystick has no profile for: the schemas of the RFCs (standard_profile.h), and what the
// configuration says about the rest (ProfileOptions::generic, docs/settings.md). What is not configured is unknown,
// with that as the reason.
//
// enabled      enabled_when: an account whose attribute has that value is enabled, one with another value is not;
//              without the attribute unknown. disabled_when holds: not enabled. With disabled_when alone: enabled where
//              none holds, if the account shows all the attributes that it names or another account does.
// locked       unknown: no attribute says so in every directory.
// expires      the attribute named by expires_attribute, a GeneralizedTime or shadowExpire; absent is never where
// another
//              account shows it.
// last sign-in sign_in_attributes, as in sign_ins.h. password: password_changed_attribute.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "connectors/directory/sign_ins.h"
#include "connectors/directory/standard_profile.h"

namespace tally::directory {

class Generic final : public StandardProfile {
 public:
  static base::Result<std::unique_ptr<Profile>> create(const ProfileOptions& options, base::Instant collected_at);
  void finish(TableBuilder& builder) override;

 private:
  using Predicate = std::pair<std::string, std::string>;  ///< attribute, value

  Generic(const ProfileOptions& options, base::Instant collected_at, Classifier classifier, SignIns sign_ins,
          std::vector<Predicate> enabled_when);
  base::TextId id_of(Fields& fields) override;
  void decode_access(Fields& fields, model::AccountId account) override;
  void decode_members(Fields& fields, model::GroupId group) override;
  [[nodiscard]] std::string_view mail_attribute() const override { return options().generic.mail; }
  model::BoolFact enabled(Fields& fields);

  SignIns sign_ins_;
  std::vector<Predicate> enabled_when_;
  std::vector<std::string> disabled_by_;  ///< attributes of disabled_when
  std::vector<bool> disabled_by_shown_;   ///< whether some account shows it
  bool expiry_shown_ = false;
};

}  // namespace tally::directory
