#include "connectors/directory/read_check.h"

#include "connectors/directory/sid.h"

namespace tally::directory {

ReadCheck::ReadCheck(const std::vector<std::string>& sids) {
  for (const std::string& sid : sids) token_.insert(sid_bytes(sid));
  if (token_.empty()) return;
  token_.emplace(kEveryone);
  token_.emplace(kAuthenticated);
}

bool ReadCheck::surely(const SecurityDescriptor& descriptor, std::uint32_t right, std::string_view object,
                       std::string_view set_of_it) const {
  if (everything_ || descriptor.dacl == SecurityDescriptor::Dacl::null) return true;
  for (const AccessEntry& ace : descriptor.entries) {
    if (!ace.applies_here()) continue;
    if (ace.kind == AccessEntry::Kind::other) return false;  // it may deny
    const bool speaks_of_it = ace.object.empty() || ace.object == object || ace.object == set_of_it;
    if (!speaks_of_it || (mapped(ace.mask) & right) == 0 || !token_.contains(ace.trustee)) continue;
    if (ace.kind == AccessEntry::Kind::deny) return false;
    if (!ace.conditional) return true;
  }
  return false;
}

bool ReadCheck::surely_reads(const SecurityDescriptor& descriptor, const Guid& attribute,
                             const Guid* property_set) const {
  return surely(descriptor, kReadProperty, attribute.view(), property_set != nullptr ? property_set->view() : "");
}

bool ReadCheck::surely_reads(std::string_view descriptor, const Guid& attribute, const Guid* property_set) const {
  if (everything_) return true;
  const auto parsed = SecurityDescriptor::parse(descriptor);
  return parsed && surely_reads(*parsed, attribute, property_set);
}

bool ReadCheck::surely_lists(std::string_view descriptor) const {
  if (everything_) return true;
  const auto parsed = SecurityDescriptor::parse(descriptor);
  return parsed && surely(*parsed, kListContents, {});
}

}  // namespace tally::directory
