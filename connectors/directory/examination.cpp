#include "connectors/directory/examination.h"

#include "connectors/directory/paged_search.h"
#include "connectors/directory/probe.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/server_kind.h"

namespace tally::directory {
namespace {

/// The accounts of one base: `shown` learns which of the attributes one of them has.
std::uint64_t sample(Session& session, const std::string& base, const Profile& profile, const Patience& patience,
                     std::vector<bool>& shown) {
  const std::vector<std::string>& attributes = profile.query().attributes;
  Search what;
  what.base = base;
  what.query = {profile.account_filter(), attributes};
  what.size_limit = Examination::kSample;
  std::uint64_t accounts = 0;
  search(session, what, patience, [&](const Entry& entry) {
    ++accounts;
    for (std::size_t i = 0; i < attributes.size(); ++i) shown[i] = shown[i] || entry.has(attributes[i]);
  });
  return accounts;
}

/// The subschema that the root DSE names (RFC 4512 §4.4).
std::vector<std::string> read_schema(Session& session, const Patience& patience) {
  std::string subschema;
  read_entry(session, "", {"subschemaSubentry"}, patience,
             [&](const Entry& entry) { subschema = entry.first("subschemaSubentry").value_or(""); });
  std::vector<std::string> out;
  if (subschema.empty()) return out;
  read_entry(session, subschema, {"attributeTypes"}, patience, [&](const Entry& entry) {
    for (const std::string_view type : entry.values("attributeTypes")) {
      for (const std::string_view name : names_of_type(type)) out.emplace_back(name);
    }
  });
  return out;
}

}  // namespace

std::vector<std::string_view> names_of_type(std::string_view definition) {
  std::vector<std::string_view> out;
  constexpr std::string_view kName = " NAME ";
  std::size_t at = definition.find(kName);
  if (at == std::string_view::npos) return out;
  const std::size_t first = definition.find_first_not_of(' ', at + kName.size());
  const bool several = first != std::string_view::npos && definition[first] == '(';
  const std::size_t end = several ? definition.find(')', first) : definition.size();
  while ((at = definition.find('\'', at)) < end) {
    const std::size_t closing = definition.find('\'', at + 1);
    if (closing == std::string_view::npos) break;
    out.push_back(definition.substr(at + 1, closing - at - 1));
    if (!several) break;
    at = closing + 1;
  }
  return out;
}

Examination examine(const LdapOptions& options, base::Instant now) {
  Examination out;
  const auto profile = Profile::create(options.profile, now);
  if (!profile) {
    out.trouble = profile.error().message;
    return out;
  }
  const auto total = connectors::Deadline::after(options.total_deadline);
  auto session = Session::open(options, connectors::Deadline::after(options.connect_deadline).earlier(total), now);
  if (!session) {
    out.trouble = session.error().message;
    return out;
  }
  const Patience patience{options.request_deadline, total};
  out.server = read_state(*session, options.profile, patience).kind;
  out.misread = misread(options.profile.dialect, out.server);
  out.schema = read_schema(*session, patience);
  const std::vector<std::string>& attributes = (*profile)->query().attributes;
  std::vector<bool> shown(attributes.size(), false);
  for (const std::string& base : options.profile.bases) {
    if (read_entry(*session, base, {"1.1"}, patience, [](const Entry&) {}).entries == 0)
      out.bases_not_shown.push_back(base);
    out.accounts += sample(*session, base, **profile, patience, shown);
  }
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (!shown[i]) out.never_shown.push_back(attributes[i]);
  }
  return out;
}

}  // namespace tally::directory
