// A log with its store, for tests: runs are written as events and read back as reports.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ledger/event.h"
#include "daemon/recorder/key.h"
#include "daemon/recorder/recorder.h"
#include "daemon/store/store.h"

namespace tally::store {

inline base::Instant day(int number) {
  return *base::parse_instant("2026-03-01T00:00:00Z") + std::chrono::hours(24 * number);
}

/// What one run says of one finding.
struct Said {
  std::string subject;
  model::Standing standing = model::Standing::opened;
  model::Severity severity = model::Severity::high;
  std::string note = "";
  std::uint64_t exemption = 0;
};

class Journal {
 public:
  Journal() {
    std::string pattern = std::filesystem::temp_directory_path() / "tally-store-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    vkey_ = *recorder::keygen("audit.example.com/test", folder_ + "/log.key");
    recorder_.emplace(
        *recorder::Recorder::open({root(), folder_ + "/log.key", recorder::Clock::fixed(day(0)), {}, nullptr}));
  }
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal() { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string root() const { return folder_ + "/state"; }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ + "/" + name; }
  [[nodiscard]] recorder::Recorder& recorder() { return *recorder_; }
  [[nodiscard]] Store open(const std::string& name = "store.db") const { return *Store::open(file(name)); }

  /// All published entries from there on.
  [[nodiscard]] model::Receipt entries(std::uint64_t from = 0) {
    EXPECT_TRUE(recorder_->publish());
    auto reader = recorder::LogReader::open(root());
    return *reader->read(from, reader->size());
  }

  void add(const ledger::EventText& text, int on) {
    drafts_.push_back({text.type, day(on), text.fields, text.personal, text.subject_key});
  }
  /// Writes what was added as one batch; its first index.
  std::uint64_t flush() {
    const auto receipt = recorder_->append(drafts_);
    EXPECT_TRUE(receipt) << receipt.error().message;
    drafts_.clear();
    return receipt->first_index();
  }

  /// A whole run on that day: started, its source, what it says of findings, finished.
  void run(int on, const std::vector<Said>& said, std::uint64_t accounts = 10,
           model::CoverageState coverage = model::CoverageState::complete) {
    start(on, accounts, coverage);
    const std::uint64_t first = recorder_->size();
    for (const Said& one : said) say(on, one, first + drafts_.size());
    finish(on, said);
  }

  void start(int on, std::uint64_t accounts = 10, model::CoverageState coverage = model::CoverageState::complete) {
    id_ = fmt::format("run-{}", on);
    add(encode(ledger::RunStarted{id_, "test", day(on), "0.1.0", "c", "r", "ACME"}), on);
    ledger::SourceCollected source{id_, {}, accounts};
    source.source.name = "ad";
    source.source.kind = model::SourceKind::directory;
    source.source.started = day(on);
    source.source.finished = day(on) + std::chrono::minutes(5);
    source.source.coverage.state = model::CoverageState::complete;
    if (coverage != model::CoverageState::complete) {
      source.source.coverage.lower(coverage, model::Gap::Kind::size_limit, "cut");
    }
    source.source.coverage.reject({3, "mail", "secret@example.com", "no address", false});
    add(encode(source), on);
    flush();
  }

  void finish(int on, const std::vector<Said>& said) {
    ledger::RuleTallied tally{
        id_, {"LVR-001", "Leaver", model::Severity::high, model::SubjectKind::account, 9, 5, 3, 1}, {}};
    tally.cannot_tell = {{"LVR-001", "no last day", 1, {subject("x")}}};
    add(encode(tally), on);
    ledger::RunFinished done;
    done.summary.run = id_;
    done.summary.started = done.summary.finished = done.summary.as_of = day(on);
    done.summary.opened = said.size();
    done.populations = {{"ad", 10, {{"person", 10}}}};
    done.verdict_digest = "v";
    add(encode(done), on);
    flush();
  }

  static model::Subject subject(const std::string& name) {
    return {model::SubjectKind::account, "account/ad/" + name, name, "ad", "cn=" + name, "", ""};
  }

 private:
  void say(int on, const Said& said, std::uint64_t index) {
    const std::string fingerprint = model::fingerprint_of("LVR-001", "account/ad/" + said.subject);
    if (said.standing == model::Standing::not_rechecked || said.standing == model::Standing::exempt_not_rechecked) {
      const ledger::FindingsNotRechecked event{id_, said.note, {opened_[fingerprint]}, model::is_exempt(said.standing)};
      return add(encode(event), on);
    }
    ledger::FindingEvent event{id_, {}};
    event.record.finding.fingerprint = fingerprint;
    event.record.finding.rule = "LVR-001";
    event.record.finding.severity = said.severity;
    event.record.finding.subject = subject(said.subject);
    event.record.finding.what = fmt::format("{} on day {}", said.subject, on);
    event.record.standing = said.standing;
    event.record.note = said.note;
    event.exemption = said.exemption;
    if (said.standing != model::Standing::opened) event.record.opened_index = opened_[fingerprint];
    if (ledger::opens(event)) opened_[fingerprint] = index;
    add(encode(event), on);
  }

  std::string folder_, vkey_, id_;
  std::optional<recorder::Recorder> recorder_;
  std::vector<recorder::Draft> drafts_;
  std::map<std::string, std::uint64_t> opened_;  ///< by fingerprint
};

}  // namespace tally::store
