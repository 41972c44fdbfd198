#include "daemon/pipeline/carry_out.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "daemon/ledger/event.h"
#include "daemon/pipeline/catch_up.h"
#include "daemon/pipeline/erasure.h"
#include "daemon/pipeline/find_account.h"
#include "daemon/pipeline/sign_off.h"
#include "daemon/pipeline/traces.h"
#include "policy/base/assert.h"
#include "policy/base/diagnostic.h"
#include "policy/decisions/decisions.h"

namespace tally::pipeline {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

/// What is to be recorded, and what is said when it is; `{0}` of it is the entry's index.
struct Prepared {
  ledger::EventText entry;
  std::function<std::string(std::uint64_t index)> sentence;
};

std::string who(const model::Subject& subject) {
  const std::string& label = subject.label.empty() ? subject.key : subject.label;
  return subject.source.empty() ? label : fmt::format("{} in {}", label, subject.source);
}

constexpr std::string_view kFromTheNextRun = "It takes effect in the next audit.";

/// One command, with the log and the store held still.
class Carrying {
 public:
  Carrying(const Commission& commission, Kept& kept, const model::Decisions& decisions, model::Subject subject)
      : by_(commission.author),
        rules_(commission.rules),
        kept_(kept),
        decisions_(decisions),
        subject_(std::move(subject)),
        allowed_signers_(commission.allowed_signers),
        now_(commission.clock()) {}

  Result<Prepared> operator()(const decisions::Acknowledge& command) {
    if (auto good = decisions::check_reason(command.reason); !good) return tl::unexpected(good.error());
    const auto record = kept_.store.finding(command.finding);
    if (!record) return tl::unexpected(record.error());
    if (auto may = decisions::may_acknowledge(*record); !may) return tl::unexpected(may.error());
    const model::Finding& finding = record->finding;
    return Prepared{
        encode(
            ledger::FindingAcknowledged{record->opened_index, finding.rule, finding.subject.key, by_, command.reason}),
        [rule = finding.rule, whose = who(finding.subject)](std::uint64_t) {
          return fmt::format("{} of {} is acknowledged. It stays open, and is acknowledged until it changes or closes.",
                             rule, whose);
        }};
  }

  Result<Prepared> operator()(const decisions::RequestExemption& command) {
    if (auto good = decisions::check_reason(command.reason); !good) return tl::unexpected(good.error());
    std::string rule = command.rule;
    if (!command.finding.empty()) {
      auto record = kept_.store.finding(command.finding);
      if (!record) return tl::unexpected(record.error());
      rule = record->finding.rule;
      subject_ = std::move(record->finding.subject);
    } else if (auto known = check_rule(rule); !known) {
      return tl::unexpected(known.error());
    }
    if (auto may = decisions::may_request(decisions_, rule, subject_.key, command.until, now_); !may) {
      return tl::unexpected(may.error());
    }
    return Prepared{encode(ledger::ExemptionRequested{rule, subject_, command.until, by_, command.reason}),
                    [=, whose = who(subject_)](std::uint64_t index) {
                      return fmt::format(
                          "Exemption {0} is asked for: {1} of {2} until {3}. Somebody else has to approve it "
                          "(`tallystick exempt approve {0}`).",
                          index, rule, whose, base::format_instant(command.until));
                    }};
  }

  Result<Prepared> operator()(const decisions::AnswerExemption& command) {
    using Answer = decisions::AnswerExemption::Answer;
    if (command.answer == Answer::refuse || !command.reason.empty()) {
      if (auto good = decisions::check_reason(command.reason); !good) return tl::unexpected(good.error());
    }
    const auto found = command.answer == Answer::approve ? decisions::may_approve(decisions_, command.number, by_, now_)
                       : command.answer == Answer::refuse
                           ? decisions::may_refuse(decisions_, command.number, by_)
                           : decisions::may_withdraw(decisions_, command.number, by_, now_);
    if (!found) return tl::unexpected(found.error());
    const model::ExemptionCase& one = **found;
    const bool held = one.state == model::RequestState::approved;
    const model::RequestState answer = command.answer == Answer::approve  ? model::RequestState::approved
                                       : command.answer == Answer::refuse ? model::RequestState::refused
                                                                          : model::RequestState::withdrawn;
    return Prepared{
        encode(ledger::ExemptionAnswered{answer, command.number, one.exemption.subject_key, by_, command.reason}),
        [=, rule = one.exemption.rule, whose = who(one.subject), until = one.exemption.until](std::uint64_t) {
          const std::string effect =
              answer == model::RequestState::approved || held ? fmt::format(" {}", kFromTheNextRun) : std::string();
          return fmt::format("Exemption {} of {} of {} until {} is {}.{}", command.number, rule, whose,
                             base::format_instant(until), model::to_string(answer), effect);
        }};
  }

  Result<Prepared> operator()(const decisions::DecideLink& command) {
    if (auto good = decisions::check_reason(command.reason); !good) return tl::unexpected(good.error());
    if (auto may = decisions::may_link(decisions_, subject_.key, command.employee_id, command.same); !may) {
      return tl::unexpected(may.error());
    }
    return Prepared{encode(ledger::LinkDecided{subject_, command.employee_id, command.same, by_, command.reason}),
                    [same = command.same, id = command.employee_id, whose = who(subject_)](std::uint64_t index) {
                      return fmt::format("Decision {}: {} is {} employee {}. {}", index, whose,
                                         same ? "the account of" : "never of", id, kFromTheNextRun);
                    }};
  }

  Result<Prepared> operator()(const decisions::RevokeLink& command) {
    if (!command.reason.empty()) {
      if (auto good = decisions::check_reason(command.reason); !good) return tl::unexpected(good.error());
    }
    const auto found = decisions::may_revoke(decisions_, command.number);
    if (!found) return tl::unexpected(found.error());
    return Prepared{encode(ledger::LinkRevoked{command.number, (*found)->decision.account_key, by_, command.reason}),
                    [number = command.number, whose = who((*found)->account)](std::uint64_t) {
                      return fmt::format("Decision {} about {} is undone. {}", number, whose, kFromTheNextRun);
                    }};
  }

  Result<Prepared> operator()(const decisions::RequestRelease& command) {
    if (auto good = decisions::check_reason(command.reason); !good) return tl::unexpected(good.error());
    const auto run = kept_.store.last_run();
    if (!run) return tl::unexpected(run.error());
    const auto sources = kept_.store.last_sources();
    if (!sources) return tl::unexpected(sources.error());
    for (const model::SourceRecord& seen : *sources) {
      if (seen.name != command.source) continue;
      if (auto may = decisions::may_request_release(decisions_, seen, *run); !may) return tl::unexpected(may.error());
      return Prepared{encode(ledger::FeedReleaseRequested{seen.name, *run, by_, command.reason}),
                      [name = seen.name, run = *run](std::uint64_t index) {
                        return fmt::format(
                            "Release {0} is asked for: {1} as {2} read it. Somebody else has to approve it "
                            "(`tallystick feed approve {0}`).",
                            index, name, run);
                      }};
    }
    return failure(ErrorKind::not_found, run->empty()
                                             ? std::string("no audit has finished yet")
                                             : fmt::format("{} read no source called \"{}\"", *run, command.source));
  }

  Result<Prepared> operator()(const decisions::SetHold& command) {
    if (auto good = decisions::check_reason(command.reason); !good) return tl::unexpected(good.error());
    if (auto may = decisions::may_hold(command.until, now_); !may) return tl::unexpected(may.error());
    const auto traces = find_traces(kept_, command.subject);
    if (!traces) return tl::unexpected(traces.error());
    return Prepared{
        encode(ledger::HoldSet{traces->main_key(), traces->employee_id, command.reason, command.until, by_}),
        [=, key = traces->main_key()](std::uint64_t index) {
          return fmt::format("Hold {}: nobody may erase {} until {}.", index, key, base::format_instant(command.until));
        }};
  }

  Result<Prepared> operator()(const decisions::ReleaseHold& command) {
    if (!command.reason.empty()) {
      if (auto good = decisions::check_reason(command.reason); !good) return tl::unexpected(good.error());
    }
    const auto hold = decisions::may_release_hold(decisions_, command.number, now_);
    if (!hold) return tl::unexpected(hold.error());
    return Prepared{encode(ledger::HoldReleased{command.number, (*hold)->subject_key, command.reason, by_}),
                    [number = command.number](std::uint64_t) { return fmt::format("Hold {} is released.", number); }};
  }

  Result<Prepared> operator()(const decisions::Erase&) {
    TALLY_ASSERT(false && "an erasure is more than one entry: erase_person()");
    return failure(ErrorKind::malformed, "");
  }

  Result<Prepared> operator()(const decisions::ApproveRelease& command) {
    const auto run = kept_.store.last_run();
    if (!run) return tl::unexpected(run.error());
    const auto found = decisions::may_approve_release(decisions_, command.number, by_, *run);
    if (!found) return tl::unexpected(found.error());
    return Prepared{encode(ledger::FeedReleaseApproved{command.number, by_}), [one = **found](std::uint64_t) {
                      return fmt::format("Release {} is approved: {} as {} read it is believed. {}", one.number,
                                         one.source, one.run, kFromTheNextRun);
                    }};
  }

  Result<Prepared> operator()(const decisions::SignOff& command) {
    auto event = check_sign_off({command, by_, kept_, decisions_, allowed_signers_, now_});
    if (!event) return tl::unexpected(event.error());
    return Prepared{
        encode(*event), [=, who = event->who, key = event->signature.key.fingerprint()](std::uint64_t index) {
          return fmt::format(
              "Entry {0} records it: {1} signed the manifest of {2} as its {3}, with the key {4}. The proof "
              "for the auditor: `tallystick prove {0} --output sign-off/{3}.tlog-proof`.",
              index, who, command.run, model::to_string(command.role), key);
        }};
  }

 private:
  Result<void> check_rule(const std::string& rule) const {
    if (rules_.find(rule) != nullptr) return {};
    std::vector<std::string_view> known;
    for (const rules::ActiveRule& one : rules_.rules()) known.push_back(one.rule.id);
    const std::string_view near = base::nearest_word(rule, known);
    return failure(ErrorKind::not_found,
                   fmt::format("no rule {} is in force{}", rule,
                               near.empty() ? std::string() : fmt::format("; did you mean {}?", near)));
  }

  const model::Author& by_;
  const rules::RuleSet& rules_;
  Kept& kept_;
  const model::Decisions& decisions_;
  model::Subject subject_;  ///< that a directory was asked about; else empty
  const std::string& allowed_signers_;
  base::Instant now_;
};

/// A group's key is taken as it is: groups have no logins.
model::Subject group_of_key(const std::string& key) {
  model::Subject subject;
  subject.key = key;
  const std::size_t source = key.find('/') + 1, id = key.find('/', source);
  subject.source = key.substr(source, id == std::string::npos ? id : id - source);
  subject.label = id == std::string::npos ? std::string() : key.substr(id + 1);
  return subject;
}

/// The account or group that a command names, before anything is locked: a directory may have to be asked.
Result<model::Subject> subject_of(const Commission& commission) {
  if (const auto* link = std::get_if<decisions::DecideLink>(&commission.command)) {
    return find_account(commission, link->account);
  }
  const auto* request = std::get_if<decisions::RequestExemption>(&commission.command);
  if (request == nullptr || !request->finding.empty()) return model::Subject();
  if (request->subject.starts_with("group/")) return group_of_key(request->subject);
  return find_account(commission, request->subject);
}

}  // namespace

Result<model::RecordedCommand> carry_out(const Commission& commission) {
  if (const auto* erase = std::get_if<decisions::Erase>(&commission.command)) return erase_person(commission, *erase);
  auto subject = subject_of(commission);
  if (!subject) return tl::unexpected(subject.error());
  const auto kept = commission.keeping.lock();
  if (auto current = catch_up(kept->store, kept->recorder, kept->state); !current) {
    return tl::unexpected(current.error());
  }
  const auto decisions = kept->store.decisions();
  if (!decisions) return tl::unexpected(decisions.error());
  auto prepared = std::visit(Carrying(commission, *kept, *decisions, std::move(*subject)), commission.command);
  if (!prepared) return tl::unexpected(prepared.error());
  ledger::EventText& text = prepared->entry;
  const recorder::Draft draft{std::move(text.type), commission.clock(), std::move(text.fields),
                              std::move(text.personal), std::move(text.subject_key)};
  const auto receipt = kept->record({&draft, 1});
  if (!receipt) return tl::unexpected(receipt.error());
  if (auto published = kept->recorder.publish(); !published) return tl::unexpected(published.error());
  const std::uint64_t index = receipt->first_index();
  return model::RecordedCommand{prepared->sentence(index), kept->recorder.origin(), index, kept->recorder.size()};
}

Result<model::Decisions> decisions_so_far(Keeping& keeping) {
  const auto kept = keeping.lock();
  if (auto current = catch_up(kept->store, kept->recorder, kept->state); !current) {
    return tl::unexpected(current.error());
  }
  return kept->store.decisions();
}

}  // namespace tally::pipeline
