// The verdict in one canonical form. Rows are in the verdict's own order, which does not depend on the order of
// reading.
#include <fmt/format.h>

#include "policy/base/digest.h"
#include "policy/evaluation/judge.h"

namespace tally::evaluation {
namespace {

class Canon {
 public:
  void text(std::string_view value) { hash_.update(fmt::format("{}:", value.size())).update(value).update("\n"); }
  void number(std::uint64_t value) { hash_.update(fmt::format("#{}\n", value)); }
  void moment(base::Instant value) { hash_.update(fmt::format("@{}\n", value.time_since_epoch().count())); }
  void texts(const std::vector<std::string>& values) {
    number(values.size());
    for (const std::string& value : values) text(value);
  }
  void subject(const model::Subject& s) {
    text(to_string(s.kind));
    for (const std::string* part : {&s.key, &s.label, &s.source, &s.dn, &s.person, &s.person_name}) text(*part);
  }
  void finding(const model::Finding& f) {
    for (const std::string* part : {&f.fingerprint, &f.rule, &f.title, &f.what, &f.fix, &f.content}) text(*part);
    text(to_string(f.severity));
    subject(f.subject);
    number(f.evidence.size());
    for (const model::Evidence& e : f.evidence) {
      for (const std::string* part : {&e.fact, &e.value, &e.basis, &e.source}) text(*part);
      moment(e.read_at);
    }
    texts(f.path);
    texts(f.controls);
  }
  base::Digest finish() { return hash_.finish(); }

 private:
  base::Sha256 hash_;
};

}  // namespace

base::Digest digest_of(const model::Verdict& verdict) {
  Canon canon;
  canon.moment(verdict.as_of);
  canon.number(verdict.findings.size());
  for (const model::Finding& finding : verdict.findings) canon.finding(finding);
  canon.number(verdict.exempted.size());
  for (const model::Exempted& exempted : verdict.exempted) {
    canon.finding(exempted.finding);
    // Its words are personal and may be erased; its entry in the log is not.
    canon.number(exempted.exemption.number);
    canon.number(exempted.exemption.log_index);
    canon.moment(exempted.exemption.until);
  }
  canon.number(verdict.cannot_tell.size());
  for (const model::CannotTell& group : verdict.cannot_tell) {
    canon.text(group.rule);
    canon.text(group.reason);
    canon.number(group.count);
    canon.number(group.examples.size());
    for (const model::Subject& subject : group.examples) canon.subject(subject);
  }
  canon.number(verdict.tallies.size());
  for (const model::RuleTally& tally : verdict.tallies) {
    canon.text(tally.rule);
    canon.text(tally.title);
    canon.text(to_string(tally.severity));
    canon.text(to_string(tally.asks_about));
    for (const std::uint64_t count : {tally.asked, tally.clear, tally.violations, tally.cannot_tell, tally.exempt}) {
      canon.number(count);
    }
  }
  canon.number(verdict.populations.size());
  for (const model::Population& population : verdict.populations) {
    canon.text(population.source);
    canon.number(population.total);
    for (const auto& [name, count] : population.parts) {
      canon.text(name);
      canon.number(count);
    }
  }
  return canon.finish();
}

}  // namespace tally::evaluation
