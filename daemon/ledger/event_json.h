// The JSON of the nouns that events carry, both ways. For event_encode.cpp and event_decode.cpp alone.
#pragma once

#include "daemon/ledger/canonical_json.h"
#include "daemon/ledger/event.h"
#include "policy/model/run_report.h"

namespace tally::ledger {

/// Well-formed UTF-8 for JSON: bytes that are not become U+FFFD. Cut, at a character and with "…", where it would take
/// more than `most` bytes in the entry, where a quotation mark takes two and a control character six.
std::string json_text(std::string_view text, std::size_t most = std::string::npos);

Json to_json(const model::Subject& subject);
Json to_json(const model::Finding& finding);
/// Without rejects; further gaps are counted.
Json to_json(const model::Coverage& coverage, std::size_t most_gaps = kMaxGaps);
Json to_json(const std::vector<model::Reject>& rejects);
Json to_json(const std::vector<model::Segment>& segments);
Json to_json(const model::Population& population);
Json to_json(const model::Revocation& revocation);

// These throw nlohmann's exceptions on a missing member or one of the wrong type; decode() catches them.
/// The word in `json`; throws when no subject is called so.
model::SubjectKind subject_kind_from(const Json& json);
model::Subject subject_from(const Json& json);
model::Finding finding_from(const Json& json);
model::Coverage coverage_from(const Json& json);
std::vector<model::Reject> rejects_from(const Json& json);
std::vector<model::Segment> segments_from(const Json& json);
model::Population population_from(const Json& json);
model::Revocation revocation_from(const Json& json);
model::Truth truth_from(const std::string& word);
model::Severity severity_from(const std::string& word);
base::Instant instant_from(const Json& json, const char* member);
/// The member, 0 when it is absent: entries of earlier versions have no such count.
std::uint64_t count_from(const Json& json, const char* member);
/// The member, false when it is absent.
bool flag_from(const Json& json, const char* member);
/// The member as text, "" when it is absent.
std::string text_from(const Json& json, const char* member);

}  // namespace tally::ledger
