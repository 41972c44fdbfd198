// The verdict in one canonical form. Rows are in the verdict's own order, which does not depend on the order of
// reading.
#include <fmt/format.h>

#include "policy/base/digest.h"
#include "policy/evaluation/judge.h"

namespace tally::evaluation {
namespace {

class Canon {
 public:
  void text(std::string_view value) {
    put(value.size());
    written_ += ':';
    written_ += value;
    end();
  }
  void number(std::uint64_t value) {
    written_ += '#';
    put(value);
    end();
  }
  void moment(base::Instant value) {
    written_ += '@';
    put(value.time_since_epoch().count());
    end();
  }
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
  void reasons(const std::vector<model::CannotTell>& groups) {
    number(groups.size());
    for (const model::CannotTell& group : groups) {
      text(group.rule);
      text(group.reason);
      number(group.count);
      number(group.examples.size());
      for (const model::Subject& one : group.examples) subject(one);
    }
  }
  void tally(const model::RuleTally& t) {
    text(t.rule);
    text(t.title);
    text(to_string(t.severity));
    text(to_string(t.asks_about));
    for (const std::uint64_t count : {t.asked, t.clear, t.violations, t.cannot_tell, t.exempt}) number(count);
  }
  void shadow(const model::Shadow& s) {
    tally(s.tally);
    reasons(s.cannot_tell);
    number(s.hits.size());
    for (const model::ShadowHit& hit : s.hits) {
      subject(hit.subject);
      text(to_string(hit.severity));
      text(hit.what);
    }
  }
  base::Digest finish() { return hash_.update(written_).finish(); }

 private:
  template <class Number>
  void put(Number value) {
    const fmt::format_int digits(value);
    written_.append(digits.data(), digits.size());
  }
  /// Hashed in large pieces: most texts are short.
  void end() {
    constexpr std::size_t kPiece = std::size_t{64} * 1024;
    written_ += '\n';
    if (written_.size() < kPiece) return;
    hash_.update(written_);
    written_.clear();
  }

  base::Sha256 hash_;
  std::string written_;
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
  canon.reasons(verdict.cannot_tell);
  canon.number(verdict.tallies.size());
  for (const model::RuleTally& tally : verdict.tallies) canon.tally(tally);
  canon.number(verdict.populations.size());
  for (const model::Population& population : verdict.populations) {
    canon.text(population.source);
    canon.number(population.total);
    for (const auto& [name, count] : population.parts) {
      canon.text(name);
      canon.number(count);
    }
  }
  // Only when there are any: runs recorded without rules in shadow keep their digest.
  for (const model::Shadow& shadow : verdict.shadow) canon.shadow(shadow);
  return canon.finish();
}

}  // namespace tally::evaluation
