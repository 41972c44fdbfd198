#include "connectors/directory/answering_controller.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/dn.h"
#include "connectors/directory/person_queries.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

using base::ErrorKind;
using base::failure;

/// systemFlags of an attribute (MS-ADTS 2.2.10).
constexpr std::int64_t kNotReplicated = 0x1, kConstructed = 0x4;
constexpr std::string_view kNameOfObject = "2.5.5.1";

std::int64_t number(const Entry& entry, std::string_view attribute) {
  const auto value = entry.first(attribute);
  return value ? large_integer(*value).value_or(0) : 0;
}

/// Back links have odd numbers (MS-ADTS 3.1.1.1.6).
bool changes_untold(const Entry& entry) {
  return (number(entry, "systemFlags") & (kNotReplicated | kConstructed)) != 0 || number(entry, "linkID") % 2 != 0;
}

bool is_among(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& one) { return equal_ignoring_case(one, name); });
}

}  // namespace

std::string AnsweringController::context_of(const std::string& base) const {
  std::string out;
  for (const std::string& context : contexts) {
    if (!context.empty() && context.size() > out.size() && DnScope({context}).contains(base)) out = context;
  }
  return out;
}

base::Result<AnsweringController> read_answering_controller(Session& session, const Patience& patience) {
  AnsweringController out;
  std::optional<std::int64_t> usn;
  read_entry(session, "", {"dsServiceName", "highestCommittedUSN", "schemaNamingContext", "namingContexts"}, patience,
             [&](const Entry& entry) {
               out.service = entry.first("dsServiceName").value_or("");
               out.schema = entry.first("schemaNamingContext").value_or("");
               usn = large_integer(entry.first("highestCommittedUSN").value_or(""));
               for (const auto value : entry.values("namingContexts")) out.contexts.emplace_back(value);
             });
  if (out.service.empty() || out.schema.empty() || !usn || *usn < 0) {
    return failure(ErrorKind::unsupported,
                   "the root DSE does not tell dsServiceName, schemaNamingContext and highestCommittedUSN");
  }
  out.usn = static_cast<std::uint64_t>(*usn);
  std::optional<EntryKey> invocation;
  read_entry(session, out.service, {"invocationId"}, patience, [&](const Entry& entry) {
    const auto value = entry.first("invocationId");
    if (value) invocation = EntryKey::of_bytes(*value);
  });
  if (!invocation) {
    return failure(ErrorKind::unsupported,
                   "which database answers is not told: invocationId of dsServiceName cannot "
                   "be read");
  }
  out.invocation = *invocation;
  return out;
}

base::Result<std::vector<std::string>> names_of_objects(Session& session, const AnsweringController& dc,
                                                        const std::vector<std::string>& attributes,
                                                        const std::vector<std::string>& but, const Patience& patience) {
  Search what;
  what.base = dc.schema;
  what.scope = Scope::one_level;
  what.query = {"(|", {"lDAPDisplayName", "attributeSyntax", "systemFlags", "linkID"}};
  for (const std::string& name : attributes) what.query.filter += "(lDAPDisplayName=" + escaped_value(name) + ")";
  what.query.filter += ")";
  std::vector<std::string> names, untold;
  bool plain = false;
  const SearchOutcome found = search(session, what, patience, [&](const Entry& entry) {
    const std::string name(entry.first("lDAPDisplayName").value_or(""));
    plain = plain || equal_ignoring_case(name, "objectClass");
    if (entry.first("attributeSyntax") == kNameOfObject) names.push_back(name);
    if (changes_untold(entry) && !is_among(but, name)) untold.push_back(name);
  });
  if (!found.whole() || !plain)
    return failure(ErrorKind::unsupported, "the schema cannot be read: how attributes change is not known");
  if (!untold.empty()) {
    return failure(
        ErrorKind::unsupported,
        fmt::format("{} changes without a word: it is computed, a back link, or does not replicate", untold.front()));
  }
  return names;
}

}  // namespace tally::directory
