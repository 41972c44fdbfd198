// All shipped rules in force over a company of 100,000 and of a million accounts, beside a loop by hand over the same
// snapshot.
//
//   bench_policy_rules [ACCOUNTS]...
//   bench_policy_rules --check ACCOUNTS      compares the answers and measures nothing
//
// Before anything is measured, what every rule says of every subject is compared with what the loop says; one that
// differs ends the program with 1. The rules about sources are in no figure: a company has a handful of sources.
#include <cstring>
#include <string>

#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/judge.h"
#include "tests/bench/policy/measure.h"
#include "tests/bench/policy/rules/by_hand.h"
#include "tests/bench/policy/rules/company.h"
#include "tests/support/shipped_rules.h"

namespace tally::bench {
namespace {

constexpr int kRounds = 7;

/// The shipped rules that are active, asked about anything but sources.
rules::RuleSet active_rules() {
  std::vector<rules::Override> off;
  for (const rules::Pack& pack : support::shipped_rules()) {
    for (const rules::Rule& rule : pack.rules) {
      const bool asked = rule.state == rules::State::active && rule.about != model::SubjectKind::source;
      if (!asked) off.push_back({rule.id, "enabled", false, "bench", 0, 0});
    }
  }
  auto set = rules::RuleSet::build(support::shipped_rules(), off);
  if (!set) throw std::runtime_error(to_string(set.error().front()));
  return std::move(*set);
}

/// A company with everything that its verdict depends on.
struct World {
  explicit World(std::size_t accounts)
      : all(company(accounts)),
        links(correlation::correlate(all.snapshot, all.settings)),
        access(access::effective_access(all.snapshot, rules.privileged_groups())) {}

  rules::RuleSet rules = active_rules();
  Company all;
  correlation::Correlation links;
  access::Access access;
  evaluation::Previous previous;
  evaluation::Inputs inputs{rules, all.snapshot, links, access, previous};
};

std::uint64_t mixed(std::uint64_t sum, const Answers& answers) {
  for (const std::uint64_t count : {answers.clear, answers.violations, answers.cannot_tell}) sum = sum * 31 + count;
  return sum;
}

Answers counted(std::string_view rule, std::vector<model::Outcome> outcomes) {
  Answers out{rule, std::move(outcomes)};
  for (const model::Outcome outcome : out.of) {
    out.clear += outcome == model::Outcome::clear;
    out.violations += outcome == model::Outcome::violation;
    out.cannot_tell += outcome == model::Outcome::cannot_tell;
  }
  return out;
}

/// Every rule asked about everybody, and nothing made of it: what the loop by hand does.
std::vector<Answers> answers_of(const evaluation::Inputs& inputs) {
  evaluation::Judge judge(inputs);
  std::vector<Answers> out;
  for (const rules::ActiveRule& rule : inputs.rules.rules()) {
    out.push_back(counted(rule.rule.id, judge.outcomes(rule, judge.ask(rule))));
  }
  return out;
}

std::uint64_t sum_of(const std::vector<Answers>& all) {
  std::uint64_t sum = 0;
  for (const Answers& answers : all) sum = mixed(sum, answers);
  return sum;
}

std::uint64_t sum_of(const model::Verdict& verdict) {
  std::uint64_t sum = 0;
  for (const model::RuleTally& tally : verdict.tallies) {
    sum = mixed(sum, {{}, {}, tally.clear, tally.violations, tally.cannot_tell});
  }
  return sum;
}

/// Rule by rule and row by row.
bool agree(const evaluation::Inputs& inputs, const evaluation::Evaluated& ours, const std::vector<Answers>& by_hand) {
  const auto rules = inputs.rules.rules();
  bool all = by_hand.size() == rules.size();
  if (!all) std::fprintf(stderr, "%zu rules in force, %zu by hand\n", rules.size(), by_hand.size());
  for (std::size_t r = 0; r < rules.size(); ++r) {
    const auto hand = std::find_if(by_hand.begin(), by_hand.end(),
                                   [&](const Answers& answers) { return answers.rule == rules[r].rule.id; });
    if (hand == by_hand.end() || hand->of.size() != ours.outcomes[r].size()) {
      std::fprintf(stderr, "%s is not there by hand\n", rules[r].rule.id.c_str());
      all = false;
      continue;
    }
    const auto [own, other] = std::mismatch(ours.outcomes[r].begin(), ours.outcomes[r].end(), hand->of.begin());
    if (own == ours.outcomes[r].end()) continue;
    std::fprintf(stderr, "%s about row %td: %s, by hand %s\n", rules[r].rule.id.c_str(), own - ours.outcomes[r].begin(),
                 std::string(to_string(*own)).c_str(), std::string(to_string(*other)).c_str());
    all = false;
  }
  return all;
}

void print_company(const evaluation::Inputs& inputs, const model::Verdict& verdict) {
  const model::Snapshot& s = inputs.snapshot;
  std::uint64_t cannot_tell = 0;
  for (const model::RuleTally& tally : verdict.tallies) cannot_tell += tally.cannot_tell;
  std::printf(
      "\n%zu accounts, %zu people, %zu groups, %zu memberships; %zu rules, %zu violations, %llu cannot tell\n\n",
      s.accounts.size(), s.people.size(), s.groups.size(), s.groups_of_account.targets.size(),
      inputs.rules.rules().size(), verdict.findings.size(), static_cast<unsigned long long>(cannot_tell));
}

/// `measured`: else compared alone.
bool run(std::size_t accounts, bool measured) {
  const World world(accounts);
  std::uint64_t of_rules = 0;
  {
    const evaluation::Evaluated ours = evaluation::evaluate(world.inputs);
    if (!agree(world.inputs, ours, by_hand(world.inputs))) return false;
    of_rules = sum_of(ours.verdict);
    print_company(world.inputs, ours.verdict);
  }
  // The loop has an order of its own; that the answers are the same has been looked at.
  const auto hand = [&] { return by_hand(world.inputs).size() == world.rules.rules().size() ? of_rules : 0; };
  if (!measured) return sum_of(answers_of(world.inputs)) == of_rules;
  const auto n = static_cast<double>(accounts);
  print_head("an account");
  print_row("all rules: every answer",
            measure(
                kRounds, [&] { return sum_of(answers_of(world.inputs)); }, hand),
            n);
  print_row("all rules: the whole verdict",
            measure(
                kRounds, [&] { return sum_of(evaluation::evaluate(world.inputs).verdict); }, hand),
            n);
  return true;
}

}  // namespace
}  // namespace tally::bench

int main(int argc, char** argv) {
  std::vector<std::size_t> sizes;
  bool measured = true;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--check") == 0) {
      measured = false;
    } else {
      sizes.push_back(std::strtoull(argv[i], nullptr, 10));
    }
  }
  if (sizes.empty()) sizes = {100'000, 1'000'000};
  for (const std::size_t accounts : sizes) {
    if (accounts < 1000 || !tally::bench::run(accounts, measured)) return 1;
  }
  return 0;
}
