#include "daemon/ledger/entry.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "daemon/ledger/canonical_json.h"
#include "daemon/ledger/entry_form.h"
#include "daemon/ledger/leaf_glance.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

/// The string member of that name; nothing when it is missing or of another kind.
const std::string* text_member(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() ? nullptr : found->get_ptr<const std::string*>();
}

tl::unexpected<base::Error> bad_entry(const std::string& why) {
  return failure(ErrorKind::malformed, "the entry " + why);
}

bool is_reserved(std::string_view name) {
  return name == "pii" || name == "subj" || name == "ts" || name == "type" || name == "v";
}

/// The members of an object that was read exactly; `texts` keeps what they are views of.
std::vector<JsonMember> members_in(const Json& object, std::vector<std::string>& texts) {
  std::vector<JsonMember> members;
  texts.reserve(object.size());
  for (const auto& [name, value] : object.items()) texts.push_back(Json(name).dump() + ":" + value.dump());
  auto text = texts.begin();
  for (auto member = object.begin(); member != object.end(); ++member) members.push_back({member.key(), *text++});
  return members;
}

/// The leaf of these members and those of the envelope, in the order of their names.
std::string joined(std::span<const JsonMember> members, const Envelope& envelope) {
  std::vector<std::pair<std::string_view, std::string>> added;
  if (envelope.commitment) added.emplace_back("pii", R"("pii":")" + format_commitment(*envelope.commitment) + '"');
  if (!envelope.subject.empty()) added.emplace_back("subj", R"("subj":)" + Json(envelope.subject).dump());
  added.emplace_back("ts", R"("ts":")" + base::format_instant(envelope.time) + '"');
  added.emplace_back("type", R"("type":")" + std::string(envelope.type) + '"');
  added.emplace_back("v", fmt::format(R"("v":{})", kEntryVersion));
  std::string leaf = "{";
  const auto put = [&](std::string_view text) { (leaf += leaf.size() == 1 ? "" : ",") += text; };
  auto next = added.begin();
  for (const JsonMember& member : members) {
    for (; next != added.end() && next->first < member.name; ++next) put(next->second);
    put(member.text);
  }
  for (; next != added.end(); ++next) put(next->second);
  return leaf += '}';
}

bool is_finite(base::Instant time) { return time != base::kBeginningOfTime && time != base::kEndOfTime; }

}  // namespace

bool is_type(std::string_view text) {
  constexpr std::size_t kMaxTypeLength = 64;
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && text.size() <= kMaxTypeLength && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_subject(std::string_view text) {
  return text.size() == 34 && text.starts_with("s:") && std::all_of(text.begin() + 2, text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::optional<std::string> canonical_json_fault(std::string_view text) {
  const auto json = parse_canonical(text);
  if (json) return std::nullopt;
  return json.error().message;
}

Result<Json> parse_leaf(std::string_view leaf) {
  if (leaf.size() > kMaxEntryBytes) return bad_entry("is longer than 65535 bytes");
  auto json = parse_canonical(leaf);
  if (!json) return bad_entry(json.error().message);
  return json;
}

Result<Entry> Entry::parse(std::string_view leaf) {
  if (const auto seen = LeafReader().glance(leaf)) {
    const auto commitment = seen->commitment.empty() ? std::nullopt : parse_commitment(seen->commitment);
    return Entry{std::string(seen->type), seen->time, std::string(seen->subject), commitment, {}};
  }
  const auto json = parse_leaf(leaf);
  if (!json) return tl::unexpected(json.error());
  return entry_from(*json);
}

Result<Entry> entry_from(const Json& json) {
  const auto version = json.find("v");
  if (version == json.end() || *version != kEntryVersion) return bad_entry("has a version (\"v\") other than 1");
  Entry entry;
  const std::string* type = text_member(json, "type");
  if (type == nullptr || !is_type(*type)) return bad_entry("has no well-formed \"type\"");
  entry.type = *type;
  const std::string* ts = text_member(json, "ts");
  const auto time = ts == nullptr ? std::nullopt : base::parse_instant(*ts);
  if (!time || base::format_instant(*time) != *ts) return bad_entry("has no well-formed \"ts\"");
  entry.time = *time;
  if (json.contains("subj")) {
    const std::string* subject = text_member(json, "subj");
    if (subject == nullptr || !is_subject(*subject)) return bad_entry("has a malformed \"subj\"");
    entry.subject = *subject;
  }
  if (json.contains("pii")) {
    const std::string* pii = text_member(json, "pii");
    entry.commitment = pii == nullptr ? std::nullopt : parse_commitment(*pii);
    if (!entry.commitment) return bad_entry("has a malformed \"pii\"");
  }
  if (const std::string* origin = text_member(json, "origin"); origin && entry.type == entry_type::kGenesis) {
    entry.origin = *origin;
  }
  return entry;
}

Result<std::string> make_leaf(const Envelope& envelope, std::string_view fields) {
  const auto bad = [](std::string why) { return failure(ErrorKind::malformed, std::move(why)); };
  auto members = members_of(fields);
  Json json;  // keeps the texts of members that need the exact reader
  std::vector<std::string> texts;
  if (!members) {
    auto exact = parse_canonical(fields);
    if (!exact) return bad("the field text " + exact.error().message);
    json = std::move(*exact);
    members = members_in(json, texts);
  }
  if (!is_type(envelope.type))
    return bad("the type \"" + base::displayable(envelope.type) + "\" is not of the form [a-z][a-z0-9_]*");
  if (!is_finite(envelope.time)) return bad("the time is not a moment");
  for (const JsonMember& member : *members) {
    if (is_reserved(member.name)) {
      return bad(fmt::format("the fields hold \"{}\", which the recorder adds", member.name));
    }
  }
  std::string leaf = joined(*members, envelope);
  if (leaf.size() > kMaxEntryBytes) {
    return failure(ErrorKind::limit,
                   fmt::format("the entry has {} bytes, at most {} fit", leaf.size(), kMaxEntryBytes));
  }
  return leaf;
}

bool opens(std::string_view leaf, const Salt& salt, std::string_view personal) {
  const auto entry = Entry::parse(leaf);
  return entry && entry->commitment && opens(*entry->commitment, salt, personal);
}

}  // namespace tally::ledger
