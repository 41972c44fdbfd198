#include "daemon/archive/circumstances_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "daemon/archive/wire.h"

namespace tally::archive {
namespace {

using nlohmann::json;

json moment(base::Instant value) { return value.time_since_epoch().count(); }
base::Instant moment(const json& value) {
  const base::Instant moment{base::Duration(value.get<std::int64_t>())};
  if (!is_moment(moment)) throw std::out_of_range("a moment out of all times");
  return moment;
}

/// Of two clocks, whatever years they show.
base::Duration skew(const json& value) {
  constexpr base::Duration kLongest = date::years{20'000};
  const base::Duration skew{value.get<std::int64_t>()};
  if (skew < -kLongest || skew > kLongest) throw std::out_of_range("a clock out of all times");
  return skew;
}

json to_json(const model::LinkDecision& d) {
  return {{"account", d.account_key}, {"person", d.employee_id},      {"same", d.same},      {"author", d.author},
          {"reason", d.reason},       {"decided", moment(d.decided)}, {"entry", d.log_index}};
}

model::LinkDecision decision(const json& j) {
  return {j.at("account"), j.at("person"),          j.at("same"), j.at("author"),
          j.at("reason"),  moment(j.at("decided")), j.at("entry")};
}

json to_json(const model::Exemption& e) {
  return {{"rule", e.rule},
          {"subject", e.subject_key},
          {"reason", e.reason},
          {"asked_by", e.asked_by},
          {"approved_by", e.approved_by},
          {"asked", moment(e.asked)},
          {"approved", moment(e.approved)},
          {"until", moment(e.until)},
          {"entry", e.log_index},
          {"number", e.number}};
}

model::Exemption exemption(const json& j) {
  return {j.at("rule"),          j.at("subject"),          j.at("reason"),        j.at("asked_by"), j.at("approved_by"),
          moment(j.at("asked")), moment(j.at("approved")), moment(j.at("until")), j.at("entry"),    j.at("number")};
}

json to_json(const model::AcknowledgedFinding& a) {
  return {{"rule", a.rule}, {"subject", a.subject_key}, {"at", moment(a.at)}};
}

model::AcknowledgedFinding acknowledged(const json& j) { return {j.at("rule"), j.at("subject"), moment(j.at("at"))}; }

json to_json(const model::Coverage& c) {
  json gaps = json::array(), rejects = json::array();
  for (const model::Gap& gap : c.gaps)
    gaps.push_back({{"kind", static_cast<int>(gap.kind)}, {"sentence", gap.sentence}});
  for (const model::Reject& r : c.rejects) {
    rejects.push_back(
        {{"line", r.line}, {"column", r.column}, {"value", r.value}, {"reason", r.reason}, {"whole", r.whole_record}});
  }
  json counted = c.records_counted ? json(*c.records_counted) : json(nullptr);
  return {{"state", static_cast<int>(c.state)},
          {"gaps", gaps},
          {"read", c.records_read},
          {"counted", counted},
          {"by", c.counted_by},
          {"rejects", rejects},
          {"rejects_total", c.rejects_total}};
}

template <class Enum>
Enum enumerator(const json& j, Enum last) {
  const int number = j.get<int>();
  if (number < 0 || number > static_cast<int>(last)) throw std::out_of_range("a number that stands for nothing");
  return static_cast<Enum>(number);
}

model::Coverage coverage(const json& j) {
  model::Coverage c;
  c.state = enumerator(j.at("state"), model::CoverageState::failed);
  for (const json& gap : j.at("gaps")) {
    c.gaps.push_back({enumerator(gap.at("kind"), model::Gap::Kind::stale), gap.at("sentence")});
  }
  c.records_read = j.at("read");
  if (!j.at("counted").is_null()) c.records_counted = j.at("counted").get<std::uint64_t>();
  c.counted_by = j.at("by");
  for (const json& r : j.at("rejects")) {
    c.rejects.push_back({r.at("line"), r.at("column"), r.at("value"), r.at("reason"), r.at("whole")});
  }
  c.rejects_total = j.at("rejects_total");
  return c;
}

json to_json(const model::SourceRecord& s) {
  return {{"name", s.name},
          {"kind", static_cast<int>(s.kind)},
          {"connector", s.connector},
          {"location", s.location},
          {"query", s.query},
          {"started", moment(s.started)},
          {"finished", moment(s.finished)},
          {"in_force_since", s.in_force_since ? moment(*s.in_force_since) : json(nullptr)},
          {"content", s.content.hex()},
          {"bytes", s.bytes},
          {"produced", s.produced ? moment(*s.produced) : json(nullptr)},
          {"clock_skew", s.clock_skew ? json(s.clock_skew->count()) : json(nullptr)},
          {"shape", s.shape},
          {"domains", s.domains},
          {"ds_heuristics", s.ds_heuristics ? json(*s.ds_heuristics) : json(nullptr)},
          {"controls_unread", s.controls_unread},
          {"own_powers", s.own_powers},
          {"own_powers_unread", s.own_powers_unread},
          {"notes", s.notes},
          {"coverage", to_json(s.coverage)}};
}

model::SourceRecord source(const json& j) {
  model::SourceRecord s;
  s.name = j.at("name");
  s.kind = enumerator(j.at("kind"), model::SourceKind::directory);
  s.connector = j.at("connector");
  s.location = j.at("location");
  s.query = j.at("query");
  s.started = moment(j.at("started"));
  s.finished = moment(j.at("finished"));
  if (!j.at("in_force_since").is_null()) s.in_force_since = moment(j.at("in_force_since"));
  const auto content = base::Digest::from_hex(j.at("content").get<std::string>());
  if (!content) throw std::out_of_range("a digest that is none");
  s.content = *content;
  s.bytes = j.at("bytes");
  if (!j.at("produced").is_null()) s.produced = moment(j.at("produced"));
  if (!j.at("clock_skew").is_null()) s.clock_skew = skew(j.at("clock_skew"));
  s.shape = j.at("shape").get<std::map<std::string, std::string>>();
  s.domains = j.at("domains").get<std::vector<std::string>>();
  if (!j.at("ds_heuristics").is_null()) s.ds_heuristics = j.at("ds_heuristics").get<std::string>();
  s.controls_unread = j.at("controls_unread");
  s.own_powers = j.at("own_powers").get<std::vector<std::string>>();
  s.own_powers_unread = j.at("own_powers_unread");
  s.notes = j.at("notes").get<std::vector<std::string>>();
  s.coverage = coverage(j.at("coverage"));
  return s;
}

json segments_json(const std::map<std::string, std::vector<model::Segment>, std::less<>>& by_source) {
  json out = json::object();
  for (const auto& [name, segments] : by_source) {
    for (const model::Segment& s : segments) out[name].push_back({s.by, s.value, s.count});
  }
  return out;
}

/// What earlier runs saw of the sources, and what became of the audits since.
json earlier_json(const evaluation::Previous& previous) {
  json contents = json::object(), good = json::object();
  for (const auto& [name, all] : previous.contents) {
    for (const auto& one : all) contents[name].push_back({one.content.hex(), moment(one.read)});
  }
  for (const auto& [name, record] : previous.last_good_record) good[name] = to_json(record);
  const auto& runs = previous.runs;
  return {{"contents", contents},
          {"good", good},
          {"last_finished", runs.last_finished ? moment(*runs.last_finished) : json(nullptr)},
          {"missed", runs.missed},
          {"abandoned", runs.abandoned}};
}

void read_earlier(const json& j, evaluation::Previous& previous) {
  for (const auto& [name, all] : j.at("contents").items()) {
    for (const json& one : all) {
      const auto content = base::Digest::from_hex(one.at(0).get<std::string>());
      if (!content) throw std::out_of_range("a digest that is none");
      previous.contents[name].push_back({*content, moment(one.at(1))});
    }
  }
  for (const auto& [name, record] : j.at("good").items()) previous.last_good_record[name] = source(record);
  if (!j.at("last_finished").is_null()) previous.runs.last_finished = moment(j.at("last_finished"));
  previous.runs.missed = j.at("missed");
  previous.runs.abandoned = j.at("abandoned");
}

/// Text from a server may hold bytes that are not UTF-8; what is kept stays readable JSON all the same.
std::string text_of(const json& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

/// Runs `read` on the parsed text; what nlohmann throws becomes an error.
template <class Read>
base::Result<void> parsed(std::string_view text, std::string_view what, Read read) {
  try {
    read(json::parse(text));
    return {};
  } catch (const std::exception& trouble) {
    return base::failure(base::ErrorKind::corrupt, fmt::format("{}: {}", what, trouble.what()));
  }
}

}  // namespace

std::string to_json(const Circumstances& c, base::Instant as_of) {
  json packs = json::array(), decisions = json::array(), exemptions = json::array();
  json acknowledged = json::array();
  for (const rules::PackText& pack : c.packs) packs.push_back({{"file", pack.file}, {"text", pack.text}});
  for (const model::LinkDecision& d : c.decisions) decisions.push_back(to_json(d));
  for (const model::Exemption& e : c.exemptions) exemptions.push_back(to_json(e));
  for (const model::AcknowledgedFinding& a : c.acknowledged) acknowledged.push_back(to_json(a));
  return text_of({{"run", c.run},
                  {"version", c.tool_version},
                  {"as_of", moment(as_of)},
                  {"config_file", c.config_file},
                  {"config", c.config_text},
                  {"packs", packs},
                  {"last_good", c.previous.last_good},
                  {"segments", segments_json(c.previous.segments)},
                  {"earlier", earlier_json(c.previous)},
                  {"decisions", decisions},
                  {"exemptions", exemptions},
                  {"acknowledged", acknowledged}});
}

std::string to_json(const std::vector<model::SourceRecord>& sources) {
  json all = json::array();
  for (const model::SourceRecord& s : sources) all.push_back(to_json(s));
  return text_of(all);
}

base::Result<void> from_json(std::string_view text, Circumstances& c, base::Instant& as_of) {
  return parsed(text, "circumstances", [&](const json& j) {
    c.run = j.at("run");
    c.tool_version = j.at("version");
    as_of = moment(j.at("as_of"));
    c.config_file = j.at("config_file");
    c.config_text = j.at("config");
    for (const json& pack : j.at("packs")) c.packs.push_back({pack.at("file"), pack.at("text")});
    for (const auto& [name, count] : j.at("last_good").items()) c.previous.last_good[name] = count;
    for (const auto& [name, all] : j.at("segments").items()) {
      for (const json& s : all) c.previous.segments[name].push_back({s.at(0), s.at(1), s.at(2)});
    }
    read_earlier(j.at("earlier"), c.previous);
    for (const json& d : j.at("decisions")) c.decisions.push_back(decision(d));
    for (const json& e : j.at("exemptions")) c.exemptions.push_back(exemption(e));
    // Runs that were kept before rules could read acknowledgements have none.
    if (!j.contains("acknowledged")) return;
    for (const json& a : j.at("acknowledged")) c.acknowledged.push_back(acknowledged(a));
  });
}

base::Result<void> from_json(std::string_view text, std::vector<model::SourceRecord>& sources) {
  return parsed(text, "sources", [&](const json& j) {
    for (const json& s : j) sources.push_back(source(s));
  });
}

}  // namespace tally::archive
