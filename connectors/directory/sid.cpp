#include "connectors/directory/sid.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <vector>

namespace tally::directory {
namespace {

constexpr std::size_t kMaxSubAuthorities = 15;  // MS-DTYP 2.4.2.2

std::uint8_t byte_at(std::string_view bytes, std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); }

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

struct Known {
  std::uint32_t rid;
  PrivilegedSid group;
};
using model::Tier;

// Tier 0 can take over the directory itself; tier 1 servers and what is on them. MS-DTYP 2.4.2.4 has the SIDs; the
// tiers follow Microsoft's lists of protected groups (AdminSDHolder) and of groups that escalate (appendix B and C of
// "Best Practices for Securing Active Directory").
constexpr std::array kBuiltin = {
    Known{544, {"Administrators", Tier::tier0}},
    Known{548, {"Account Operators", Tier::tier0}},
    Known{549, {"Server Operators", Tier::tier0}},
    Known{550, {"Print Operators", Tier::tier0}},
    Known{551, {"Backup Operators", Tier::tier0}},
    Known{552, {"Replicator", Tier::tier0}},
    Known{557, {"Incoming Forest Trust Builders", Tier::tier0}},
    Known{569, {"Cryptographic Operators", Tier::tier0}},
    Known{555, {"Remote Desktop Users", Tier::tier1}},
    Known{562, {"Distributed COM Users", Tier::tier1}},
    Known{574, {"Certificate Service DCOM Access", Tier::tier1}},
    Known{578, {"Hyper-V Administrators", Tier::tier1}},
    Known{580, {"Remote Management Users", Tier::tier1}},
};
constexpr std::array kOfDomain = {
    Known{498, {"Enterprise Read-only Domain Controllers", Tier::tier0}},
    Known{512, {"Domain Admins", Tier::tier0}},
    Known{516, {"Domain Controllers", Tier::tier0}},
    Known{517, {"Cert Publishers", Tier::tier1}},
    Known{518, {"Schema Admins", Tier::tier0}},
    Known{519, {"Enterprise Admins", Tier::tier0}},
    Known{520, {"Group Policy Creator Owners", Tier::tier0}},
    Known{521, {"Read-only Domain Controllers", Tier::tier0}},
    Known{526, {"Key Admins", Tier::tier0}},
    Known{527, {"Enterprise Key Admins", Tier::tier0}},
    Known{553, {"RAS and IAS Servers", Tier::tier1}},
};

template <class Table>
std::optional<PrivilegedSid> find_rid(const Table& table, std::uint32_t rid) {
  for (const Known& known : table) {
    if (known.rid == rid) return known.group;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> sid_text(std::string_view bytes) {
  constexpr std::size_t kHead = 8;
  if (bytes.size() < kHead || byte_at(bytes, 0) != 1) return std::nullopt;
  const std::size_t count = byte_at(bytes, 1);
  if (count > kMaxSubAuthorities || bytes.size() != kHead + 4 * count) return std::nullopt;
  std::uint64_t authority = 0;  // big-endian, unlike what follows
  for (std::size_t i = 2; i < kHead; ++i) authority = authority << 8U | byte_at(bytes, i);
  // 2.4.2.1: an authority that needs more than 32 bits is written in hexadecimal
  std::string out = authority >> 32U != 0 ? fmt::format("S-1-0x{:012X}", authority) : fmt::format("S-1-{}", authority);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t part = 0;
    for (std::size_t b = 4; b-- > 0;) part = part << 8U | byte_at(bytes, kHead + 4 * i + b);
    fmt::format_to(std::back_inserter(out), "-{}", part);
  }
  return out;
}

std::optional<std::string> sid_from(std::string_view value) {
  if (value.starts_with("S-")) return is_sid_text(value) ? std::optional<std::string>(value) : std::nullopt;
  return sid_text(value);
}

std::string sid_bytes(std::string_view text) {
  if (!is_sid_text(text)) return {};
  std::vector<std::uint32_t> parts;
  for (std::size_t at = 3; at != std::string_view::npos; at = text.find('-', at + 1)) {
    std::from_chars(text.data() + at + 1, text.data() + text.size(), parts.emplace_back());
  }
  std::string out{1, static_cast<char>(parts.size() - 1), 0, 0};
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(parts[0] >> shift & 0xFFU);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(parts[i] >> shift & 0xFFU);
  }
  return out;
}

bool is_sid_text(std::string_view text) {
  if (!text.starts_with("S-1-")) return false;
  text.remove_prefix(4);
  for (std::size_t parts = 0; parts <= kMaxSubAuthorities; ++parts) {
    const std::size_t dash = text.find('-');
    const std::string_view part = text.substr(0, dash);
    std::uint32_t n = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), n);
    if (error != std::errc{} || end != part.data() + part.size()) return false;
    if (part.size() > 1 && part.front() == '0') return false;  // a second spelling would hide S-1-5-32-0544
    if (dash == std::string_view::npos) return true;
    text.remove_prefix(dash + 1);
  }
  return false;
}

std::optional<SplitSid> split_sid(std::string_view sid) {
  const std::size_t dash = sid.rfind('-');
  if (dash == std::string_view::npos || dash <= 3) return std::nullopt;
  SplitSid out{sid.substr(0, dash), 0};
  const char* end = sid.data() + sid.size();
  const auto [stop, error] = std::from_chars(sid.data() + dash + 1, end, out.rid);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return out;
}

std::optional<std::string> guid_text(std::string_view bytes) {
  if (bytes.size() != 16) return std::nullopt;
  constexpr std::array<std::size_t, 16> kOrder = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    const std::uint8_t byte = byte_at(bytes, kOrder[i]);
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out;
}

std::optional<std::string> uuid_text(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? out[i] != '-' : !is_hex(out[i])) return std::nullopt;
    if (out[i] >= 'A' && out[i] <= 'F') out[i] = static_cast<char>(out[i] + 32);
  }
  return out;
}

std::optional<PrivilegedSid> privileged_sid(std::string_view sid) {
  if (sid == "S-1-5-9") return PrivilegedSid{"Enterprise Domain Controllers", Tier::tier0};
  const auto split = split_sid(sid);
  if (!split) return std::nullopt;
  if (split->domain == "S-1-5-32") return find_rid(kBuiltin, split->rid);
  if (split->domain.starts_with("S-1-5-21-")) return find_rid(kOfDomain, split->rid);
  return std::nullopt;
}

std::string_view unlisted_population(std::string_view sid) {
  if (sid == "S-1-1-0") return "Everyone";
  // Whoever signs in so, until the session ends (MS-DTYP 2.4.2.4).
  if (sid == "S-1-5-1") return "Dialup";
  if (sid == "S-1-5-2") return "Network";
  if (sid == "S-1-5-3") return "Batch";
  if (sid == "S-1-5-4") return "Interactive";
  if (sid == "S-1-5-6") return "Service";
  if (sid == "S-1-5-7") return "Anonymous";
  if (sid == "S-1-5-11") return "Authenticated Users";
  if (sid == "S-1-5-13") return "Terminal Server Users";
  if (sid == "S-1-5-14") return "Remote Interactive Logon";
  if (sid == "S-1-5-15") return "This Organization";
  return {};
}

}  // namespace tally::directory
