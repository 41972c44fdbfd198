#include "daemon/store/decisions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <variant>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/event.h"
#include "daemon/store/reading.h"
#include "daemon/store/store.h"

namespace tally::store {
namespace {

using base::Result;
using model::RequestState;

/// What was personal and is gone reads so.
std::string told(std::string text, const std::string& personal) { return personal.empty() ? "(erased)" : text; }

/// Takes the entries in their order; each speaks of an earlier one or begins a case of its own.
class Fold {
 public:
  /// An answer to what was pruned is passed over.
  explicit Fold(std::uint64_t minimum) : minimum_(minimum) {}

  /// Of the entry whose event comes next.
  void at(std::uint64_t index, base::Instant time, std::string personal) {
    index_ = index;
    time_ = time;
    personal_ = std::move(personal);
  }

  bool operator()(const ledger::ExemptionRequested& event) {
    model::ExemptionCase& one = decisions.exemptions.emplace_back();
    one.subject = event.subject;
    one.asked_by = event.by;
    one.exemption.rule = event.rule;
    one.exemption.subject_key = event.subject.key;
    one.exemption.reason = told(event.reason, personal_);
    one.exemption.asked_by = model::name_of(event.by);
    one.exemption.asked = time_;
    one.exemption.until = event.until;
    one.exemption.number = index_;
    return true;
  }

  bool operator()(const ledger::ExemptionAnswered& event) {
    const auto found = std::find_if(decisions.exemptions.begin(), decisions.exemptions.end(),
                                    [&](const auto& one) { return one.exemption.number == event.asked; });
    if (found == decisions.exemptions.end()) return is_pruned(event.asked, minimum_);
    found->state = event.answer;
    if (event.answer == RequestState::approved) {
      found->approved_by = event.by;
      found->exemption.approved_by = model::name_of(event.by);
      found->exemption.approved = time_;
      found->exemption.log_index = index_;
    } else {
      found->ended_by = event.by;
      found->ended = time_;
      found->ended_reason = told(event.reason, personal_);
    }
    return true;
  }

  bool operator()(const ledger::LinkDecided& event) {
    model::LinkCase& one = decisions.links.emplace_back();
    one.account = event.account;
    one.by = event.by;
    one.decision = {event.account.key,
                    event.employee_id,
                    event.same,
                    model::name_of(event.by),
                    told(event.reason, personal_),
                    time_,
                    index_};
    return true;
  }

  bool operator()(const ledger::LinkRevoked& event) {
    const auto found = std::find_if(decisions.links.begin(), decisions.links.end(),
                                    [&](const auto& one) { return one.decision.log_index == event.decided; });
    if (found == decisions.links.end()) return is_pruned(event.decided, minimum_);
    found->revoked = true;
    found->revoked_by = event.by;
    found->revoked_at = time_;
    found->revoked_reason = told(event.reason, personal_);
    return true;
  }

  bool operator()(const ledger::FeedReleaseRequested& event) {
    model::FeedRelease& one = decisions.releases.emplace_back();
    one.number = index_;
    one.source = event.source;
    one.run = event.run;
    one.reason = told(event.reason, personal_);
    one.asked_by = event.by;
    one.asked = time_;
    return true;
  }

  bool operator()(const ledger::FeedReleaseApproved& event) {
    const auto found = std::find_if(decisions.releases.begin(), decisions.releases.end(),
                                    [&](const auto& one) { return one.number == event.asked; });
    if (found == decisions.releases.end()) return is_pruned(event.asked, minimum_);
    found->state = RequestState::approved;
    found->approved_by = event.by;
    found->approved = time_;
    found->log_index = index_;
    return true;
  }

  bool operator()(const ledger::FindingAcknowledged& event) {
    acknowledgements[index_] = {model::name_of(event.by), told(event.reason, personal_), time_, index_};
    return true;
  }

  bool operator()(const ledger::ManifestSigned& event) {
    decisions.sign_offs.push_back(
        {index_, event.run, event.role, event.manifest, event.who, event.signature.key.fingerprint()});
    return true;
  }

  bool operator()(const ledger::HoldSet& event) {
    model::Hold& one = decisions.holds.emplace_back();
    one.number = index_;
    one.subject_key = event.subject_key;
    one.employee_id = event.employee_id;
    one.reason = told(event.reason, personal_);
    one.by = event.by;
    one.set = time_;
    one.until = event.until;
    return true;
  }

  bool operator()(const ledger::HoldReleased& event) {
    const auto found = std::find_if(decisions.holds.begin(), decisions.holds.end(),
                                    [&](const auto& one) { return one.number == event.hold; });
    if (found == decisions.holds.end()) return is_pruned(event.hold, minimum_);
    found->released = true;
    found->released_by = event.by;
    found->released_at = time_;
    found->released_reason = told(event.reason, personal_);
    return true;
  }

  bool operator()(const ledger::ErasureRequested& event) {
    model::Erasure& one = decisions.erasures.emplace_back();
    one.number = index_;
    one.basis = event.basis;
    one.ticket = event.ticket;
    one.by = {event.uid, {}};
    one.asked = time_;
    one.runs = event.runs;
    return true;
  }

  bool operator()(const ledger::ErasureDone& event) {
    const auto found = std::find_if(decisions.erasures.begin(), decisions.erasures.end(),
                                    [&](const auto& one) { return one.number == event.requested; });
    if (found == decisions.erasures.end()) return is_pruned(event.requested, minimum_);
    found->done = index_;
    return true;
  }

  template <class Other>
  bool operator()(const Other&) {
    return false;
  }

  model::Decisions decisions;
  std::map<std::uint64_t, model::Acknowledgement> acknowledgements;  ///< by entry

 private:
  std::uint64_t minimum_, index_ = 0;
  base::Instant time_;
  std::string personal_;
};

Result<Fold> folded(Database& database, std::uint64_t before) {
  auto statement = database.prepare("SELECT entry, leaf, personal FROM decisions WHERE entry < ? ORDER BY entry");
  if (!statement) return tl::unexpected(statement.error());
  statement->bind(1, static_cast<std::int64_t>(before));
  const auto minimum = pruned_minimum(database);
  if (!minimum) return tl::unexpected(minimum.error());
  Fold fold(*minimum);
  for (;;) {
    const auto more = statement->next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return fold;
    const auto index = static_cast<std::uint64_t>(statement->number(0));
    const auto entry = ledger::Entry::parse(statement->text(1));
    if (!entry) return tl::unexpected(entry.error());
    const auto event = ledger::decode(statement->text(1), statement->text(2));
    if (!event) return tl::unexpected(event.error());
    fold.at(index, entry->time, std::string(statement->text(2)));
    if (std::visit(fold, *event)) continue;
    return base::failure(base::ErrorKind::corrupt,
                         fmt::format("entry {} of the log answers a request that was never made", index));
  }
}

}  // namespace

Result<model::Decisions> load_decisions(Database& database, std::uint64_t before) {
  auto fold = folded(database, before);
  if (!fold) return tl::unexpected(fold.error());
  return std::move(fold->decisions);
}

Result<void> add_decisions(Database& database, std::vector<model::FindingRecord>& records) {
  const bool any = std::any_of(records.begin(), records.end(),
                               [](const auto& record) { return record.exemption || record.acknowledged; });
  if (!any) return {};
  const auto fold = folded(database, std::numeric_limits<std::int64_t>::max());
  if (!fold) return tl::unexpected(fold.error());
  std::map<std::uint64_t, const model::Exemption*> exemptions;
  for (const model::ExemptionCase& one : fold->decisions.exemptions) exemptions[one.exemption.number] = &one.exemption;
  for (model::FindingRecord& record : records) {
    if (record.exemption) {
      const auto found = exemptions.find(record.exemption->number);
      if (found != exemptions.end()) record.exemption = *found->second;
    }
    if (!record.acknowledged) continue;
    const auto found = fold->acknowledgements.find(record.acknowledged->log_index);
    if (found != fold->acknowledgements.end()) record.acknowledged = found->second;
  }
  return {};
}

Result<model::Decisions> Store::decisions() { return load_decisions(database_); }

Result<model::Decisions> Store::decisions_before(std::uint64_t entry) { return load_decisions(database_, entry); }

}  // namespace tally::store
