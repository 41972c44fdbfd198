#include "tests/support/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace tally::support {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

constexpr const char* kCaName = "Evil test CA";
constexpr long kSecondsAnHour = 3600;

void check(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("OpenSSL does not ") + what);
}

Key new_key() {
  Key out(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  check(out != nullptr, "make a key");
  return out;
}

void set_name(X509_NAME* name, const std::string& common_name) {
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1, "take a name");
}

void extend(X509* certificate, int nid, const std::string& value) {
  if (value.empty()) return;
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, "take an extension");
  X509_EXTENSION_free(extension);
}

Certificate blank(const std::string& subject, const std::string& issuer, long serial, EVP_PKEY* key) {
  Certificate out(X509_new(), &X509_free);
  X509_set_version(out.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), serial);
  set_name(X509_get_subject_name(out.get()), subject);
  set_name(X509_get_issuer_name(out.get()), issuer);
  X509_set_pubkey(out.get(), key);
  return out;
}

void write(const std::filesystem::path& path, X509* certificate) {
  const File file(std::fopen(path.c_str(), "w"), &std::fclose);
  check(file && PEM_write_X509(file.get(), certificate) == 1, "write a certificate");
}

void write(const std::filesystem::path& path, EVP_PKEY* key) {
  const File file(std::fopen(path.c_str(), "w"), &std::fclose);
  check(file && PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "write a key");
}

void make_ca(const std::filesystem::path& folder, const std::string& file) {
  const Key key = new_key();
  const Certificate ca = blank(kCaName, kCaName, 1, key.get());
  X509_gmtime_adj(X509_getm_notBefore(ca.get()), -365 * 24 * kSecondsAnHour);
  X509_gmtime_adj(X509_getm_notAfter(ca.get()), 365 * 24 * kSecondsAnHour);
  extend(ca.get(), NID_basic_constraints, "critical,CA:TRUE");
  extend(ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  check(X509_sign(ca.get(), key.get(), EVP_sha256()) > 0, "sign");
  write(folder / (file + ".crt"), ca.get());
  write(folder / (file + ".key"), key.get());
}

Key read_key(const std::filesystem::path& path) {
  const File file(std::fopen(path.c_str(), "r"), &std::fclose);
  Key out(file ? PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr) : nullptr, &EVP_PKEY_free);
  check(out != nullptr, "read a key");
  return out;
}

WorkFolder new_folder() {
  auto out = WorkFolder::create("certificates");
  if (!out) throw std::runtime_error(out.error().message);
  return std::move(*out);
}

}  // namespace

Certificates::Certificates() : folder_(new_folder()) {
  make_ca(folder_.path(), "ca");
  make_ca(folder_.path(), "other-ca");
}

Certificates::Files Certificates::issue(const Issue& wanted) {
  const int number = ++issued_;
  const Files out{folder_.path() / (std::to_string(number) + ".crt"),
                  folder_.path() / (std::to_string(number) + ".key")};
  const Key key = new_key();
  const bool alone = wanted.by == Issue::By::itself;
  const Certificate made = blank(wanted.common_name, alone ? wanted.common_name : kCaName, number + 1, key.get());
  X509_gmtime_adj(X509_getm_notBefore(made.get()), wanted.valid_from.count() * kSecondsAnHour);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), wanted.valid_until.count() * kSecondsAnHour);
  extend(made.get(), NID_subject_alt_name, wanted.names);
  extend(made.get(), NID_ext_key_usage, wanted.usage);
  extend(made.get(), NID_key_usage, wanted.key_usage);
  const Key signer = alone ? Key(nullptr, &EVP_PKEY_free)
                           : read_key(folder_.path() / (wanted.by == Issue::By::ca ? "ca.key" : "other-ca.key"));
  check(X509_sign(made.get(), alone ? key.get() : signer.get(), EVP_sha256()) > 0, "sign");
  write(out.certificate, made.get());
  write(out.key, key.get());
  return out;
}

}  // namespace tally::support
