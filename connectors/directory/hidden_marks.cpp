#include "connectors/directory/hidden_marks.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "connectors/directory/change_metadata.h"
#include "connectors/directory/dn.h"
#include "connectors/directory/person_queries.h"
#include "connectors/directory/read_check.h"
#include "connectors/directory/sid.h"
#include "connectors/directory/who_am_i.h"

namespace tally::directory {
namespace {

struct Decisive {
  const char* attribute;
  Guid schema_id;     ///< schemaIDGUID
  Guid property_set;  ///< attributeSecurityGUID; of none: its own again
  std::uint32_t flags = 0;
};

/// [MS-ADA1], [MS-ADA2], [MS-ADA3]; property sets: [MS-ADTS] 3.1.1.2.3.3.
constexpr const char* kPublicInformation = "e48d0154-bcf8-11d1-8702-00c04fb96050";
constexpr const char* kGeneralInformation = "59ba2f42-79a2-11d0-9020-00c04fc2d3cf";
constexpr const char* kPersonalInformation = "77b5b886-944a-11d1-aebd-0000f80367c1";
constexpr const char* kAccountRestrictions = "4c164200-20c0-11d0-a768-00aa006e0529";
constexpr const char* kLogonInformation = "5f202010-79a5-11d0-9020-00c04fc2d4cf";
constexpr const char* kLockoutTimeId = "28630ebf-41d5-11d1-a9c1-0000f80367c1";
constexpr const char* kAdminCountId = "bf967918-0de6-11d0-a285-00aa003049e2";

constexpr Decisive kDecisive[] = {
    {"lockoutTime", Guid(kLockoutTimeId), Guid(kLockoutTimeId)},
    {"lastLogonTimestamp", Guid("c0e20a04-0e5a-4ff3-9482-5efeaecd7060"), Guid(kLogonInformation)},
    {"servicePrincipalName", Guid("f3a64788-5306-11d1-a9c5-0000f80367c1"), Guid(kPublicInformation),
     model::kHasServicePrincipal},
    {"msDS-AllowedToDelegateTo", Guid("800d94d7-b7a1-42a1-b14d-7cae1423d07f"), Guid(kPublicInformation),
     model::kDelegatesToServices},
    {"msDS-AllowedToActOnBehalfOfOtherIdentity", Guid("3f78c3e5-f79a-46bd-a0b8-9d18116ddc79"),
     Guid(kAccountRestrictions), model::kResourceDelegation},
    {"sIDHistory", Guid("17eb4278-d167-11d0-b002-0000f80367c1"), Guid(kGeneralInformation),
     model::kSidHistory | model::kSidHistoryPrivileged | model::kSidHistoryOwnDomain},
    {"adminCount", Guid(kAdminCountId), Guid(kAdminCountId), model::kAdminCount},
    {"altSecurityIdentities", Guid("00fbf30c-91fe-11d1-aebc-0000f80367c1"), Guid(kPublicInformation),
     model::kAltSecurityIdentity},
    {"manager", Guid("bf9679b5-0de6-11d0-a285-00aa003049e2"), Guid(kPublicInformation), model::kManagerNamed},
    {"description", Guid("bf967950-0de6-11d0-a285-00aa003049e2"), Guid(kPublicInformation), model::kPasswordLikeText},
    {"info", Guid("bf96793e-0de6-11d0-a285-00aa003049e2"), Guid(kPersonalInformation), model::kPasswordLikeText},
    {"comment", Guid("bf967a6a-0de6-11d0-a285-00aa003049e2"), Guid(kGeneralInformation), model::kPasswordLikeText},
};
static_assert(std::size(kDecisive) <= Unshown::kMaxAttributes);

/// Of class_of_: the list may be like no other.
constexpr std::uint32_t kOwnList = 0;

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const Decisive& d : kDecisive) out.emplace_back(d.attribute);
  return out;
}

/// Nobody wrote its list since it was made.
bool has_list_as_made(const Entry& entry) {
  const auto written = entry.first("replPropertyMetaData");
  const auto metadata = written ? PropertyMetadata::read(*written) : std::nullopt;
  const auto change = metadata ? metadata->find(kSecurityDescriptorId) : std::nullopt;
  return change && change->version == 1;
}

Unshown::Set readable_of(const ReadCheck& check, std::string_view written) {
  Unshown::Set out = 0;
  const auto list = SecurityDescriptor::parse(written);
  for (std::size_t i = 0; list && i < std::size(kDecisive); ++i) {
    if (check.surely_reads(*list, kDecisive[i].schema_id, &kDecisive[i].property_set)) out |= Unshown::bit(i);
  }
  return out;
}

}  // namespace

HiddenMarks::HiddenMarks() : unshown_(names()) {}

void HiddenMarks::take(Row row, const Entry& entry) {
  unshown_.read(entry, row);
  if (class_of_.size() <= row) class_of_.resize(row + 1, kOwnList);
  if (!has_list_as_made(entry)) return;
  std::string classes;
  for (const std::string_view name : entry.values("objectClass")) classes.append(name).push_back('\n');
  const auto fresh = static_cast<std::uint32_t>(classes_.size() + 1);
  class_of_[row] = classes_.emplace(std::move(classes), fresh).first->second;
}

std::vector<HiddenMarks::Row> HiddenMarks::one_for_each(TableBuilder& builder) const {
  std::vector<Row> out(class_of_.size());
  std::map<std::pair<std::string, std::uint32_t>, Row> first;
  for (Row row = 0; row < out.size(); ++row) {
    out[row] = row;
    if (class_of_[row] == kOwnList) continue;
    const std::string_view place = parent_dn(builder.text().view(builder.accounts().dn[row]));
    out[row] = first.emplace(std::pair(std::string(place), class_of_[row]), row).first->second;
  }
  return out;
}

std::map<HiddenMarks::Row, Unshown::Set> HiddenMarks::readable(const Inquiry& ask,
                                                               const std::vector<std::string>& bases,
                                                               TableBuilder& builder,
                                                               const std::set<Row>& wanted) const {
  const ReadCheck check(token_sids(ask));
  std::map<Row, Unshown::Set> out;
  std::vector<std::string> filters;
  std::size_t asked = 0;
  for (const Row row : wanted) {
    const std::string sid = sid_bytes(builder.text().view(builder.accounts().sid[row]));
    if (sid.empty() || asked == kMaxLists) continue;
    if (asked++ % kAtOnce == 0) filters.emplace_back();
    filters.back() += "(objectSid=" + escaped_value(sid) + ")";
  }
  for (const std::string& filter : filters) {
    for (const std::string& base : DnScope::outermost(bases)) {
      Search what;
      what.base = base;
      what.query = {"(|" + filter + ")", {"nTSecurityDescriptor"}};
      what.page_size = kAtOnce;
      what.descriptors = true;
      ask.search(what, [&](const Entry& entry) {
        const auto node = builder.find(entry.dn());
        const auto list = entry.first("nTSecurityDescriptor");
        if (node && node->kind == NodeKind::account && list) out[node->row] = readable_of(check, *list);
      });
    }
  }
  return out;
}

std::vector<std::string> HiddenMarks::look_at_lists(const Inquiry& ask, const std::vector<std::string>& bases,
                                                    TableBuilder& builder) {
  const std::vector<Row> one_of = one_for_each(builder);
  std::set<Row> wanted;
  for (Row row = 0; row < one_of.size(); ++row) {
    if (unshown_.open_in(row) != 0) wanted.insert(one_of[row]);
  }
  if (wanted.empty()) return {};
  const std::map<Row, Unshown::Set> lists = readable(ask, bases, builder, wanted);
  for (Row row = 0; row < one_of.size(); ++row) {
    const auto found = lists.find(one_of[row]);
    if (found != lists.end()) unshown_.absent(found->second, row);
  }
  std::vector<std::string> notes = {
      fmt::format("lists-of-accounts: {} were asked for, and {} were delivered", wanted.size(), lists.size())};
  for (std::size_t i = 0; i < std::size(kDecisive); ++i) {
    const std::uint64_t without = unshown_.not_shown(i);
    if (without == 0) continue;
    notes.push_back(fmt::format("absence: {} accounts show no {}, and {} of them are seen to have none", without,
                                kDecisive[i].attribute, without - unshown_.open_entries(i)));
  }
  return notes;
}

std::vector<std::string> HiddenMarks::may_be_hidden() const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < std::size(kDecisive); ++i) {
    if (const std::uint64_t open = unshown_.open_entries(i); open > 0)
      out.push_back(fmt::format("{} of {} of {} accounts", kDecisive[i].attribute, open, class_of_.size()));
  }
  return out;
}

void HiddenMarks::doubt(model::Accounts& accounts) const {
  for (Row row = 0; row < class_of_.size(); ++row) {
    if (unshown_.open_in(row) == 0) continue;
    for (std::size_t i = 0; i < std::size(kDecisive); ++i) {
      // What another attribute of the same flag shows stays true.
      if (unshown_.open(i, row)) accounts.flags_known[row] &= ~(kDecisive[i].flags & ~accounts.flags[row]);
    }
  }
}

}  // namespace tally::directory
