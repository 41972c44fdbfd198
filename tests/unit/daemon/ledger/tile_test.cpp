#include "daemon/ledger/tile.h"

#include <gtest/gtest.h>

#include "tests/unit/daemon/ledger/vectors.h"

namespace tally::ledger {
namespace {

TEST(TileId, HasThePathsOfTheSpecification) {
  for (const auto& vector : vectors()["tiles"]["paths"]) {
    const TileId id{vector["kind"] == "entries" ? TileKind::entries : TileKind::hashes, vector["level"].get<int>(),
                    vector["index"].get<std::uint64_t>(), vector["width"].get<int>()};
    EXPECT_EQ(id.path(), vector["path"].get<std::string>());
    EXPECT_EQ(TileId::parse(id.path()), id);
  }
}

TEST(TileId, HasOneSpelling) {
  for (const char* bad : {"",
                          "tile",
                          "tile/0",
                          "tile/0/",
                          "tile/0/0",
                          "tile/0/0000",
                          "tile/00/000",
                          "tile/8/000",
                          "tile/-1/000",
                          "tile/0/x000/000",
                          "tile/0/000.p/0",
                          "tile/0/000.p/256",
                          "tile/0/000.p/01",
                          "tile/0/000.p/",
                          "tile/0/000.p",
                          "tile/0/001/234",
                          "tile/0/x01/234",
                          "tile/entries/0/000",
                          "tile/data/000",
                          "tile/0/000.tmp",
                          "tile/0/000.p/3.tmp",
                          "/tile/0/000",
                          "tile/0/../0/000",
                          "tile/0/x018/x446/x744/x073/x709/x551/616"}) {
    EXPECT_FALSE(TileId::parse(bad)) << bad;
  }
}

TEST(TileWidth, OfSeventyThousandEntriesIsThatOfTheSpecification) {
  for (const auto& level : vectors()["tiles"]["size_70000"]) {
    const int l = level["level"];
    const std::uint64_t full = level["full"];
    if (full != 0) {
      EXPECT_EQ(tile_width(l, full - 1, 70000), 256);
    }
    EXPECT_EQ(tile_width(l, full, 70000), level["partial"].get<int>());
    EXPECT_EQ(tile_width(l, full + 1, 70000), 0);
  }
  EXPECT_EQ(tile_width(3, 0, 70000), 0);
  EXPECT_EQ(tile_width(0, 0, 256), 256);
  EXPECT_EQ(tile_width(0, 1, 256), 0);
  EXPECT_EQ(tile_width(1, 0, 256), 1);
  EXPECT_EQ(tile_width(1, 0, 255), 0);
}

TEST(Bundle, IsTheGoldenOne) {
  std::string bundle;
  for (const auto& entry : vectors()["golden"]["entries"]) add_to_bundle(bundle, entry.get<std::string>());
  EXPECT_EQ(bundle, from_hex(vectors()["golden"]["bundle_hex"].get<std::string>()));
  EXPECT_EQ(parse_bundle(bundle)->at(2), R"({"seq":2})");
}

TEST(Bundle, HoldsEntriesOfEveryLengthUpTo65535) {
  std::string bundle;
  for (const std::size_t length : {0u, 1u, 255u, 256u, 65535u}) add_to_bundle(bundle, std::string(length, 'e'));
  const auto entries = parse_bundle(bundle);
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->back().size(), 65535u);
  EXPECT_FALSE(parse_bundle(bundle.substr(0, bundle.size() - 1)));
  EXPECT_FALSE(parse_bundle(bundle + '\0'));
}

TEST(Bundle, HasAtMost256Entries) {
  std::string bundle;
  for (int i = 0; i < 256; ++i) add_to_bundle(bundle, "e");
  EXPECT_TRUE(parse_bundle(bundle));
  add_to_bundle(bundle, "e");
  EXPECT_FALSE(parse_bundle(bundle));
}

}  // namespace
}  // namespace tally::ledger
