// Active Directory: what replPropertyMetaData tells of an account's past (active_directory.h).
#include <algorithm>

#include "connectors/directory/active_directory.h"
#include "connectors/directory/change_metadata.h"
#include "connectors/directory/fields.h"

namespace tally::directory {
namespace {

using base::Bounds;
using model::TimeFact;
using model::TimeState;

constexpr std::string_view kNeverWritten = "replPropertyMetaData: userAccountControl was never written since";
constexpr std::string_view kSwitched =
    "replPropertyMetaData: userAccountControl was written last at the later bound, which may have been another bit of "
    "it";
constexpr std::string_view kNotOfThis = "replPropertyMetaData tells nothing of userAccountControl";
constexpr std::string_view kBySite = "disabled_when disables it, and when that was set is not told";

/// Not after `at`, nor before the account was made.
Bounds up_to(base::Instant at, const TimeFact& created) {
  const base::Instant made = created.state == TimeState::known ? created.bounds.earliest : base::kBeginningOfTime;
  return {std::min(made, at), at};
}

/// Since when `enabled` is what it is.
TimeFact switched(const model::Accounts& accounts, std::uint32_t row, const PropertyMetadata& metadata,
                  base::TextPool& text) {
  const auto change = metadata.find(kUserAccountControlId);
  if (!change) return TimeFact::unknown(text.intern(kNotOfThis));
  if (change->version <= 1) return TimeFact::never(text.intern(kNeverWritten));
  Bounds when = up_to(change->at, accounts.created[row]);
  const TimeFact& signed_in = accounts.last_sign_in[row];
  const bool off = accounts.enabled[row].value == model::Truth::no;
  if (off && signed_in.state == TimeState::known && signed_in.bounds.earliest <= when.latest) {
    when.earliest = std::max(when.earliest, signed_in.bounds.earliest);
  }
  return TimeFact::known(when, text.intern(kSwitched));
}

}  // namespace

void ActiveDirectory::past(Fields& fields, model::AccountId account) {
  TableBuilder& builder = fields.builder();
  model::Accounts& accounts = builder.accounts();
  const std::uint32_t row = account.index();
  const auto written = fields.entry().first("replPropertyMetaData");
  const auto metadata = written ? PropertyMetadata::read(*written) : std::nullopt;
  if (!metadata) {
    if (written) fields.reject("replPropertyMetaData", "", "a PROPERTY_META_DATA_VECTOR");
    accounts.switched[row] = TimeFact::unknown(written ? fields.unreadable("replPropertyMetaData")
                                                       : fields.not_delivered("replPropertyMetaData"));
    return;
  }
  if (accounts.enabled[row].value == model::Truth::unknown) {
    accounts.switched[row] = TimeFact::unknown(accounts.enabled[row].basis);
  } else if (classifier_.disabled_by(fields.entry())) {
    accounts.switched[row] = TimeFact::unknown(builder.text().intern(kBySite));
  } else {
    accounts.switched[row] = switched(accounts, row, *metadata, builder.text());
  }
  if (const auto primary = metadata->find(kPrimaryGroupId)) {
    const base::TextId basis = builder.text().intern("replPropertyMetaData of primaryGroupID");
    builder.past().joined_primary(account, TimeFact::known(up_to(primary->at, accounts.created[row]), basis));
  }
  const auto password = metadata->find(kUnicodePwdId);
  const bool hidden = fields.entry().first("pwdLastSet") == "0";
  if (password && password->version > 1 && hidden) {
    accounts.password_changed[row] =
        TimeFact::known(Bounds::exactly(password->at), builder.text().intern("replPropertyMetaData of unicodePwd"));
  }
}

}  // namespace tally::directory
