// Read check: whether what an entry of Active Directory does not show is absent, or hidden from the account that reads:
// the access check of [MS-ADTS] 5.1.3.3 for RIGHT_DS_READ_PROPERTY over one attribute.
//
//   const ReadCheck check(token_sids(session, patience));
//   if (!entry.has("gPLink") && !check.surely_reads(descriptor, kGpLink)) …   // it may be there
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/access_mask.h"
#include "connectors/directory/security_descriptor.h"

namespace tally::directory {

class ReadCheck {
 public:
  /// Of what was not read with an account's rights: nothing is hidden.
  ReadCheck() : everything_(true) {}
  /// `sids`: as text, the account itself and all groups that it is in. None: nothing is certain.
  explicit ReadCheck(const std::vector<std::string>& sids);

  /// False also where that cannot be told: conditions are not evaluated, and an entry that denies counts whatever class
  /// of objects it is for.
  /// `property_set`: that the attribute is in, if it is in one.
  [[nodiscard]] bool surely_reads(const SecurityDescriptor& descriptor, const Guid& attribute,
                                  const Guid* property_set = nullptr) const;
  /// The same; bytes that are no descriptor: false.
  [[nodiscard]] bool surely_reads(std::string_view descriptor, const Guid& attribute,
                                  const Guid* property_set = nullptr) const;
  /// Whether what lies right below it is shown (RIGHT_DS_LIST_CONTENTS). What hides itself may still be missing.
  [[nodiscard]] bool surely_lists(std::string_view descriptor) const;

 private:
  [[nodiscard]] bool surely(const SecurityDescriptor& descriptor, std::uint32_t right, std::string_view object,
                            std::string_view set_of_it = {}) const;

  bool everything_ = false;
  std::set<std::string, std::less<>> token_;  ///< binary
};

}  // namespace tally::directory
