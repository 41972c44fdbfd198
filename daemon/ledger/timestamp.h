// Timestamps (RFC 3161): a token in which an authority says when a text existed. Ours stand over the TEXT of the
// checkpoints that closed an epoch, whose bytes never change.
//
//   std::string query = timestamp_query(sha256(note.text), nonce);              // for the authority
//   auto trusted = TimestampAuthorities::parse(pem);
//   auto time = trusted->check(response, sha256(note.text), nonce);             // when, or why it counts for nothing
//
// A token is checked at its own time: it goes on to count when the authority's certificate has run out. Not a check of
// revocation: keep the authority's certificates and lists beside the tokens. No network here: recorder/timestamps.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "policy/base/digest.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::ledger {

/// A response with a long certificate chain stays well below.
inline constexpr std::size_t kMaxTokenBytes = 64 * 1024;

/// The DER of a TimeStampReq: SHA-256, that imprint and nonce, and the wish for the authority's certificate.
std::string timestamp_query(const base::Digest& imprint, std::uint64_t nonce);

/// The certificates in which trust in timestamps begins.
class TimestampAuthorities {
 public:
  /// One or more certificates in PEM, nothing else. Kind `malformed`.
  static base::Result<TimestampAuthorities> parse(std::string_view pem);
  TimestampAuthorities(TimestampAuthorities&&) noexcept;
  TimestampAuthorities& operator=(TimestampAuthorities&&) noexcept;
  ~TimestampAuthorities();

  /// The time in a TimeStampResp: granted, over exactly this imprint by SHA-256, with that nonce when one is given,
  /// signed under one of these certificates. Kind `malformed` when it cannot be read (a byte too many is enough),
  /// `untrusted` otherwise.
  [[nodiscard]] base::Result<base::Instant> check(std::string_view response, const base::Digest& imprint,
                                                  std::optional<std::uint64_t> nonce) const;

 private:
  struct Certificates;
  explicit TimestampAuthorities(std::unique_ptr<Certificates> certificates);
  std::unique_ptr<Certificates> certificates_;
};

}  // namespace tally::ledger
