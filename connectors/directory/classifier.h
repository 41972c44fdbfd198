// Classifier: which entries are accounts and which are groups, by the filters of the configuration or of the dialect;
// and the site's own predicates of "disabled".
//
//   auto classifier = Classifier::create(options, "(objectClass=user)", "(objectClass=group)");
//   if (classifier->is_account(entry)) …
//   if (auto why = classifier->disabled_by(entry)) …          // "loginShell=/sbin/nologin"
//
// Passwords are refused here by name: no filter or predicate can make Tallystick ask for one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/directory/filter.h"
#include "connectors/directory/options.h"
#include "connectors/directory/profile.h"

namespace tally::directory {

class Classifier {
 public:
  static base::Result<Classifier> create(const ProfileOptions& options, std::string_view account_filter,
                                         std::string_view group_filter);

  /// Attributes that hold passwords and are never asked for.
  static bool is_password(std::string_view attribute);

  [[nodiscard]] bool is_account(const Entry& entry) const { return accounts_.matches(entry); }
  [[nodiscard]] bool is_group(const Entry& entry) const { return groups_.matches(entry); }
  /// As they were written, or the dialect's own.
  [[nodiscard]] const std::string& account_filter() const { return accounts_.text(); }
  [[nodiscard]] const std::string& group_filter() const { return groups_.text(); }
  /// The first predicate of disabled_when that holds, as "attribute=value".
  [[nodiscard]] std::optional<std::string> disabled_by(const Entry& entry) const;

  /// The combined query: accounts, groups and `also`; the dialect's attributes and those that filters and predicates
  /// need.
  [[nodiscard]] Query query(const std::vector<std::string>& attributes, std::string_view also) const;

 private:
  Filter accounts_, groups_;
  std::vector<std::pair<std::string, std::string>> disabled_when_;
};

}  // namespace tally::directory
