// Certificate controls: who may get, or make others get, certificates that sign in as anybody: rights on the public key
// infrastructure in the configuration of the forest (CN=Public Key Services,CN=Services,CN=Configuration).
//
//   CertificateControls certificates(harvest, tree, reader);
//   …authority(entry);          // everything that kAuthorityFilter finds, first
//   …certificate_template(entry);   // everything that kTemplateFilter finds
//   if (const std::string why = certificates.unread(); !why.empty()) …
//
// Power over the whole forest are: the container itself; certification authorities that issue (pKIEnrollmentService);
// NTAuthCertificates, which says whose certificates domain controllers accept ([MS-PKCA] 3.1.5); and of the
// templates ([MS-CRTD]) those that an authority issues. To enroll is power where the applicant says who he is
// (CT_FLAG_ENROLLEE_SUPPLIES_SUBJECT, 2.28), nobody has to agree (CT_FLAG_PEND_ALL_REQUESTS, 2.26;
// msPKI-RA-Signature, 2.18) and the certificate signs people in by its purpose.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "connectors/directory/control_tree.h"
#include "connectors/directory/entry.h"
#include "connectors/directory/read_check.h"

namespace tally::directory {

class CertificateControls {
 public:
  CertificateControls(model::Harvest& harvest, ControlTree& tree, ReadCheck reader)
      : harvest_(harvest), tree_(tree), reader_(std::move(reader)) {}

  /// Below CN=Public Key Services, itself included.
  static constexpr const char* kAuthorityFilter =
      "(|(cn=Public Key Services)(cn=Enrollment Services)(cn=NTAuthCertificates)(objectClass=pKIEnrollmentService))";
  static constexpr const char* kTemplateFilter = "(objectClass=pKICertificateTemplate)";
  static std::vector<std::string> attributes();

  void authority(const Entry& entry);
  /// After all authorities: a template that none of them issues is left alone.
  void certificate_template(const Entry& entry);

  /// What has to be there and was not delivered, in words; empty when nothing.
  [[nodiscard]] std::string unread() const;
  /// For the manifest: numbers. That there is no infrastructure was seen, not assumed.
  [[nodiscard]] std::string in_words() const;

 private:
  void add(const Entry& entry, ControlledClass of);

  model::Harvest& harvest_;
  ControlTree& tree_;
  ReadCheck reader_;
  bool root_seen_ = false, services_seen_ = false, services_listed_ = false, trusted_seen_ = false;
  std::size_t authorities_ = 0, templates_ = 0, open_templates_ = 0;
  std::set<std::string> issued_;   ///< names of templates, lower case
  std::set<std::string> missing_;  ///< of these, those not seen yet
  std::string without_list_;       ///< the first object that showed no descriptor
};

}  // namespace tally::directory
