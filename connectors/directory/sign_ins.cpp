#include "connectors/directory/sign_ins.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tally::directory {
namespace {

/// Each FreeIPA server keeps its own (nsds5ReplicatedAttributeList of its agreements).
constexpr std::string_view kNotReplicated = "krbLastSuccessfulAuth";

bool replicated(std::string_view attribute) { return !equal_ignoring_case(attribute, kNotReplicated); }

}  // namespace

void SignIns::read(Fields& fields, std::uint32_t row) {
  model::TimeFact& fact = fields.builder().accounts().last_sign_in[row];
  bool one = false, here_alone = false;
  for (const std::string& attribute : attributes_) {
    if (!fields.entry().has(attribute)) continue;
    shown_ = true;
    const model::TimeFact written = fields.time(attribute);
    if (written.state != model::TimeState::known) {
      fact = written;
      return;
    }
    here_alone = here_alone || !replicated(attribute);
    if (!one || written.bounds.earliest > fact.bounds.earliest) fact = written;
    one = true;
  }
  if (one) {
    if (here_alone) fact.bounds.latest = std::max(fact.bounds.latest, collected_at_);
    return;
  }
  const bool asks_kerberos = !std::all_of(attributes_.begin(), attributes_.end(), replicated);
  const bool elsewhere = asks_kerberos && fields.entry().has_value("objectClass", "krbPrincipalAux");
  (elsewhere ? none_elsewhere_ : none_).push_back(row);
}

void SignIns::finish(TableBuilder& builder) const {
  base::TextPool& text = builder.text();
  model::Accounts& accounts = builder.accounts();
  const model::TimeFact unknown = model::TimeFact::unknown(text.intern(
      attributes_.empty() ? "no attribute is configured for the last sign-in (sign_in_attributes)"
                          : "no account shows a sign-in: this directory does not record them, or hides them"));
  for (const std::uint32_t row : none_) {
    accounts.last_sign_in[row] = shown_ ? absent(accounts.created[row], text) : unknown;
  }
  if (none_elsewhere_.empty()) return;
  const base::TextId elsewhere = text.intern(
      "no krbLastSuccessfulAuth here, and servers do not replicate it: another one may have seen a sign-in");
  for (const std::uint32_t row : none_elsewhere_) {
    accounts.last_sign_in[row] = shown_ ? model::TimeFact::unknown(elsewhere) : unknown;
  }
}

model::TimeFact SignIns::absent(const model::TimeFact& created, base::TextPool& text) const {
  if (!recorded_since_) {
    return model::TimeFact::unknown(
        text.intern("no sign-in recorded, and sign_ins_recorded_since does not say since when they are recorded"));
  }
  const base::Instant since = *recorded_since_;
  const bool known = created.state == model::TimeState::known;
  if (known && created.bounds.earliest >= since) {
    return model::TimeFact::never(text.intern("no sign-in recorded since the account was created"));
  }
  return model::TimeFact::known({known ? created.bounds.earliest : base::kBeginningOfTime, since},
                                text.intern("no sign-in since they are recorded; earlier ones were not"));
}

}  // namespace tally::directory
