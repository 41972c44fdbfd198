// Failover: a directory that several servers hold, read from the first that gives all it has.
//
//   model::Harvest harvest = read_from_any(options, collection, [](const LdapOptions& o, const Collection& c) {
//     return std::make_unique<WholeReading>(o, c);
//   });
//
// A server that cannot be reached, shows a bad certificate or is lost in the midst makes room for the next one, which
// is read from nothing: two replicas may differ, and a mixture of them is a directory that never was. One that refuses
// the bind does not: the others would refuse it too, and so many wrong passwords lock an account. Which one was read is
// the source's location; why the ones before it were not is in its notes.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "connectors/directory/options.h"
#include "connectors/directory/reading.h"
#include "connectors/source.h"

namespace tally::directory {

using MakeReading = std::function<std::unique_ptr<Reading>(const LdapOptions&, const connectors::Collection&)>;

/// Asks options.uri, then options.failover_uris in their order, each within its connect_deadline, all within
/// total_deadline. When none gives everything: what the one gave that gave most, with the reasons of all.
model::Harvest read_from_any(const LdapOptions& options, const connectors::Collection& collection,
                             const MakeReading& make);

}  // namespace tally::directory
