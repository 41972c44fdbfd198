#include "connectors/directory/effective_rights.h"

#include <fmt/format.h>
#include <ldap.h>

#include <algorithm>
#include <optional>

#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

using base::ErrorKind;
using base::failure;

/// Letters of `known`, or the word "none".
bool are_letters(std::string_view text, std::string_view known) {
  return text == "none" || (!text.empty() && text.find_first_not_of(known) == std::string_view::npos);
}

std::string letters_of(std::string_view text) { return text == "none" ? std::string() : std::string(text); }

base::Error why_not(const SearchOutcome& outcome) {
  if (outcome.code == LDAP_INSUFFICIENT_ACCESS)
    return {ErrorKind::denied, "the server does not tell it to this account (insufficientAccessRights)"};
  if (outcome.code == LDAP_UNAVAILABLE_CRITICAL_EXTENSION)
    return {ErrorKind::unsupported, "the server does not know the control 1.3.6.1.4.1.42.2.27.9.5.2"};
  if (outcome.gaps.empty() || outcome.base_missing())
    return {ErrorKind::not_found,
            "the entry is not shown"};  // the sentence may get into a manifest, which names nobody
  const bool late = outcome.gaps.front().kind == model::Gap::Kind::timed_out;
  return {late ? ErrorKind::timed_out : ErrorKind::unavailable, outcome.gaps.front().sentence};
}

}  // namespace

base::Result<EffectiveRights> EffectiveRights::parse(std::string_view entry_level, std::string_view attribute_level) {
  if (!are_letters(entry_level, "vadn"))
    return failure(ErrorKind::malformed,
                   fmt::format("entryLevelRights \"{}\": expected letters of \"vadn\", or \"none\"",
                               base::displayable(entry_level.substr(0, 80))));
  EffectiveRights out;
  out.entry_ = letters_of(entry_level);
  std::size_t at = 0;
  while (at < attribute_level.size() || (at > 0 && at == attribute_level.size())) {
    const std::size_t end = std::min(attribute_level.find(',', at), attribute_level.size());
    std::string_view one = attribute_level.substr(at, end - at);
    while (one.starts_with(' ')) one.remove_prefix(1);
    const std::size_t colon = one.find(':');
    if (colon == 0 || colon == std::string_view::npos || !are_letters(one.substr(colon + 1), "rscwoWO"))
      return failure(ErrorKind::malformed,
                     fmt::format("attributeLevelRights at byte {}: \"{}\": expected a name, a colon, and letters of "
                                 "\"rscwoWO\" or \"none\"",
                                 at, base::displayable(one.substr(0, 80))));
    out.attributes_[in_small_letters(one.substr(0, colon))] = letters_of(one.substr(colon + 1));
    at = end + 1;
  }
  return out;
}

bool EffectiveRights::tells(std::string_view attribute) const {
  return attributes_.contains(in_small_letters(attribute));
}

std::string_view EffectiveRights::letters(std::string_view attribute) const {
  const auto found = attributes_.find(in_small_letters(attribute));
  return found == attributes_.end() ? std::string_view() : std::string_view(found->second);
}

bool EffectiveRights::may_read(std::string_view attribute) const {
  return letters(attribute).find('r') != std::string_view::npos;
}

MayWrite EffectiveRights::write(std::string_view attribute) const {
  if (letters(attribute).find_first_of("wo") != std::string_view::npos) return MayWrite::yes;
  return letters(attribute).find_first_of("WO") != std::string_view::npos ? MayWrite::own_name : MayWrite::no;
}

base::Result<EffectiveRights> effective_rights(Session& session, const std::string& entry,
                                               const std::vector<std::string>& attributes, const std::string& of_dn,
                                               const Patience& patience) {
  Search what;
  what.base = entry;
  what.scope = Scope::base;
  what.query = {"(|(objectClass=*)(objectClass=ldapSubEntry))", attributes};
  what.effective_rights_of = "dn:" + of_dn;
  std::optional<std::string> entry_level, attribute_level;
  const SearchOutcome outcome = search(session, what, patience, [&](const Entry& shown) {
    entry_level = shown.first("entryLevelRights");
    attribute_level = shown.first("attributeLevelRights");
  });
  if (!outcome.whole() || outcome.entries == 0) return tl::unexpected(why_not(outcome));
  if (!entry_level || !attribute_level)
    return failure(ErrorKind::unsupported, "the answer holds no entryLevelRights or no attributeLevelRights");
  return EffectiveRights::parse(*entry_level, *attribute_level);
}

}  // namespace tally::directory
