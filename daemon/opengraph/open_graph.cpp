#include "daemon/opengraph/open_graph.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

#include "policy/base/digest.h"
#include "policy/evaluation/person_facts.h"
#include "policy/evaluation/subject.h"
#include "policy/model/account_key.h"

namespace tally::opengraph {
namespace {

using Json = nlohmann::ordered_json;
using correlation::Owner;
using model::AccountId;
using model::PersonId;

/// 32 hexadecimal digits: no colons, which node ids must not have, and the same in every run.
std::string node_id(std::string_view key) {
  std::string id = base::sha256(key).hex().substr(0, 32);
  std::transform(id.begin(), id.end(), id.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
  return "TS-" + id;
}

class Drawing {
 public:
  Drawing(const evaluation::Inputs& inputs, const model::Verdict& verdict, const GraphOptions& options)
      : inputs_(inputs), s_(inputs.snapshot), options_(options), facts_(inputs), drawn_(s_.people.size(), false) {
    for (const model::Finding& finding : verdict.findings) findings_[finding.subject.key].insert(finding.rule);
  }

  Graph draw() {
    for (std::size_t i = 0; i < s_.accounts.size(); ++i) account(AccountId::at(i));
    const Json whole = {{"metadata", {{"source_kind", "Tallystick"}}},
                        {"graph", {{"nodes", nodes_}, {"edges", edges_}}}};
    out_.text = whole.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
    out_.people = nodes_.size();
    out_.edges = edges_.size();
    return std::move(out_);
  }

 private:
  [[nodiscard]] Json rules_about(const std::string& key) const {
    const auto found = findings_.find(key);
    return found == findings_.end() ? Json::array() : Json(found->second);
  }

  void account(AccountId id) {
    const correlation::Link& link = inputs_.links.of(id);
    const bool theirs = link.owner == Owner::person;
    const bool answered = link.owner == Owner::non_human && link.person.valid();
    if (!theirs && !answered) return;
    const std::string_view sid = s_.view(s_.accounts.sid[id.index()]);
    if (sid.empty()) {
      ++out_.without_sid;
      return;
    }
    person(link.person);
    Json properties = {{"directory", s_.source(s_.accounts.source[id.index()]).name}, {"findings", findings_of(id)}};
    if (theirs) {
      properties["primary"] = link.primary;
      properties["confidence"] = link.confidence;
      properties["reason"] = inputs_.links.text.view(link.reason);
    }
    const bool computer = s_.accounts.kind[id.index()] == model::AccountKind::computer;
    edges_.push_back({{"kind", theirs ? "TS_HasAccount" : "TS_AnswersFor"},
                      {"start", {{"match_by", "id"}, {"value", node_id(key_of(link.person))}}},
                      {"end", {{"match_by", "id"}, {"value", sid}, {"kind", computer ? "Computer" : "User"}}},
                      {"properties", std::move(properties)}});
  }

  [[nodiscard]] Json findings_of(AccountId id) const {
    std::string key;
    model::write_account_key(s_, id, key);
    return rules_about(key);
  }
  [[nodiscard]] std::string key_of(PersonId id) const {
    std::string key;
    evaluation::write_key(s_, model::SubjectKind::person, id.index(), key);
    return key;
  }

  void person(PersonId id) {
    if (drawn_[id.index()]) return;
    drawn_[id.index()] = true;
    const std::string key = key_of(id);
    const std::string called = options_.names ? evaluation::name_of(s_, id) : std::string();
    const std::string_view number = s_.view(s_.people.employee_id[id.index()]);
    Json properties = {{"name", called.empty() ? std::string(number) : called}};
    departure(id, properties);
    properties["findings"] = rules_about(key);
    properties["run"] = options_.run;
    properties["asof"] = base::format_instant(s_.as_of);
    nodes_.push_back({{"id", node_id(key)}, {"kinds", {"TS_Person"}}, {"properties", std::move(properties)}});
  }

  /// What is not known is absent, never "no".
  void departure(PersonId id, Json& properties) {
    const model::BoolFact& left = facts_.left(id);
    if (left.value == model::Truth::unknown) {
      properties["status"] = "unknown";
      properties["leftunknown"] = true;
      return;
    }
    properties["status"] = std::string(model::to_string(s_.people.status[id.index()]));
    properties["left"] = left.value == model::Truth::yes;
    const model::TimeFact& at = facts_.left_at(id);
    if (left.value != model::Truth::yes || at.state != model::TimeState::known) return;
    if (at.bounds.exact()) {
      properties["leftat"] = base::format_instant(at.bounds.latest);
    } else {
      if (at.bounds.earliest != base::kBeginningOfTime)
        properties["leftnotbefore"] = base::format_instant(at.bounds.earliest);
      properties["leftnotafter"] = base::format_instant(at.bounds.latest);
    }
  }

  const evaluation::Inputs& inputs_;
  const model::Snapshot& s_;
  const GraphOptions& options_;
  evaluation::PersonFacts facts_;
  std::unordered_map<std::string, std::set<std::string>> findings_;  ///< rules by subject
  std::vector<bool> drawn_;
  Json nodes_ = Json::array(), edges_ = Json::array();
  Graph out_;
};

}  // namespace

Graph open_graph(const evaluation::Inputs& inputs, const model::Verdict& verdict, const GraphOptions& options) {
  return Drawing(inputs, verdict, options).draw();
}

}  // namespace tally::opengraph
