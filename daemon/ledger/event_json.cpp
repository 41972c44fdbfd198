#include "daemon/ledger/event_json.h"

#include <fmt/format.h>

#include <stdexcept>

#include "daemon/ledger/event.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

template <class Enum>
Enum enum_from(const std::string& word, std::initializer_list<Enum> values) {
  for (const Enum value : values) {
    if (to_string(value) == word) return value;
  }
  throw std::invalid_argument("unknown word \"" + word + "\"");
}

Json texts(const std::vector<std::string>& list) {
  Json out = Json::array();
  for (const std::string& text : list) out.push_back(json_text(text));
  return out;
}

Json to_json(const model::Evidence& evidence) {
  return {{"fact", json_text(evidence.fact)},
          {"value", json_text(evidence.value)},
          {"basis", json_text(evidence.basis)},
          {"source", json_text(evidence.source)},
          {"read_at", base::format_instant(evidence.read_at)}};
}

/// Bytes of one character in a JSON text.
std::size_t escaped_size(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (first < 0x20) return 6;
  return first == '"' || first == '\\' ? 2 : character.size();
}

model::Gap::Kind gap_kind_from(const std::string& word) {
  for (int i = 0; i <= static_cast<int>(model::Gap::Kind::stale); ++i) {
    const auto kind = static_cast<model::Gap::Kind>(i);
    if (model::to_string(kind) == word) return kind;
  }
  throw std::invalid_argument("unknown gap \"" + word + "\"");
}

}  // namespace

std::string json_text(std::string_view text, std::size_t most) {
  if (most == std::string::npos && base::is_utf8(text)) return std::string(text);
  std::string out;
  std::size_t written = 0;
  while (!text.empty()) {
    const std::size_t length = base::utf8_sequence(text);
    const std::string_view next = length == 0 ? std::string_view("\uFFFD") : text.substr(0, length);
    written += escaped_size(next);
    if (written > most) return out + "…";
    out += next;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

Json to_json(const model::Subject& subject) {
  return {{"kind", model::to_string(subject.kind)},
          {"key", json_text(subject.key)},
          {"label", json_text(subject.label)},
          {"source", json_text(subject.source)},
          {"dn", json_text(subject.dn)},
          {"person", json_text(subject.person)},
          {"person_name", json_text(subject.person_name)}};
}

Json to_json(const model::Finding& finding) {
  Json evidence = Json::array();
  for (const model::Evidence& item : finding.evidence) evidence.push_back(to_json(item));
  return {{"fingerprint", finding.fingerprint},
          {"rule", finding.rule},
          {"severity", model::to_string(finding.severity)},
          {"subject", to_json(finding.subject)},
          {"title", json_text(finding.title)},
          {"what", json_text(finding.what)},
          {"evidence", std::move(evidence)},
          {"path", texts(finding.path)},
          {"controls", texts(finding.controls)},
          {"fix", json_text(finding.fix)},
          {"content", finding.content}};
}

Json to_json(const model::Coverage& coverage, std::size_t most_gaps) {
  Json gaps = Json::array();
  for (const model::Gap& gap : coverage.gaps) {
    if (gaps.size() == most_gaps) break;
    gaps.push_back({{"kind", model::to_string(gap.kind)}, {"sentence", json_text(gap.sentence, kMaxSentenceBytes)}});
  }
  Json out = {
      {"state", model::to_string(coverage.state)}, {"gaps", std::move(gaps)},
      {"gaps_total", coverage.gaps.size()},        {"records_read", coverage.records_read},
      {"rejects", coverage.rejects_total},         {"counted_by", json_text(coverage.counted_by, kMaxSentenceBytes)}};
  if (coverage.records_counted) out["records_counted"] = *coverage.records_counted;
  return out;
}

Json to_json(const std::vector<model::Reject>& rejects) {
  Json out = Json::array();
  for (const model::Reject& reject : rejects) {
    out.push_back({{"line", reject.line},
                   {"column", json_text(reject.column)},
                   {"value", json_text(reject.value)},
                   {"reason", json_text(reject.reason)},
                   {"whole_record", reject.whole_record}});
  }
  return out;
}

Json to_json(const std::vector<model::Segment>& segments) {
  Json out = Json::array();
  for (const model::Segment& segment : segments) {
    out.push_back({{"by", segment.by}, {"value", json_text(segment.value, kMaxNameBytes)}, {"count", segment.count}});
  }
  return out;
}

std::vector<model::Segment> segments_from(const Json& value) {
  std::vector<model::Segment> segments;
  for (const Json& item : value) segments.push_back({item.at("by"), item.at("value"), item.at("count")});
  return segments;
}

Json to_json(const model::Population& population) {
  Json parts = Json::array();
  for (const auto& [name, count] : population.parts) parts.push_back({{"part", name}, {"count", count}});
  return {{"source", json_text(population.source, kMaxNameBytes)},
          {"total", population.total},
          {"parts", std::move(parts)},
          {"ties_out", population.ties_out()}};
}

model::Severity severity_from(const std::string& word) {
  using model::Severity;
  return enum_from(word, {Severity::low, Severity::medium, Severity::high, Severity::critical});
}

base::Instant instant_from(const Json& json, const char* member) {
  const auto text = json.at(member).get<std::string>();
  const auto parsed = base::parse_instant(text);
  if (!parsed) throw std::invalid_argument("member \"" + std::string(member) + "\" is no time: " + text);
  return *parsed;
}

std::uint64_t count_from(const Json& json, const char* member) {
  return json.contains(member) ? json.at(member).get<std::uint64_t>() : 0;
}

bool flag_from(const Json& json, const char* member) { return json.contains(member) && json.at(member).get<bool>(); }

std::string text_from(const Json& json, const char* member) { return json.value(member, std::string()); }

model::SubjectKind subject_kind_from(const Json& json) {
  const auto kind = model::subject_kind_of(json.get<std::string>());
  if (!kind) throw std::invalid_argument("no subject is called " + json.get<std::string>());
  return *kind;
}

model::Subject subject_from(const Json& json) {
  return {subject_kind_from(json.at("kind")),
          json.at("key"),
          json.at("label"),
          json.at("source"),
          json.at("dn"),
          json.at("person"),
          json.at("person_name")};
}

model::Finding finding_from(const Json& json) {
  model::Finding finding;
  finding.fingerprint = json.at("fingerprint");
  finding.rule = json.at("rule");
  finding.severity = severity_from(json.at("severity"));
  finding.subject = subject_from(json.at("subject"));
  finding.title = json.at("title");
  finding.what = json.at("what");
  for (const Json& item : json.at("evidence")) {
    finding.evidence.push_back(
        {item.at("fact"), item.at("value"), item.at("basis"), item.at("source"), instant_from(item, "read_at")});
  }
  finding.path = json.at("path").get<std::vector<std::string>>();
  finding.controls = json.at("controls").get<std::vector<std::string>>();
  finding.fix = json.at("fix");
  finding.content = json.at("content");
  return finding;
}

model::Coverage coverage_from(const Json& json) {
  using model::CoverageState;
  model::Coverage coverage;
  coverage.state = enum_from(json.at("state").get<std::string>(), {CoverageState::complete, CoverageState::partial,
                                                                   CoverageState::doubtful, CoverageState::failed});
  for (const Json& gap : json.at("gaps")) coverage.gaps.push_back({gap_kind_from(gap.at("kind")), gap.at("sentence")});
  const auto total = json.at("gaps_total").get<std::size_t>();
  if (total > coverage.gaps.size() && !coverage.gaps.empty()) {
    coverage.gaps.push_back({coverage.gaps.back().kind, fmt::format("{} further gaps", total - coverage.gaps.size())});
  }
  coverage.records_read = json.at("records_read");
  if (json.contains("records_counted")) coverage.records_counted = json.at("records_counted").get<std::uint64_t>();
  coverage.counted_by = json.at("counted_by");
  coverage.rejects_total = json.at("rejects");
  return coverage;
}

std::vector<model::Reject> rejects_from(const Json& json) {
  std::vector<model::Reject> rejects;
  for (const Json& item : json) {
    rejects.push_back(
        {item.at("line"), item.at("column"), item.at("value"), item.at("reason"), item.at("whole_record")});
  }
  return rejects;
}

model::Population population_from(const Json& json) {
  model::Population population;
  population.source = json.at("source");
  population.total = json.at("total");
  for (const Json& part : json.at("parts")) population.parts.emplace_back(part.at("part"), part.at("count"));
  return population;
}

}  // namespace tally::ledger
