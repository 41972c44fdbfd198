// A place where audits of made-up sources run: a log, a store, a clock, and sources that say what a test wants.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/source.h"
#include "daemon/pipeline/audit_run.h"
#include "daemon/pipeline/carry_out.h"
#include "daemon/pipeline/state_folder.h"
#include "daemon/recorder/key.h"
#include "policy/rules/pack.h"
#include "tests/support/shipped_rules.h"

namespace tally::pipeline {

inline base::Instant at(std::string_view text) { return *base::parse_instant(text); }

/// Hands over the harvest that it was given, once.
class FakeSource : public connectors::Source {
 public:
  explicit FakeSource(model::Harvest harvest) : name_(harvest.source.name), harvest_(std::move(harvest)) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] model::SourceKind kind() const override { return harvest_.source.kind; }
  [[nodiscard]] model::Harvest collect(const connectors::Collection& collection) override {
    harvest_.source.started = harvest_.source.finished = collection.now();
    if (collection.progress) collection.progress(harvest_.source.coverage.records_read);
    return std::move(harvest_);
  }

 private:
  std::string name_;
  model::Harvest harvest_;
};

struct Employee {
  std::string number, name;
  std::optional<base::Instant> left;
};

struct Login {
  std::string login, number;
  bool enabled = true;
};

inline model::Harvest hr(const std::vector<Employee>& employees) {
  model::Harvest h;
  h.source.name = "hr";
  h.source.connector = "fake";
  h.source.coverage.state = model::CoverageState::complete;
  h.source.coverage.records_read = employees.size();
  for (const Employee& e : employees) {
    const std::size_t i = h.people.add(model::SourceId(0)).index();
    h.people.employee_id[i] = h.text.add(e.number);
    h.people.display_name[i] = h.text.add(e.name);
    h.people.status[i] = e.left ? model::Employment::left : model::Employment::active;
    h.people.status_basis[i] = h.text.intern("status");
    h.people.first_day[i] = model::TimeFact::never({});
    h.people.last_day[i] =
        e.left ? model::TimeFact::known(base::Bounds::exactly(*e.left), {}) : model::TimeFact::never({});
  }
  return h;
}

inline model::Harvest directory(const std::vector<Login>& logins) {
  model::Harvest h;
  h.source.name = "ad";
  h.source.kind = model::SourceKind::directory;
  h.source.connector = "fake";
  h.source.coverage.state = model::CoverageState::complete;
  h.source.coverage.records_read = logins.size();
  const auto recently =
      model::TimeFact::known(base::Bounds::exactly(at("2026-03-30T00:00:00Z")), h.text.intern("yesterday"));
  const auto long_ago = model::TimeFact::known(base::Bounds::exactly(at("2020-01-01T00:00:00Z")), h.text.intern("old"));
  for (const Login& one : logins) {
    const std::size_t i = h.accounts.add(model::SourceId(0)).index();
    model::Accounts& a = h.accounts;
    a.dn[i] = h.text.add(fmt::format("CN={},DC=example", one.login));
    a.native_id[i] = h.text.add("guid-" + one.login);
    a.login[i] = h.text.add(one.login);
    a.mail[i] = h.text.add(one.login + "@example.com");
    a.employee_number[i] = h.text.add(one.number);
    a.enabled[i] = model::BoolFact::known(one.enabled, h.text.intern(one.enabled ? "uac=512" : "uac=514"));
    a.locked[i] = model::BoolFact::known(false, {});
    a.expires[i] = model::TimeFact::never({});
    a.created[i] = long_ago;
    a.last_sign_in[i] = a.password_changed[i] = recently;
    a.flags_known[i] = 0x7FF;
    h.groups_of_account.push_row({});
  }
  return h;
}

class Stage {
 public:
  Stage() {
    std::string pattern = std::filesystem::temp_directory_path() / "tally-pipeline-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    EXPECT_TRUE(recorder::keygen("audit.example.com/test", key()));
    rules_.emplace(*rules::RuleSet::build(support::shipped_rules()));
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage() { std::filesystem::remove_all(folder_); }

  std::size_t keep_snapshots = 0;      ///< of so many runs
  std::optional<base::Instant> as_of;  ///< of the next audits
  decisions::Retention retention;      ///< of the settings
  std::vector<std::string> told;       ///< what retention said

  [[nodiscard]] std::string key() const { return folder_ + "/log.key"; }
  [[nodiscard]] std::string state() const { return folder_ + "/state"; }
  [[nodiscard]] std::string store_file() const { return store_path(state()); }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ + "/" + name; }

  /// One audit as a program of its own: opens log and store, runs, closes.
  base::Result<model::RunReport> audit(model::Harvest hr, model::Harvest directory, std::stop_token stop = {}) {
    auto kept = open();
    if (!kept) return tl::unexpected(kept.error());
    Keeping keeping(std::move(*kept));
    return audit(keeping, std::move(hr), std::move(directory), std::move(stop));
  }

  /// One of several audits of one program. `on_stage` hears of each stage as it begins.
  base::Result<model::RunReport> audit(Keeping& keeping, model::Harvest hr, model::Harvest directory,
                                       std::stop_token stop = {}, std::function<void(std::string_view)> on_stage = {}) {
    return audit(keeping, std::make_unique<FakeSource>(std::move(hr)),
                 std::make_unique<FakeSource>(std::move(directory)), std::move(stop), std::move(on_stage));
  }

  base::Result<model::RunReport> audit(Keeping& keeping, std::unique_ptr<connectors::Source> hr,
                                       std::unique_ptr<connectors::Source> directory, std::stop_token stop = {},
                                       std::function<void(std::string_view)> on_stage = {}) {
    std::vector<std::unique_ptr<connectors::Source>> sources;
    sources.push_back(std::move(hr));
    sources.push_back(std::move(directory));
    const correlation::Settings settings;
    Audit audit{.sources = sources,
                .rules = *rules_,
                .correlation = settings,
                .keeping = keeping,
                .clock = [this] { return now_; },
                .as_of = as_of,
                .organisation = "ACME",
                .config_digest = {},
                .keep_snapshots = keep_snapshots,
                .stop = std::move(stop),
                .progress = {.reading = {},
                             .read = {},
                             .retained = [this](const std::string& sentence) { told.push_back(sentence); },
                             .stage = std::move(on_stage)},
                .retention = retention};
    auto report = audit_run(audit);
    now_ += std::chrono::hours(1);
    return report;
  }

  /// One command of one person, with that directory to look accounts up in.
  base::Result<model::RecordedCommand> command(Keeping& keeping, const decisions::Command& command,
                                               const model::Author& author, model::Harvest directory = {},
                                               std::function<void(std::string_view)> at_step = {}) {
    auto sources = std::make_shared<std::vector<std::unique_ptr<connectors::Source>>>();
    if (directory.source.name.empty()) directory.source.name = "ad";
    directory.source.kind = model::SourceKind::directory;
    sources->push_back(std::make_unique<FakeSource>(std::move(directory)));
    const correlation::Settings settings;
    return carry_out({.command = command,
                      .author = author,
                      .sources = *sources,
                      .owner = sources,
                      .rules = *rules_,
                      .correlation = settings,
                      .keeping = keeping,
                      .clock = [this] { return now_; },
                      .stop = {},
                      .keep_at_least = retention.erase_not_before,
                      .at_step = std::move(at_step)});
  }

  [[nodiscard]] base::Instant now() const { return now_; }
  void pass(std::chrono::hours time) { now_ += time; }

  [[nodiscard]] base::Result<Kept> open() const {
    recorder::LogSettings log;
    log.prune_after = retention.entries;
    return open_kept({state(), key(), recorder::Clock::fixed(now_), log, {}});
  }

  /// The leaves of the published log, but for those that were pruned.
  [[nodiscard]] std::vector<std::string> leaves() const {
    std::vector<std::string> out;
    auto reader = recorder::LogReader::open(state());
    for (std::uint64_t at = 0; at < reader->size();) {
      const auto receipt = reader->read(at, reader->size());
      for (const model::RecordedEntry& entry : receipt->entries()) out.push_back(entry.leaf);
      at = receipt->end();
    }
    return out;
  }

 private:
  std::string folder_;
  std::optional<rules::RuleSet> rules_;
  base::Instant now_ = at("2026-04-01T00:00:00Z");
};

}  // namespace tally::pipeline
