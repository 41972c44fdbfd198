#include "connectors/directory/sync_values.h"

#include "connectors/directory/ber.h"

namespace tally::directory {
namespace {

constexpr unsigned char kEnumerated = 0x0a;
/// [0] primitive, [1] to [3] constructed (RFC 4533 §2.5).
constexpr unsigned char kNewCookie = 0x80, kRefreshDelete = 0xa1, kRefreshPresent = 0xa2, kIdSet = 0xa3;

/// One element that is all there is.
std::optional<std::string_view> only(std::string_view value, unsigned char tag) {
  const auto outer = ber::take(value, tag);
  if (!outer || !value.empty()) return std::nullopt;
  return outer->body;
}

/// A cookie that may be missing; false when it is too long.
bool take_cookie(std::string_view& rest, std::optional<std::string>& cookie) {
  const auto element = ber::take(rest, ber::kOctetString);
  if (!element) return true;
  if (element->body.size() > kMaxSyncCookieBytes) return false;
  cookie.emplace(element->body);
  return true;
}

/// A BOOLEAN that may be missing; false when it is none.
bool take_flag(std::string_view& rest, bool& flag) {
  const auto element = ber::take(rest, ber::kBoolean);
  if (!element) return true;
  if (element->body.size() != 1) return false;
  flag = element->body.front() != '\0';
  return true;
}

std::optional<SyncInfo> id_set(std::string_view body) {
  SyncInfo out{SyncInfo::Kind::id_set, false, {}};
  std::optional<std::string> cookie;
  if (!take_cookie(body, cookie) || !take_flag(body, out.deletes)) return std::nullopt;
  const auto set = only(body, ber::kSet);
  if (!set) return std::nullopt;
  std::string_view rest = *set;
  while (const auto element = ber::take(rest, ber::kOctetString)) {
    const auto key = EntryKey::of_bytes(element->body);
    if (!key) return std::nullopt;
    out.keys.push_back(*key);
  }
  if (!rest.empty()) return std::nullopt;
  return out;
}

/// SEQUENCE { cookie OPTIONAL, refreshDone BOOLEAN DEFAULT TRUE }
std::optional<SyncInfo> phase(SyncInfo::Kind kind, std::string_view body) {
  std::optional<std::string> cookie;
  bool done = true;
  if (!take_cookie(body, cookie) || !take_flag(body, done) || !body.empty()) return std::nullopt;
  return SyncInfo{kind, false, {}};
}

void write_length(std::size_t length, std::string& out) {
  if (length < 0x80) {
    out += static_cast<char>(length);
    return;
  }
  out += static_cast<char>(0x84);
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(length >> static_cast<unsigned>(shift) & 0xffU);
}

}  // namespace

std::string sync_request(std::string_view cookie) {
  std::string body("\x0a\x01\x01", 3);  // mode refreshOnly (1)
  if (!cookie.empty()) {
    body += static_cast<char>(ber::kOctetString);
    write_length(cookie.size(), body);
    body += cookie;
  }
  std::string out(1, static_cast<char>(ber::kSequence));
  write_length(body.size(), out);
  return out + body;
}

std::optional<SyncState> parse_sync_state(std::string_view value) {
  const auto outer = only(value, ber::kSequence);
  if (!outer) return std::nullopt;
  std::string_view rest = *outer;
  const auto kind = ber::take(rest, kEnumerated);
  const auto uuid = ber::take(rest, ber::kOctetString);
  std::optional<std::string> cookie;
  if (!kind || !uuid || kind->body.size() != 1 || !take_cookie(rest, cookie) || !rest.empty()) return std::nullopt;
  const auto number = static_cast<unsigned char>(kind->body.front());
  const auto key = EntryKey::of_bytes(uuid->body);
  if (!key || number > static_cast<unsigned char>(SyncState::Kind::remove)) return std::nullopt;
  return SyncState{static_cast<SyncState::Kind>(number), *key};
}

std::optional<SyncInfo> parse_sync_info(std::string_view value) {
  const auto choice = ber::take(value);
  if (!choice || !value.empty()) return std::nullopt;
  switch (choice->tag) {
    case kNewCookie:
      if (choice->body.size() > kMaxSyncCookieBytes) return std::nullopt;
      return SyncInfo{SyncInfo::Kind::new_cookie, false, {}};
    case kRefreshDelete: return phase(SyncInfo::Kind::refresh_delete, choice->body);
    case kRefreshPresent: return phase(SyncInfo::Kind::refresh_present, choice->body);
    case kIdSet: return id_set(choice->body);
    default: return std::nullopt;
  }
}

std::optional<SyncDone> parse_sync_done(std::string_view value) {
  const auto outer = only(value, ber::kSequence);
  if (!outer) return std::nullopt;
  std::string_view rest = *outer;
  SyncDone out;
  if (!take_cookie(rest, out.cookie) || !take_flag(rest, out.refresh_deletes) || !rest.empty()) return std::nullopt;
  return out;
}

}  // namespace tally::directory
