// Active Directory: attributes of which it counts that they are there: delegation, history, credentials, managers.
#include <fmt/format.h>

#include <string>

#include "connectors/directory/active_directory.h"
#include "connectors/directory/fields.h"
#include "connectors/directory/sid.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

bool is_one(std::string_view value) { return value == "1"; }

constexpr Mark kMarks[] = {
    {"adminCount", model::kAdminCount, is_one},
    {"manager", model::kManagerNamed},
    {"altSecurityIdentities", model::kAltSecurityIdentity},
    {"msDS-AllowedToDelegateTo", model::kDelegatesToServices},
    {"msDS-AllowedToActOnBehalfOfOtherIdentity", model::kResourceDelegation},
    {"description", model::kPasswordLikeText, looks_like_password},
    {"info", model::kPasswordLikeText, looks_like_password},
    {"comment", model::kPasswordLikeText, looks_like_password},
};
/// What is not asked for: its absence says nothing.
constexpr Mark kMarksOfExports[] = {
    {"userCertificate", model::kCertificate},
    {"msDS-KeyCredentialLink", model::kKeyCredential},
};
constexpr std::uint32_t kSidHistoryFlags =
    model::kSidHistory | model::kSidHistoryPrivileged | model::kSidHistoryOwnDomain;
/// msDS-SupportedEncryptionTypes (MS-KILE 2.2.7): AES128 or AES256.
constexpr std::int64_t kAes = 0x8 | 0x10;

/// Somebody's identity of elsewhere that means power: a privileged group, or the Administrator of a domain (RID 500).
bool is_power(std::string_view sid) {
  const auto parts = split_sid(sid);
  return privileged_sid(sid).has_value() || (parts && sid.starts_with("S-1-5-21-") && parts->rid == 500);
}

}  // namespace

std::span<const Mark> ActiveDirectory::marks() { return kMarks; }
std::span<const Mark> ActiveDirectory::marks_of_exports() { return kMarksOfExports; }

/// Whoever may read userAccountControl may read these too, unless doubt_hidden() says otherwise (all are granted with
/// all properties by default). Only what was asked for: an export shows what it was made with.
void ActiveDirectory::further(Fields& fields, model::AccountId account) {
  model::Accounts& accounts = fields.builder().accounts();
  const std::uint32_t row = account.index();
  const bool readable = (accounts.flags_known[row] & kFlagsOfAccountControl) == kFlagsOfAccountControl;
  const bool absent_is_no = readable && fields.entry().line() == 0;
  marks_.read(fields, row, absent_is_no);
  export_marks_.read(fields, row, false);
  sid_history(fields, row, absent_is_no);
  accounts.department[row] = fields.shared_text("department");
  accounts.title[row] = fields.shared_text("title");
  accounts.employee_type[row] = fields.shared_text("employeeType");
  if (const auto manager = fields.entry().first("manager")) fields.builder().set_manager(account, *manager);
  if (const auto types = fields.integer("msDS-SupportedEncryptionTypes"); types && *types != 0) {
    accounts.flags_known[row] |= model::kKerberosAes;
    if ((*types & kAes) != 0) accounts.flags[row] |= model::kKerberosAes;
  }
}

void ActiveDirectory::sid_history(Fields& fields, std::uint32_t row, bool absent_is_no) {
  model::Accounts& accounts = fields.builder().accounts();
  const auto values = fields.entry().values("sIDHistory");
  if (values.empty()) {
    if (absent_is_no) accounts.flags_known[row] |= kSidHistoryFlags;
    return;
  }
  sid_history_shown_ = true;
  accounts.flags_known[row] |= model::kSidHistory;
  accounts.flags[row] |= model::kSidHistory;
  const auto own = split_sid(fields.builder().text().view(accounts.sid[row]));
  const std::string domain(own ? own->domain : std::string_view());
  bool all_read = true;
  for (const std::string_view value : values) {
    const auto sid = sid_from(value);
    if (!sid) {
      fields.reject("sIDHistory", value, "a security identifier");
      all_read = false;
      continue;
    }
    if (is_power(*sid)) accounts.flags[row] |= model::kSidHistoryPrivileged;
    const auto parts = split_sid(*sid);
    if (parts && !domain.empty() && parts->domain == domain) accounts.flags[row] |= model::kSidHistoryOwnDomain;
  }
  accounts.flags_known[row] |= accounts.flags[row] & kSidHistoryFlags;
  if (all_read) accounts.flags_known[row] |= model::kSidHistoryPrivileged;
  if (all_read && !domain.empty()) accounts.flags_known[row] |= model::kSidHistoryOwnDomain;
}

/// Absent where others show it is none; what an account shows was read already.
void ActiveDirectory::finish_marks(TableBuilder& builder) {
  marks_.finish(builder);
  export_marks_.finish(builder);
  if (!sid_history_shown_) return;
  model::Accounts& accounts = builder.accounts();
  for (std::size_t row = 0; row < accounts.size(); ++row) {
    if ((accounts.flags[row] & model::kSidHistory) == 0) accounts.flags_known[row] |= kSidHistoryFlags;
  }
}

std::vector<std::string> ActiveDirectory::may_be_hidden() const {
  std::vector<std::string> out = hidden_.may_be_hidden();
  if (const std::size_t groups = memberless_.open(); groups > 0)
    out.push_back(fmt::format("member of {} group{}", groups, groups == 1 ? "" : "s"));
  return out;
}

/// What rests on an attribute that is not there and may be hidden.
void ActiveDirectory::doubt_hidden(TableBuilder& builder) const {
  hidden_.doubt(builder.accounts());
  const base::TextId why = builder.text().intern(fmt::format("lockoutTime is not shown, and {}", kMayBeHidden));
  for (std::uint32_t row = 0; row < builder.accounts().size(); ++row) {
    model::BoolFact& locked = builder.accounts().locked[row];
    if (hidden_.open(HiddenMarks::kLockoutTime, row) && builder.text().view(locked.basis) == kNoLockoutTime)
      locked = model::BoolFact::unknown(why);
  }
}

}  // namespace tally::directory
