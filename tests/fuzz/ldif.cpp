// A hostile directory export. The first two bytes choose dialect and settings and how the bytes arrive; the rest is the
// file, with the bases of docs/sample.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "connectors/directory/dn.h"
#include "connectors/directory/ldif_reader.h"
#include "connectors/directory/ldif_source.h"
#include "connectors/directory/sid.h"
#include "policy/base/digest.h"
#include "tests/fuzz/harvest_check.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/memory_file.h"

namespace tally::directory {
namespace {

/// All that the reader tells of a text, as one text.
std::string told(std::string_view text, std::size_t chunk) {
  std::string out;
  std::uint64_t last_line = 0;
  LdifReader reader({.entry =
                         [&](const Entry& entry) {
                           TALLY_ASSERT(entry.line() > last_line);
                           last_line = entry.line();
                           out += fmt::format("entry {} {}\n", entry.line(), entry.dn());
                           for (const Entry::Attribute& attribute : entry.attributes()) {
                             out += fmt::format("{}:", attribute.name);
                             for (const auto value : entry.values_of(attribute)) out += fmt::format(" [{}]", value);
                             out += '\n';
                           }
                         },
                     .reject =
                         [&](const model::Reject& reject) {
                           TALLY_ASSERT(!reject.reason.empty());
                           out += fmt::format("reject {} {} {}\n", reject.line, reject.column, reject.reason);
                         }});
  for (; !text.empty(); text.remove_prefix(std::min(chunk, text.size()))) reader.feed(text.substr(0, chunk));
  reader.finish();
  return out + fmt::format("{} {} {} {} {}", reader.records(), reader.cut(), reader.declared().value_or(0),
                           reader.bad_results().size(), reader.referrals());
}

LdifOptions options(std::uint8_t choice, const std::string& path) {
  LdifOptions out;
  out.path = path;
  ProfileOptions& profile = out.profile;
  profile.name = "fuzz";
  constexpr Dialect kDialects[] = {Dialect::openldap, Dialect::active_directory, Dialect::ds389, Dialect::generic};
  profile.dialect = kDialects[(choice & 1U) | (choice >> 5U & 2U)];
  const bool active_directory = profile.dialect == Dialect::active_directory;
  if (profile.dialect == Dialect::generic) profile.generic.enabled_when = {"employeeType=staff"};
  profile.bases = {active_directory ? "DC=corp,DC=example,DC=com" : "dc=example,dc=com"};
  if ((choice & 2U) != 0) profile.canaries = {"cn=canary," + profile.bases[0]};
  if ((choice & 4U) != 0) profile.disabled_when = {"loginShell=/sbin/nologin", "description=*"};
  if ((choice & 8U) != 0) out.exported_at = *base::parse_instant("2026-11-02T06:00:00Z");
  if ((choice & 16U) != 0) profile.sign_ins_recorded_since = *base::parse_instant("2022-01-01T00:00:00Z");
  if ((choice & 32U) != 0) profile.privileged_groups = {{"cn=ldap-admins,ou=groups,dc=example,dc=com", {}}, {"it", {}}};
  return out;
}

/// Every entry is in the tables once and lies inside the base; what is called a SID is one.
void check_entries(const model::Harvest& harvest, const LdifOptions& settings) {
  const DnScope scope(settings.profile.bases);
  std::set<std::string> names;
  const auto check = [&](base::TextId dn, base::TextId sid) {
    TALLY_ASSERT(scope.contains(harvest.text.view(dn)));
    TALLY_ASSERT(names.insert(normal_dn(harvest.text.view(dn))).second);
    const std::string_view written = harvest.text.view(sid);
    // An authority of more than 32 bits is written in hexadecimal (sid.h): nobody has one, but a file may.
    TALLY_ASSERT(written.empty() || is_sid_text(written) || written.starts_with("S-1-0x"));
  };
  for (std::size_t i = 0; i < harvest.accounts.size(); ++i) check(harvest.accounts.dn[i], harvest.accounts.sid[i]);
  for (std::size_t i = 0; i < harvest.groups.size(); ++i) check(harvest.groups.dn[i], harvest.groups.sid[i]);
  TALLY_ASSERT(names.size() <= harvest.source.coverage.records_read);
}

}  // namespace
}  // namespace tally::directory

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally;
  static const fuzz::MemoryFile file;
  static const base::Instant now = *base::parse_instant("2026-11-02T08:00:00Z");
  fuzz::Input input(data, size);
  const directory::LdifOptions settings = directory::options(input.byte(), file.path());
  const std::size_t chunk = 1 + input.byte() % 32U;
  const std::string_view text = input.rest();
  TALLY_ASSERT(directory::told(text, text.size() + 1) == directory::told(text, chunk));

  file.write(text);
  const model::Harvest harvest = make_ldif_source(settings)->collect({[] { return now; }, {}});
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  fuzz::HarvestCheck(harvest, lines).run();
  TALLY_ASSERT(harvest.source.content == base::sha256(text) && harvest.source.bytes == text.size());
  directory::check_entries(harvest, settings);
  return 0;
}
