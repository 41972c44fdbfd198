// Who may take an object of Active Directory over, by its security descriptor: the access check of [MS-ADTS] 5.1.3.3
// and [MS-DTYP] 2.5.3.2, asked for each trustee of the list and each right that means control. Pure.
//
//   for (const Holding& h : control_of(descriptor, ControlledClass::group).holdings) …  // h.sid may h.rights
//
// Order decides: of the entries of one trustee the first that speaks of a right, so a list in canonical order and one
// that is not come out as the directory has it. A trustee is looked at as it stands in the list. A deny entry for
// somebody else that comes first takes the right only from those who are in both: such a right is kept, with the
// others' SIDs in `unless_in`. A deny entry for everybody takes it from all.
// Entries that are for objects below only (inherit only) do not count. An entry that counts here does so whatever its
// InheritedObjectType, as in the access check; a deny entry of a class that the object is not of takes nothing away.
// What is not understood is never passed over: it is in `not_understood`, and more may be possible than what is found.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/security_descriptor.h"
#include "policy/model/control.h"

namespace tally::directory {

/// What the object is: which rights over it mean control.
enum class ControlledClass : std::uint8_t {
  user,
  computer,
  managed_service,
  group,
  domain,           ///< domainDNS
  admin_sd_holder,  ///< a template: what it gives, it gives over users, computers and groups
  container,        ///< also of any other class: what is below inherits
  organizational_unit,
  group_policy,  ///< groupPolicyContainer
  site,
  certificate_template,       ///< pKICertificateTemplate
  open_certificate_template,  ///< one where to enroll is power (certificate_controls.h)
  enrollment_service,         ///< pKIEnrollmentService: a certification authority that issues
  trusted_certificates,       ///< NTAuthCertificates, a certificationAuthority: whose certificates sign people in
};

struct Holding {
  std::string_view sid;  ///< binary, a view into the descriptor's bytes
  std::uint32_t rights = 0;
  std::vector<std::string_view> unless_in;  ///< SIDs, binary, in the order of the list
  std::string_view doubt;                   ///< why the rights may not hold; a constant; empty: they do
};

struct ObjectControl {
  std::vector<Holding> holdings;            ///< in the order in which the list names them; the owner first
  std::vector<std::string> not_understood;  ///< what stands in the way of "nobody else"; each once
};

ObjectControl control_of(const SecurityDescriptor& descriptor, ControlledClass of);

/// Who may read the password that the directory makes for a group managed service account. `descriptor` is the value of
/// its msDS-GroupMSAMembership ([MS-ADA2] 2.330): whom that gives RIGHT_DS_READ_PROPERTY gets msDS-ManagedPassword; its
/// owner, and administrators, by being that do not.
ObjectControl password_readers_of(const SecurityDescriptor& descriptor);

}  // namespace tally::directory
