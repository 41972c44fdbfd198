// Scenario: a small company in one TOML file, and what the rules have to say about it. For compliance officers to read.
//
//   title = "A leaver's account works until the grace is over"
//   as_of = 2026-04-02T22:00:00Z
//   rules.LVR-001.grace = "2d"
//   judged = ["LVR-001"]            # look at these rules alone
//   registered = ["svc-backup", { login = "svc-web", owner = "1001" }]   # also custodians, custodian_groups
//
//   [[hr]]                          # a feed; without one there is a complete feed called "hr"
//   coverage = "doubtful"           # complete (default), partial, doubtful, failed
//   missing = "too few rows"
//   gap = "envelope"               # also produced, unchanged_since, replayed, changed, clock_skew_seconds,
//                                   # columns_missing (what it does not tell of anybody), cells_refused (a number)
//
//   [run]                           # last_finished, missed, abandoned: of the audits before
//
//   [[person]]
//   id = "1001"                     # name, mail, title, department, status, first_day, last_day, zone, in, manager,
//                                   # sponsor, employment_type, previous_last_day, moved, leave_from, leave_until,
//                                   # training_valid_until, screening_done, nda_signed, last_working_day,
//                                   # leaving_entered (days; without one: never)
//
//   [[directory]]                   # profile, coverage, missing, gap; without one a complete Active Directory "corp"
//   domain = "S-1-5-21-7-7-7"       # SIDs are domain and rid; the whole domain was read
//   [[group]]                       # name, tier, groups, members_unknown, rid, in, owners, created, members_changed
//   foreign_members = ["S-1-5-21-7-7-7-1104"]   # SIDs, or DNs ("cn=login,dc=directory"), of entries elsewhere
//   [[account]]                     # login, employee, mail, enabled, expires, last_sign_in, groups, primary_group,
//                                   # manager, flags (by the names of their facts), flags_hidden, created, modified,
//                                   switched, …
//
//   [[control]]                     # a right on an entry: holder, rights ("full control", "write DACL",
//                                   # "reset password", "add member", "get changes", "get changes all"), over: an
//                                   # account, a group, "the domain" or "AdminSDHolder". Those named have a rid.
//                                   # The lists of all entries were read, but where controls_unread of the directory
//                                   # says why not; ds_heuristics is its dSHeuristics.
//
//   [[entitlement]]                 # name, groups: who is in one of them can do this
//
//   [[persona]]                     # kind, prefix, suffix: a person's further accounts
//
//   [[was.person]]                  # and [[was.account]]: the company as an audit of a month ago saw it
//
//   [[expect]]                      # every rule answers "clear" about everybody who is not named here
//   rule = "LVR-001"
//   about = "ada"                   # login of an account, name of a source or group, "ada in Admins", "the run"
//   answer = "violation"            # or "cannot tell", "exempt"
//   standing = "reopened"           # how it stands beside the run before, which [[earlier]] tells of
//
//   times = 120                     # so many people, accounts or expectations: "#" in their names is 1, 2, …
//
//   [[exemption]]                   # rule, about (or group), in; approved (a month ago), until; withdrawn = true
//   [[acknowledged]]                # rule, about (or group), in, at: somebody works on a finding of the run before
//   [[decision]]                    # about, in; person; same = true, or false for never the same
//   [[earlier]]                     # rule, about, in: a finding of the run before; was = "open", "exempt", "fixed"
//
// People have worked here since 2020, are screened, trained and bound to secrecy, and never moved; accounts were used
// yesterday; unless the file says otherwise. An empty day is one that HR does not have: training_valid_until = "".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "policy/base/diagnostic.h"
#include "policy/correlation/correlation.h"
#include "policy/evaluation/compare.h"
#include "policy/evaluation/evaluate.h"

namespace tally::scenarios {

struct Expectation {
  std::string rule, about;
  model::Outcome answer = model::Outcome::violation;
  std::string because;                               ///< part of the reason of a "cannot tell"; empty: any
  std::optional<std::string> severity;               ///< of a violation
  std::vector<std::string> path;                     ///< of a violation; empty: any
  std::optional<std::vector<std::string>> suggests;  ///< employee numbers, most likely first
  std::string standing;                              ///< beside the run before; empty: any
  int line = 0;
};

/// A finding of the run before.
struct EarlierFinding {
  std::string rule, about, subject_key, source;
  std::string was;  ///< "open", "exempt", "fixed"
};

struct Scenario {
  std::string title;
  base::Instant as_of;
  std::vector<rules::Override> overrides;
  rules::Pack own;                       ///< what the site says in a pack of its own: classes of entitlements
  std::vector<model::Harvest> harvests;  ///< one a source
  std::vector<model::Harvest> was;       ///< of a month ago; empty: no audit was before this one
  evaluation::Previous previous;
  correlation::Settings correlation;
  std::vector<model::Exemption> exemptions, withdrawn;
  std::vector<model::AcknowledgedFinding> acknowledged;
  std::vector<model::LinkDecision> decisions;
  std::vector<EarlierFinding> earlier;
  std::vector<std::string> judged;  ///< the rules looked at; empty: all
  std::vector<Expectation> expected;
};

tl::expected<Scenario, base::Diagnostics> read_scenario(const std::string& text, const std::string& file);

/// Everything that a scenario's verdict consists of and rests on.
struct Judged {
  rules::RuleSet rules;
  model::Snapshot snapshot;
  correlation::Correlation links;
  access::Access access;
  evaluation::Previous previous;
  std::vector<model::Exemption> exemptions;
  std::vector<model::AcknowledgedFinding> acknowledged;
  evaluation::Evaluated evaluated;

  [[nodiscard]] evaluation::Inputs inputs() const {
    return {rules, snapshot, links, access, previous, exemptions, acknowledged};
  }
};

/// Envelope, correlation, access and evaluation, as an audit does them.
Judged judge(const Scenario& scenario);
/// How every finding stands beside the run before.
std::vector<evaluation::Comparison> compared(const Scenario& scenario, const Judged& judged);

}  // namespace tally::scenarios
