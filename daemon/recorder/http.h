// One HTTP request with a deadline (libcurl): posts bytes, gives the bytes of the answer.
//
//   auto reply = post({.url = "https://tsa.example.com/", .content_type = "application/timestamp-query"}, query, 30s);
//
// Only http and https, certificates verified, no redirects, no proxy, no credentials, no retry. Status 200 or an error.
// Not for many requests at once (witness_client.h has its own).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "policy/base/result.h"

namespace tally::recorder {

struct HttpTarget {
  std::string url;
  std::string content_type;           ///< of what is sent
  std::string expected_type;          ///< of the answer; another one is refused
  std::size_t max_reply = 64 * 1024;  ///< bytes; more is kind `limit`
  std::string ca_file = {};           ///< certificates in PEM to trust instead of the system's
};

/// Kinds: `timed_out`, `unavailable`, `limit`, `untrusted` (the server's certificate), `malformed` (another status or
/// type than expected, a URL of another scheme).
base::Result<std::string> post(const HttpTarget& target, std::string_view body, std::chrono::milliseconds within);

}  // namespace tally::recorder
