#include "connectors/directory/inquiry.h"

#include "connectors/directory/schema.h"

namespace tally::directory {

Inquiry inquiry_of(Session& session, const Patience& patience) {
  return {[&session, &patience](const Search& what, const EachEntry& each) {
            return search(session, what, patience, each);
          },
          [&session, &patience] { return read_attribute_names(session, patience); }};
}

}  // namespace tally::directory
