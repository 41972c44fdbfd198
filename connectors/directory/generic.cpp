#include "connectors/directory/generic.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/dn.h"
#include "connectors/directory/fields.h"
#include "connectors/directory/posix.h"
#include "connectors/directory/sid.h"

namespace tally::directory {
namespace {

constexpr std::string_view kNotDisabled = "nothing of disabled_when holds";
constexpr std::string_view kNoExpiry = "no value of expires_attribute";

std::vector<std::string> own_attributes(const ProfileOptions& options, const SignIns& sign_ins) {
  const GenericAttributes& names = options.generic;
  std::vector<std::string> out = {names.id, names.mail, names.expires, names.password_changed, "sshPublicKey"};
  out.insert(out.end(), names.members.begin(), names.members.end());
  out.insert(out.end(), sign_ins.attributes().begin(), sign_ins.attributes().end());
  for (const std::string& predicate : names.enabled_when) out.push_back(predicate.substr(0, predicate.find('=')));
  return out;
}

}  // namespace

base::Result<std::unique_ptr<Profile>> Generic::create(const ProfileOptions& options, base::Instant collected_at) {
  auto classifier = Classifier::create(options, fmt::format("(|{})", kAccounts), fmt::format("(|{})", kGroups));
  if (!classifier) return tl::unexpected(classifier.error());
  ProfileOptions as_predicates = options;  // the same form, and the same refusal of passwords
  as_predicates.disabled_when = options.generic.enabled_when;
  if (auto fine = Classifier::create(as_predicates, "(objectClass=*)", "(objectClass=*)"); !fine)
    return tl::unexpected(fine.error().within("enabled_when, written like disabled_when"));
  if (options.generic.members.size() > kMaxMemberAttributes)
    return base::failure(base::ErrorKind::unsupported,
                         fmt::format("member_attributes: {} are named, and {} are the most",
                                     options.generic.members.size(), kMaxMemberAttributes));
  for (const std::string& name :
       {options.generic.id, options.generic.mail, options.generic.expires, options.generic.password_changed}) {
    if (Classifier::is_password(name)) {
      return base::failure(base::ErrorKind::unsupported, fmt::format("{}: passwords are never read", name));
    }
  }
  std::vector<Predicate> enabled_when;
  for (const std::string& predicate : options.generic.enabled_when) {
    const std::size_t equals = predicate.find('=');
    enabled_when.emplace_back(predicate.substr(0, equals), predicate.substr(equals + 1));
  }
  SignIns sign_ins(options.sign_in_attributes, options.sign_ins_recorded_since, collected_at);
  return std::unique_ptr<Profile>(
      new Generic(options, collected_at, std::move(*classifier), std::move(sign_ins), std::move(enabled_when)));
}

Generic::Generic(const ProfileOptions& options, base::Instant collected_at, Classifier classifier, SignIns sign_ins,
                 std::vector<Predicate> enabled_when)
    : StandardProfile(options, collected_at, std::move(classifier), own_attributes(options, sign_ins), ""),
      sign_ins_(std::move(sign_ins)),
      enabled_when_(std::move(enabled_when)) {
  for (const std::string& predicate : options.disabled_when)
    disabled_by_.push_back(predicate.substr(0, predicate.find('=')));
  disabled_by_shown_.resize(disabled_by_.size(), false);
  if (!this->options().generic.id.empty()) base_query_.attributes = {"objectClass", this->options().generic.id};
}

/// A UUID in its one form; any other text as it is.
base::TextId Generic::id_of(Fields& fields) {
  const std::string& attribute = options().generic.id;
  const auto value = fields.entry().first(attribute);
  if (!value) return base::TextId(0);
  if (const auto id = uuid_text(*value)) return fields.builder().text().add(*id);
  return fields.text(attribute);
}

void Generic::decode_access(Fields& fields, model::AccountId account) {
  model::Accounts& accounts = fields.builder().accounts();
  base::TextPool& text = fields.builder().text();
  const std::uint32_t row = account.index();
  const GenericAttributes& names = options().generic;
  accounts.enabled[row] = enabled(fields);
  accounts.locked[row] = model::BoolFact::unknown(text.intern("the generic profile reads no lockout"));
  accounts.flags_basis[row] = text.intern("the generic profile reads no such attribute");
  if (names.expires.empty()) {
    accounts.expires[row] =
        model::TimeFact::unknown(text.intern("no attribute is configured for the expiry (expires_attribute)"));
  } else if (!fields.entry().has(names.expires)) {
    accounts.expires[row] = model::TimeFact::never(text.intern(kNoExpiry));  // finish() may doubt it
  } else {
    expiry_shown_ = true;
    accounts.expires[row] = equal_ignoring_case(names.expires, "shadowExpire")
                                ? shadow_expiry(fields, collected_at(), kNoExpiry)
                                : fields.time(names.expires);
  }
  accounts.password_changed[row] =
      names.password_changed.empty()
          ? model::TimeFact::unknown(
                text.intern("no attribute is configured for the last password change (password_changed_attribute)"))
          : fields.time(names.password_changed);
  sign_ins_.read(fields, row);
}

model::BoolFact Generic::enabled(Fields& fields) {
  const Entry& entry = fields.entry();
  base::TextPool& text = fields.builder().text();
  for (std::size_t i = 0; i < disabled_by_.size(); ++i) {
    if (entry.has(disabled_by_[i])) disabled_by_shown_[i] = true;
  }
  if (const auto why = classifier().disabled_by(entry)) return model::BoolFact::known(false, text.intern(*why));
  const Predicate* shown = nullptr;
  for (const Predicate& one : enabled_when_) {
    if (!entry.has(one.first)) continue;
    const bool holds = one.second == "*" || entry.has_value(one.first, one.second);
    if (holds) return model::BoolFact::known(true, fields.evidence(one.first, one.second));
    shown = &one;
  }
  if (shown != nullptr)
    return model::BoolFact::known(false, text.intern(fmt::format("{} is not {}", shown->first, shown->second)));
  if (!enabled_when_.empty()) return model::BoolFact::unknown(fields.not_delivered(enabled_when_.front().first));
  if (!disabled_by_.empty()) return model::BoolFact::known(true, text.intern(kNotDisabled));
  return model::BoolFact::unknown(
      text.intern("no attribute is configured for enabled or disabled (enabled_when, disabled_when)"));
}

void Generic::decode_members(Fields& fields, model::GroupId group) {
  TableBuilder& builder = fields.builder();
  watch_members(fields, group);
  for (const std::string& attribute : options().generic.members) {
    for (const std::string_view member : fields.entry().values(attribute)) {
      if (normal_dn(member).empty())
        builder.add_member_uid(group, member);
      else
        builder.add_member(group, member);
    }
  }
  if (fields.entry().has("memberURL") || fields.entry().has_value("objectClass", "groupOfURLs"))
    builder.mark_members_unknown(group, "a dynamic group: its members are computed from memberURL by the server");
}

void Generic::finish(TableBuilder& builder) {
  finish_entries(builder);
  sign_ins_.finish(builder);
  base::TextPool& text = builder.text();
  model::Accounts& accounts = builder.accounts();
  const base::TextId no_expiry = text.intern(kNoExpiry), not_disabled = text.intern(kNotDisabled);
  const auto unseen = std::find(disabled_by_shown_.begin(), disabled_by_shown_.end(), false);
  const base::TextId hidden =
      unseen == disabled_by_shown_.end()
          ? base::TextId(0)
          : text.intern(fmt::format("no account shows {}: not used here, or hidden",
                                    disabled_by_[static_cast<std::size_t>(unseen - disabled_by_shown_.begin())]));
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    if (hidden != base::TextId(0) && accounts.enabled[i].basis == not_disabled)
      accounts.enabled[i] = model::BoolFact::unknown(hidden);
    if (!expiry_shown_ && accounts.expires[i].basis == no_expiry)
      accounts.expires[i] = model::TimeFact::unknown(
          text.intern(fmt::format("no account shows {}: not used here, or hidden", options().generic.expires)));
  }
}

}  // namespace tally::directory
