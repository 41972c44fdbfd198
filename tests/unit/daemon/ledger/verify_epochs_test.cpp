// What the verifier must refuse of a log with epochs, each made by somebody who holds the log's own key: the rules that
// other systems' logs broke (spec, "Epochs").
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/entry.h"
#include "daemon/ledger/epochs.h"
#include "daemon/ledger/verify.h"
#include "tests/unit/daemon/ledger/epoch_log.h"

namespace tally::ledger {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;

std::string first(const VerifyReport& report) {
  return report.ok() ? "" : report.problems[0].path + ": " + report.problems[0].message;
}

TEST(VerifyEpochs, AcceptsALogWhoseEpochsAllEndAsTheyShould) {
  EpochLog log;
  log.close_three();
  const VerifyReport report = log.verify();
  EXPECT_EQ(first(report), "");
  EXPECT_EQ(report.epochs_closed, 3u);
  EXPECT_TRUE(report.certified);
  EXPECT_THAT(report.notes, ::testing::IsEmpty());
}

TEST(VerifyEpochs, AcceptsTheCheckpointThatClosedAnEpochAsTheNewest) {
  EpochLog log;
  log.close(0, epoch_signer(0));
  EXPECT_EQ(first(log.verify({log_signer(), epoch_signer(0)})), "");
  EXPECT_THAT(first(log.verify({log_signer(), epoch_signer(1)})), HasSubstr("checkpoint"));
}

TEST(VerifyEpochs, FailsWithoutAnySealsWhereARootPromisesThem) {
  MemoryLog log = make_log(entry_texts(3));
  VerifyOptions options{{log_signer().key}};
  EXPECT_TRUE(verify(log, options).ok());
  options.root = root_signer().key;
  EXPECT_THAT(first(verify(log, options)), HasSubstr("no epochs"));
}

TEST(VerifyEpochs, FailsWithoutItsCertificateOrWithAnother) {
  EpochLog log;
  log.close_three();
  log.files["certificate"] = log.certificate(root_signer('x'));
  EXPECT_THAT(first(log.verify()), HasSubstr("certificate: "));
  EXPECT_TRUE(log.verify({log_signer(), epoch_signer(3)}, false).ok()) << "nobody asked for it";
  log.files.erase("certificate");
  EXPECT_THAT(first(log.verify()), HasSubstr("certificate: "));
  EpochLog other;
  other.plan.count = 6;
  log.files["certificate"] = other.certificate(root_signer());
  EXPECT_THAT(first(log.verify()), HasSubstr("certifies another log"));
}

TEST(VerifyEpochs, FailsWhenAnEndIsMissingOrNotInItsPlace) {
  EpochLog log;
  log.close_three();
  EpochLog without = log;
  without.files.erase(closing_path(1));
  EXPECT_THAT(first(without.verify()), HasSubstr("epoch/001: "));
  EpochLog swapped = log;
  std::swap(swapped.files[closing_path(0)], swapped.files[closing_path(2)]);
  EXPECT_THAT(first(swapped.verify()), HasSubstr("epoch/000: "));
}

TEST(VerifyEpochs, FailsWhenAnEndIsSkippedDoubledOrReordered) {
  for (const std::vector<std::uint64_t>& order :
       {std::vector<std::uint64_t>{0, 2}, {1}, {0, 0}, {1, 0}, {0, 1, 2, 1}}) {
    EpochLog log;
    for (const std::uint64_t epoch : order) log.close(epoch, epoch_signer(epoch));
    EXPECT_THAT(log.verify().problems, Contains(Field(&Problem::message, HasSubstr(" is open"))))
        << order.size() << " ends, the first of " << order[0];
  }
}

TEST(VerifyEpochs, FailsWhenAnotherKeyThanTheEpochsSigns) {
  for (const TestSigner& by : {epoch_signer(2), epoch_signer(1, 'x'), log_signer()}) {
    EpochLog log;
    log.close(0, epoch_signer(0));
    log.close(1, by);
    log.close(2, epoch_signer(2));
    EXPECT_THAT(first(log.verify()), HasSubstr("epoch/001: ")) << by.key.name;
  }
}

TEST(VerifyEpochs, FailsWhenAnEpochIsOpenAgainOrNotYet) {
  EpochLog log;
  log.close_three();
  for (const std::uint64_t epoch : {0u, 1u, 2u, 4u}) {
    EXPECT_THAT(first(log.verify({log_signer(), epoch_signer(epoch)})), HasSubstr("/epoch/3: ")) << epoch;
  }
  EXPECT_THAT(first(log.verify({log_signer()})), HasSubstr("/epoch/3: ")) << "only the log's key";
}

TEST(VerifyEpochs, FailsWhenWhatWasWitnessedIsNotByItsEpoch) {
  EpochLog log;
  log.close_three();
  const auto witnessed = [&](std::size_t size, const std::vector<TestSigner>& by) {
    log.files["witnessed"] = EpochLog::signed_by(
        checkpoint_of({log.entries.begin(), log.entries.begin() + static_cast<std::ptrdiff_t>(size)}), by);
    return first(log.verify());
  };
  // The entries: genesis, then (run_started, end) for each of the epochs 0, 1, 2, then run_started.
  using SizeAndEpoch = std::pair<std::size_t, std::uint64_t>;
  for (const auto& [size, epoch] : {SizeAndEpoch{1, 0}, {3, 0}, {4, 1}, {5, 1}, {6, 2}, {8, 3}}) {
    EXPECT_EQ(witnessed(size, {log_signer(), epoch_signer(epoch)}), "");
    for (const std::uint64_t other : {0u, 1u, 2u, 3u}) {
      if (other == epoch) continue;
      EXPECT_THAT(witnessed(size, {log_signer(), epoch_signer(other)}), HasSubstr("witnessed: no signature of"));
    }
  }
  EXPECT_THAT(witnessed(5, {log_signer()}), HasSubstr("witnessed: no signature of"));
  EXPECT_THAT(witnessed(5, {log_signer(), epoch_signer(1, 'x')}), HasSubstr("witnessed: no signature of"));
}

TEST(VerifyEpochs, FailsWhenAnEndIsOfAnotherTree) {
  EpochLog log;
  log.close_three();
  Checkpoint other = checkpoint_of({log.entries.begin(), log.entries.begin() + 3});
  other.root.bytes[0] ^= 1;
  log.files[closing_path(0)] = EpochLog::signed_by(other, {log_signer(), epoch_signer(0)});
  EXPECT_THAT(first(log.verify()), HasSubstr("is not that of the first 3 entries"));
}

TEST(VerifyEpochs, FailsWhenAnEpochEndsBeforeItIsOver) {
  EpochLog log;
  log.close(0, epoch_signer(0), std::chrono::seconds(1));
  EXPECT_THAT(first(log.verify({log_signer(), epoch_signer(0)})), HasSubstr("before it is over"));
}

TEST(VerifyEpochs, FailsWithOtherKeysThanThePromisedOnes) {
  EpochLog log;
  log.close_three();
  for (std::size_t byte = 0; byte < log.keys.size(); ++byte) {
    EpochLog changed = log;
    changed.files["epoch/keys"][byte] ^= 1;
    ASSERT_FALSE(changed.verify().ok()) << byte;
  }
  log.files["epoch/keys"] += std::string(32, 'k');
  EXPECT_THAT(first(log.verify()), HasSubstr("epoch/keys: "));
  log.files.erase("epoch/keys");
  EXPECT_THAT(first(log.verify()), HasSubstr("epoch/keys: "));
}

TEST(VerifyEpochs, RefusesAFlippedBitInAnyByteOfAnEnd) {
  EpochLog log;
  log.close(0, epoch_signer(0));
  const std::string right = log.files[closing_path(0)];
  for (std::size_t byte = 0; byte < right.size(); ++byte) {
    std::string& bytes = log.files[closing_path(0)] = right;
    bytes[byte] = static_cast<char>(bytes[byte] ^ (1 << byte % 8));
    ASSERT_FALSE(log.verify({log_signer(), epoch_signer(0)}).ok()) << "byte " << byte;
  }
}

TEST(VerifyEpochs, RefusesFilesWithoutAPlaceAndTellsOfLaterOnes) {
  EpochLog log;
  log.close_three();
  log.files["epoch/003"] = "of a writer at work";
  EXPECT_EQ(first(log.verify()), "");
  EXPECT_THAT(log.verify().notes, Contains(HasSubstr("beyond the signed size")));
  log.files["epoch/3"] = "x";
  EXPECT_THAT(first(log.verify()), HasSubstr("epoch/3: does not belong into a log"));
}

/// Two ends, one in the full bundle and one behind it, and where a verification after the first one stood.
struct Continued {
  EpochLog log;
  Verified before;

  Continued() {
    for (int i = 0; i < 200; ++i) log.add("run_started", kStart);
    log.close(0, epoch_signer(0));
    for (int i = 0; i < 100; ++i) log.add("run_started", log.plan.end_of(0));
    const VerifyReport report = log.verify({log_signer(), epoch_signer(1)});
    EXPECT_EQ(first(report), "");
    before = {checkpoint_of(log.entries), report.epochs_closed_in_full_bundles};
    log.close(1, epoch_signer(1));
    log.add("run_started", log.plan.end_of(1));
  }
  [[nodiscard]] VerifyReport verify() const { return log.verify({log_signer(), epoch_signer(2)}, true, before); }
};

TEST(VerifyEpochs, GoesOnWhereAnEarlierVerificationStood) {
  const VerifyReport report = Continued().verify();
  EXPECT_EQ(first(report), "");
  EXPECT_EQ(report.first_checked, 256u);
  EXPECT_EQ(report.epochs_closed, 2u);
  EXPECT_TRUE(report.certified);
}

TEST(VerifyEpochs, FailsThereToo) {
  Continued missing;
  missing.log.files.erase(closing_path(1));
  EXPECT_THAT(first(missing.verify()), HasSubstr("epoch/001: "));
  Continued another;
  another.log.files["certificate"] = another.log.certificate(root_signer('x'));
  EXPECT_THAT(first(another.verify()), HasSubstr("certificate: "));
  // What was remembered is of a log with more epochs than this one promises.
  Continued beyond;
  beyond.before.epochs_closed = 100;
  EXPECT_THAT(beyond.verify().problems, Contains(Field(&Problem::message, HasSubstr("there is no epoch 100"))));
}

TEST(EpochPlan, FollowsTheClockAndStopsAtTheLastEpoch) {
  const EpochPlan plan = EpochLog().plan;
  EXPECT_EQ(plan.at(kStart - std::chrono::hours(5)), 0u);
  EXPECT_EQ(plan.at(kStart), 0u);
  EXPECT_EQ(plan.at(kStart + std::chrono::seconds(3599)), 0u);
  EXPECT_EQ(plan.at(kStart + std::chrono::seconds(3600)), 1u);
  EXPECT_EQ(plan.at(kStart + std::chrono::hours(100)), 4u);
}

TEST(EpochPlan, RefusesFiguresBeyondItsLimits) {
  for (const char* epochs :
       {R"("x")", R"({})", R"({"count":0,"period":3600,"root":"R","start":0})",
        R"({"count":1048577,"period":3600,"root":"R","start":0})", R"({"count":5,"period":59,"root":"R","start":0})",
        R"({"count":5,"period":31622401,"root":"R","start":0})", R"({"count":5,"period":3600,"root":"AA==","start":0})",
        R"({"count":5,"period":3600,"root":"R","start":-1})"}) {
    std::string fields = epochs;
    const std::size_t at = fields.find("\"R\"");
    if (at != std::string::npos) fields.replace(at + 1, 1, base64(std::string(32, 'r')));
    const std::string leaf = *make_leaf({"genesis", kStart, {}, {}}, fmt::format(R"({{"epochs":{}}})", fields));
    EXPECT_FALSE(EpochPlan::of(leaf)) << leaf;
  }
}

TEST(Certificate, IsReadInItsOneSpelling) {
  const Certificate certificate{log_signer().key, EpochLog().plan};
  const std::string text = certificate.format();
  EXPECT_EQ(*Certificate::parse(text), certificate);
  EXPECT_THAT(text, HasSubstr("tallystick-log-certificate/v1\naudit.example.com/hostA\n"
                              "audit.example.com/hostA+9e67eb4c+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n"
                              "5\n3600\n1774994400\n"));
  for (std::size_t size = 0; size < text.size(); ++size) EXPECT_FALSE(Certificate::parse(text.substr(0, size))) << size;
  EXPECT_FALSE(Certificate::parse(text + "\n"));
  std::string zero = text;
  zero.insert(zero.find("\n5\n") + 1, "0");
  EXPECT_FALSE(Certificate::parse(zero)) << "a leading zero";
}

TEST(EpochPaths, AreNumberedAsTilesAre) {
  EXPECT_EQ(closing_path(7), "epoch/007");
  EXPECT_EQ(closing_path(1234), "epoch/x001/234");
  EXPECT_EQ(token_path(1234), "epoch/x001/234.tsr");
  EXPECT_EQ(parse_closing_path("epoch/x001/234"), 1234u);
  EXPECT_EQ(parse_token_path("epoch/007.tsr"), 7u);
  for (const char* path : {"epoch/7", "epoch/0007", "epoch/x000/007", "epoch/keys", "epoch/007.p/3", "tile/entries/007",
                           "epoch/", "epoch/x001/x234/567"}) {
    EXPECT_FALSE(parse_closing_path(path)) << path;
  }
}

}  // namespace
}  // namespace tally::ledger
