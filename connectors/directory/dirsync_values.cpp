#include "connectors/directory/dirsync_values.h"

#include <algorithm>

#include "connectors/directory/ber.h"

namespace tally::directory {
namespace {

constexpr unsigned char kInteger = 0x02;
constexpr std::string_view kNoFlags("\x00", 1);
constexpr std::string_view kMaxBytes("\x10\x00\x00", 3);
static_assert(kDirSyncBytes == 0x100000);

void write_element(unsigned char tag, std::string_view body, std::string& out) {
  out += static_cast<char>(tag);
  if (body.size() < 0x80) {
    out += static_cast<char>(body.size());
  } else {
    out += static_cast<char>(0x84);
    for (unsigned shift = 32; shift > 0; shift -= 8) out += static_cast<char>(body.size() >> (shift - 8) & 0xffU);
  }
  out += body;
}

}  // namespace

std::string dirsync_request(std::string_view cookie) {
  std::string body, out;
  write_element(kInteger, kNoFlags, body);
  write_element(kInteger, kMaxBytes, body);
  write_element(ber::kOctetString, cookie, body);
  write_element(ber::kSequence, body, out);
  return out;
}

std::optional<DirSyncValue> parse_dirsync_answer(std::string_view value) {
  const auto outer = ber::take(value, ber::kSequence);
  if (!outer || !value.empty()) return std::nullopt;
  std::string_view rest = outer->body;
  const auto more = ber::take(rest, kInteger);
  const auto unused = ber::take(rest, kInteger);
  const auto cookie = ber::take(rest, ber::kOctetString);
  if (!more || !unused || !cookie || !rest.empty() || more->body.empty() || more->body.size() > 8) return std::nullopt;
  if (cookie->body.empty() || cookie->body.size() > kMaxDirSyncCookieBytes) return std::nullopt;
  const bool zero = std::all_of(more->body.begin(), more->body.end(), [](char byte) { return byte == '\0'; });
  return DirSyncValue{!zero, std::string(cookie->body)};
}

}  // namespace tally::directory
