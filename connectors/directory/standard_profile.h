// StandardProfile: what directories with the schemas of the RFCs have in common (RFC 2307, 2798, 4519, 4524): which
// entries are accounts and groups, who they are, POSIX facts, marks, members. A dialect derived from it adds what only
// its server knows: whether an account is enabled, locked, expires, when it last signed in.
//
// accounts     person, organizationalPerson, inetOrgPerson, account, posixAccount, simpleSecurityObject and what the
//              dialect adds; an entry with a login or a password that is none of them is a reject, so that a local
//              class is not overlooked.
// marks        SSH keys, userCertificate, manager and texts that look like passwords: absent is "no" where others show
//              the attribute, else unknown. userPassword is never asked for; where an export has it, its scheme counts.
// root         sudoRole entries and uidNumber 0: rows of model::Controls (sudo_roles.h).
// groups       member, uniqueMember, memberUid, gidNumber as primary group; memberURL: computed, members unknown.
//              memberOf is never read: servers differ on whether it holds nested groups, and it may be hidden apart.
// hidden       what a server does not show of members, user and group numbers, user names and sudo roles has to be
//              proven absent (absence.h); else the members are unknown, or the primary group, and the coverage partial.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/classifier.h"
#include "connectors/directory/entry_marks.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/sudo_roles.h"

namespace tally::directory {

class Fields;

class StandardProfile : public Profile {
 public:
  /// Of the generic dialect, in one directory.
  static constexpr std::size_t kMaxMemberAttributes = Unshown::kMaxAttributes - 2;

  Seen decode(const Entry& entry, TableBuilder& builder) final;
  void expect_proof() final { live_ = true; }
  std::vector<Absences> absences(TableBuilder& builder) override;
  [[nodiscard]] std::vector<std::string> member_attributes() const final { return groups_.attributes(); }

  /// LDAP filters, RFC 4515; a dialect may put others beside them.
  static constexpr std::string_view kAccounts =
      "(objectClass=person)(objectClass=organizationalPerson)(objectClass=inetOrgPerson)(objectClass=account)"
      "(objectClass=posixAccount)(objectClass=simpleSecurityObject)";
  static constexpr std::string_view kGroups =
      "(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)(objectClass=groupOfURLs)"
      "(objectClass=posixGroup)";

 protected:
  /// `own`: the attributes that the dialect asks for beside the common ones. `policies`: the filter of entries for
  /// decode_policy(), or empty. `absent`: attributes of accounts of which "not there" is a fact of the dialect.
  StandardProfile(const ProfileOptions& options, base::Instant collected_at, Classifier classifier,
                  std::vector<std::string> own, std::string_view policies, std::vector<std::string> absent = {});

  /// The identity of an entry that stays when it is renamed, in 8-4-4-4-12 form where it is a UUID.
  virtual base::TextId id_of(Fields& fields) = 0;
  /// enabled, locked, expires, last sign-in, password_changed and the flags of the dialect.
  virtual void decode_access(Fields& fields, model::AccountId account) = 0;
  /// Of a class that means a policy, and nothing about it says that somebody signs in with it.
  [[nodiscard]] virtual bool is_only_policy(const Entry& /*entry*/) const { return false; }
  /// A policy, when it is one. Asked of accounts too.
  virtual Seen decode_policy(Fields& /*fields*/) { return Seen::other; }
  virtual void decode_members(Fields& fields, model::GroupId group);
  /// What the group does not show has to be proven; for every group of which the entry itself says who is in it.
  void watch_members(Fields& fields, model::GroupId group);
  /// By its object classes.
  [[nodiscard]] virtual model::AccountKind kind_of(const Entry& entry) const;
  virtual base::TextId login_of(Fields& fields, model::AccountKind kind);
  [[nodiscard]] virtual std::string_view mail_attribute() const { return "mail"; }

  [[nodiscard]] const ProfileOptions& options() const { return options_; }
  [[nodiscard]] base::Instant collected_at() const { return collected_at_; }
  [[nodiscard]] const Classifier& classifier() const { return classifier_; }
  /// Some entry shows an attribute that the server itself keeps: an export has them, rights do not hide all of them.
  [[nodiscard]] bool operational_shown() const { return operational_shown_; }
  void saw_operational() { operational_shown_ = true; }
  /// A UUID in any case, or (with a reject) nothing.
  static base::TextId uuid(Fields& fields, std::string_view attribute);
  /// What is read is a server: "not there" needs a proof.
  [[nodiscard]] bool live() const { return live_; }
  /// The account does not show the attribute, `which` of the constructor's `absent`, and a server did not say that it
  /// is not there.
  [[nodiscard]] bool is_open(std::size_t which, std::size_t row) const { return accounts_.open(which, row); }
  /// No entry has it: nobody need ask.
  void leave_out(std::size_t which) { accounts_.unknown_to_the_server(which); }
  /// Where it may be hidden in some account, the coverage is partial.
  bool doubt_accounts(TableBuilder& builder, std::size_t which) const;
  /// What needs all accounts and groups: marks, what makes root on Unix hosts, and what may be hidden.
  void finish_entries(TableBuilder& builder) const;

 private:
  Seen decode_account(Fields& fields);
  Seen decode_group(Fields& fields);
  Seen decode_other(Fields& fields);
  void identity(Fields& fields, model::AccountId account);
  void further(Fields& fields, model::AccountId account);
  void doubt_hidden_members(TableBuilder& builder) const;
  void doubt_numbers(TableBuilder& builder) const;

  ProfileOptions options_;
  base::Instant collected_at_;
  Classifier classifier_;
  EntryMarks marks_;
  SudoRoles sudo_;
  Unshown accounts_, groups_;
  bool live_ = false;
  bool asked_ = false;  ///< else the connection was lost before, and the coverage says so
  bool operational_shown_ = false;
};

}  // namespace tally::directory
