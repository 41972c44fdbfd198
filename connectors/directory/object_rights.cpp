#include "connectors/directory/object_rights.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "connectors/directory/access_mask.h"

namespace tally::directory {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kOwnerRights = "\x01\x01\0\0\0\0\0\x03\x04\0\0\0"sv;  // S-1-3-4
constexpr std::string_view kConditional = "its entry holds only under a condition, which is not evaluated";
constexpr std::string_view kDeniedMaybe =
    "an entry that denies it under a condition, which is not evaluated, comes first";

// schemaIDGUID of attributes and classes ([MS-ADA1] to [MS-ADA3], [MS-ADSC]), rightsGuid of control access rights and
// property sets ([MS-ADTS] 5.1.3.2.1, 3.1.1.2.3.3). A property set speaks for its attributes.
constexpr Guid kMember("bf9679c0-0de6-11d0-a285-00aa003049e2"), kMembership("bc0ac240-79a9-11d0-9020-00c04fc2d4cf");
constexpr Guid kForceChangePassword("00299570-246d-11d0-a768-00aa006e0529");
constexpr Guid kKeyCredentialLink("5b47d60f-6090-40b2-9f37-2a4de88f3063"),
    kValidatedWriteComputer("9b026da6-0d3c-465c-8bee-5199d7165cba");
constexpr Guid kAllowedToAct("3f78c3e5-f79a-46bd-a0b8-9d18116ddc79"),
    kUserAccountRestrictions("4c164200-20c0-11d0-a768-00aa006e0529"),
    kUserAccountControl("bf967a68-0de6-11d0-a285-00aa003049e2");
constexpr Guid kServicePrincipalName("f3a64788-5306-11d1-a9c5-0000f80367c1"),
    kAltSecurityIdentities("00fbf30c-91fe-11d1-aebc-0000f80367c1"),
    kPublicInformation("e48d0154-bcf8-11d1-8702-00c04fb96050");
constexpr Guid kGpLink("f30e3bbe-9ff0-11d1-b603-0000f80367c1");
constexpr Guid kReplicationGetChanges("1131f6aa-9c07-11d1-f79f-00c04fc2dcd2"),
    kReplicationGetChangesAll("1131f6ad-9c07-11d1-f79f-00c04fc2dcd2");
constexpr Guid kUserClass("bf967aba-0de6-11d0-a285-00aa003049e2"),
    kInetOrgPersonClass("4828cc14-1437-45bc-9b07-ad6f015e5f28"), kComputerClass("bf967a86-0de6-11d0-a285-00aa003049e2"),
    kGroupClass("bf967a9c-0de6-11d0-a285-00aa003049e2"), kDomainClass("19195a5b-6da0-11d0-afd3-00c04fd930c9"),
    kContainerClass("bf967a8b-0de6-11d0-a285-00aa003049e2"),
    kManagedServiceClass("ce206244-5827-4a86-ba1c-1c0c386c1b64"),
    kGroupManagedServiceClass("7b8b558a-93a5-4af7-adca-c017e67f1057");

constexpr Guid kGroupMsaMembership("888eedd6-ce04-df40-b462-b8a50e41ba38");

constexpr Guid kOrganizationalUnitClass("bf967aa5-0de6-11d0-a285-00aa003049e2"),
    kSiteClass("bf967ab3-0de6-11d0-a285-00aa003049e2"),
    kGroupPolicyContainerClass("f30e3bc2-9ff0-11d1-b603-0000f80367c1"),
    kCertificateTemplateClass("e5209ca2-3bba-11d2-90cc-00c04fd91ab1"),
    kEnrollmentServiceClass("ee4aa692-3bba-11d2-90cc-00c04fd91ab1"),
    kCertificationAuthorityClass("3fdfee50-47f4-11d1-a9c3-0000f80367c1");
// Where a policy's files lie, and which extensions of the clients work on them ([MS-GPOL] 2.2.4).
constexpr Guid kFileSysPath("f30e3bc1-9ff0-11d1-b603-0000f80367c1"),
    kMachineExtensions("32ff8ecc-783f-11d2-9916-0000f87a57d4"), kUserExtensions("42a75fc6-783f-11d2-9916-0000f87a57d4");
// Whom a certificate of the template is for, what for, and who has to agree ([MS-CRTD] 2.4 to 2.31).
constexpr Guid kNameFlag("ea1dddc4-60ff-416e-8cc0-17cee534bce7"),
    kEnrollmentFlag("d15ef7d8-f226-46db-ae79-b34e560bd12c"), kSignatures("fe17e04b-937d-4f7e-8e0e-9292c8d5683e"),
    kExtendedKeyUsage("18976af6-3b9e-11d2-90cc-00c04fd91ab1"),
    kApplicationPolicy("dbd90548-aa37-4202-9966-8c537ba5ce32");
constexpr Guid kCertificateTemplates("2a39c5b1-8960-11d1-aebc-0000f80367c1"),
    kCaCertificate("bf967932-0de6-11d0-a285-00aa003049e2");
constexpr Guid kCertificateEnrollment("0e10c968-78fb-11d2-90d4-00c04f79dc55"),
    kCertificateAutoEnrollment("a05b8cc2-17bc-4802-a710-e7c15ab866a2");

enum Over : unsigned {
  kAccounts = 1,
  kGroups = 2,
  kDomain = 4,
  kLinked = 8,  ///< what group policies are linked to
  kPolicies = 16,
  kTemplates = 32,
  kAuthorities = 64,
  kTrusted = 128,
  kEnrollable = 256,
  kManaged = 512,  ///< whose password the directory makes
  kAny = 1024
};

/// One right that is asked for: an access right on the whole object, or on what one of the GUIDs names.
struct Request {
  std::uint32_t right;
  unsigned over;
  std::uint32_t access;
  std::array<const Guid*, 2> on;  ///< none: all of the object
};

constexpr std::array kRequests = {
    Request{model::kWriteDacl, kAny, kWriteDac, {}},
    Request{model::kWriteOwner, kAny, kTakeOwner, {}},
    Request{model::kResetPassword, kAccounts, kControlAccess, {&kForceChangePassword}},
    Request{model::kWriteKeyCredential, kAccounts, kWriteProperty, {&kKeyCredentialLink, &kValidatedWriteComputer}},
    Request{model::kWriteDelegation, kAccounts, kWriteProperty, {&kAllowedToAct, &kUserAccountRestrictions}},
    Request{model::kWriteServicePrincipal, kAccounts, kWriteProperty, {&kServicePrincipalName, &kPublicInformation}},
    Request{
        model::kWriteAltSecurityIdentities, kAccounts, kWriteProperty, {&kAltSecurityIdentities, &kPublicInformation}},
    Request{
        model::kWriteAccountRestrictions, kAccounts, kWriteProperty, {&kUserAccountControl, &kUserAccountRestrictions}},
    // Whoever writes who may read it reads it.
    Request{model::kReadManagedPassword, kManaged, kWriteProperty, {&kGroupMsaMembership}},
    Request{model::kAddMember, kGroups, kWriteProperty, {&kMember, &kMembership}},
    Request{model::kAddSelf, kGroups, kSelfWrite, {&kMember}},  // Self-Membership has the GUID of member
    Request{model::kWriteGpLink, kDomain | kLinked, kWriteProperty, {&kGpLink}},
    // One request an attribute: who is denied one of them may still write the others.
    Request{model::kWriteSettings, kPolicies, kWriteProperty, {&kFileSysPath}},
    Request{model::kWriteSettings, kPolicies, kWriteProperty, {&kMachineExtensions}},
    Request{model::kWriteSettings, kPolicies, kWriteProperty, {&kUserExtensions}},
    Request{model::kWriteSettings, kTemplates, kWriteProperty, {&kNameFlag}},
    Request{model::kWriteSettings, kTemplates, kWriteProperty, {&kEnrollmentFlag}},
    Request{model::kWriteSettings, kTemplates, kWriteProperty, {&kSignatures}},
    Request{model::kWriteSettings, kTemplates, kWriteProperty, {&kExtendedKeyUsage}},
    Request{model::kWriteSettings, kTemplates, kWriteProperty, {&kApplicationPolicy}},
    Request{model::kWriteSettings, kAuthorities, kWriteProperty, {&kCertificateTemplates}},
    Request{model::kWriteSettings, kAuthorities | kTrusted, kWriteProperty, {&kCaCertificate}},
    Request{model::kEnroll, kEnrollable, kControlAccess, {&kCertificateEnrollment}},
    Request{model::kEnroll, kEnrollable, kControlAccess, {&kCertificateAutoEnrollment}},
    Request{model::kGetChanges, kDomain, kControlAccess, {&kReplicationGetChanges}},
    Request{model::kGetChangesAll, kDomain, kControlAccess, {&kReplicationGetChangesAll}},
    // Full control is what is left when nothing of this is denied, all asked for at once.
    Request{model::kFullControl, kAny, kWriteDac | kTakeOwner | kWriteProperty | kControlAccess | kSelfWrite, {}},
};

unsigned over(ControlledClass of) {
  switch (of) {
    case ControlledClass::group: return kAny | kGroups;
    case ControlledClass::domain: return kAny | kDomain;
    case ControlledClass::admin_sd_holder: return kAny | kAccounts | kGroups;
    case ControlledClass::container: return kAny;
    case ControlledClass::organizational_unit:
    case ControlledClass::site: return kAny | kLinked;
    case ControlledClass::group_policy: return kAny | kPolicies;
    case ControlledClass::certificate_template: return kAny | kTemplates;
    case ControlledClass::open_certificate_template: return kAny | kTemplates | kEnrollable;
    case ControlledClass::enrollment_service: return kAny | kAuthorities;
    case ControlledClass::trusted_certificates: return kAny | kTrusted;
    case ControlledClass::managed_service: return kAny | kAccounts | kManaged;
    case ControlledClass::user:
    case ControlledClass::computer: break;
  }
  return kAny | kAccounts;
}

bool is_class(std::string_view guid, ControlledClass of) {
  const auto any = [&](std::initializer_list<const Guid*> all) {
    return std::any_of(all.begin(), all.end(), [&](const Guid* one) { return one->view() == guid; });
  };
  switch (of) {
    case ControlledClass::user: return any({&kUserClass, &kInetOrgPersonClass});
    case ControlledClass::computer: return any({&kComputerClass, &kUserClass});  // a computer is a user too
    case ControlledClass::managed_service:
      return any({&kManagedServiceClass, &kGroupManagedServiceClass, &kComputerClass, &kUserClass});
    case ControlledClass::group: return any({&kGroupClass});
    case ControlledClass::domain: return any({&kDomainClass});
    case ControlledClass::admin_sd_holder:
    case ControlledClass::container: return any({&kContainerClass});
    case ControlledClass::organizational_unit: return any({&kOrganizationalUnitClass});
    case ControlledClass::group_policy: return any({&kGroupPolicyContainerClass, &kContainerClass});
    case ControlledClass::site: return any({&kSiteClass});
    case ControlledClass::certificate_template:
    case ControlledClass::open_certificate_template: return any({&kCertificateTemplateClass});
    case ControlledClass::enrollment_service: return any({&kEnrollmentServiceClass});
    case ControlledClass::trusted_certificates: return any({&kCertificationAuthorityClass});
  }
  return false;
}

/// The answer to one request, for every trustee at once, in one pass over the list.
class Check {
 public:
  Check(const Request& request, ControlledClass of) : request_(request), of_(of) {}

  /// Calls `granted(sid, unless_in, doubt)`; a trustee may be granted once in doubt, and then without.
  template <class Granted>
  void run(std::span<const AccessEntry> entries, Granted granted) {
    for (const AccessEntry& ace : entries) {
      if (!ace.applies_here() || denied_to_all_) continue;
      if (ace.kind == AccessEntry::Kind::deny) deny(ace);
      if (ace.kind == AccessEntry::Kind::allow) allow(ace, granted);
    }
  }

 private:
  struct Standing {
    std::uint32_t left;  ///< of the access asked for, still neither allowed nor denied
    bool denied = false;
    std::string_view doubt;
  };

  Standing& of(std::string_view sid) {
    return standing_.try_emplace(sid, Standing{request_.access, false, {}}).first->second;
  }

  /// All of the object, or what was asked for by name. The object's own class stands for all of it.
  [[nodiscard]] bool speaks_of_it(const AccessEntry& ace) const {
    if (ace.object.empty() || is_class(ace.object, of_)) return true;
    return std::any_of(request_.on.begin(), request_.on.end(),
                       [&](const Guid* guid) { return guid != nullptr && guid->view() == ace.object; });
  }

  void deny(const AccessEntry& ace) {
    if ((mapped(ace.mask) & request_.access) == 0) return;
    // A part that is denied is missing from the whole.
    if (!speaks_of_it(ace) && request_.right != model::kFullControl) return;
    if (!ace.inherited_object.empty() && !is_class(ace.inherited_object, of_)) return;
    const bool everybody = ace.trustee == kEveryone || ace.trustee == kAuthenticated;
    if (!ace.conditional && everybody) denied_to_all_ = true;
    Standing& standing = of(ace.trustee);
    if (!ace.conditional) standing.denied = true;
    if (ace.conditional) standing.doubt = kDeniedMaybe;
    if (ace.conditional && everybody) maybe_denied_to_all_ = true;
    if (!ace.conditional) unless_in_.push_back(ace.trustee);
  }

  template <class Granted>
  void allow(const AccessEntry& ace, Granted& granted) {
    if (!speaks_of_it(ace)) return;
    Standing& standing = of(ace.trustee);
    const std::uint32_t gives = mapped(ace.mask) & standing.left;
    if (gives == 0 || standing.denied) return;
    if (ace.conditional) {
      if (gives == standing.left) granted(ace.trustee, unless(ace.trustee), kConditional);
      return;
    }
    standing.left &= ~gives;
    if (standing.left != 0) return;
    granted(ace.trustee, unless(ace.trustee), maybe_denied_to_all_ ? kDeniedMaybe : standing.doubt);
  }

  /// Whom entries before this one deny it, but for the trustee itself.
  [[nodiscard]] std::vector<std::string_view> unless(std::string_view trustee) const {
    std::vector<std::string_view> out;
    for (const std::string_view sid : unless_in_) {
      if (sid != trustee && std::find(out.begin(), out.end(), sid) == out.end()) out.push_back(sid);
    }
    return out;
  }

  const Request& request_;
  ControlledClass of_;
  std::map<std::string_view, Standing> standing_;
  std::vector<std::string_view> unless_in_;
  bool denied_to_all_ = false, maybe_denied_to_all_ = false;
};

/// Rights of one trustee that hold under the same circumstances stand together.
void add(std::vector<Holding>& holdings, Holding one) {
  for (Holding& there : holdings) {
    if (there.sid != one.sid || there.doubt != one.doubt || there.unless_in != one.unless_in) continue;
    there.rights |= one.rights;
    return;
  }
  holdings.push_back(std::move(one));
}

/// The owner may write the list, unless an entry for OWNER RIGHTS says what else he may ([MS-DTYP] 2.5.3.2).
void add_owner(const SecurityDescriptor& descriptor, ObjectControl& out) {
  if (descriptor.owner.empty()) {
    out.not_understood.emplace_back("its owner was not sent");
    return;
  }
  const bool told = std::any_of(descriptor.entries.begin(), descriptor.entries.end(), [](const AccessEntry& ace) {
    return ace.applies_here() && ace.trustee == kOwnerRights && !ace.conditional;
  });
  if (!told) out.holdings.push_back({descriptor.owner, model::kOwner, {}, {}});
}

/// Entries of kinds that may give or deny more than is seen.
std::vector<std::string> not_understood(const SecurityDescriptor& descriptor) {
  std::vector<std::string> all;
  for (const AccessEntry& ace : descriptor.entries) {
    if (ace.kind != AccessEntry::Kind::other || !ace.applies_here()) continue;
    std::string what = fmt::format("an entry of {} is not understood", entry_type_in_words(ace.type));
    if (std::find(all.begin(), all.end(), what) == all.end()) all.push_back(std::move(what));
  }
  return all;
}

}  // namespace

ObjectControl control_of(const SecurityDescriptor& descriptor, ControlledClass of) {
  ObjectControl out;
  add_owner(descriptor, out);
  if (descriptor.dacl == SecurityDescriptor::Dacl::absent) {
    out.not_understood.emplace_back("its access control list was not sent");
    return out;
  }
  if (descriptor.dacl == SecurityDescriptor::Dacl::null) {
    std::uint32_t all = 0;
    for (const Request& request : kRequests) all |= (request.over & over(of)) != 0 ? request.right : 0;
    out.holdings.push_back({kEveryone, all, {}, {}});
    return out;
  }
  for (std::string& what : not_understood(descriptor)) out.not_understood.push_back(std::move(what));
  for (const Request& request : kRequests) {
    if ((request.over & over(of)) == 0) continue;
    Check(request, of)
        .run(descriptor.entries,
             [&](std::string_view sid, std::vector<std::string_view> unless_in, std::string_view doubt) {
               if (sid == kOwnerRights) sid = descriptor.owner;
               if (!sid.empty()) add(out.holdings, {sid, request.right, std::move(unless_in), doubt});
             });
  }
  return out;
}

ObjectControl password_readers_of(const SecurityDescriptor& descriptor) {
  static constexpr Request kRead{model::kReadManagedPassword, kManaged, kReadProperty, {}};
  ObjectControl out;
  if (descriptor.dacl == SecurityDescriptor::Dacl::absent) {
    out.not_understood.emplace_back("its list of who may read its password was not sent");
    return out;
  }
  if (descriptor.dacl == SecurityDescriptor::Dacl::null) {
    out.holdings.push_back({kEveryone, model::kReadManagedPassword, {}, {}});
    return out;
  }
  out.not_understood = not_understood(descriptor);
  Check(kRead, ControlledClass::managed_service)
      .run(descriptor.entries,
           [&](std::string_view sid, std::vector<std::string_view> unless_in, std::string_view doubt) {
             if (sid == kOwnerRights) sid = descriptor.owner;
             if (!sid.empty()) add(out.holdings, {sid, model::kReadManagedPassword, std::move(unless_in), doubt});
           });
  return out;
}

}  // namespace tally::directory
