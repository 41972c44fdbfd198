#include "daemon/ledger/verify_witnesses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/daemon/ledger/memory_log.h"

namespace tally::ledger {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kSigned = 1800000000;  // 2027-01-15T08:00:00Z
const base::Instant kThen = *base::parse_instant("2027-01-15T08:00:00Z");

TestSigner second() { return {"witness.example.org/w2", KeyType::cosignature_v1, std::string(32, '2')}; }

/// Both witnesses, of whom so many are needed.
TrustPolicy policy(const std::string& needed = "all") {
  return *TrustPolicy::parse("log " + log_signer().key.format() + "\nwitness one " + witness_signer().key.format() +
                                 "\nwitness two " + second().key.format() + "\ngroup g " + needed +
                                 " one two\nquorum g\n",
                             "policy");
}

/// The checkpoint of the first entries, signed by the log and by these witnesses.
std::string cosigned(std::size_t size, const std::vector<TestSigner>& witnesses, std::uint64_t time = kSigned) {
  const std::string text = checkpoint_of(entry_texts(size)).format();
  Note note{text, {log_signer().sign(text)}};
  for (const TestSigner& witness : witnesses) note.signatures.push_back(witness.sign(text, time));
  return note.format();
}

VerifyReport check(MemoryLog& log, const std::optional<TrustPolicy>& trusted = policy()) {
  return verify(log, {.keys = {log_signer().key}, .policy = trusted});
}

std::string first_message(const VerifyReport& report) {
  return report.ok() ? "ok" : report.problems[0].path + ": " + report.problems[0].message;
}

TEST(Witnesses, CosignedTheCheckpointItself) {
  MemoryLog log = make_log(entry_texts(300));
  log.files["checkpoint"] = cosigned(300, {witness_signer(), second()});
  const VerifyReport report = check(log);
  EXPECT_EQ(first_message(report), "ok");
  EXPECT_EQ(report.witnessed_size, 300u);
  EXPECT_EQ(report.witness_time, kThen);
  EXPECT_THAT(report.notes, IsEmpty()) << "their signatures are not of unknown keys";
}

TEST(Witnesses, CosignedAnOlderTreeOfEachSize) {
  MemoryLog log = make_log(entry_texts(600));
  for (const std::size_t size : {1u, 2u, 255u, 256u, 257u, 511u, 599u, 600u}) {
    log.files["witnessed"] = cosigned(size, {witness_signer(), second()});
    const VerifyReport report = check(log);
    EXPECT_EQ(first_message(report), "ok") << size;
    EXPECT_EQ(report.witnessed_size, size);
    if (size == 600) continue;
    EXPECT_THAT(report.notes,
                ElementsAre(HasSubstr(fmt::format("not yet witnessed: the {} entries from {} on", 600 - size, size))));
  }
}

TEST(Witnesses, AreTooFew) {
  MemoryLog log = make_log(entry_texts(300));
  EXPECT_EQ(
      first_message(check(log)),
      "checkpoint: the quorum of the policy is not met: cosigned by nobody; the file `witnessed`: none that counts");
  log.files["checkpoint"] = cosigned(300, {second()});
  log.files["witnessed"] = cosigned(200, {witness_signer()});
  EXPECT_EQ(first_message(check(log)),
            "checkpoint: the quorum of the policy is not met: cosigned by two; the file `witnessed`: by one")
      << "of two different trees: they do not add up";
  EXPECT_EQ(first_message(check(log, policy("any"))), "ok");
  EXPECT_EQ(check(log, policy("any")).witnessed_size, 300u) << "the newer one";
  const TestSigner stranger("witness.example.com/w1", KeyType::cosignature_v1, std::string(32, '9'));
  log.files["checkpoint"] = cosigned(300, {stranger, second()});
  EXPECT_FALSE(check(log).ok()) << "a name is not a key";
}

TEST(Witnesses, OfAnotherTreeAreNotBelieved) {
  MemoryLog log = make_log(entry_texts(300));
  auto other = entry_texts(200);
  other[3].replace(other[3].find("run_started"), 11, "run_altered");
  const std::string text = checkpoint_of(other).format();
  log.files["witnessed"] =
      Note{text, {log_signer().sign(text), witness_signer().sign(text, kSigned), second().sign(text, kSigned)}}
          .format();
  EXPECT_EQ(first_message(check(log)), "witnessed: the first 200 entries are not those that were witnessed");
  EXPECT_FALSE(check(log, std::nullopt).ok()) << "without a policy too: the log has signed two histories";
}

TEST(Witnesses, SawMoreThanTheLogHasNow) {
  MemoryLog log = make_log(entry_texts(300));
  log.files["witnessed"] = cosigned(301, {witness_signer(), second()});
  EXPECT_EQ(first_message(check(log)), "witnessed: the log was cut: it has 300 entries, and 301 were witnessed");
  EXPECT_FALSE(check(log, std::nullopt).ok());
}

TEST(Witnesses, AreAskedOnlyUnderAPolicyButTheirFileIsAlwaysOfThisLog) {
  MemoryLog log = make_log(entry_texts(300));
  log.files["witnessed"] = cosigned(200, {witness_signer()});
  const VerifyReport report = check(log, std::nullopt);
  EXPECT_EQ(first_message(report), "ok");
  EXPECT_FALSE(report.witnessed_size);
  const std::string text = checkpoint_of(entry_texts(200)).format();
  for (const std::string& wrong : {std::string(), std::string("witnessed"), text + "\n",
                                   Note{text, {witness_signer().sign(text, kSigned)}}.format()}) {
    log.files["witnessed"] = wrong;
    EXPECT_THAT(first_message(check(log, std::nullopt)), testing::StartsWith("witnessed: "));
  }
}

/// Every bit of both notes. What is signed by a key of the policy cannot be changed unseen; with all of them needed,
/// nothing can.
TEST(Witnesses, LoseNoSignatureToAFlippedBit) {
  MemoryLog log = make_log(entry_texts(3));
  log.files["checkpoint"] = cosigned(3, {witness_signer(), second()});
  for (std::size_t bit = 0; bit < log.files["checkpoint"].size() * 8; ++bit) {
    std::string& bytes = log.files["checkpoint"];
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(check(log).ok()) << bit;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
  }
  log.files["checkpoint"] = cosigned(3, {});
  log.files["witnessed"] = cosigned(2, {witness_signer(), second()});
  for (std::size_t bit = 0; bit < log.files["witnessed"].size() * 8; ++bit) {
    std::string& bytes = log.files["witnessed"];
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(check(log).ok()) << bit;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
  }
}

TEST(Witnesses, WithAWrongSignatureFailTheLogEvenWhenTheOthersWereEnough) {
  MemoryLog log = make_log(entry_texts(300));
  const std::string text = checkpoint_of(entry_texts(300)).format();
  NoteSignature wrong = second().sign(text, kSigned);
  wrong.blob.back() = static_cast<char>(wrong.blob.back() ^ 1);
  log.files["checkpoint"] = Note{text, {log_signer().sign(text), witness_signer().sign(text, kSigned), wrong}}.format();
  EXPECT_THAT(first_message(check(log, policy("any"))),
              HasSubstr("the signature of \"witness.example.org/w2\" is wrong"));
}

TEST(Witnesses, CountOnlyForALogThatThePolicyNames) {
  MemoryLog log = make_log(entry_texts(300));
  log.files["checkpoint"] = cosigned(300, {witness_signer()});
  const TestSigner other("audit.example.com/hostA", KeyType::ed25519, std::string(32, 'x'));
  const std::string witness = "witness one " + witness_signer().key.format() + "\nquorum one\n";
  EXPECT_EQ(first_message(check(log, *TrustPolicy::parse("log " + other.key.format() + "\n" + witness, "p"))),
            "checkpoint: the policy does not name the key of this log");
  EXPECT_EQ(first_message(check(log, *TrustPolicy::parse(witness, "p"))), "ok");
}

VerifyReport aged(MemoryLog& log, base::Instant now, const std::optional<TrustPolicy>& trusted = policy()) {
  return verify(log,
                {.keys = {log_signer().key}, .policy = trusted, .freshness = Freshness{now, std::chrono::hours(24)}});
}

TEST(WitnessTime, TellsAStaleLogFromABrokenOne) {
  MemoryLog log = make_log(entry_texts(300));
  log.files["witnessed"] = cosigned(200, {witness_signer(), second()});
  EXPECT_EQ(aged(log, kThen + std::chrono::hours(24)).stale, "");
  const VerifyReport stale = aged(log, kThen + std::chrono::hours(25));
  EXPECT_TRUE(stale.ok());
  EXPECT_EQ(stale.stale, "the newest witness time is 2027-01-15T08:00:00Z, 1 d 1 h ago; at most 1 d are allowed");
  log.files["checkpoint"] = cosigned(300, {witness_signer(), second()}, kSigned + 7200);
  EXPECT_EQ(aged(log, kThen + std::chrono::hours(25)).stale, "") << "a newer one";
}

TEST(WitnessTime, IsThatOfTheWholeQuorum) {
  MemoryLog log = make_log(entry_texts(300));
  const std::string text = checkpoint_of(entry_texts(300)).format();
  log.files["checkpoint"] =
      Note{text, {log_signer().sign(text), witness_signer().sign(text, kSigned), second().sign(text, kSigned + 86400)}}
          .format();
  EXPECT_EQ(aged(log, kThen + std::chrono::hours(30)).witness_time, kThen);
  EXPECT_NE(aged(log, kThen + std::chrono::hours(30)).stale, "");
  EXPECT_EQ(aged(log, kThen + std::chrono::hours(30), policy("any")).stale, "");
}

TEST(WitnessTime, IsDoubtedWhenItIsYetToCome) {
  MemoryLog log = make_log(entry_texts(300));
  log.files["checkpoint"] = cosigned(300, {witness_signer(), second()}, ~std::uint64_t{0} >> 1);
  const VerifyReport report = aged(log, kThen);
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("is yet to come: check the clocks")));
}

TEST(WitnessTime, IsUnknownWithoutAWitness) {
  MemoryLog log = make_log(entry_texts(300));
  EXPECT_THAT(aged(log, kThen, std::nullopt).stale, HasSubstr("no witness"));
  EXPECT_THAT(aged(log, kThen, *TrustPolicy::parse("quorum none\n", "p")).stale, HasSubstr("no witness"));
}

}  // namespace
}  // namespace tally::ledger
