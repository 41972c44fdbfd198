// Control: who may become privileged without being in a privileged group, by rights on the entries of those who are:
// the shadow administrators, with the shortest path.
//
//   Control control(snapshot, access);
//   if (control.of(account).value == Truth::yes) print(control.path(account));
//   // helpdesk, "may reset the password of", adm-mueller, "member of", Domain Admins
//
// Whoever controls a privileged group, a member of one, the head of a domain or AdminSDHolder is in control, and
// whoever controls somebody in control is too, over however many entries. Rights count for the account itself, for
// every group that it is in in effect, and for populations that it is in (Authenticated Users, also of directories in
// whose groups its own directory's entries may be). Members of tier 0 are in control by their groups: rights give them
// no more, and the answer is no.
// A deny entry counts against an account that is, or is seen to be in, whom it denies.
//
// No is certain only where all access control lists that matter were read and understood, no unknown trustee has
// rights, and memberships were seen; otherwise the answer is unknown, with one reason for all accounts of a directory.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "policy/access/access.h"

namespace tally::access {

class Control {
 public:
  /// Both must outlive it. Linear in accounts, memberships and rights.
  Control(const model::Snapshot& snapshot, const Access& access);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  /// Rights give it more power than its groups do. Basis: why unknown (view()).
  [[nodiscard]] model::BoolFact of(model::AccountId account) const { return control_[account.index()]; }
  /// Rights, and not its groups, let it copy the secrets of a domain: Get-Changes and Get-Changes-All, however it
  /// comes by each. Basis: why unknown.
  [[nodiscard]] model::BoolFact replicates(model::AccountId account) const { return replication_[account.index()]; }
  /// Names, and what lies between them, by turns; empty unless of() is yes.
  [[nodiscard]] std::vector<std::string> path(model::AccountId account) const;
  /// What gives the first right of the path, as the server has it written; empty for Active Directory.
  [[nodiscard]] std::string_view rule(model::AccountId account) const;
  /// The trustees through which replicates() is yes, with what each may; empty otherwise.
  [[nodiscard]] std::string replication_in_words(model::AccountId account) const;

  /// AdminSDHolder of that directory gives rights to somebody who is not privileged. Basis: whom and what, or why
  /// unknown.
  [[nodiscard]] model::BoolFact template_altered(model::SourceId directory) const {
    return altered_[directory.index()];
  }
  [[nodiscard]] std::string_view view(base::TextId id) const { return text_.view(id); }

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
  std::vector<model::BoolFact> control_, replication_, altered_;
  base::TextPool text_;
};

}  // namespace tally::access
