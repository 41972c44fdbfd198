#include "policy/model/control.h"

#include <array>

namespace tally::model {
namespace {

struct Words {
  ControlRight right;
  std::string_view words;
};

/// The strongest first: what a reader has to take away first.
constexpr std::array kWords = {
    Words{kAboveAllRules, "stands above all access rules of"},
    Words{kHasNumberZero, "has user number 0, which is root on"},
    Words{kBecomeRoot, "may become root on"},
    Words{kFullControl, "has full control of"},
    Words{kOwner, "owns"},
    Words{kWriteDacl, "may write the access control list of"},
    Words{kWriteAccessRules, "may write the access rules of"},
    Words{kActAsOthers, "may act as others in"},
    Words{kWriteOwner, "may become the owner of"},
    Words{kResetPassword, "may reset the password of"},
    Words{kReadManagedPassword, "may read the managed password of"},
    Words{kAddMember, "may add members to"},
    Words{kAddSelf, "may add itself to"},
    Words{kWriteSudoRule, "may write sudo rules for"},
    Words{kWriteNumber, "may write the user number of"},
    Words{kWriteKeyCredential, "may add a key to sign in as"},
    Words{kWriteAltSecurityIdentities, "may map a certificate to"},
    Words{kWriteDelegation, "may say who acts for others on"},
    Words{kWriteAccountRestrictions, "may write the account control of"},
    Words{kWriteServicePrincipal, "may write the service principals of"},
    Words{kWriteSettings, "may write the settings of"},
    Words{kEnroll, "may get certificates in anybody's name from"},
    Words{kWriteGpLink, "may link group policies to"},
    Words{kGetChangesAll, "may replicate the secrets of"},
    Words{kGetChanges, "may replicate"},
    Words{kHolds, "holds"},
    Words{kApplies, "applies to"},
};

}  // namespace

std::string_view in_words(std::uint32_t rights) {
  for (const Words& one : kWords) {
    if ((rights & one.right) != 0) return one.words;
  }
  return {};
}

}  // namespace tally::model
