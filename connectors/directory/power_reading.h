// Power reading: by the access rules of an LDAP server that is no Active Directory, who may change the entries that
// mean power: bases, the server's own configuration, sudo roles, privileged groups and everybody in them, and then
// whoever may change these, and so on until nobody new comes.
//
//   PowerReading reading(harvest, watched, rules);
//   reading.ask_about(model::ControlledKind::database, "dc=example,dc=com", …);
//   reading.run();                              // rows in harvest.controls
//   for (const std::string& power : reading.powers_of(me)) …
//
// Accounts are told apart by which of the rules' names fit them, so a rule is evaluated once for all who are alike. Not
// for concurrent use; sends nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "connectors/directory/access_question.h"
#include "connectors/directory/wanted_entries.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

/// An attribute that is asked about, and what writing it comes to.
struct Asked {
  std::string attribute;
  std::uint32_t right = 0;
};

/// The rules of one server, whatever their language.
struct AccessRules {
  std::function<Permission(const Requester&, const Target&, std::string_view attribute)> of;
  /// The same of taking values away; empty: the server does not tell the two apart.
  std::function<Permission(const Requester&, const Target&, std::string_view attribute)> of_deleting = {};
  std::vector<Named> named;             ///< everybody whom rules name
  std::vector<Named> places;            ///< entries that rules are about
  std::vector<std::string> attributes;  ///< that rules are about
  std::vector<std::string> naming;      ///< attributes whose values rules are for (dnattr, userattr)
  bool nested_groups = false;           ///< members of groups in a named group count
  std::vector<std::string> all;         ///< all of these together are full control of a base
  std::vector<Asked> base;              ///< of bases
  std::vector<Asked> accounts, groups;  ///< of entries that mean power
  std::vector<Asked> own;               ///< of one's own entry: what makes power of nothing
};

/// Entries that name somebody in attributes of which rules speak.
struct NamingEntries {
  std::vector<Target> found;
  std::vector<std::string> asked;  ///< attributes of which these are all
};

class PowerReading {
 public:
  /// Entries that are asked about in all, and accounts for which one rule gives rows.
  static constexpr std::size_t kMaxEntries = 50'000, kMaxHolders = 5'000;
  /// Accounts that are named as not having what everybody has.
  static constexpr std::size_t kMaxUnless = 1'000;

  PowerReading(model::Harvest& harvest, const std::vector<std::string>& watched, AccessRules rules);
  /// A base: AccessRules::all and ::base.
  void ask_about_base(const std::string& dn);
  /// An entry that is neither account nor group. `object`: as it is named in a path.
  void ask_about(model::ControlledKind kind, const std::string& dn, const std::vector<Asked>& asked,
                 std::string_view object);
  /// The one that stands above all rules of a base or of the configuration.
  void add_above_all(model::ControlledKind kind, std::string_view object, const std::string& dn, std::string_view rule);
  void run();

  /// An entry and what is asked of it.
  struct EntryQuestion {
    model::ControlledKind kind = model::ControlledKind::database;
    Target target;
    std::vector<Asked> asked;  ///< right 0: counts only together with the others of AccessRules::all
  };

  /// What somebody may write of all that was asked about: a sentence each, with the rule, at most `most`.
  [[nodiscard]] std::vector<std::string> powers_of(const Requester& one, std::size_t most) const;
  /// Why it cannot be told what somebody may write of that; empty when it can.
  [[nodiscard]] std::string doubt_about(const Requester& one) const;
  /// What somebody may write of any entry but their own, whatever it means.
  struct Reach {
    std::vector<std::string> powers;  ///< a sentence for each rule that gives it
    std::string doubt;                ///< why it may be more; empty: it is not
  };
  /// `naming`: what is known of entries that name the one (AccessRules::naming).
  [[nodiscard]] Reach reach_of(const Requester& one, const NamingEntries& naming) const;
  /// As the rules see that DN, whether or not its entry was read.
  [[nodiscard]] Requester requester(const std::string& dn) const;
  [[nodiscard]] std::vector<EntryQuestion> questions() const;
  /// Normal DNs of all entries that were asked about, our own questions included.
  [[nodiscard]] std::vector<std::string> asked_about() const;
  /// Why the rows may not be all; empty when they are.
  [[nodiscard]] const std::string& unread() const { return unread_; }
  /// Holders that are no entry that was read: whoever stands above all rules by what names them, the others by their
  /// number, for notes name no people.
  [[nodiscard]] std::vector<std::string> strangers() const;

 private:
  using Node = WantedEntries::Node;
  /// Accounts that the rules cannot tell apart.
  struct Kind {
    Requester one;
    std::vector<std::uint32_t> accounts;
    bool rest = false;     ///< whoever signs in and is of no other kind
    std::string stranger;  ///< not an account that was read: a DN, or the members of a group
    bool group = false;    ///< the stranger is a group
  };
  /// Accounts of one kind whose own entries the rules cannot tell apart either.
  struct Cell {
    std::size_t kind = 0;  ///< in kinds_
    std::vector<std::uint32_t> accounts;
  };
  struct Question {
    model::ControlledKind kind = model::ControlledKind::database;
    model::AccountId account;
    model::GroupId group;
    Target target;
    std::string object;
    std::vector<model::AccountId> owners;  ///< those in target.named
    const std::vector<Asked>* asked = nullptr;
    bool all = false;  ///< AccessRules::all too
  };
  struct Found {
    std::uint32_t rights = 0;
    std::string rule, why;
  };

  void find_kinds();
  [[nodiscard]] Kind kind_of(const std::vector<std::uint32_t>& names, const std::string& dn) const;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> members_of_named(std::vector<bool>& seen);
  void find_strangers(const std::vector<bool>& seen);
  [[nodiscard]] Found look(const Requester& one, const Question& question) const;
  void answer(const Question& question);
  void hold(const Question& question, const Kind& kind, const Found& found, const std::string& unless);
  void ask_owners(const Question& question);
  void hold_by_stranger(const Kind& kind, const Found& found);
  void put_into_cell(std::size_t kind, std::uint32_t account, std::string_view dn);
  void ask_about_own();
  void ask_about_own(const Asked& asked);
  void hold_own_of_rest(const Question& question, const Found& found, const std::vector<std::uint32_t>& with,
                        const std::vector<std::uint32_t>& without);
  [[nodiscard]] std::vector<std::string> one_of_each_place() const;
  [[nodiscard]] bool every_place_is_in(const std::vector<std::string>& dns) const;
  void want_holders();
  Question question_about(Node node) const;
  void doubt(const std::string& why);

  model::Harvest& harvest_;
  AccessRules rules_;
  WantedEntries wanted_;
  std::vector<Kind> kinds_;
  std::vector<NameTest> places_;
  std::vector<Cell> cells_;
  std::map<std::pair<std::size_t, std::vector<bool>>, std::size_t> cell_of_;  ///< kind, places that fit → in cells_
  std::map<std::string, std::uint32_t> groups_;                               ///< by normal DN
  std::deque<std::vector<Asked>> kept_;                                       ///< questions point into it
  std::vector<Question> asked_;                                               ///< for powers_of()
  std::vector<std::string> above_all_;
  std::set<std::string> strange_names_;
  std::string unread_;
};

}  // namespace tally::directory
