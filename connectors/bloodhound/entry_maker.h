// Entry maker: an object of a collection as the entry of Active Directory that it was made of, so that one profile
// (directory/active_directory.h) judges both; and what the collector's own way of writing takes back of that.
//
//   const directory::Entry& entry = maker.entry_of(object, ObjectClass::user);
//   if (profile.decode(entry, builder) == Seen::account) maker.correct(object, builder, row);
//   maker.finish(builder);                                           // after profile.finish()
//
// Times are seconds since 1970, -1 where the attribute is absent, 0 where it is 0 (SharpHoundCommon, Helpers,
// LdapPropertyProcessor). useraccountcontrol is 0 where it could not be read, and `enabled` and the flags are then made
// of that 0: they are unknown. Properties of other names (--CollectAllProperties) pass as attributes of their name;
// numbers lose leading zeros there, so an employee number that came as a number is filled up to employee_number_digits,
// and not used without that setting. accountExpires, which every account has, shows that all properties were collected:
// only then no lockoutTime means that there is none.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "connectors/bloodhound/object.h"
#include "connectors/bloodhound/options.h"
#include "connectors/directory/entry.h"
#include "connectors/directory/table_builder.h"

namespace tally::bloodhound {

enum class ObjectClass : std::uint8_t { user, computer, group, domain };

class EntryMaker {
 public:
  explicit EntryMaker(const Options& options) : options_(options.profile), digits_(options.employee_number_digits) {}

  /// Valid until the next call and as long as `object`.
  const directory::Entry& entry_of(const Object& object, ObjectClass of);
  /// Of an account or group that the profile has just decoded from entry_of(object).
  void correct_account(const Object& object, directory::TableBuilder& builder, std::uint32_t row, bool computer);
  static void correct_group(const Object& object, directory::TableBuilder& builder, std::uint32_t row);
  void finish(directory::TableBuilder& builder) const;

  /// Accounts whose employee number came as a JSON number.
  [[nodiscard]] std::uint64_t numbers_cut() const { return numbers_cut_; }

 private:
  void property(const Property& property);
  void put(std::string_view attribute, std::string value);
  void put_epoch(std::string_view attribute, const Property& property, bool filetime);
  void account(const Object& object, ObjectClass of);

  const directory::ProfileOptions& options_;
  std::uint32_t digits_;
  directory::Entry entry_;
  std::deque<std::string> values_;  ///< what entry_ points to
  std::uint64_t numbers_cut_ = 0;
  bool other_texts_shown_ = false;  ///< info or comment, which are collected with all properties alone
};

}  // namespace tally::bloodhound
