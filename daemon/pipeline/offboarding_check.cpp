// The story of an offboarding check, in the order of its stages.
#include "daemon/pipeline/offboarding_check.h"

#include <utility>

#include "daemon/ledger/event_offboarding.h"
#include "daemon/pipeline/catch_up.h"
#include "daemon/pipeline/look_up.h"
#include "policy/access/access.h"
#include "policy/correlation/person_keys.h"
#include "policy/evaluation/envelope.h"
#include "policy/evaluation/offboarding.h"
#include "policy/model/account_key.h"

namespace tally::pipeline {
namespace {

using base::Result;

/// What earlier runs left that matters to one person.
struct Before {
  evaluation::Previous populations;
  std::vector<model::SourceRecord> sources;  ///< as the last audit saw them
  std::vector<model::Subject> accounts;
  std::vector<model::Exemption> exemptions;
  std::vector<model::LinkDecision> links;
};

Result<Before> known_before(const OffboardingQuestion& question) {
  auto kept = question.keeping.lock();
  if (auto current = catch_up(kept->store, kept->recorder, kept->state); !current)
    return tl::unexpected(current.error());
  auto last_good = kept->store.last_good_or_released();
  if (!last_good) return tl::unexpected(last_good.error());
  auto sources = kept->store.last_sources();
  if (!sources) return tl::unexpected(sources.error());
  auto accounts = kept->store.accounts_once_of(question.employee_id);
  if (!accounts) return tl::unexpected(accounts.error());
  Before before;
  // One person is looked for, so segments of the feed are not counted.
  for (const auto& [source, good] : *last_good) before.populations.last_good[source] = good.population;
  before.sources = std::move(*sources);
  before.accounts = std::move(*accounts);
  const auto decisions = kept->store.decisions();
  if (!decisions) return tl::unexpected(decisions.error());
  before.exemptions = model::exemptions_in_force(*decisions);
  before.links = model::links_in_force(*decisions);
  return before;
}

model::KnownAccount known_account(const model::Subject& account) {
  return {account.source, model::parts_of_account_key(account.key).native_id, account.dn};
}

/// The log first; what is told afterwards names the entry.
Result<model::OffboardingCheck> recorded(const OffboardingQuestion& question, model::OffboardingCheck check) {
  ledger::EventText text = ledger::encode(check);
  const recorder::Draft draft{std::move(text.type), question.clock(), std::move(text.fields), std::move(text.personal),
                              std::move(text.subject_key)};
  auto kept = question.keeping.lock();
  const auto receipt = kept->record({&draft, 1});
  if (!receipt) return tl::unexpected(receipt.error());
  if (auto published = kept->recorder.publish(); !published) return tl::unexpected(published.error());
  check.log_origin = kept->recorder.origin();
  check.log_index = receipt->first_index();
  check.log_size = kept->recorder.size();
  return check;
}

}  // namespace

Result<model::OffboardingCheck> offboarding_check(const OffboardingQuestion& question) {
  const auto deadline = connectors::Deadline::after(question.deadline, question.stop);
  const auto before = known_before(question);
  if (!before) return tl::unexpected(before.error());

  std::vector<model::Harvest> harvests = read_hr(question, deadline);
  const auto limits = evaluation::envelope_limits(question.rules);
  for (model::Harvest& harvest : harvests) evaluation::apply_envelope(harvest, before->populations, limits);

  model::PersonKeys keys = correlation::keys_of(harvests, question.employee_id, question.correlation);
  std::vector<std::string> once;
  for (const model::Subject& account : before->accounts) {
    keys.known.push_back(known_account(account));
    once.push_back(account.key);
  }
  for (model::Harvest& harvest : ask_directories(question, keys, deadline)) harvests.push_back(std::move(harvest));
  if (question.stop.stop_requested()) return base::failure(base::ErrorKind::unavailable, "the check was told to stop");

  const model::Snapshot snapshot = model::join(std::move(harvests), question.clock());
  const correlation::Correlation links = correlation::correlate(snapshot, question.correlation, before->links);
  const access::Access access = access::effective_access(snapshot, question.rules.privileged_groups());
  const evaluation::Inputs inputs{question.rules, snapshot, links, access, before->populations};
  const evaluation::Evaluated evaluated = evaluation::evaluate(inputs);
  model::OffboardingCheck check = evaluation::judge_offboarding(
      inputs, evaluated, {question.employee_id, keys, once, before->sources, before->exemptions});
  check.asked_by = question.asked_by;
  return recorded(question, std::move(check));
}

}  // namespace tally::pipeline
