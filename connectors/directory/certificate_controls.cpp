#include "connectors/directory/certificate_controls.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "connectors/directory/dn.h"

namespace tally::directory {
namespace {

constexpr const char* kDescriptor = "nTSecurityDescriptor";
constexpr const char* kNameFlag = "msPKI-Certificate-Name-Flag";
constexpr Guid kCertificateTemplates("2a39c5b1-8960-11d1-aebc-0000f80367c1");  // schemaIDGUID ([MS-ADA1])
constexpr Controlled kCertificates{model::ControlledKind::certificates, {}, {}};
/// CT_FLAG_ENROLLEE_SUPPLIES_SUBJECT ([MS-CRTD] 2.28). The flag for the alternative name alone has to be ignored by
/// authorities ([MS-WCCE] 3.2.2.6.2.1.4.5.9).
constexpr std::uint32_t kSuppliesSubject = 0x1;
constexpr std::uint32_t kPendAllRequests = 0x2;  // 2.26

/// Purposes with which a certificate signs in: client authentication (RFC 5280 4.2.1.12), smart cards
/// (szOID_KP_SMARTCARD_LOGON), Kerberos (RFC 4556 3.2.1), and any (RFC 5280 4.2.1.12).
constexpr std::array<std::string_view, 4> kSignIn = {"1.3.6.1.5.5.7.3.2", "1.3.6.1.4.1.311.20.2.2", "1.3.6.1.5.2.3.4",
                                                     "2.5.29.37.0"};

/// LDAP writes 32 bits with a sign.
std::optional<std::uint32_t> bits(const Entry& entry, std::string_view attribute) {
  const auto text = entry.first(attribute);
  std::int64_t value = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

/// Without any purpose a certificate is for all of them.
bool signs_in(const Entry& entry) {
  bool any = false;
  for (const char* attribute : {"pKIExtendedKeyUsage", "msPKI-Certificate-Application-Policy"}) {
    for (const std::string_view purpose : entry.values(attribute)) {
      any = true;
      if (std::find(kSignIn.begin(), kSignIn.end(), purpose) != kSignIn.end()) return true;
    }
  }
  return !any;
}

/// Who enrolls may sign in as anybody. A condition that is not shown protects nobody.
bool is_open(const Entry& entry) {
  if ((bits(entry, kNameFlag).value_or(0) & kSuppliesSubject) == 0) return false;
  if ((bits(entry, "msPKI-Enrollment-Flag").value_or(0) & kPendAllRequests) != 0) return false;
  return bits(entry, "msPKI-RA-Signature").value_or(0) == 0 && signs_in(entry);
}

}  // namespace

std::vector<std::string> CertificateControls::attributes() {
  return {"objectClass",
          "cn",
          "certificateTemplates",
          kNameFlag,
          "msPKI-Enrollment-Flag",
          "msPKI-RA-Signature",
          "pKIExtendedKeyUsage",
          "msPKI-Certificate-Application-Policy",
          kDescriptor};
}

void CertificateControls::add(const Entry& entry, ControlledClass of) {
  const auto descriptor = entry.first(kDescriptor);
  if (!descriptor) {
    if (without_list_.empty()) without_list_ = entry.dn();
    return;
  }
  tree_.leaf(kCertificates, entry.dn(), entry.dn(), add_controls(harvest_, kCertificates, of, entry.dn(), *descriptor));
}

void CertificateControls::authority(const Entry& entry) {
  const std::string name = in_small_letters(entry.first("cn").value_or(""));
  if (entry.has_value("objectClass", "pKIEnrollmentService")) {
    ++authorities_;
    for (const std::string_view one : entry.values("certificateTemplates")) issued_.insert(in_small_letters(one));
    missing_ = issued_;
    if (!entry.has("certificateTemplates") &&
        !reader_.surely_reads(entry.first(kDescriptor).value_or(""), kCertificateTemplates))
      add_list_read(harvest_, kCertificates, entry.dn(),
                    "certificateTemplates is not shown, and this account may not read it");
    add(entry, ControlledClass::enrollment_service);
  } else if (name == "ntauthcertificates") {
    trusted_seen_ = true;
    add(entry, ControlledClass::trusted_certificates);
  } else if (name == "public key services") {
    root_seen_ = true;
    add(entry, ControlledClass::container);
  } else if (name == "enrollment services") {
    services_seen_ = true;  // its list is read as that of a container above authorities
    services_listed_ = reader_.surely_lists(entry.first(kDescriptor).value_or(""));
  }
}

void CertificateControls::certificate_template(const Entry& entry) {
  const std::string name = in_small_letters(entry.first("cn").value_or(""));
  if (!issued_.contains(name)) return;
  missing_.erase(name);
  ++templates_;
  const bool open = is_open(entry);
  open_templates_ += open ? 1 : 0;
  if (!bits(entry, kNameFlag))
    add_list_read(harvest_, kCertificates, entry.dn(), fmt::format("{} was not delivered, or is no number", kNameFlag));
  add(entry, open ? ControlledClass::open_certificate_template : ControlledClass::certificate_template);
}

std::string CertificateControls::unread() const {
  const char* what = !root_seen_                          ? "CN=Public Key Services"
                     : !services_seen_                    ? "CN=Enrollment Services"
                     : authorities_ > 0 && !trusted_seen_ ? "CN=NTAuthCertificates"
                                                          : nullptr;
  if (what != nullptr)
    return fmt::format("{} of the forest was not delivered: who may get certificates is not known", what);
  if (!services_listed_)
    return "CN=Enrollment Services of the forest may not be listed by this account: which authorities issue is not "
           "known";
  if (!without_list_.empty()) return fmt::format("nTSecurityDescriptor of {} was not delivered", without_list_);
  if (!missing_.empty())
    return fmt::format("the certificate template {} is issued and was not delivered", *missing_.begin());
  return {};
}

std::string CertificateControls::in_words() const {
  if (root_seen_ && services_listed_ && authorities_ == 0) return "no certification authority issues for the forest";
  return fmt::format("{} certification authorities issue {} templates; {} of them to whomever the applicant names",
                     authorities_, templates_, open_templates_);
}

}  // namespace tally::directory
