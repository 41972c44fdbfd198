#include "policy/rules/group_statements.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::rules {
namespace {

constexpr std::int64_t kLargestRid = 0xFFFFFFFF;

/// "S-1-" and numbers with dashes between; whether such a SID exists nobody can say.
bool looks_like_sid(std::string_view text) {
  if (!text.starts_with("S-1-") || text.size() < 5 || text.ends_with('-')) return false;
  return std::all_of(text.begin() + 4, text.end(), [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
}

std::optional<std::string> sid_of(const Node& node, const std::string& written, Reader& reader) {
  if (looks_like_sid(written)) return written;
  reader.troubles().add(node.at, fmt::format("\"{}\" is no security identifier: S-1-… is expected", written));
  return std::nullopt;
}

/// 0 or 1, as a number or, like in the configuration, as a string.
std::optional<model::Tier> tier_of(const Node& table, Reader& reader) {
  const Node* node = table.find("tier");
  if (node == nullptr) {
    reader.troubles().add(table.at, "\"tier\" is missing");
    return std::nullopt;
  }
  const auto* number = node->get<std::int64_t>();
  const auto* word = node->get<std::string>();
  if ((number != nullptr && *number == 0) || (word != nullptr && *word == "0")) return model::Tier::tier0;
  if ((number != nullptr && *number == 1) || (word != nullptr && *word == "1")) return model::Tier::tier1;
  reader.troubles().add(node->at, "a tier is 0 (the directory itself) or 1 (servers and what is on them)");
  return std::nullopt;
}

/// Nothing when there is no rid, or a wrong one, which is noted.
std::optional<std::uint32_t> rid_of(const Node& table, Reader& reader) {
  const Node* node = table.find("rid");
  if (node == nullptr) return std::nullopt;
  const auto* number = node->get<std::int64_t>();
  if (number != nullptr && *number >= 0 && *number <= kLargestRid) return static_cast<std::uint32_t>(*number);
  reader.troubles().add(node->at, "a rid is a number of 32 bits, such as 512");
  return std::nullopt;
}

std::string profile_of(const Node& table, Reader& reader) {
  const std::string profile = reader.text(table, "profile", "");
  static const std::vector<std::string_view> kProfiles = {"active-directory", "openldap", "389ds", "generic"};
  if (profile.empty() || std::find(kProfiles.begin(), kProfiles.end(), profile) != kProfiles.end()) return profile;
  reader.troubles().add(table.find("profile")->at,
                        R"(a profile is "active-directory", "openldap", "389ds" or "generic")",
                        suggestion(profile, kProfiles));
  return {};
}

std::string canonical_choice(const model::GroupChoice& choice) {
  return fmt::format("name {}:{} sid {} rid {} in {}:{} of {}\n", choice.name.size(), choice.name, choice.sid,
                     choice.rid ? fmt::to_string(*choice.rid) : "-", choice.source.size(), choice.source,
                     choice.profile);
}

}  // namespace

std::vector<model::PrivilegedTarget> read_privileged_groups(const Node& root, Reader& reader) {
  std::vector<model::PrivilegedTarget> out;
  for (const Node* table : reader.tables(root, "privileged_group")) {
    Troubles& troubles = reader.troubles();
    troubles.unknown_keys(*table, {"group", "sid", "rid", "tier", "in", "profile", "reason"});
    model::PrivilegedTarget target;
    target.groups.name = reader.text(*table, "group", "");
    target.groups.source = reader.text(*table, "in", "");
    target.groups.profile = profile_of(*table, reader);
    target.groups.rid = rid_of(*table, reader);
    target.reason = reader.text(*table, "reason");
    const auto tier = tier_of(*table, reader);
    bool named = !target.groups.name.empty() || target.groups.rid.has_value() || table->find("rid") != nullptr;
    if (const Node* sid = table->find("sid")) {
      target.groups.sid = sid_of(*sid, reader.text(*table, "sid"), reader).value_or("");
      named = true;
    }
    if (!named) troubles.add(table->at, "which group? \"group\" (a name or DN), \"sid\" or \"rid\" is missing");
    if (tier) target.tier = *tier;
    if (tier && named) out.push_back(std::move(target));
  }
  return out;
}

std::vector<model::EntitlementClass> read_entitlements(const Node& root, Reader& reader) {
  std::vector<model::EntitlementClass> out;
  for (const Node* table : reader.tables(root, "entitlement")) {
    reader.troubles().unknown_keys(*table, {"name", "about", "groups", "sids", "in"});
    model::EntitlementClass one;
    one.name = reader.text(*table, "name");
    one.about = reader.text(*table, "about", "");
    const std::string in = reader.text(*table, "in", "");
    for (std::string& name : reader.texts(*table, "groups")) {
      if (!name.empty()) one.groups.push_back({std::move(name), {}, {}, in, {}});
    }
    for (const std::string& written : reader.texts(*table, "sids")) {
      if (auto sid = sid_of(*table->find("sids"), written, reader))
        one.groups.push_back({{}, std::move(*sid), {}, in, {}});
    }
    if (one.groups.empty()) {
      reader.troubles().add(table->at, fmt::format("the entitlement \"{}\" names no group", one.name),
                            "write groups = [\"…\"] or sids = [\"S-1-…\"]");
    }
    if (!one.name.empty()) out.push_back(std::move(one));
  }
  return out;
}

std::string canonical_form(const std::vector<model::PrivilegedTarget>& targets,
                           const std::vector<model::EntitlementClass>& classes) {
  std::string out;
  for (const model::PrivilegedTarget& target : targets) {
    out += fmt::format("privileged {} {}:{} {}", to_string(target.tier), target.reason.size(), target.reason,
                       canonical_choice(target.groups));
  }
  for (const model::EntitlementClass& one : classes) {
    out += fmt::format("entitlement {}:{} {}:{}\n", one.name.size(), one.name, one.about.size(), one.about);
    for (const model::GroupChoice& choice : one.groups) out += canonical_choice(choice);
  }
  return out;
}

}  // namespace tally::rules
