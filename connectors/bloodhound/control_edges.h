// Control edges: the Aces of an object as rows of model::Controls, as directory/control_rows.h makes them of a security
// descriptor.
//
//   add_control_edges(harvest, {ControlledKind::group, {}, group}, dn, object);
//
// A collector tells fewer rights than a list holds (SharpHoundCommon, ACLProcessor): entries that deny are left out, so
// a right that is told may be taken away by one; and of users and groups it does not tell of every attribute by which
// they are taken over. So nobody else's having rights is certain of the head of a domain alone, and in doubt elsewhere.
#pragma once

#include <string_view>

#include "connectors/bloodhound/object.h"
#include "connectors/directory/control_rows.h"

namespace tally::bloodhound {

/// ControlRight bits of a right's name over such an object; 0 for what is no control of it, or not known.
std::uint32_t control_rights(std::string_view right, model::ControlledKind kind);

void add_control_edges(model::Harvest& harvest, const directory::Controlled& object, std::string_view dn,
                       const Object& from);

}  // namespace tally::bloodhound
