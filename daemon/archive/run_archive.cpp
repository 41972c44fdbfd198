#include "daemon/archive/run_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "daemon/archive/archive_file.h"
#include "daemon/archive/circumstances_json.h"
#include "daemon/archive/links_archive.h"
#include "daemon/archive/sections.h"
#include "policy/model/columns.h"

namespace tally::archive {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::Result;

constexpr std::string_view kForm = "tallystick run archive 7";
constexpr std::string_view kEnding = ".tsa";

template <class Table>
void put_table(SectionWriter& sections, std::string_view table, const Table& rows) {
  model::each_column<Table>(
      [&](std::string_view name, auto column) { sections.values(fmt::format("{}.{}", table, name), rows.*column); });
}

template <class Table>
void get_table(SectionReader& sections, std::string_view table, const Limits& limits, Table& rows) {
  std::optional<std::size_t> size;
  model::each_column<Table>([&](std::string_view name, auto column) {
    const std::string section = fmt::format("{}.{}", table, name);
    sections.values(section, limits, rows.*column);
    if (!size) size = (rows.*column).size();
    if ((rows.*column).size() != *size) sections.fail(section, "it has more or fewer rows than its table");
  });
}

template <class Target>
void put_rows(SectionWriter& sections, std::string_view name, const model::SparseRows<Target>& rows) {
  sections.values(fmt::format("{}.offsets", name), rows.offsets);
  sections.values(fmt::format("{}.targets", name), rows.targets);
}

template <class Target>
void get_rows(SectionReader& sections, std::string_view name, const Limits& limits, std::size_t count,
              model::SparseRows<Target>& rows) {
  sections.values(fmt::format("{}.offsets", name), limits, rows.offsets);
  sections.values(fmt::format("{}.targets", name), limits, rows.targets);
  if (!sections.ok()) return;
  const bool fits = rows.offsets.size() == count + 1 && rows.offsets.front() == 0 &&
                    rows.offsets.back() == rows.targets.size() &&
                    std::is_sorted(rows.offsets.begin(), rows.offsets.end());
  const bool named = std::all_of(rows.targets.begin(), rows.targets.end(), [](Target t) { return t.valid(); });
  if (!fits || !named) sections.fail(name, "its rows do not fit its table");
}

void put_counts(SectionWriter& sections, const model::Snapshot& s) {
  sections.values("counts", std::vector<std::uint64_t>{s.text.size(), s.sources.size(), s.people.size(),
                                                       s.accounts.size(), s.groups.size()});
}

Limits get_counts(SectionReader& sections) {
  std::vector<std::uint64_t> counts;
  sections.values("counts", {}, counts);
  if (sections.ok() && counts.size() != 5) sections.fail("counts", "there are not five of them");
  if (!sections.ok()) return {};
  return {counts[0], counts[1], counts[2], counts[3], counts[4]};
}

void get_texts(SectionReader& sections, const Limits& limits, base::TextPool& text) {
  std::vector<std::uint64_t> ends;
  sections.values("text.ends", {}, ends);
  const std::string_view block = sections.bytes("text");
  if (!sections.ok()) return;
  auto pool = base::TextPool::restore(std::string(block), std::move(ends));
  if (!pool || pool->size() != limits.texts) return sections.fail("text", "its ends do not fit it");
  text = std::move(*pool);
}

/// Every row is of a source that can have such rows.
void check_sources(SectionReader& sections, std::string_view table, const std::vector<model::SourceId>& rows,
                   const model::Snapshot& s, model::SourceKind kind) {
  if (!sections.ok()) return;
  const auto fits = [&](model::SourceId source) { return source.valid() && s.source(source).kind == kind; };
  if (!std::all_of(rows.begin(), rows.end(), fits))
    sections.fail(table, "a row is of no source, or of one without such");
}

/// Each is a right over what its kind says.
void check_controls(SectionReader& sections, const model::Snapshot& s) {
  check_sources(sections, "controls", s.controls.source, s, model::SourceKind::directory);
  for (std::size_t i = 0; sections.ok() && i < s.controls.size(); ++i) {
    const bool account = s.controls.kind[i] == model::ControlledKind::account;
    const bool group = s.controls.kind[i] == model::ControlledKind::group;
    if (account != s.controls.account[i].valid() || group != s.controls.group[i].valid())
      sections.fail("controls", "a right is over something else than its kind says");
  }
}

/// In their order, and of somebody in something: they are searched by halves.
void check_times(SectionReader& sections, const model::Snapshot& s) {
  check_sources(sections, "membership_times", s.membership_times.source, s, model::SourceKind::directory);
  const model::MembershipTimes& t = s.membership_times;
  for (std::size_t i = 0; sections.ok() && i < t.size(); ++i) {
    const bool told = t.account[i].valid() && t.group[i].valid() && t.since[i].state == model::TimeState::known;
    const bool later = i == 0 || std::pair(t.account[i - 1], t.group[i - 1]) < std::pair(t.account[i], t.group[i]);
    if (!told || !later) sections.fail("membership_times", fmt::format("value {} is out of order", i));
  }
}

void check_rows(SectionReader& sections, const model::Snapshot& s) {
  check_sources(sections, "people", s.people.source, s, model::SourceKind::hr);
  check_sources(sections, "accounts", s.accounts.source, s, model::SourceKind::directory);
  check_sources(sections, "groups", s.groups.source, s, model::SourceKind::directory);
  check_sources(sections, "foreign_members", s.foreign_members.source, s, model::SourceKind::directory);
  check_sources(sections, "deleted", s.deleted.source, s, model::SourceKind::directory);
  check_controls(sections, s);
  check_times(sections, s);
  const auto& in = s.foreign_members.group;
  const bool somewhere = std::all_of(in.begin(), in.end(), [](model::GroupId group) { return group.valid(); });
  if (!somewhere) sections.fail("foreign_members", "a member is of no group");
}

/// The number in "run-12"; runs sort by it.
std::uint64_t number_of(std::string_view run) {
  std::uint64_t number = 0;
  const std::size_t dash = run.rfind('-');
  if (dash != std::string_view::npos) std::from_chars(run.data() + dash + 1, run.data() + run.size(), number);
  return number;
}

}  // namespace

std::string archive_path(const std::string& folder, std::string_view run) {
  return fmt::format("{}/{}{}", folder, run, kEnding);
}

Result<base::Digest> keep(const std::string& folder, const model::Snapshot& snapshot, const Circumstances& around) {
  std::error_code code;
  if (fs::create_directories(folder, code)) fs::permissions(folder, fs::perms::owner_all, code);
  if (code) return base::system_failure("making the folder " + folder, code.value());
  auto file = ArchiveWriter::create(archive_path(folder, around.run));
  if (!file) return tl::unexpected(file.error());
  SectionWriter sections(*file);
  sections.bytes("form", kForm);
  sections.bytes("circumstances", to_json(around, snapshot.as_of));
  sections.bytes("sources", to_json(snapshot.sources));
  put_counts(sections, snapshot);
  sections.values("text.ends", snapshot.text.ends());
  sections.bytes("text", snapshot.text.block());
  put_table(sections, "people", snapshot.people);
  put_table(sections, "accounts", snapshot.accounts);
  put_table(sections, "groups", snapshot.groups);
  put_table(sections, "foreign_members", snapshot.foreign_members);
  put_table(sections, "controls", snapshot.controls);
  put_table(sections, "deleted", snapshot.deleted);
  put_table(sections, "membership_times", snapshot.membership_times);
  put_rows(sections, "groups_of_account", snapshot.groups_of_account);
  put_rows(sections, "groups_of_group", snapshot.groups_of_group);
  put_rows(sections, "owners_of_group", snapshot.owners_of_group);
  put_links(sections, around.links);
  return file->finish();
}

Result<KeptRun> decode(std::string_view bytes) {
  KeptRun kept;
  model::Snapshot& s = kept.snapshot;
  SectionReader sections(bytes);
  if (sections.bytes("form") != kForm) sections.fail("form", fmt::format("\"{}\" is expected", kForm));
  const std::string_view around = sections.bytes("circumstances"), sources = sections.bytes("sources");
  if (sections.ok()) {
    if (auto read = from_json(around, kept.circumstances, s.as_of); !read) return tl::unexpected(read.error());
    if (auto read = from_json(sources, s.sources); !read) return tl::unexpected(read.error());
  }
  const Limits limits = get_counts(sections);
  if (limits.sources != s.sources.size()) sections.fail("sources", "there are more or fewer than counted");
  get_texts(sections, limits, s.text);
  get_table(sections, "people", limits, s.people);
  get_table(sections, "accounts", limits, s.accounts);
  get_table(sections, "groups", limits, s.groups);
  get_table(sections, "foreign_members", limits, s.foreign_members);
  get_table(sections, "controls", limits, s.controls);
  get_table(sections, "deleted", limits, s.deleted);
  get_table(sections, "membership_times", limits, s.membership_times);
  get_rows(sections, "groups_of_account", limits, s.accounts.size(), s.groups_of_account);
  get_rows(sections, "groups_of_group", limits, s.groups.size(), s.groups_of_group);
  get_rows(sections, "owners_of_group", limits, s.groups.size(), s.owners_of_group);
  get_links(sections, kept.circumstances.links);
  sections.end();
  check_rows(sections, s);
  const bool counted =
      limits.people == s.people.size() && limits.accounts == s.accounts.size() && limits.groups == s.groups.size();
  if (!counted) sections.fail("counts", "they are not those of the tables");
  if (!sections.ok()) return base::failure(ErrorKind::corrupt, sections.trouble());
  return kept;
}

Result<KeptRun> open_kept_run(const std::string& folder, std::string_view run) {
  const std::string path = archive_path(folder, run);
  const auto unpacked = read_archive(path);
  if (!unpacked) return tl::unexpected(unpacked.error());
  auto kept = decode(unpacked->bytes);
  if (!kept) return tl::unexpected(kept.error().within(path));
  if (kept->circumstances.run != run) {
    return base::failure(ErrorKind::corrupt, fmt::format("{} holds {}, not {}", path, kept->circumstances.run, run));
  }
  kept->digest = unpacked->digest;
  return kept;
}

std::vector<std::string> kept_runs(const std::string& folder) {
  std::vector<std::string> runs;
  std::error_code code;
  for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
    if (entry->path().extension() == kEnding) runs.push_back(entry->path().stem().string());
  }
  std::sort(runs.begin(), runs.end(), [](const std::string& a, const std::string& b) {
    return std::pair(number_of(a), std::string_view(a)) < std::pair(number_of(b), std::string_view(b));
  });
  return runs;
}

Result<void> prune(const std::string& folder, std::size_t count, const std::set<std::string>& needed) {
  const std::vector<std::string> runs = kept_runs(folder);
  for (std::size_t i = 0; i + count < runs.size(); ++i) {
    if (needed.contains(runs[i])) continue;
    std::error_code code;
    fs::remove(archive_path(folder, runs[i]), code);
    if (code) return base::system_failure("removing " + archive_path(folder, runs[i]), code.value());
  }
  return {};
}

}  // namespace tally::archive
