// Kept runs that were cut, changed or forged: refused, or told by their digest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "daemon/archive/archive_file.h"
#include "daemon/archive/run_archive.h"
#include "policy/model/columns.h"
#include "tests/unit/daemon/archive/small_company.h"

namespace tally::archive {
namespace {

using ::testing::HasSubstr;

std::string unpacked_company() {
  Folder folder;
  EXPECT_TRUE(keep(folder.snapshots(), company(), around("run-12")));
  return read_archive(archive_path(folder.snapshots(), "run-12"))->bytes;
}

TEST(RunArchive, CutAnywhereIsRefusedAndSaysWhere) {
  const std::string whole = unpacked_company();
  ASSERT_TRUE(decode(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = decode(std::string_view(whole).substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().kind, base::ErrorKind::corrupt);
    EXPECT_FALSE(cut.error().message.empty());
  }
  EXPECT_THAT(decode(whole + "x").error().message, HasSubstr("something follows it"));
}

/// Turns one bit of a file, and back when it goes.
class FlippedBit {
 public:
  FlippedBit(const std::string& path, std::size_t bit) : path_(path), bit_(bit) { flip(); }
  FlippedBit(const FlippedBit&) = delete;
  FlippedBit& operator=(const FlippedBit&) = delete;
  ~FlippedBit() { flip(); }

 private:
  void flip() const {
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    const auto place = static_cast<std::streamoff>(bit_ / 8);
    const int byte = file.seekg(place).get();
    file.seekp(place).put(static_cast<char>(byte ^ (1 << (bit_ % 8))));
  }
  const std::string& path_;
  std::size_t bit_;
};

TEST(RunArchive, WithAnyBitOfItsFileFlippedIsRefusedOrHasAnotherDigest) {
  Folder folder;
  const auto recorded = keep(folder.snapshots(), company(), around("run-12"));
  ASSERT_TRUE(recorded);
  const std::string path = archive_path(folder.snapshots(), "run-12");
  const std::string content = read_archive(path)->bytes;
  const std::size_t bits = fs::file_size(path) * 8;
  std::size_t unnoticed = 0;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const FlippedBit flipped(path, bit);
    const auto kept = open_kept_run(folder.snapshots(), "run-12");
    if (!kept) {
      EXPECT_EQ(kept.error().kind, base::ErrorKind::corrupt) << bit;
    } else if (kept->digest == *recorded) {
      EXPECT_EQ(read_archive(path)->bytes, content) << "bit " << bit << " changes what the run says";
      ++unnoticed;
    }
  }
  // Some bits of a Zstandard frame mean nothing: the unused one of its header, padding behind its codes (RFC 8878).
  EXPECT_LT(unnoticed, bits / 100);
  EXPECT_EQ(open_kept_run(folder.snapshots(), "run-12")->digest, *recorded) << "they were all turned back";
}

/// As whoever knows the form of the file would: the checksum of the frame is right again.
TEST(RunArchive, PackedAgainWithAnotherBitIsRefusedOrHasAnotherDigest) {
  Folder folder;
  const auto recorded = keep(folder.snapshots(), company(), around("run-12"));
  ASSERT_TRUE(recorded);
  const std::string path = archive_path(folder.snapshots(), "run-12");
  const std::string content = read_archive(path)->bytes;
  std::size_t opened = 0;
  for (std::size_t bit = 0; bit < content.size() * 8; bit += 509) {  // of every byte another bit
    std::string changed = content;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    auto file = ArchiveWriter::create(path);
    ASSERT_TRUE(file);
    file->put(changed);
    ASSERT_TRUE(file->finish());
    const auto kept = open_kept_run(folder.snapshots(), "run-12");
    if (!kept) continue;
    ++opened;
    EXPECT_EQ(kept->digest, base::sha256(changed)) << bit;
    EXPECT_NE(kept->digest, *recorded) << bit;
  }
  EXPECT_GT(opened, 0u) << "texts and times may be anything: only the digest tells";
}

/// Follows ids: one that leads nowhere throws or stops the program.
struct Follow {
  const model::Snapshot& s;
  std::size_t met = 0;

  void operator()(base::TextId id) { met += s.view(id).size(); }
  void operator()(const model::BoolFact& fact) { (*this)(fact.basis); }
  void operator()(const model::TimeFact& fact) { (*this)(fact.basis); }
  void operator()(model::SourceId id) { met += s.sources.at(id.index()).name.size(); }
  void operator()(model::AccountId id) {
    if (id.valid()) (*this)(s.accounts.login.at(id.index()));
  }
  void operator()(model::GroupId id) {
    if (id.valid()) (*this)(s.groups.name.at(id.index()));
  }
  template <class Other>
  void operator()(const Other&) {}  // a number, a word

  template <class Table>
  void all_of(const Table& table) {
    model::each_column<Table>([&](std::string_view, auto column) {
      for (const auto& value : table.*column) (*this)(value);
    });
  }
  template <class Rows>
  void rows(const Rows& rows, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      for (const auto id : rows.row(i)) (*this)(id);
    }
  }
  void everything() {
    all_of(s.people);
    all_of(s.accounts);
    all_of(s.groups);
    all_of(s.controls);
    all_of(s.deleted);
    all_of(s.membership_times);
    for (const model::GroupId group : s.foreign_members.group) (*this)(s.groups.name.at(group.index()));
    rows(s.groups_of_account, s.accounts.size());
    rows(s.groups_of_group, s.groups.size());
    rows(s.owners_of_group, s.groups.size());
  }
};

TEST(RunArchive, WithAnyBitOfItsContentFlippedIsRefusedOrCanBeFollowed) {
  std::string content = unpacked_company();
  std::size_t refused = 0, followed = 0;
  for (std::size_t bit = 0; bit < content.size() * 8; bit += 5) {  // every bit of a byte has its turn
    const auto mask = static_cast<char>(1U << (bit % 8));
    content[bit / 8] = static_cast<char>(content[bit / 8] ^ mask);
    if (const auto kept = decode(content)) {
      ASSERT_NO_THROW(Follow{kept->snapshot}.everything()) << bit;
      ++followed;
    } else {
      EXPECT_EQ(kept.error().kind, base::ErrorKind::corrupt) << bit;
      ++refused;
    }
    content[bit / 8] = static_cast<char>(content[bit / 8] ^ mask);
  }
  EXPECT_GT(refused, 0u);
  EXPECT_GT(followed, 0u);
}

/// The content with the last `bytes` bytes of the section replaced by FF.
std::string spoiled(std::string_view section, std::size_t bytes) {
  std::string whole = unpacked_company();
  const std::size_t name = whole.find(section);
  EXPECT_NE(name, std::string::npos);
  const std::size_t value = name + section.size() + 8;
  for (std::size_t i = 0; i < bytes; ++i) whole[value + i] = '\xFF';
  return whole;
}

TEST(RunArchive, WithAnIdBeyondItsTableIsRefused) {
  EXPECT_THAT(decode(spoiled("accounts.primary_group", 4)).error().message,
              HasSubstr("accounts.primary_group: value 0 is out of range"));
  EXPECT_THAT(decode(spoiled("people.status", 1)).error().message, HasSubstr("people.status: value 0 is out of range"));
  EXPECT_THAT(decode(spoiled("groups_of_account.targets", 4)).error().message,
              HasSubstr("groups_of_account.targets: value 0 is out of range"));
  EXPECT_THAT(decode(spoiled("groups_of_account.offsets", 8)).error().message,
              HasSubstr("groups_of_account: its rows do not fit its table"));
}

/// The same, but with zeros: the id of nothing.
std::string without(std::string_view section, std::size_t bytes) {
  std::string whole = unpacked_company();
  whole.replace(whole.find(section) + section.size() + 8, bytes, bytes, '\0');
  return whole;
}

TEST(RunArchive, WithARowOfNoSourceOrOfOneThatHasNoSuchRowsIsRefused) {
  EXPECT_THAT(decode(without("accounts.source", 4)).error().message, HasSubstr("accounts: a row is of no source"));
  EXPECT_THAT(decode(without("foreign_members.group", 4)).error().message,
              HasSubstr("foreign_members: a member is of no group"));
  EXPECT_THAT(decode(without("membership_times.account", 4)).error().message,
              HasSubstr("membership_times: value 0 is out of order"));
  EXPECT_THAT(decode(without("membership_times.group", 8)).error().message,
              HasSubstr("membership_times: value 0 is out of order"));
  EXPECT_THAT(decode(without("controls.group", 4)).error().message,
              HasSubstr("controls: a right is over something else than its kind says"));
  std::string of_hr = unpacked_company();
  const std::string_view section = "groups.source";
  of_hr[of_hr.find(section) + section.size() + 8] = 1;
  EXPECT_THAT(decode(of_hr).error().message, HasSubstr("groups: a row is of no source"));
}

TEST(RunArchive, WithLinksThatLackTheirFirstColumnIsRefused) {
  for (const std::string section : {"links.accounts.key", "links.people.employee_id"}) {
    std::string bytes = unpacked_company();
    const std::size_t size = bytes.find(section) + section.size();
    bytes.erase(size + 8, 4);
    bytes[size] = 0;
    EXPECT_THAT(decode(bytes).error().message, HasSubstr("it has more or fewer rows than its table")) << section;
  }
}

TEST(RunArchive, WithATimeThatNoCalendarHasIsRefused) {
  std::string late = unpacked_company();
  const std::string_view section = "people.last_day", almost_the_end = "\xFE\xFF\xFF\xFF\xFF\xFF\xFF\x7F";
  late.replace(late.find(section) + section.size() + 16, 8, almost_the_end);
  EXPECT_THAT(decode(late).error().message, HasSubstr("people.last_day: value 0 is out of range"));
  std::string bytes = unpacked_company();
  const std::string_view as_of = "\"as_of\":1774994400000001";
  ASSERT_NE(bytes.find(as_of), std::string::npos);
  bytes.replace(bytes.find(as_of), as_of.size(), "\"as_of\":9774994400000000001");
  EXPECT_EQ(decode(bytes).error().kind, base::ErrorKind::corrupt);
}

TEST(ArchiveFile, CutOrChangedOnTheDiskIsRefused) {
  Folder folder;
  auto file = ArchiveWriter::create(folder.file("a.tsa"));
  ASSERT_TRUE(file);
  file->put(std::string(300'000, 'a'));
  file->put("the end");
  const auto digest = file->finish();
  ASSERT_TRUE(digest);
  const auto whole = read_archive(folder.file("a.tsa"));
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->bytes.size(), 300'007u);
  EXPECT_EQ(whole->digest, *digest);
  std::ifstream in(folder.file("a.tsa"), std::ios::binary);
  const std::string packed{std::istreambuf_iterator<char>(in), {}};
  for (std::size_t size = 0; size < packed.size(); ++size) {
    std::ofstream(folder.file("cut.tsa"), std::ios::binary) << packed.substr(0, size);
    EXPECT_EQ(read_archive(folder.file("cut.tsa")).error().kind, base::ErrorKind::corrupt) << size;
  }
  std::ofstream(folder.file("more.tsa"), std::ios::binary) << packed << "x";
  EXPECT_THAT(read_archive(folder.file("more.tsa")).error().message, HasSubstr("cannot be unpacked"));
}

}  // namespace
}  // namespace tally::archive
