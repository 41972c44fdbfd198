// Active Directory: what its attributes say about accounts and groups (MS-ADTS, MS-ADA1…3), and when they say nothing.
//
// enabled      !(userAccountControl & 2); attribute absent or not a number: unknown, never a default.
// locked       msDS-User-Account-Control-Computed 0x10 where delivered (userAccountControl's own bit tells nothing).
//              Else lockoutTime 0, or absent where it is not hidden: no; else locked until lockoutTime + the lockout
//              duration of the policy in force (for ever when that is 0), unknown when that policy is
//              (password_policies.h).
// expires      accountExpires; 0 and 0x7FFFFFFFFFFFFFFF: never; absent: unknown (AD always sets it).
// last sign-in lastLogonTimestamp T is rewritten only when older than the sync interval, so the last sign-in lies in
//              [T, min(T + interval, collected)]; an interval of 0 means that T stands still: [T, collected]. This
//              server's lastLogon raises the lower bound. lastLogon alone: [it, collected]. Neither: never, if
//              userAccountControl of this account could be read, it is not hidden, and other accounts show a
//              lastLogonTimestamp (it is written at the first sign-in); if no account shows one, unknown for all.
// password     pwdLastSet; 0 means "must change at next sign-in" and hides when it was set: then the time at which
//              unicodePwd was written, where replPropertyMetaData tells it.
// … expires   that and the age of the policy in force; never: by it, or by userAccountControl (password_policies.h).
// switched     replPropertyMetaData: userAccountControl was never written since the account was made: never. Else not
//              after it was written last, for a write may have been of another of its bits; a disabled account was on
//              at its newest sign-in. Unknown when it was not delivered, or disabled_when is what disables.
// marks        adminCount, sIDHistory, delegation, altSecurityIdentities, manager and texts that look like passwords:
//              absent is "no" on a live server where the account's access control list lets us read it
//              (hidden_marks.h), and in an export where others show it; else unknown. userCertificate and
//              msDS-KeyCredentialLink are not asked for.
// member since msDS-ReplValueMetaData of the group (linked_past.h); of the primary group not after primaryGroupID was
//              written last.
// deleted      an entry with isDeleted is no account and no group. Of a server, what it keeps of deleted accounts tells
//              when access ended (deleted_objects.h).
// groups       member in ranges, primaryGroupID by the account's own domain SID, privilege by SID (sid.h); groups
//              that show no SID make the coverage partial, for nobody can say whether they mean power; so do groups of
//              a server that show no member and may have some (hidden_members.h).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/classifier.h"
#include "connectors/directory/control_rows.h"
#include "connectors/directory/entry_marks.h"
#include "connectors/directory/hidden_marks.h"
#include "connectors/directory/hidden_members.h"
#include "connectors/directory/password_policies.h"
#include "connectors/directory/profile.h"

namespace tally::directory {

class Fields;

class ActiveDirectory final : public Profile {
 public:
  static base::Result<std::unique_ptr<Profile>> create(const ProfileOptions& options, base::Instant collected_at);
  Seen decode(const Entry& entry, TableBuilder& builder) override;
  void expect_proof() override { live_ = true; }
  std::vector<std::string> inquire(const Inquiry& ask, TableBuilder& builder) override;
  [[nodiscard]] std::vector<std::string> may_be_hidden() const override;
  void finish(TableBuilder& builder) override;
  void settle(model::Harvest& harvest) override;

 private:
  ActiveDirectory(const ProfileOptions& options, base::Instant collected_at, Classifier classifier);
  void learn_domain(Fields& fields);
  void learn_policy(Fields& fields);
  Seen decode_account(Fields& fields);
  Seen decode_group(Fields& fields);
  void identity(Fields& fields, std::uint32_t row);
  void control(Fields& fields, std::uint32_t row);
  void past(Fields& fields, model::AccountId account);
  void lockout(Fields& fields, std::uint32_t row);
  void sign_ins(Fields& fields, std::uint32_t row, bool control_known);
  void further(Fields& fields, model::AccountId account);
  void sid_history(Fields& fields, std::uint32_t row, bool absent_is_no);
  /// Exports may have nTSecurityDescriptor beside everything else; a live server is asked later (control_queries.h).
  void descriptor(Fields& fields, const Controlled& object, ControlledClass of);
  void learn_template(Fields& fields);
  void finish_controls(TableBuilder& builder) const;
  void finish_marks(TableBuilder& builder);
  static constexpr std::string_view kNoLockoutTime = "no lockoutTime";  ///< why an account is not locked
  void doubt_hidden(TableBuilder& builder) const;
  static std::span<const Mark> marks();
  static std::span<const Mark> marks_of_exports();  ///< not asked for: their absence says nothing
  void password(Fields& fields, std::uint32_t row);
  model::TimeFact expiry(Fields& fields) const;
  std::optional<base::Instant> moment(Fields& fields, std::string_view attribute) const;

  ProfileOptions options_;
  base::Instant collected_at_;
  Classifier classifier_;
  EntryMarks marks_, export_marks_;
  bool sid_history_shown_ = false;
  bool descriptors_shown_ = false, domain_descriptor_shown_ = false;
  PasswordPolicies policies_;
  std::vector<PasswordPolicies::Lockout> lockouts_;
  std::vector<model::AccountId> no_sign_in_;  ///< readable accounts without a recorded sign-in
  std::uint64_t groups_without_sid_ = 0;
  MemberlessGroups memberless_;
  HiddenMarks hidden_;
  bool live_ = false;            ///< what is read is a server: "not there" needs a proof
  std::uint64_t deleted_ = 0;    ///< entries with isDeleted
  bool sign_ins_shown_ = false;  ///< some account shows lastLogonTimestamp
};

}  // namespace tally::directory
