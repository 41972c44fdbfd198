#include <fmt/format.h>

#include "policy/base/utf8.h"
#include "policy/decisions/decisions.h"

namespace tally::decisions {

using base::ErrorKind;
using base::failure;
using base::Result;
using model::SignOffRole;

Result<void> may_sign_off(const model::Decisions& decisions, const model::SignOff& sign_off) {
  bool is_prepared = false;
  for (const model::SignOff& earlier : decisions.sign_offs) {
    if (earlier.run != sign_off.run || earlier.manifest != sign_off.manifest) continue;
    if (earlier.role == sign_off.role) {
      return failure(ErrorKind::conflict, fmt::format("the manifest is signed by its {} already: entry {} of the log",
                                                      model::to_string(earlier.role), earlier.number));
    }
    if (earlier.key == sign_off.key || (!earlier.who.empty() && earlier.who == sign_off.who)) {
      return failure(ErrorKind::denied,
                     fmt::format("{} signed it as its {}: somebody else, with another key, has to sign "
                                 "as its {}",
                                 base::displayable(sign_off.who), model::to_string(earlier.role),
                                 model::to_string(sign_off.role)));
    }
    is_prepared = is_prepared || earlier.role == SignOffRole::preparer;
  }
  if (sign_off.role == SignOffRole::reviewer && !is_prepared) {
    return failure(ErrorKind::conflict,
                   "nobody has signed this manifest as its preparer yet: a reviewer comes after that");
  }
  return {};
}

}  // namespace tally::decisions
