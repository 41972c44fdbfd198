// A pack of a run that stands behind a pruning: whose findings were opened before it, and are gone with their entries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "daemon/evidence/pack.h"
#include "daemon/ledger/event.h"
#include "daemon/ledger/pruning.h"
#include "tests/unit/daemon/recorder/place.h"

namespace tally::evidence {
namespace {

using recorder::kTime;
using recorder::Place;
using testing::Contains;
using testing::HasSubstr;

constexpr std::chrono::hours kYear{365 * 24};

class PrunedPack : public testing::Test {
 protected:
  void add(const ledger::EventText& text) {
    drafts_.push_back({text.type, kTime, text.fields, text.personal, text.subject_key});
  }
  void begin(const std::string& run) { add(encode(ledger::RunStarted{run, "test", kTime, "0.1.0", "c", "r", "ACME"})); }
  void end(const std::string& run, std::uint64_t open) {
    ledger::RunFinished done;
    done.summary.run = run;
    done.summary.started = done.summary.finished = done.summary.as_of = kTime;
    done.summary.open[2] = open;
    done.verdict_digest = "v";
    add(encode(done));
  }
  void find(const std::string& run, const std::string& who) {
    ledger::FindingEvent event{run, {}};
    event.record.finding.rule = "LVR-001";
    event.record.finding.severity = model::Severity::high;
    event.record.finding.subject = {model::SubjectKind::account, "account/ad/" + who, who, "ad", "cn=" + who, "", ""};
    event.record.finding.fingerprint = model::fingerprint_of("LVR-001", "account/ad/" + who);
    event.record.standing = model::Standing::opened;
    event.record.first_seen = event.record.last_seen = event.record.open_since = kTime;
    add(encode(event));
  }
  void fill(std::size_t to) {
    while (drafts_.size() + 1 < to) drafts_.push_back(recorder::Draft{"of_yesterday", kTime, "{}", "", ""});
  }
  /// Two findings of run-1 on both sides of entry 512, and run-2, for which both are open. Then `minimum` is pruned.
  PackReport pack_after(std::uint64_t minimum) {
    fill(300);
    begin("run-1");
    find("run-1", "gone");
    fill(600);
    find("run-1", "kept");
    end("run-1", 2);
    begin("run-2");
    end("run-2", 2);
    {
      auto log = place_.open();
      EXPECT_TRUE(log->append(drafts_) && log->publish());
      key_ = log->vkey();
    }
    if (minimum != 0) prune(minimum);
    const auto pack = write_pack({.state = place_.root(), .run = "run-2", .folder = folder(), .log_key = key_});
    EXPECT_TRUE(pack) << pack.error().message;
    return pack.value_or(PackReport());
  }
  void prune(std::uint64_t minimum) {
    recorder::LogSettings settings;
    settings.prune_after = kYear;
    auto log = recorder::Recorder::open(
        {place_.root(), place_.key(), recorder::Clock::fixed(kTime + 2 * kYear), settings, nullptr});
    const recorder::Draft draft{"log_pruned", kTime + 2 * kYear,
                                ledger::Pruned{minimum, 0, base::sha256("the policy"), {}}.fields(), "", ""};
    EXPECT_TRUE(log->append({&draft, 1}) && log->publish());
  }
  [[nodiscard]] std::string folder() const { return place_.root() + "/pack"; }
  [[nodiscard]] nlohmann::json manifest() const {
    std::ifstream file(folder() + "/manifest.json");
    return nlohmann::json::parse(file);
  }

  Place place_;
  std::string key_;
  std::vector<recorder::Draft> drafts_;
};

TEST_F(PrunedPack, SaysHowManyFindingsOfTheRunAreGone) {
  const PackReport pack = pack_after(512);
  EXPECT_EQ(pack.findings, 1u) << "the one whose first entry is there";
  EXPECT_EQ(pack.pruned, 1u);
  EXPECT_EQ(manifest()["findings"]["pruned"]["open"], 1);
  EXPECT_THAT(pack.missing, Contains(HasSubstr("1 findings of the run: their entries were pruned")));
}

TEST_F(PrunedPack, IsWholeWhenNothingOfTheRunWasPruned) {
  const PackReport pack = pack_after(0);
  EXPECT_EQ(pack.findings, 2u);
  EXPECT_EQ(pack.pruned, 0u);
  EXPECT_EQ(manifest()["findings"]["pruned"]["open"], 0);
}

}  // namespace
}  // namespace tally::evidence
