#include "daemon/ledger/event_decision.h"

#include <limits>
#include <stdexcept>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/event_decision_json.h"
#include "daemon/ledger/event_json.h"
#include "policy/base/assert.h"

namespace tally::ledger {
namespace {

using model::Author;
using model::RequestState;

EventText text(std::string_view type, Json fields, Json personal, const Author& by, std::string subject_key) {
  fields["uid"] = by.uid;
  personal["login"] = json_text(by.login, kMaxNameBytes);
  return {std::string(type), fields.dump(), personal.dump(), std::move(subject_key)};
}

std::string reason_of(std::string_view reason) { return json_text(reason, kMaxReasonBytes); }

/// The operator's own key: a feed is nobody's.
std::string operator_key(const Author& by) { return "operator/" + model::name_of(by); }

Author author_from(const Json& fields, const Json& personal) {
  return {uid_from(fields), text_from(personal, "login")};
}

std::string_view type_of(RequestState answer) {
  switch (answer) {
    case RequestState::approved: return entry_type::kExemptionApproved;
    case RequestState::refused: return entry_type::kExemptionRefused;
    case RequestState::withdrawn: return entry_type::kExemptionWithdrawn;
    case RequestState::pending: break;
  }
  TALLY_ASSERT(false && "a request that is pending has no answer");
  return {};
}

std::optional<RequestState> answer_of(std::string_view type) {
  for (const auto answer : {RequestState::approved, RequestState::refused, RequestState::withdrawn}) {
    if (type_of(answer) == type) return answer;
  }
  return std::nullopt;
}

ManifestSigned manifest_signed_from(const Json& fields, const Json& personal) {
  const auto role = model::sign_off_role_of(fields.at("role").get<std::string>());
  if (!role) throw std::invalid_argument("member \"role\" is neither preparer nor reviewer");
  const auto manifest = base::Digest::from_hex(fields.at("manifest").get<std::string>());
  if (!manifest || fields.at("manifest") != manifest->hex())
    throw std::invalid_argument("member \"manifest\" is no digest");
  const auto blob = parse_base64(fields.at("signature").get<std::string>());
  if (!blob) throw std::invalid_argument("member \"signature\" is not base64");
  const auto signature = SshSignature::from_blob(*blob);
  if (!signature) throw std::invalid_argument(signature.error().message);
  if (fields.at("key") != signature->key.fingerprint()) throw std::invalid_argument("member \"key\" is another key");
  return {fields.at("run"), *role, *manifest, *signature, text_from(personal, "who"), author_from(fields, personal)};
}

model::Subject subject_or_erased(const Json& personal, const char* member) {
  if (personal.contains(member)) return subject_from(personal.at(member));
  model::Subject erased;
  erased.label = "(erased)";
  return erased;
}

}  // namespace

std::uint32_t uid_from(const Json& fields) {
  const auto uid = fields.at("uid").get<std::uint64_t>();
  if (uid > std::numeric_limits<std::uint32_t>::max()) throw std::invalid_argument("member \"uid\" is no user");
  return static_cast<std::uint32_t>(uid);
}

EventText encode(const FindingAcknowledged& event) {
  return text(entry_type::kFindingAcknowledged, {{"opened", event.opened}, {"rule", event.rule}},
              {{"subject_key", json_text(event.subject_key)}, {"reason", reason_of(event.reason)}}, event.by,
              event.subject_key);
}

EventText encode(const ExemptionRequested& event) {
  return text(entry_type::kExemptionRequested, {{"rule", event.rule}, {"until", base::format_instant(event.until)}},
              {{"subject", to_json(event.subject)}, {"reason", reason_of(event.reason)}}, event.by, event.subject.key);
}

EventText encode(const ExemptionAnswered& event) {
  return text(type_of(event.answer), {{"asked", event.asked}},
              {{"subject_key", json_text(event.subject_key)}, {"reason", reason_of(event.reason)}}, event.by,
              event.subject_key);
}

EventText encode(const LinkDecided& event) {
  return text(entry_type::kLinkDecided, {{"same", event.same}},
              {{"account", to_json(event.account)},
               {"employee_id", json_text(event.employee_id)},
               {"reason", reason_of(event.reason)}},
              event.by, event.account.key);
}

EventText encode(const LinkRevoked& event) {
  return text(entry_type::kLinkRevoked, {{"decided", event.decided}},
              {{"subject_key", json_text(event.subject_key)}, {"reason", reason_of(event.reason)}}, event.by,
              event.subject_key);
}

EventText encode(const FeedReleaseRequested& event) {
  return text(entry_type::kFeedReleaseRequested,
              {{"source", json_text(event.source, kMaxNameBytes)}, {"run", event.run}},
              {{"reason", reason_of(event.reason)}}, event.by, operator_key(event.by));
}

EventText encode(const FeedReleaseApproved& event) {
  return text(entry_type::kFeedReleaseApproved, {{"asked", event.asked}}, Json::object(), event.by,
              operator_key(event.by));
}

std::optional<Event> decision_event_from(const std::string& type, const Json& fields, const Json& personal) {
  const auto key = [&] { return text_from(personal, "subject_key"); };
  const auto reason = [&] { return text_from(personal, "reason"); };
  if (type == entry_type::kFindingAcknowledged) {
    return FindingAcknowledged{fields.at("opened"), fields.at("rule"), key(), author_from(fields, personal), reason()};
  }
  if (type == entry_type::kExemptionRequested) {
    return ExemptionRequested{fields.at("rule"), subject_or_erased(personal, "subject"), instant_from(fields, "until"),
                              author_from(fields, personal), reason()};
  }
  if (const auto answer = answer_of(type)) {
    return ExemptionAnswered{*answer, fields.at("asked"), key(), author_from(fields, personal), reason()};
  }
  if (type == entry_type::kLinkDecided) {
    return LinkDecided{subject_or_erased(personal, "account"), text_from(personal, "employee_id"), fields.at("same"),
                       author_from(fields, personal), reason()};
  }
  if (type == entry_type::kLinkRevoked) {
    return LinkRevoked{fields.at("decided"), key(), author_from(fields, personal), reason()};
  }
  if (type == entry_type::kFeedReleaseRequested) {
    return FeedReleaseRequested{fields.at("source"), fields.at("run"), author_from(fields, personal), reason()};
  }
  if (type == entry_type::kFeedReleaseApproved) {
    return FeedReleaseApproved{fields.at("asked"), author_from(fields, personal)};
  }
  if (type == entry_type::kManifestSigned) return manifest_signed_from(fields, personal);
  return std::nullopt;
}

}  // namespace tally::ledger
