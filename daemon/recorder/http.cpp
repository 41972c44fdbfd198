#include "daemon/recorder/http.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "policy/base/utf8.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

struct Reply {
  std::string bytes;
  std::size_t max;
};

/// libcurl's write callback: takes bytes until there are too many. Nothing may be thrown through C.
std::size_t take_bytes(const char* bytes, std::size_t, std::size_t count, void* into) noexcept {
  try {
    auto& reply = *static_cast<Reply*>(into);
    if (reply.bytes.size() + count > reply.max) return 0;
    reply.bytes.append(bytes, count);
    return count;
  } catch (...) {
    return 0;
  }
}

ErrorKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return ErrorKind::timed_out;
    case CURLE_WRITE_ERROR: return ErrorKind::limit;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return ErrorKind::untrusted;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return ErrorKind::malformed;
    default: return ErrorKind::unavailable;
  }
}

void set_options(CURL* easy, const HttpTarget& target, std::string_view body, std::chrono::milliseconds within) {
  curl_easy_setopt(easy, CURLOPT_URL, target.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!target.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, target.ca_file.c_str());
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "tallystick");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // 0 would mean "no limit"
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::max<std::chrono::milliseconds::rep>(within.count(), 1)));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
}

Result<std::string> judge(CURL* easy, const HttpTarget& target, std::string reply) {
  long status = 0;
  const char* type = nullptr;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
  if (status != 200) {
    return failure(ErrorKind::malformed, fmt::format("{} answers with status {}, expected 200", target.url, status));
  }
  const std::string_view found = type == nullptr ? std::string_view() : type;
  if (found.substr(0, found.find(';')) != target.expected_type) {
    return failure(ErrorKind::malformed, fmt::format("{} answers with the type \"{}\", expected \"{}\"", target.url,
                                                     base::displayable(found), target.expected_type));
  }
  return reply;
}

}  // namespace

Result<std::string> post(const HttpTarget& target, std::string_view body, std::chrono::milliseconds within) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(), curl_easy_cleanup);
  const std::string type = "Content-Type: " + target.content_type;
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(curl_slist_append(nullptr, type.c_str()),
                                                                            curl_slist_free_all);
  if (!easy || !headers) return failure(ErrorKind::unavailable, "no memory for a request");
  char trouble[CURL_ERROR_SIZE] = "";
  Reply reply{{}, target.max_reply};
  set_options(easy.get(), target, body, within);
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &reply);
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, trouble);
  const CURLcode code = curl_easy_perform(easy.get());
  if (code == CURLE_OK) return judge(easy.get(), target, std::move(reply.bytes));
  if (code == CURLE_WRITE_ERROR) {
    return failure(ErrorKind::limit, fmt::format("{} answers with more than {} bytes", target.url, target.max_reply));
  }
  const std::string_view detail = trouble[0] == '\0' ? curl_easy_strerror(code) : trouble;
  return failure(kind_of(code), fmt::format("{}: {}", target.url, base::displayable(detail)));
}

}  // namespace tally::recorder
