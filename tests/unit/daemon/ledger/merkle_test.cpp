#include "daemon/ledger/merkle.h"

#include <gtest/gtest.h>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/proof.h"
#include "daemon/ledger/tile_tree.h"
#include "tests/unit/daemon/ledger/memory_log.h"

namespace tally::ledger {
namespace {

using base::Digest;

std::vector<Digest> some_leaves(std::size_t n) {
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < n; ++i) leaves.push_back(TreeHasher().leaf(std::to_string(i)));
  return leaves;
}

NodeReader nodes_of(const std::vector<Digest>& leaves) {
  return [&leaves](int level, std::uint64_t index) -> base::Result<Digest> {
    return plain_root(leaves, index << level, (index + 1) << level);
  };
}

TEST(Merkle, HasTheRootsOfTheReferenceTree) {
  const auto& vector = vectors()["merkle"];
  EXPECT_EQ(empty_root().hex(), vector["empty_root"].get<std::string>());
  TileTree tree;
  EXPECT_EQ(tree.root().hex(), vector["empty_root"].get<std::string>());
  std::vector<HashTile> full;
  for (std::size_t i = 0; i < 8; ++i) {
    tree.add(TreeHasher().leaf(from_hex(vector["inputs_hex"][i].get<std::string>())), full);
    EXPECT_EQ(tree.root().hex(), vector["roots"][i].get<std::string>()) << i + 1;
  }
}

TEST(Merkle, HasTheGoldenLeavesRootAndProof) {
  const auto& golden = vectors()["golden"];
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < 3; ++i) {
    leaves.push_back(TreeHasher().leaf(golden["entries"][i].get<std::string>()));
    EXPECT_EQ(leaves[i].hex(), golden["leaf_hashes"][i].get<std::string>());
  }
  const Digest root = *range_root(0, 3, nodes_of(leaves));
  EXPECT_EQ(base64(root.view()), golden["root_base64"].get<std::string>());
  const auto proof = *inclusion_proof(1, 3, nodes_of(leaves));
  ASSERT_EQ(proof.size(), 2u);
  EXPECT_EQ(base64(proof[0].view()), golden["proof_of_entry_1"][0].get<std::string>());
  EXPECT_EQ(base64(proof[1].view()), golden["proof_of_entry_1"][1].get<std::string>());
}

TEST(Merkle, ProvesEveryEntryOfEverySmallTreeAndNothingElse) {
  const auto leaves = some_leaves(33);
  for (std::uint64_t size = 1; size <= leaves.size(); ++size) {
    const Digest root = plain_root(leaves, 0, size);
    for (std::uint64_t i = 0; i < size; ++i) {
      auto proof = *inclusion_proof(i, size, nodes_of(leaves));
      EXPECT_TRUE(verify_inclusion(leaves[i], i, size, proof, root)) << i << " of " << size;
      EXPECT_FALSE(verify_inclusion(leaves[i], i, size, proof, leaves[32])) << "another root";
      EXPECT_FALSE(verify_inclusion(leaves[(i + 1) % 33], i, size, proof, root)) << "another leaf";
      EXPECT_FALSE(verify_inclusion(leaves[i], size, size, proof, root)) << "index beyond the tree";
      if (size > 1) {
        EXPECT_FALSE(verify_inclusion(leaves[i], (i + 1) % size, size, proof, root)) << "another index";
      }
      proof.push_back(root);
      EXPECT_FALSE(verify_inclusion(leaves[i], i, size, proof, root)) << "a hash too many";
      proof.pop_back();
      if (!proof.empty()) proof.pop_back();
      if (size > 1) {
        EXPECT_FALSE(verify_inclusion(leaves[i], i, size, proof, root)) << "a hash too few";
      }
    }
  }
}

TEST(Merkle, ProvesThatEverySmallTreeGrewFromEverySmaller) {
  const auto leaves = some_leaves(33);
  for (std::uint64_t new_size = 1; new_size <= leaves.size(); ++new_size) {
    const Digest new_root = plain_root(leaves, 0, new_size);
    for (std::uint64_t old_size = 1; old_size <= new_size; ++old_size) {
      const Digest old_root = plain_root(leaves, 0, old_size);
      auto proof = *consistency_proof(old_size, new_size, nodes_of(leaves));
      EXPECT_TRUE(verify_consistency(old_size, new_size, old_root, new_root, proof)) << old_size << " to " << new_size;
      EXPECT_FALSE(verify_consistency(old_size, new_size, TreeHasher().leaf("x"), new_root, proof));
      EXPECT_FALSE(verify_consistency(old_size, new_size, old_root, TreeHasher().leaf("x"), proof));
      proof.push_back(new_root);
      EXPECT_FALSE(verify_consistency(old_size, new_size, old_root, new_root, proof)) << "a hash too many";
      proof.resize(proof.size() - std::min<std::size_t>(2, proof.size()));
      if (old_size != new_size) {
        EXPECT_FALSE(verify_consistency(old_size, new_size, old_root, new_root, proof));
      }
    }
  }
  EXPECT_TRUE(verify_consistency(0, 5, empty_root(), leaves[0], {}));
  EXPECT_FALSE(verify_consistency(5, 4, leaves[0], leaves[0], {}));
}

TEST(TileTree, GivesTheRootAndTilesOfThePlainDefinitionAtEverySize) {
  const auto leaves = some_leaves(700);
  TileTree tree;
  std::vector<HashTile> full;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    tree.add(leaves[i], full);
    if (i % 37 == 0 || (i + 1) % 256 < 2) {
      ASSERT_EQ(tree.root(), plain_root(leaves, 0, i + 1)) << i + 1;
    }
  }
  ASSERT_EQ(full.size(), 2u);
  EXPECT_EQ(full[1].id, (TileId{TileKind::hashes, 0, 1, 256}));
  EXPECT_EQ(full[1].hashes, std::vector<Digest>(leaves.begin() + 256, leaves.begin() + 512));
  const auto partial = tree.partial_tiles();  // 700 = 2·256 + 188
  ASSERT_EQ(partial.size(), 2u);
  EXPECT_EQ(partial[0].id, (TileId{TileKind::hashes, 0, 2, 188}));
  EXPECT_EQ(partial[1].id, (TileId{TileKind::hashes, 1, 0, 2}));
  EXPECT_EQ(partial[1].hashes[1], plain_root(leaves, 256, 512));
}

TEST(TileTree, ResumesFromTheTilesOfALogAndProvesFromThem) {
  const auto entries = entry_texts(600);
  MemoryLog log = make_log(entries);
  auto tree = TileTree::resume(600, log);
  ASSERT_TRUE(tree) << tree.error().message;
  EXPECT_EQ(tree->root(), checkpoint_of(entries).root);
  for (const std::uint64_t i : {0u, 255u, 256u, 511u, 512u, 599u}) {
    const auto proof = *inclusion_proof(i, 600, tile_nodes(log, 600));
    EXPECT_TRUE(verify_inclusion(TreeHasher().leaf(entries[i]), i, 600, proof, tree->root())) << i;
  }
  log.files["tile/0/002.p/88"].pop_back();
  EXPECT_EQ(TileTree::resume(600, log).error().kind, base::ErrorKind::corrupt);
}

TEST(Proof, OfTheGoldenEntryIsReadWrittenAndVerified) {
  const auto& golden = vectors()["golden"];
  const std::string file =
      "c2sp.org/tlog-proof@v1\nextra c2FsdA==\nindex 1\n" + golden["proof_of_entry_1"][0].get<std::string>() + "\n" +
      golden["proof_of_entry_1"][1].get<std::string>() + "\n\n" + golden["checkpoint"].get<std::string>();
  const auto proof = Proof::parse(file);
  ASSERT_TRUE(proof) << proof.error().message;
  EXPECT_EQ(proof->extra, "salt");
  EXPECT_EQ(proof->format(), file);
  const std::vector<VerifierKey> keys{log_signer().key, witness_signer().key};
  EXPECT_TRUE(proof->verify(R"({"seq":1})", keys));
  EXPECT_FALSE(proof->verify(R"({"seq":2})", keys));
  EXPECT_FALSE(proof->verify(R"({"seq":1})", {}));
  const std::vector<VerifierKey> other{TestSigner("other", KeyType::ed25519, std::string(32, 'o')).key};
  EXPECT_FALSE(proof->verify(R"({"seq":1})", other));
}

TEST(Proof, WithAnyFlippedBitIsRejectedWhenAllSignersAreRequired) {
  MemoryLog log = make_log(entry_texts(5));
  Proof proof = *prove(log, 3);
  const std::string good = proof.format();
  const std::vector<VerifierKey> keys{log_signer().key};
  ASSERT_TRUE(Proof::parse(good)->verify(entry_text(3), keys));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    const auto parsed = Proof::parse(bad);
    EXPECT_FALSE(parsed && parsed->verify(entry_text(3), keys)) << "bit " << bit;
  }
}

TEST(Proof, IsReadStrictly) {
  const std::string magic = "c2sp.org/tlog-proof@v1\n";
  EXPECT_TRUE(Proof::parse(magic + "index 0\n\nc"));
  for (const std::string& bad :
       {magic, magic + "index 01\n\nc", magic + "index -1\n\nc", magic + "index 0\nAAAA\n\nc", magic + "index 0\n",
        magic + "extra A\nindex 0\n\nc", "x" + magic + "index 0\n\nc", magic + "index 0\nextra AQ==\n\nc"}) {
    EXPECT_FALSE(Proof::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace tally::ledger
