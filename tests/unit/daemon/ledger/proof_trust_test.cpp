// A proof's checkpoint is believed when everybody signed it who was asked for, and not when one of them did not.
#include "daemon/ledger/proof_trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/daemon/ledger/epoch_log.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

constexpr std::uint64_t kSeen = 1800000000;  // 2027-01-15T08:00:00Z

class ProofTrust : public testing::Test {
 protected:
  ProofTrust() { log_.close_three(); }
  [[nodiscard]] EpochTrust trust(const TestSigner& certified_by = root_signer()) const {
    return {root_signer().key, log_.certificate(certified_by), log_.keys};
  }
  [[nodiscard]] std::string checkpoint(const std::vector<TestSigner>& signers) const {
    return EpochLog::signed_by(checkpoint_of(log_.entries), signers);
  }
  [[nodiscard]] std::string why_not(const std::vector<TestSigner>& signers, const EpochTrust& trust) const {
    const auto epoch = signing_epoch(checkpoint(signers), log_signer().key, trust);
    return epoch ? "trusted" : epoch.error().message;
  }
  /// The checkpoint, by the log and these witnesses.
  [[nodiscard]] std::string cosigned(const std::vector<TestSigner>& witnesses) const {
    const std::string text = checkpoint_of(log_.entries).format();
    Note note{text, {log_signer().sign(text)}};
    for (const TestSigner& witness : witnesses) note.signatures.push_back(witness.sign(text, kSeen));
    return note.format();
  }

  EpochLog log_;
};

TEST_F(ProofTrust, NamesTheEpochWhoseKeySigned) {
  const auto epoch = signing_epoch(checkpoint({log_signer(), epoch_signer(3)}), log_signer().key, trust());
  ASSERT_TRUE(epoch) << epoch.error().message;
  EXPECT_EQ(epoch->number, 3u);
  EXPECT_EQ(epoch->begin, kStart + std::chrono::hours(3));
  EXPECT_EQ(epoch->end, kStart + std::chrono::hours(4));
  EXPECT_EQ(signing_epoch(checkpoint({log_signer(), epoch_signer(0)}), log_signer().key, trust())->begin, kStart);
}

TEST_F(ProofTrust, TakesNoOtherKeyForTheEpochs) {
  EXPECT_THAT(why_not({log_signer()}, trust()), HasSubstr("no signature by the key of an epoch"));
  EXPECT_THAT(why_not({log_signer(), epoch_signer(3, 'x')}, trust()), HasSubstr("no signature of"));
  EXPECT_THAT(why_not({epoch_signer(3)}, trust()), HasSubstr("no signature of " + log_signer().key.format()));
  EXPECT_THAT(why_not({log_signer(), epoch_signer(5)}, trust()), HasSubstr("there is no epoch 5"));
  EXPECT_THAT(why_not({log_signer(), epoch_signer(2), epoch_signer(3)}, trust()), HasSubstr("the key of one epoch"));
  std::string flipped = checkpoint({log_signer(), epoch_signer(3)});
  flipped[flipped.rfind("/epoch/") + 7] = '2';
  EXPECT_EQ(signing_epoch(flipped, log_signer().key, trust()).error().kind, ErrorKind::untrusted);
}

TEST_F(ProofTrust, TakesOnlyKeysThatTheRootCertifiedForThisLog) {
  const std::vector<TestSigner> signers = {log_signer(), epoch_signer(3)};
  EXPECT_THAT(why_not(signers, trust(root_signer('s'))), HasSubstr("the certificate"));
  EpochTrust other_keys = trust();
  other_keys.keys[0] = static_cast<char>(other_keys.keys[0] ^ 1);
  EXPECT_THAT(why_not(signers, other_keys), HasSubstr("not those that the root certified"));
  other_keys.keys.resize(32);
  EXPECT_THAT(why_not(signers, other_keys), HasSubstr("not those that the root certified"));
  const auto other_log = signing_epoch(checkpoint(signers), witness_signer().key, trust());
  EXPECT_THAT(other_log.error().message, HasSubstr("another log"));
}

TEST_F(ProofTrust, MeetsTheQuorumOrSaysWhoIsThere) {
  const TestSigner second("witness.example.org/w2", KeyType::cosignature_v1, std::string(32, '2'));
  const auto policy = [&](const std::string& log, const std::string& needed) {
    return *TrustPolicy::parse(log + "witness one " + witness_signer().key.format() + "\nwitness two " +
                                   second.key.format() + "\ngroup g " + needed + " one two\nquorum g\n",
                               "policy");
  };
  const std::string ours = "log " + log_signer().key.format() + "\n";
  const auto both = quorum_of(cosigned({witness_signer(), second}), log_signer().key, policy(ours, "all"));
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->names, "one, two");
  EXPECT_EQ(both->signatures, 2u);
  EXPECT_EQ(both->time, *base::parse_instant("2027-01-15T08:00:00Z"));
  const auto one = cosigned({second});
  EXPECT_THAT(quorum_of(one, log_signer().key, policy(ours, "all")).error().message, HasSubstr("cosigned by two"));
  EXPECT_TRUE(quorum_of(one, log_signer().key, policy(ours, "any")));
  EXPECT_FALSE(quorum_of(cosigned({}), log_signer().key, policy(ours, "any")));
  const std::string others = "log audit.example.com/hostA+9e67eb4c+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n";
  const TestSigner stranger("audit.example.com/hostB", KeyType::ed25519, std::string(32, 'b'));
  EXPECT_THAT(quorum_of(cosigned({second}), stranger.key, policy(others, "any")).error().message,
              HasSubstr("does not name the key of this log"));
  std::string wrong = one;
  wrong[wrong.size() - 10] = wrong[wrong.size() - 10] == 'A' ? 'B' : 'A';
  EXPECT_EQ(quorum_of(wrong, log_signer().key, policy(ours, "any")).error().kind, ErrorKind::untrusted);
}

}  // namespace
}  // namespace tally::ledger
