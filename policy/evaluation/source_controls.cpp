// source.*: whether the protection of administrators stands as Active Directory delivers it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "policy/access/control.h"
#include "policy/evaluation/source_facts.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {
namespace {

using model::BoolFact;
using model::Truth;

/// dwAdminSDExMask: the 16th character of dSHeuristics, a hexadecimal digit of four groups (MS-ADTS 6.1.1.2.4.1.2).
constexpr std::size_t kExempted = 15;

struct Exemption {
  Truth value = Truth::unknown;
  std::string why;
};

Exemption exempted(const model::SourceRecord& source) {
  if (!source.connector.ends_with("active-directory"))
    return {Truth::unknown, "only Active Directory has dSHeuristics"};
  if (!source.ds_heuristics) return {Truth::unknown, "dSHeuristics was not read"};
  const std::string& written = *source.ds_heuristics;
  if (written.size() <= kExempted) return {Truth::no, "dSHeuristics has no 16th character"};
  const char mask = written[kExempted];
  const int bits = mask >= '0' && mask <= '9'   ? mask - '0'
                   : mask >= 'a' && mask <= 'f' ? mask - 'a' + 10
                   : mask >= 'A' && mask <= 'F' ? mask - 'A' + 10
                                                : -1;
  if (bits < 0) return {Truth::unknown, "the 16th character of dSHeuristics is no hexadecimal digit"};
  std::string groups;
  const char* names[] = {"Account Operators", "Server Operators", "Print Operators", "Backup Operators"};
  for (int i = 0; i < 4; ++i) {
    if ((bits >> i & 1) != 0) groups += (groups.empty() ? "" : ", ") + std::string(names[i]);
  }
  if (groups.empty()) return {Truth::no, "the 16th character of dSHeuristics is 0"};
  return {Truth::yes, fmt::format("the 16th character of dSHeuristics is {}: {}", mask, groups)};
}

}  // namespace

void SourceFacts::look_at_controls() {
  if (!altered_.empty() || inputs_.snapshot.sources.empty()) return;
  const access::Control control(inputs_.snapshot, inputs_.access);
  for (std::size_t i = 0; i < inputs_.snapshot.sources.size(); ++i) {
    const BoolFact altered = control.template_altered(model::SourceId::at(i));
    altered_.push_back({altered.value, text_.intern(control.view(altered.basis))});
    const Exemption exemption = exempted(inputs_.snapshot.sources[i]);
    exempted_.push_back({exemption.value, text_.intern(exemption.why)});
  }
}

void SourceFacts::add_own_rights(const model::SourceRecord& source) {
  if (source.kind != model::SourceKind::directory)
    return more_rights_.push_back(BoolFact::unknown(text_.intern("only directories are signed in to")));
  if (!source.own_powers.empty()) {
    const std::string all = fmt::format("{}", fmt::join(source.own_powers, "; "));
    return more_rights_.push_back(BoolFact::known(true, text_.intern(all)));
  }
  if (!source.own_powers_unread.empty())
    return more_rights_.push_back(BoolFact::unknown(text_.intern(source.own_powers_unread)));
  more_rights_.push_back(BoolFact::known(false, text_.intern("nothing of what means power may be written")));
}

}  // namespace tally::evaluation
