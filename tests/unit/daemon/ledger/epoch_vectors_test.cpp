// Keys, root, certificate and end of an epoch are what another implementation makes of the specification:
// tests/vectors/ledger/epochs.py. The ratchet is the recorder's (Epochs.DeriveTheirKeysAsTheSpecificationSays).
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/entry.h"
#include "daemon/ledger/epochs.h"
#include "daemon/ledger/verify.h"
#include "tests/unit/daemon/ledger/memory_log.h"

namespace tally::ledger {
namespace {

const nlohmann::json& golden() { return epoch_vectors(); }
std::string text(const nlohmann::json& value) { return value.get<std::string>(); }

PublicKey public_key(const nlohmann::json& epoch) {
  PublicKey key{};
  const std::string bytes = from_hex(text(epoch["public_hex"]));
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

TEST(EpochVectors, NameTheKeys) {
  const auto& epochs = golden()["epochs"];
  for (std::uint64_t n = 0; n < epochs.size(); ++n) {
    const VerifierKey key = epoch_key(text(golden()["origin"]), n, public_key(epochs[n]));
    EXPECT_EQ(key.name, text(epochs[n]["name"]));
    EXPECT_EQ(key.id(), epochs[n]["id"].get<std::uint32_t>());
    EXPECT_EQ(key.format(), text(epochs[n]["vkey"]));
  }
}

TEST(EpochVectors, HaveTheRootsOfTheirKeys) {
  const std::string keys = from_hex(text(golden()["keys_hex"]));
  const auto& roots = golden()["roots_hex"];
  for (std::size_t count = 1; count <= roots.size(); ++count) {
    EXPECT_EQ(epoch_keys_root(std::string_view(keys).substr(0, 32 * count)).hex(), text(roots[count - 1])) << count;
  }
}

TEST(EpochVectors, NumberTheFiles) {
  for (const auto& vector : golden()["paths"]) {
    const auto epoch = vector["epoch"].get<std::uint64_t>();
    EXPECT_EQ(closing_path(epoch), text(vector["path"]));
    EXPECT_EQ(parse_closing_path(text(vector["path"])), epoch);
  }
}

TEST(EpochVectors, PromiseThePlanAndCertifyIt) {
  const auto& promised = golden()["plan"];
  const auto plan = EpochPlan::of(text(golden()["entries"][0]));
  ASSERT_TRUE(plan && *plan);
  EXPECT_EQ((*plan)->count, promised["count"].get<std::uint64_t>());
  EXPECT_EQ((*plan)->period.count(), promised["period"].get<std::int64_t>());
  EXPECT_EQ(base64((*plan)->root.view()), text(promised["root"]));
  EXPECT_EQ((*plan)->start, *base::parse_instant("2026-09-21T14:13:20Z"));
  const Certificate certificate{*VerifierKey::parse(text(golden()["log_vkey"])), **plan};
  EXPECT_EQ(certificate.format(), text(golden()["certificate"]["text"]));
  EXPECT_EQ(*Certificate::parse(text(golden()["certificate"]["text"])), certificate);
}

TEST(EpochVectors, AreTheEntriesThatAWriterMakes) {
  const auto plan = EpochPlan::of(text(golden()["entries"][0]));
  const std::string genesis = genesis_fields(text(golden()["origin"]), *plan, {});
  EXPECT_EQ(*make_leaf({entry_type::kGenesis, (*plan)->start, {}, {}}, genesis), text(golden()["entries"][0]));
  const std::string closed = EpochClosed{0, 1, 3'600'000, ""}.fields();
  EXPECT_EQ(*make_leaf({entry_type::kEpochClosed, (*plan)->end_of(0), {}, {}}, closed), text(golden()["entries"][1]));
}

TEST(EpochVectors, AreALogThatVerifies) {
  MemoryLog log;
  const auto entries = golden()["entries"].get<std::vector<std::string>>();
  add_tiles(log, entries);
  log.files["checkpoint"] = text(golden()["checkpoint"]);
  log.files["certificate"] = text(golden()["certificate"]["note"]);
  log.files["epoch/keys"] = from_hex(text(golden()["keys_hex"]));
  log.files["epoch/000"] = text(golden()["end"]["note"]);
  VerifyOptions options{{*VerifierKey::parse(text(golden()["log_vkey"]))}};
  options.root = *VerifierKey::parse(text(golden()["root_vkey"]));
  const VerifyReport report = verify(log, options);
  EXPECT_TRUE(report.ok()) << report.problems[0].message;
  EXPECT_EQ(report.epochs_closed, 1u);
  EXPECT_TRUE(report.certified);
  EXPECT_TRUE(report.notes.empty());
}

}  // namespace
}  // namespace tally::ledger
