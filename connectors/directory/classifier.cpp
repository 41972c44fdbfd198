#include "connectors/directory/classifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tally::directory {
namespace {

constexpr std::array<std::string_view, 7> kPasswords = {"userPassword", "unicodePwd",      "dBCSPwd",   "ntPwdHistory",
                                                        "lmPwdHistory", "sambaNTPassword", "pwdHistory"};

void add_once(std::vector<std::string>& names, const std::string& name) {
  const bool there =
      std::any_of(names.begin(), names.end(), [&](const std::string& n) { return equal_ignoring_case(n, name); });
  if (!there && !name.empty()) names.push_back(name);
}

tl::unexpected<base::Error> refused_password(std::string_view where, std::string_view attribute) {
  return base::failure(base::ErrorKind::unsupported,
                       fmt::format("{} names {}: passwords are never read", where, attribute));
}

base::Result<Filter> filter_of(std::string_view setting, const std::string& written, std::string_view usual) {
  auto filter = Filter::parse(written.empty() ? usual : std::string_view(written));
  if (!filter) return tl::unexpected(filter.error().within(setting));
  for (const std::string& name : filter->attributes()) {
    if (Classifier::is_password(name)) return refused_password(setting, name);
  }
  return filter;
}

}  // namespace

bool Classifier::is_password(std::string_view attribute) {
  return std::any_of(kPasswords.begin(), kPasswords.end(),
                     [&](std::string_view p) { return equal_ignoring_case(p, attribute); });
}

base::Result<Classifier> Classifier::create(const ProfileOptions& options, std::string_view account_filter,
                                            std::string_view group_filter) {
  auto accounts = filter_of("account_filter", options.account_filter, account_filter);
  if (!accounts) return tl::unexpected(accounts.error());
  auto groups = filter_of("group_filter", options.group_filter, group_filter);
  if (!groups) return tl::unexpected(groups.error());
  Classifier out;
  out.accounts_ = std::move(*accounts);
  out.groups_ = std::move(*groups);
  for (const std::string& predicate : options.disabled_when) {
    const std::size_t equals = predicate.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == predicate.size()) {
      return base::failure(base::ErrorKind::malformed,
                           fmt::format("disabled_when \"{}\": expected attribute=value or attribute=*", predicate));
    }
    const std::string attribute = predicate.substr(0, equals);
    if (is_password(attribute)) return refused_password("disabled_when", attribute);
    out.disabled_when_.emplace_back(attribute, predicate.substr(equals + 1));
  }
  return out;
}

std::optional<std::string> Classifier::disabled_by(const Entry& entry) const {
  for (const auto& [attribute, value] : disabled_when_) {
    if (value == "*" ? entry.has(attribute) : entry.has_value(attribute, value)) {
      return fmt::format("{}={}", attribute, value == "*" ? "(present)" : value);
    }
  }
  return std::nullopt;
}

Query Classifier::query(const std::vector<std::string>& attributes, std::string_view also) const {
  Query out;
  out.filter = fmt::format("(|{}{}{})", accounts_.text(), groups_.text(), also);
  for (const std::string& name : attributes) add_once(out.attributes, name);
  for (const std::string& name : accounts_.attributes()) add_once(out.attributes, name);
  for (const std::string& name : groups_.attributes()) add_once(out.attributes, name);
  for (const auto& [name, value] : disabled_when_) add_once(out.attributes, name);
  return out;
}

}  // namespace tally::directory
