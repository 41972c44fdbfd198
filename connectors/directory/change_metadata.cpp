#include "connectors/directory/change_metadata.h"

#include <charconv>

#include "connectors/directory/entry.h"

namespace tally::directory {
namespace {

constexpr std::size_t kHeader = 16;  ///< version, padding, count, padding: 4 bytes each
constexpr std::size_t kEntry = 48;   ///< attribute 4, version 4, time 8, invocation 16, two USNs of 8
constexpr std::uint64_t kSeconds1601To1970 = 11'644'473'600;
constexpr std::uint64_t kSecondsUntil10000 = 265'046'774'400;  ///< from 1601

/// What stands in the element of that name; it has no attributes and nothing of its own name inside.
std::optional<std::string_view> element(std::string_view xml, std::string_view name) {
  const std::string open = "<" + std::string(name) + ">", close = "</" + std::string(name) + ">";
  const std::size_t begin = xml.find(open);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = xml.find(close, begin + open.size());
  if (end == std::string_view::npos) return std::nullopt;
  return xml.substr(begin + open.size(), end - begin - open.size());
}

/// Text of XML 1.0 with its five names of characters resolved; nothing for any other reference.
std::optional<std::string> plain(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kNames[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  std::string out;
  while (!text.empty()) {
    if (text.front() != '&') {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const std::size_t before = text.size();
    for (const auto& [name, character] : kNames) {
      if (!text.starts_with(name)) continue;
      out += character;
      text.remove_prefix(name.size());
      break;
    }
    if (text.size() == before) return std::nullopt;
  }
  return out;
}

/// A time as these values write it; 1601-01-01T00:00:00Z stands for none.
std::optional<base::Instant> moment(std::string_view xml, std::string_view name) {
  const auto text = element(xml, name);
  if (!text) return std::nullopt;
  const auto at = base::parse_instant(*text);
  if (!at || *at <= base::Instant(-std::chrono::seconds{kSeconds1601To1970})) return std::nullopt;
  return *at;
}

}  // namespace

std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t out = 0;
  for (std::size_t i = size; i-- > 0;) out = out << 8U | static_cast<std::uint8_t>(bytes[at + i]);
  return out;
}

std::optional<base::Instant> time_since_1601(std::uint64_t seconds) {
  if (seconds == 0 || seconds >= kSecondsUntil10000) return std::nullopt;
  const auto since_1970 = static_cast<std::int64_t>(seconds) - static_cast<std::int64_t>(kSeconds1601To1970);
  return base::Instant(std::chrono::seconds{since_1970});
}

std::optional<PropertyMetadata> PropertyMetadata::read(std::string_view bytes) {
  if (bytes.size() < kHeader || little_endian(bytes, 0, 4) != 1) return std::nullopt;
  if ((bytes.size() - kHeader) % kEntry != 0) return std::nullopt;
  if ((bytes.size() - kHeader) / kEntry != little_endian(bytes, 8, 4)) return std::nullopt;
  return PropertyMetadata(bytes.substr(kHeader));
}

std::optional<AttributeChange> PropertyMetadata::find(std::uint32_t attribute) const {
  for (std::size_t at = 0; at < entries_.size(); at += kEntry) {
    if (little_endian(entries_, at, 4) != attribute) continue;
    const auto when = time_since_1601(little_endian(entries_, at + 8, 8));
    if (!when) return std::nullopt;
    return AttributeChange{static_cast<std::uint32_t>(little_endian(entries_, at + 4, 4)), *when};
  }
  return std::nullopt;
}

std::optional<LinkChange> link_change(std::string_view xml) {
  const auto attribute = element(xml, "pszAttributeName"), name = element(xml, "pszObjectDn"),
             version = element(xml, "dwVersion");
  if (!attribute || !equal_ignoring_case(*attribute, "member") || !name || !version) return std::nullopt;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(version->data(), version->data() + version->size(), number);
  if (error != std::errc() || end != version->data() + version->size() || number == 0) return std::nullopt;
  const auto member = plain(*name);
  const auto changed = moment(xml, "ftimeLastOriginatingChange");
  if (!member || member->empty() || !changed) return std::nullopt;
  return LinkChange{*member, !moment(xml, "ftimeDeleted"), *changed};
}

}  // namespace tally::directory
