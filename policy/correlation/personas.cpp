#include "policy/correlation/personas.h"

#include <re2/re2.h>

#include "policy/correlation/fold.h"
#include "policy/model/account_key.h"

namespace tally::correlation {
namespace {

bool is_below(std::string_view dn, std::string_view top) {
  if (top.empty()) return true;
  return dn.size() > top.size() + 1 && dn.ends_with(top) && dn[dn.size() - top.size() - 1] == ',' &&
         dn[dn.size() - top.size() - 2] != '\\';
}

}  // namespace

Personas::Personas(const Settings& settings) {
  for (const Persona& persona : settings.personas) {
    Compiled& made = personas_.emplace_back();
    made.persona = &persona;
    made.under = model::normalised_dn(persona.under);
    made.prefix = fold(persona.prefix);
    made.suffix = fold(persona.suffix);
    if (persona.pattern.empty()) continue;
    RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    made.pattern = std::make_unique<RE2>(persona.pattern, options);
  }
}

Personas::~Personas() = default;

const Persona* Personas::of(const model::Snapshot& s, model::AccountId account) const {
  if (personas_.empty()) return nullptr;
  const std::size_t row = account.index();
  const std::string_view written = trimmed(s.view(s.accounts.login[row]));
  const std::string login = fold(written);
  const std::string& source = s.source(s.accounts.source[row]).name;
  for (const Compiled& one : personas_) {
    if (!one.persona->source.empty() && one.persona->source != source) continue;
    if (login.size() <= one.prefix.size() + one.suffix.size()) continue;
    if (!login.starts_with(one.prefix) || !login.ends_with(one.suffix)) continue;
    if (!one.under.empty() && !is_below(model::normalised_dn(s.view(s.accounts.dn[row])), one.under)) continue;
    if (one.pattern == nullptr) return one.persona;
    if (one.pattern->ok() && RE2::FullMatch(re2::StringPiece(written.data(), written.size()), *one.pattern))
      return one.persona;
  }
  return nullptr;
}

std::string name_behind(std::string_view name, const Persona& persona) {
  std::string out = fold(name);
  const std::string prefix = fold(persona.prefix), suffix = fold(persona.suffix);
  if (out.size() > prefix.size() && out.starts_with(prefix)) out.erase(0, prefix.size());
  if (out.size() > suffix.size() && out.ends_with(suffix)) out.resize(out.size() - suffix.size());
  return out;
}

std::string undecorated(std::string_view login, const MatchRule& rule) {
  std::string out = fold(login);
  for (const std::string& prefix : rule.strip_prefixes) {
    const std::string folded = fold(prefix);
    if (!folded.empty() && out.size() > folded.size() && out.starts_with(folded)) return out.substr(folded.size());
  }
  for (const std::string& suffix : rule.strip_suffixes) {
    const std::string folded = fold(suffix);
    if (!folded.empty() && out.size() > folded.size() && out.ends_with(folded))
      return out.substr(0, out.size() - folded.size());
  }
  return out;
}

}  // namespace tally::correlation
