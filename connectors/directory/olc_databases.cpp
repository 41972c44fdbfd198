#include "connectors/directory/olc_databases.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "connectors/directory/access_question.h"
#include "connectors/directory/dn.h"
#include "connectors/directory/schema.h"

namespace tally::directory {
namespace {

constexpr const char* kConfig = "cn=config";

/// -1 of "{-1}frontend".
std::optional<int> number_of(std::string_view name) {
  if (!name.starts_with('{')) return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  if (error != std::errc() || end == name.data() + name.size() || *end != '}') return std::nullopt;
  return number;
}

}  // namespace

OlcDatabases OlcDatabases::read(const Inquiry& ask) {
  OlcDatabases out;
  Search what;
  what.base = kConfig;
  what.query = {"(&(objectClass=olcDatabaseConfig)(|(olcSuffix=*)(!(olcSuffix=*))))",
                {"olcDatabase", "olcSuffix", "olcRootDN"}};
  ask.search(what, [&](const Entry& entry) {
    OlcDatabase one{std::string(entry.dn()), std::string(entry.first("olcDatabase").value_or("")), {}, {}};
    for (const std::string_view suffix : entry.values("olcSuffix")) one.suffixes.push_back(normal_dn(suffix));
    one.root = normal_dn(entry.first("olcRootDN").value_or(""));
    out.databases_.push_back(std::move(one));
  });
  std::size_t with_suffix = 0;
  what.query = {"(&(objectClass=olcDatabaseConfig)(olcSuffix=*))", {"1.1"}};
  ask.search(what, [&](const Entry&) { ++with_suffix; });
  const auto shown = std::count_if(out.databases_.begin(), out.databases_.end(),
                                   [](const OlcDatabase& one) { return !one.suffixes.empty(); });
  if (out.databases_.empty()) {
    out.why_ = "cn=config shows no database to the account that reads";
  } else if (with_suffix != static_cast<std::size_t>(shown) || !out.numbers_are_whole()) {
    out.why_ = "cn=config does not show all databases to the account that reads";
  }
  return out;
}

/// slapd numbers them from -1 (frontend) on, without holes. KNOWN GAP: that the last ones are hidden does not show.
bool OlcDatabases::numbers_are_whole() const {
  std::set<int> numbers;
  for (const OlcDatabase& one : databases_) {
    const auto number = number_of(one.name);
    if (!number || !numbers.insert(*number).second) return false;
  }
  return !numbers.empty() && *numbers.begin() == -1 &&
         *numbers.rbegin() == static_cast<int>(numbers.size()) - 2;  // -1, 0, 1, …
}

const OlcDatabase* OlcDatabases::of(std::string_view dn) const {
  if (!why_.empty()) return nullptr;
  const OlcDatabase* out = nullptr;
  std::size_t longest = 0;
  for (const OlcDatabase& one : databases_) {
    for (const std::string& suffix : one.suffixes) {
      if (!lies_in(dn, suffix) || (out != nullptr && suffix.size() <= longest)) continue;
      out = &one;
      longest = suffix.size();
    }
  }
  return out;
}

std::vector<const OlcDatabase*> OlcDatabases::holding(const std::vector<std::string>& bases) const {
  std::vector<const OlcDatabase*> out;
  for (const OlcDatabase& one : databases_) {
    const bool holds = why_.empty() && std::any_of(bases.begin(), bases.end(), [&](const std::string& base) {
                         const bool below =
                             std::any_of(one.suffixes.begin(), one.suffixes.end(),
                                         [&](const std::string& suffix) { return lies_in(suffix, base); });
                         return below || of(base) == &one;
                       });
    if (holds) out.push_back(&one);
  }
  return out;
}

std::vector<OlcOverlay> overlays_on(const Inquiry& ask, const OlcDatabase& database, std::string_view overlay_class,
                                    std::string_view setting) {
  std::vector<OlcOverlay> out;
  const std::vector<std::string> schema = ask.attribute_names();
  // A server that does not know olcDisabled has nothing that switches an overlay off; one that hides its schema may.
  const bool no_switch = !schema.empty() && !knows(schema, "olcDisabled");
  const std::string_view at_work = no_switch ? "" : "(!(olcDisabled=TRUE))";
  Search what;
  what.base = database.entry;
  what.query = {fmt::format("(&(objectClass={}){}({}=*))", overlay_class, at_work, setting), {std::string(setting)}};
  ask.search(what, [&](const Entry& entry) {
    const auto values = entry.values(setting);
    if (!values.empty()) out.push_back({std::string(entry.dn()), {values.begin(), values.end()}});
  });
  what.query = {fmt::format("(&(objectClass={}){}(!({}=*)))", overlay_class, at_work, setting), {"1.1"}};
  ask.search(what, [&](const Entry& entry) { out.push_back({std::string(entry.dn()), {}}); });
  return out;
}

bool may_have_overlay(const Inquiry& ask, const OlcDatabase& database, std::string_view overlay_class) {
  const auto count = [&](std::string_view also) {
    Search what;
    what.base = database.entry;
    what.query = {fmt::format("(&(objectClass={}){})", overlay_class, also), {"1.1"}};
    return ask.search(what, [](const Entry&) {}).entries;
  };
  return count("") > count("(olcDisabled=TRUE)");
}

}  // namespace tally::directory
