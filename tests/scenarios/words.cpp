#include "tests/scenarios/words.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "policy/model/account.h"

namespace tally::scenarios {
namespace {

/// By the words between blanks.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

const std::vector<std::string_view>& words_of_person() {
  static const std::vector<std::string_view> kWords = split(
      "id times name given family mail login title department status first_day last_day zone doubt in "
      "manager sponsor employment_type cost_center previous_last_day moved leave_from leave_until "
      "training_valid_until screening_done nda_signed last_working_day leaving_entered");
  return kWords;
}

const std::vector<std::string_view>& words_of_account() {
  static const std::vector<std::string_view> kWords = split(
      "login times flags_hidden password_scheme name employee mail kind rid enabled locked expires "
      "last_sign_in password_changed created modified switched flags groups primary_group primary_group_unseen in "
      "manager department title employee_type uid_number");
  return kWords;
}

std::uint32_t flag_of(const std::string& word) {
  static const std::map<std::string, std::uint32_t> kFlags{{"password_not_required", model::kPasswordNotRequired},
                                                           {"preauth_not_required", model::kPreauthNotRequired},
                                                           {"des_keys_only", model::kDesKeysOnly},
                                                           {"reversible_password", model::kReversiblePassword},
                                                           {"password_never_expires", model::kPasswordNeverExpires},
                                                           {"smartcard_required", model::kSmartcardRequired},
                                                           {"trusted_for_delegation", model::kTrustedForDelegation},
                                                           {"trusted_to_delegate", model::kTrustedToAuthForDelegation},
                                                           {"not_delegated", model::kNotDelegated},
                                                           {"must_change_password", model::kMustChangePassword},
                                                           {"has_service_principal", model::kHasServicePrincipal},
                                                           {"admin_count", model::kAdminCount},
                                                           {"sid_history", model::kSidHistory},
                                                           {"sid_history_privileged", model::kSidHistoryPrivileged},
                                                           {"sid_history_own_domain", model::kSidHistoryOwnDomain},
                                                           {"delegates_to_services", model::kDelegatesToServices},
                                                           {"resource_delegation", model::kResourceDelegation},
                                                           {"ssh_key", model::kSshKey},
                                                           {"certificate", model::kCertificate},
                                                           {"key_credential", model::kKeyCredential},
                                                           {"alt_security_identity", model::kAltSecurityIdentity},
                                                           {"kerberos_aes", model::kKerberosAes},
                                                           {"password_like_text", model::kPasswordLikeText},
                                                           {"login_shell", model::kLoginShell}};
  const auto found = kFlags.find(word);
  if (found == kFlags.end()) throw std::runtime_error("no flag is called " + word);
  return found->second;
}

model::CoverageState state_of(const std::string& word) {
  using model::CoverageState;
  for (const auto s :
       {CoverageState::complete, CoverageState::partial, CoverageState::doubtful, CoverageState::failed}) {
    if (word == to_string(s)) return s;
  }
  throw std::runtime_error("no coverage is called " + word);
}

model::Employment status_of(const std::string& word) {
  for (int i = 0; i <= static_cast<int>(model::Employment::left); ++i) {
    if (word == to_string(static_cast<model::Employment>(i))) return static_cast<model::Employment>(i);
  }
  throw std::runtime_error("no status is called " + word);
}

model::Gap::Kind gap_of(const std::string& word) {
  for (int i = 0; i <= static_cast<int>(model::Gap::Kind::stale); ++i) {
    if (word == to_string(static_cast<model::Gap::Kind>(i))) return static_cast<model::Gap::Kind>(i);
  }
  throw std::runtime_error("no gap is called " + word);
}

}  // namespace tally::scenarios
