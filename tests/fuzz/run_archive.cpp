// A hostile file of a kept run. Two bits of the first byte choose: a small kept run with its bytes changed, the same
// with its sections changed and their lengths right, the same changed as it lies on the disk, or a file of any bytes.
// It is refused as corrupt, or it is a run that can be kept and opened again as what it is. With the highest bit it is
// also asked again, by all shipped rules.
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/archive/archive_file.h"
#include "daemon/archive/run_archive.h"
#include "daemon/archive/wire.h"
#include "daemon/pipeline/replay.h"
#include "policy/packs/shipped_packs.h"
#include "policy/rules/pack.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/log_changes.h"
#include "tests/fuzz/table_check.h"
#include "tests/unit/daemon/archive/small_company.h"

namespace tally::archive {
namespace {

constexpr std::size_t kNumberBytes = 4, kSizeBytes = 8;
/// What comes before the tables: form, circumstances and sources. The two are JSON, which may be written otherwise.
constexpr std::size_t kSectionsBeforeTables = 3;
/// Of a packed file of any bytes: more of them unpack to more than there is memory for.
constexpr std::size_t kMaxAnyBytes = 1024;

template <class Number>
std::string written(Number value) {
  std::string bytes(Wire<Number>::kBytes, '\0');
  Wire<Number>::put(value, bytes.data());
  return bytes;
}

using Sections = std::vector<std::pair<std::string, std::string>>;

std::string joined(const Sections& sections) {
  std::string bytes;
  for (const auto& [name, piece] : sections) {
    bytes += written(static_cast<std::uint32_t>(name.size())) + name;
    bytes += written(static_cast<std::uint64_t>(piece.size())) + piece;
  }
  return bytes;
}

/// Of bytes that are sections.
Sections split(std::string_view bytes) {
  Sections sections;
  const auto take = [&](std::size_t length_bytes) {
    std::uint64_t size = 0;
    for (std::size_t i = length_bytes; i-- > 0;) size = size << 8U | static_cast<std::uint8_t>(bytes.at(i));
    TALLY_ASSERT(size <= bytes.size() - length_bytes);
    std::string taken(bytes.substr(length_bytes, size));
    bytes.remove_prefix(length_bytes + size);
    return taken;
  };
  while (!bytes.empty()) {
    std::string name = take(kNumberBytes);
    sections.emplace_back(std::move(name), take(kSizeBytes));
  }
  return sections;
}

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A run as it was kept, and all shipped rules.
struct Kept {
  Kept() {
    TALLY_ASSERT(keep(folder.snapshots(), company(), around("run-12")));
    packed = slurp(archive_path(folder.snapshots(), "run-12"));
    bytes = read_archive(archive_path(folder.snapshots(), "run-12"))->bytes;
    sections = split(bytes);
    TALLY_ASSERT(joined(sections) == bytes);
    std::vector<rules::Pack> packs;
    for (const packs::ShippedPack& pack : packs::shipped_packs()) {
      packs.push_back(*rules::load_pack(pack.text, pack.name));
    }
    rules = *rules::RuleSet::build(std::move(packs));
  }

  Folder folder;
  std::string packed, bytes;
  Sections sections;
  rules::RuleSet rules;
};

const Kept& kept() {
  static const Kept one;
  return one;
}

void check_ids(const model::Snapshot& s) {
  const fuzz::TableCheck tables({s.text.size(), s.sources.size(), s.accounts.size(), s.groups.size()});
  tables.table(s.people);
  tables.table(s.accounts);
  tables.table(s.groups);
  tables.table(s.foreign_members);
  tables.table(s.controls);
  tables.table(s.membership_times);
  tables.rows(s.groups_of_account, s.accounts.size(), fuzz::TableCheck::Order::any);
  tables.rows(s.groups_of_group, s.groups.size(), fuzz::TableCheck::Order::any);
  tables.rows(s.owners_of_group, s.groups.size(), fuzz::TableCheck::Order::any);
  for (base::TextId id(0); id.index() < s.text.size(); id = base::TextId(id.index() + 1)) (void)s.view(id);
}

/// Every text of what earlier runs linked is there.
void check_links(const correlation::PreviousLinks& links) {
  for (const auto& a : links.accounts) {
    for (const base::TextId id : {a.key, a.source, a.login, a.mail, a.employee_id}) (void)links.text.view(id);
  }
  for (const auto& p : links.people) {
    for (const base::TextId id : {p.employee_id, p.mail, p.login}) (void)links.text.view(id);
  }
}

/// Kept under a name of ours, whatever it calls itself, and opened again.
KeptRun kept_again(const KeptRun& run) {
  Circumstances around = run.circumstances;
  around.run = "run-1";
  const auto digest = keep(kept().folder.snapshots(), run.snapshot, around);
  TALLY_ASSERT(digest);
  auto again = open_kept_run(kept().folder.snapshots(), around.run);
  TALLY_ASSERT(again && again->digest == *digest);
  return std::move(*again);
}

std::string verdict_of(const KeptRun& run) { return pipeline::ask_again(run, kept().rules, {}).verdict.digest.hex(); }

void check_run(std::string_view bytes, bool asked) {
  const auto run = decode(bytes);
  if (!run) {
    TALLY_ASSERT(run.error().kind == base::ErrorKind::corrupt && !run.error().message.empty());
    return;
  }
  check_ids(run->snapshot);
  if (run->circumstances.links) check_links(*run->circumstances.links);
  const KeptRun again = kept_again(*run);
  const std::string now = read_archive(archive_path(kept().folder.snapshots(), "run-1"))->bytes;
  const Sections before = split(bytes), after = split(now);
  TALLY_ASSERT(before.size() == after.size());
  for (std::size_t i = kSectionsBeforeTables; i < before.size(); ++i) {
    if (before[i] != after[i]) std::fprintf(stderr, "%s is not what it was\n", before[i].first.c_str());
    TALLY_ASSERT(before[i] == after[i]);
  }
  TALLY_ASSERT(kept_again(again).digest == base::sha256(now));
  if (asked) TALLY_ASSERT(verdict_of(*run) == verdict_of(again));
}

void check_file(std::string_view packed, bool asked) {
  const std::string path = kept().folder.file("hostile.tsa");
  std::ofstream(path, std::ios::binary) << packed;
  const auto unpacked = read_archive(path);
  if (!unpacked) {
    TALLY_ASSERT(unpacked.error().kind == base::ErrorKind::corrupt);
    TALLY_ASSERT(unpacked.error().message.find(path) != std::string::npos);
    return;
  }
  TALLY_ASSERT(unpacked->digest == base::sha256(unpacked->bytes));
  auto writer = ArchiveWriter::create(kept().folder.file("again.tsa"));
  TALLY_ASSERT(writer);
  writer->put(unpacked->bytes);
  TALLY_ASSERT(writer->finish() == unpacked->digest);
  TALLY_ASSERT(read_archive(kept().folder.file("again.tsa"))->bytes == unpacked->bytes);
  check_run(unpacked->bytes, asked);
}

/// The file after the changes; nothing when they removed it.
std::optional<std::string> changed(const std::string& bytes, fuzz::Input input) {
  fuzz::Files files{{"run", bytes}};
  fuzz::change_all(files, input);
  const auto found = files.find("run");
  return found == files.end() ? std::nullopt : std::optional(found->second);
}

/// Sections that the changes removed are missing, those that they made up come last.
std::string with_changed_sections(fuzz::Input input) {
  fuzz::Files pieces;
  for (const auto& [name, piece] : kept().sections) pieces[name] = piece;
  fuzz::change_all(pieces, input);
  Sections sections;
  for (const auto& section : kept().sections) {
    const auto piece = pieces.find(section.first);
    if (piece == pieces.end()) continue;
    sections.emplace_back(piece->first, piece->second);
    pieces.erase(piece);
  }
  sections.insert(sections.end(), pieces.begin(), pieces.end());
  return joined(sections);
}

}  // namespace
}  // namespace tally::archive

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::archive;
  tally::fuzz::Input input(data, size);
  const std::uint8_t choice = input.byte();
  const bool asked = (choice & 128U) != 0;
  switch (choice & 3U) {
    case 0:
      if (const auto bytes = changed(kept().bytes, input)) check_run(*bytes, asked);
      break;
    case 1: check_run(with_changed_sections(input), asked); break;
    case 2:
      if (const auto packed = changed(kept().packed, input)) check_file(*packed, asked);
      break;
    default: check_file(input.take(kMaxAnyBytes), asked); break;
  }
  return 0;
}
