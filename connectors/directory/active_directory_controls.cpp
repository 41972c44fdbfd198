// What an export of Active Directory shows of access control: nTSecurityDescriptor beside the other attributes.
#include "connectors/directory/active_directory.h"
#include "connectors/directory/fields.h"

namespace tally::directory {

using model::ControlledKind;

void ActiveDirectory::descriptor(Fields& fields, const Controlled& object, ControlledClass of) {
  const auto bytes = fields.entry().first("nTSecurityDescriptor");
  if (!bytes || !options_.access_control_lists) return;
  descriptors_shown_ = true;
  domain_descriptor_shown_ = domain_descriptor_shown_ || object.kind == ControlledKind::domain;
  add_controls(fields.builder().harvest(), object, of, fields.entry().dn(), *bytes);
  if (object.kind != ControlledKind::account || !has_managed_password(fields.entry())) return;
  add_password_readers(fields.builder().harvest(), object, fields.entry().dn(),
                       fields.entry().first("msDS-GroupMSAMembership"));
}

/// The template of administrators' rights, and who is exempted from it.
void ActiveDirectory::learn_template(Fields& fields) {
  const Entry& entry = fields.entry();
  if (is_admin_sd_holder(entry.dn())) {
    descriptor(fields, {ControlledKind::admin_sd_holder, {}, {}}, ControlledClass::admin_sd_holder);
  } else if (is_directory_service(entry.dn())) {
    fields.builder().harvest().source.ds_heuristics = entry.first("dSHeuristics").value_or("");
  }
}

/// Which entries of power show none, policy/access asks. That nobody has power is never certain here: what stands above
/// the entries may give it.
void ActiveDirectory::finish_controls(TableBuilder& builder) const {
  std::string& why = builder.harvest().source.controls_unread;
  if (!options_.access_control_lists) {
    why = "access_control_lists = false: access control lists are not read";
  } else if (!descriptors_shown_) {
    why = "no entry shows nTSecurityDescriptor";
  } else {
    why = domain_descriptor_shown_
              ? "organizational units, group policies and certificate templates are not read from an export"
              : "the head of the domain shows no nTSecurityDescriptor";
  }
}

}  // namespace tally::directory
