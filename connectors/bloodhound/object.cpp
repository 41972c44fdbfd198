#include "connectors/bloodhound/object.h"

#include <algorithm>

#include "connectors/directory/entry.h"
#include "connectors/directory/sid.h"

namespace tally::bloodhound {

const Property* Object::find(std::string_view name) const {
  const auto found = std::find_if(properties.begin(), properties.end(), [&](const Property& p) {
    return p.kind != Property::Kind::null && directory::equal_ignoring_case(p.name, name);
  });
  return found == properties.end() ? nullptr : &*found;
}

std::string_view sid_in(std::string_view identifier) {
  const std::size_t at = identifier.rfind("S-1-");
  if (at == std::string_view::npos || (at > 0 && identifier[at - 1] != '-')) return {};
  const std::string_view sid = identifier.substr(at);
  return directory::is_sid_text(sid) ? sid : std::string_view();
}

std::string key_of(std::string_view identifier) {
  std::string out(identifier);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

}  // namespace tally::bloodhound
