// tallystick doctor: what each directory server is, what it shows us, and the least rights that the account needs.
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <ostream>
#include <variant>

#include "connectors/directory/examination.h"
#include "connectors/directory/grant.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/server_kind.h"
#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/control/exit_code.h"
#include "daemon/pipeline/clock.h"
#include "policy/base/utf8.h"

namespace tally::cli {
namespace {

using directory::Examination;
using directory::LdapOptions;

/// What the sample showed. True when all was in order.
bool tell_sights(const Examination& seen, std::ostream& out) {
  for (const std::string& base : seen.bases_not_shown)
    fmt::print(out, "  not shown     the entry {} itself: hidden, or not there\n", base::displayable(base));
  if (seen.accounts == 0) {
    fmt::print(out, "  accounts      none is shown: the directory is empty, or access rules hide them\n");
    return false;
  }
  fmt::print(out, "  accounts      {} looked at\n", seen.accounts);
  for (const std::string& what : seen.cannot_tell) fmt::print(out, "  cannot tell   {}\n", base::displayable(what));
  for (const std::string& what : seen.may_be_hidden)
    fmt::print(out, "  may be hidden {}: not shown, and not seen to be absent; an audit cannot tell what rests on it\n",
               what);
  if (!seen.never_shown.empty())
    fmt::print(out, "  never shown   {}: not used here, not set, or hidden\n", fmt::join(seen.never_shown, " "));
  return seen.bases_not_shown.empty() && seen.may_be_hidden.empty();
}

/// More rights than needed is a finding about ourselves. True when there is none that is seen.
bool tell_own_powers(const Examination& seen, std::ostream& out) {
  for (const std::string& power : seen.own_powers)
    fmt::print(out, "  may too much  the account {}\n", base::displayable(power));
  if (!seen.own_powers_unread.empty())
    fmt::print(out, "  may it write  cannot tell: {}\n", base::displayable(seen.own_powers_unread));
  else if (seen.own_powers.empty())
    fmt::print(out, "  may it write  nothing that means power, by its own name; an audit follows its groups too\n");
  if (!seen.own_rights_checked.empty())
    fmt::print(out, "  compared      {}\n", base::displayable(seen.own_rights_checked));
  return seen.own_powers.empty();
}

/// True when the directory can be read as it is configured.
bool tell(const LdapOptions& options, Streams& io, bool& too_much) {
  fmt::print(io.out, "{}  {}\n", options.profile.name, options.uri);
  const Examination seen = directory::examine(options, pipeline::wall_clock());
  bool fine = seen.trouble.empty() && !seen.misread;
  if (!seen.trouble.empty()) {
    fmt::print(io.out, "  not asked     {}\n", seen.trouble);
  } else {
    fmt::print(io.out, "  server        {}\n  read as       {}\n",
               seen.server ? directory::name_of(*seen.server) : "of no kind that is known here",
               directory::to_string(options.profile.dialect));
    if (seen.misread) fmt::print(io.out, "  wrong kind    {}\n", *seen.misread);
    fine = tell_sights(seen, io.out) && fine;
    too_much = !tell_own_powers(seen, io.out) || too_much;
    // An audit without a log is whole; times of long ago are what it lacks.
    if (!seen.past_unread.empty())
      fmt::print(io.out, "  the past      not told: {}\n", base::displayable(seen.past_unread));
  }
  const auto grant = directory::least_grant(options, seen.schema);
  if (!grant) {
    fmt::print(io.out, "  settings      {}\n\n", grant.error().message);
    return false;
  }
  fmt::print(io.out, "  the least rights that the account needs:\n\n{}\n", *grant);
  return fine;
}

}  // namespace

int doctor(const std::vector<std::string>& arguments, Streams& io) {
  Options options("doctor", "");
  options.text("config", "FILE", "the configuration", kDefaultConfig);
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto config = load_config(options.get("config"), {}, io);
  if (!config) return control::kUsage;
  bool fine = true, too_much = false;
  for (const auto& directory : config->directories) {
    if (const auto* server = std::get_if<LdapOptions>(&directory)) {
      fine = tell(*server, io, too_much) && fine;
    } else {
      const auto* file = std::get_if<directory::LdifOptions>(&directory);
      const auto& profile = file != nullptr ? file->profile : std::get<bloodhound::Options>(directory).profile;
      fmt::print(io.out, "{}  an export: nobody to ask\n\n", profile.name);
    }
  }
  if (too_much) return control::kFindings;
  return fine ? control::kNothingFound : control::kNotEverythingSeen;
}

}  // namespace tally::cli
