#include "daemon/ledger/timestamp.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>

#include <ctime>
#include <vector>

#include "policy/base/assert.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

template <auto release>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using TrustedCertificate = std::unique_ptr<X509, Freed<X509_free>>;
using Request = std::unique_ptr<TS_REQ, Freed<TS_REQ_free>>;
using Response = std::unique_ptr<TS_RESP, Freed<TS_RESP_free>>;
using Verification = std::unique_ptr<TS_VERIFY_CTX, Freed<TS_VERIFY_CTX_free>>;

/// What OpenSSL says of its newest failure; forgets all of them.
std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason == nullptr ? "no reason is given" : base::displayable(reason);
}

Request make_request(const base::Digest& imprint, std::optional<std::uint64_t> nonce) {
  const std::unique_ptr<TS_MSG_IMPRINT, Freed<TS_MSG_IMPRINT_free>> message(TS_MSG_IMPRINT_new());
  const std::unique_ptr<X509_ALGOR, Freed<X509_ALGOR_free>> sha256(X509_ALGOR_new());
  Request request(TS_REQ_new());
  TALLY_ASSERT(message && sha256 && request);
  auto bytes = imprint.bytes;  // OpenSSL copies them, and does not say so by const
  TALLY_ASSERT(X509_ALGOR_set0(sha256.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1);
  TALLY_ASSERT(TS_MSG_IMPRINT_set_algo(message.get(), sha256.get()) == 1);
  TALLY_ASSERT(TS_MSG_IMPRINT_set_msg(message.get(), bytes.data(), static_cast<int>(bytes.size())) == 1);
  TALLY_ASSERT(TS_REQ_set_version(request.get(), 1) == 1 && TS_REQ_set_msg_imprint(request.get(), message.get()) == 1);
  TALLY_ASSERT(TS_REQ_set_cert_req(request.get(), 1) == 1);
  if (nonce) {
    const std::unique_ptr<ASN1_INTEGER, Freed<ASN1_INTEGER_free>> number(ASN1_INTEGER_new());
    TALLY_ASSERT(number && ASN1_INTEGER_set_uint64(number.get(), *nonce) == 1);
    TALLY_ASSERT(TS_REQ_set_nonce(request.get(), number.get()) == 1);
  }
  return request;
}

Result<Response> parse_response(std::string_view bytes) {
  const auto bad = [](std::string why) {
    return failure(ErrorKind::malformed, "not an RFC 3161 response: " + std::move(why));
  };
  if (bytes.size() > kMaxTokenBytes) return bad(fmt::format("longer than {} bytes", kMaxTokenBytes));
  const auto* next = reinterpret_cast<const unsigned char*>(bytes.data());
  const unsigned char* const begin = next;
  Response response(d2i_TS_RESP(nullptr, &next, static_cast<long>(bytes.size())));
  if (!response) return bad(openssl_reason());
  if (next != begin + bytes.size()) return bad("bytes follow behind its end");
  return response;
}

/// POSIX seconds; nothing for a time that is none.
std::optional<std::time_t> time_of(TS_RESP& response) {
  TS_TST_INFO* info = TS_RESP_get_tst_info(&response);
  std::tm parts{};
  if (info == nullptr || ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &parts) != 1) return std::nullopt;
  return ::timegm(&parts);
}

}  // namespace

struct TimestampAuthorities::Certificates {
  std::vector<TrustedCertificate> list;
};

TimestampAuthorities::TimestampAuthorities(std::unique_ptr<Certificates> certificates)
    : certificates_(std::move(certificates)) {}
TimestampAuthorities::TimestampAuthorities(TimestampAuthorities&&) noexcept = default;
TimestampAuthorities& TimestampAuthorities::operator=(TimestampAuthorities&&) noexcept = default;
TimestampAuthorities::~TimestampAuthorities() = default;

std::string timestamp_query(const base::Digest& imprint, std::uint64_t nonce) {
  const Request request = make_request(imprint, nonce);
  unsigned char* bytes = nullptr;
  const int length = i2d_TS_REQ(request.get(), &bytes);
  TALLY_ASSERT(length > 0);
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(length));
  OPENSSL_free(bytes);
  return der;
}

Result<TimestampAuthorities> TimestampAuthorities::parse(std::string_view pem) {
  if (pem.empty()) return failure(ErrorKind::malformed, "holds no certificate in PEM");
  const std::unique_ptr<BIO, Freed<BIO_free_all>> input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  TALLY_ASSERT(input);
  auto certificates = std::make_unique<Certificates>();
  while (X509* one = PEM_read_bio_X509(input.get(), nullptr, nullptr, nullptr)) certificates->list.emplace_back(one);
  const unsigned long end = ERR_peek_last_error();
  const bool read_to_the_end = ERR_GET_REASON(end) == PEM_R_NO_START_LINE;
  const std::string reason = openssl_reason();
  if (!read_to_the_end) return failure(ErrorKind::malformed, "a certificate cannot be read: " + reason);
  if (certificates->list.empty()) return failure(ErrorKind::malformed, "holds no certificate in PEM");
  return TimestampAuthorities(std::move(certificates));
}

Result<base::Instant> TimestampAuthorities::check(std::string_view bytes, const base::Digest& imprint,
                                                  std::optional<std::uint64_t> nonce) const {
  const auto response = parse_response(bytes);
  if (!response) return tl::unexpected(response.error());
  const long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(response->get())));
  if (status != TS_STATUS_GRANTED) {
    return failure(ErrorKind::untrusted, fmt::format("the authority did not grant the timestamp (status {})", status));
  }
  const auto time = time_of(**response);
  if (!time) return failure(ErrorKind::malformed, "the timestamp holds no readable time");

  X509_STORE* store = X509_STORE_new();  // becomes the verification's own
  const Request request = make_request(imprint, nonce);
  const Verification verification(TS_REQ_to_TS_VERIFY_CTX(request.get(), nullptr));
  TALLY_ASSERT(store != nullptr && verification);
  for (const TrustedCertificate& one : certificates_->list) TALLY_ASSERT(X509_STORE_add_cert(store, one.get()) == 1);
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), *time);
  TS_VERIFY_CTX_set_store(verification.get(), store);
  TS_VERIFY_CTX_add_flags(verification.get(), TS_VFY_SIGNATURE);
  if (TS_RESP_verify_response(verification.get(), response->get()) != 1) {
    return failure(ErrorKind::untrusted, "the timestamp does not verify: " + openssl_reason());
  }
  return base::Instant(std::chrono::seconds(*time));
}

}  // namespace tally::ledger
