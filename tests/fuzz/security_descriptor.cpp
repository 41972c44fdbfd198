// Security descriptors of anybody's making: parsed or refused with a place; what is found is a view into the bytes, and
// who holds rights is somebody whom the bytes name.
#include <algorithm>

#include "connectors/directory/object_rights.h"
#include "connectors/directory/security_descriptor.h"
#include "connectors/directory/sid.h"
#include "policy/base/assert.h"
#include "tests/fuzz/input.h"

namespace tally::directory {
namespace {

constexpr std::uint32_t kAllRights =
    (model::kGetChangesAll * 2 - 1) | model::kReadManagedPassword | model::kWriteSettings | model::kEnroll;

void inside(std::string_view part, std::string_view bytes) {
  TALLY_ASSERT(part.empty() || (part.data() >= bytes.data() && part.end() <= bytes.end()));
}

void look_at(const SecurityDescriptor& d, std::string_view bytes) {
  for (const std::string_view sid : {d.owner, d.group}) {
    inside(sid, bytes);
    TALLY_ASSERT(sid.empty() || sid_text(sid).has_value());
  }
  TALLY_ASSERT(d.entries.empty() || d.dacl == SecurityDescriptor::Dacl::present);
  for (const AccessEntry& entry : d.entries) {
    for (const std::string_view part : {entry.object, entry.inherited_object, entry.trustee}) inside(part, bytes);
    TALLY_ASSERT(entry.object.empty() || entry.object.size() == 16);
    TALLY_ASSERT(entry.inherited_object.empty() || entry.inherited_object.size() == 16);
    const bool understood = entry.kind != AccessEntry::Kind::other;
    TALLY_ASSERT(sid_text(entry.trustee).has_value() == understood);
    TALLY_ASSERT(!entry_type_in_words(entry.type).empty());
  }
}

void ask(const SecurityDescriptor& d, ControlledClass of) {
  const ObjectControl found = control_of(d, of);
  bool other = d.dacl == SecurityDescriptor::Dacl::absent || d.owner.empty();
  for (const AccessEntry& entry : d.entries) {
    other = other || (entry.kind == AccessEntry::Kind::other && entry.applies_here());
  }
  TALLY_ASSERT(other == !found.not_understood.empty());
  for (const Holding& h : found.holdings) {
    TALLY_ASSERT(h.rights != 0 && (h.rights & ~kAllRights) == 0);
    TALLY_ASSERT(sid_text(h.sid).has_value());
    for (const std::string_view sid : h.unless_in) TALLY_ASSERT(sid_text(sid).has_value());
    const bool named = std::any_of(d.entries.begin(), d.entries.end(),
                                   [&](const AccessEntry& entry) { return entry.trustee == h.sid; });
    TALLY_ASSERT(named || h.sid == d.owner || d.dacl == SecurityDescriptor::Dacl::null);
  }
}

}  // namespace
}  // namespace tally::directory

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::directory;
  const std::string_view bytes = tally::fuzz::Input(data, size).rest();
  const auto d = SecurityDescriptor::parse(bytes);
  if (!d) {
    TALLY_ASSERT(d.error().message.starts_with("security descriptor: at byte "));
    return 0;
  }
  look_at(*d, bytes);
  for (const ControlledClass of :
       {ControlledClass::user, ControlledClass::managed_service, ControlledClass::group, ControlledClass::domain,
        ControlledClass::admin_sd_holder, ControlledClass::organizational_unit, ControlledClass::group_policy,
        ControlledClass::open_certificate_template, ControlledClass::enrollment_service}) {
    ask(*d, of);
  }
  for (const Holding& h : password_readers_of(*d).holdings) {
    TALLY_ASSERT(h.rights == tally::model::kReadManagedPassword && sid_text(h.sid).has_value());
  }
  return 0;
}
