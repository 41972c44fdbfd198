#include "daemon/archive/links_archive.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "daemon/archive/archive_file.h"
#include "daemon/archive/sections.h"

namespace tally::archive {
namespace {

using base::Result;
using correlation::PreviousLinks;

constexpr std::string_view kForm = "tallystick identifiers 2";

template <class Row, class Member>
auto column_of(const std::vector<Row>& rows, Member member) {
  std::vector<std::decay_t<decltype(std::declval<const Row&>().*member)>> out;
  out.reserve(rows.size());
  for (const Row& row : rows) out.push_back(row.*member);
  return out;
}

/// The first column says how many rows there are: `count`, nothing before it.
template <class Row, class Member>
void get_column(SectionReader& sections, std::string_view name, const Limits& limits, std::optional<std::size_t>& count,
                std::vector<Row>& rows, Member member) {
  std::vector<std::decay_t<decltype(std::declval<const Row&>().*member)>> column;
  sections.values(name, limits, column);
  if (!count) {
    count = column.size();
    rows.resize(*count);
  }
  if (column.size() != rows.size()) sections.fail(name, "it has more or fewer rows than its table");
  if (!sections.ok()) return;
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*member = column[i];
}

/// Both directions go through here, so that none forgets a column.
template <class Visit>
void each_account_column(Visit visit) {
  using A = PreviousLinks::Account;
  visit("links.accounts.key", &A::key);
  visit("links.accounts.source", &A::source);
  visit("links.accounts.login", &A::login);
  visit("links.accounts.mail", &A::mail);
  visit("links.accounts.employee_id", &A::employee_id);
  visit("links.accounts.since", &A::since);
  visit("links.accounts.seen", &A::seen);
}

template <class Visit>
void each_person_column(Visit visit) {
  using P = PreviousLinks::Person;
  visit("links.people.employee_id", &P::employee_id);
  visit("links.people.mail", &P::mail);
  visit("links.people.login", &P::login);
  visit("links.people.since", &P::since);
  visit("links.people.seen", &P::seen);
  visit("links.people.worked", &P::worked);
}

void put_names(SectionWriter& sections, const std::vector<PreviousLinks::Person>& people) {
  std::vector<std::uint64_t> given, family;
  for (const auto& person : people) {
    given.push_back(person.name.given);
    family.push_back(person.name.family);
  }
  sections.values("links.people.given", given);
  sections.values("links.people.family", family);
}

void get_names(SectionReader& sections, std::vector<PreviousLinks::Person>& people) {
  std::vector<std::uint64_t> given, family;
  sections.values("links.people.given", {}, given);
  sections.values("links.people.family", {}, family);
  if (given.size() != people.size() || family.size() != people.size()) {
    sections.fail("links.people.family", "it has more or fewer rows than its table");
  }
  for (std::size_t i = 0; i < people.size() && sections.ok(); ++i) people[i].name = {given[i], family[i]};
}

/// Each name ends with a line feed: none has one.
void put_complete(SectionWriter& sections, const std::vector<std::string>& sources) {
  std::string all;
  for (const std::string& source : sources) all += source + "\n";
  sections.bytes("links.complete", all);
}

void get_complete(SectionReader& sections, std::vector<std::string>& sources) {
  std::string_view all = sections.bytes("links.complete");
  for (std::size_t end = all.find('\n'); end != std::string_view::npos; end = all.find('\n')) {
    sources.emplace_back(all.substr(0, end));
    all.remove_prefix(end + 1);
  }
  if (!all.empty()) sections.fail("links.complete", "it ends in mid-name");
}

}  // namespace

void put_links(SectionWriter& sections, const std::optional<PreviousLinks>& links) {
  sections.bytes("links", links ? "kept" : "none");
  if (!links) return;
  sections.values("links.text.ends", links->text.ends());
  sections.bytes("links.text", links->text.block());
  each_account_column([&](auto name, auto member) { sections.values(name, column_of(links->accounts, member)); });
  each_person_column([&](auto name, auto member) { sections.values(name, column_of(links->people, member)); });
  put_names(sections, links->people);
  put_complete(sections, links->complete);
}

void get_links(SectionReader& sections, std::optional<PreviousLinks>& links) {
  const std::string_view kept = sections.bytes("links");
  if (kept == "none" || !sections.ok()) return;
  if (kept != "kept") return sections.fail("links", "\"kept\" or \"none\" is expected");
  PreviousLinks& out = links.emplace();
  std::vector<std::uint64_t> ends;
  sections.values("links.text.ends", {}, ends);
  const std::string_view block = sections.bytes("links.text");
  if (!sections.ok()) return;
  auto pool = base::TextPool::restore(std::string(block), std::move(ends));
  if (!pool) return sections.fail("links.text", "its ends do not fit it");
  out.text = std::move(*pool);
  const Limits limits{out.text.size(), 0, 0, 0, 0};
  std::optional<std::size_t> accounts, people;
  each_account_column(
      [&](auto name, auto member) { get_column(sections, name, limits, accounts, out.accounts, member); });
  each_person_column([&](auto name, auto member) { get_column(sections, name, limits, people, out.people, member); });
  get_names(sections, out.people);
  get_complete(sections, out.complete);
}

std::string links_path(const std::string& folder) { return folder + "/identifiers.tsi"; }

Result<void> keep_links(const std::string& folder, const PreviousLinks& links) {
  auto file = ArchiveWriter::create(links_path(folder));
  if (!file) return tl::unexpected(file.error());
  SectionWriter sections(*file);
  sections.bytes("form", kForm);
  put_links(sections, links);
  if (const auto digest = file->finish(); !digest) return tl::unexpected(digest.error());
  return {};
}

Result<std::optional<PreviousLinks>> open_links(const std::string& folder) {
  const auto unpacked = read_archive(links_path(folder));
  if (!unpacked && unpacked.error().kind == base::ErrorKind::not_found) return std::optional<PreviousLinks>();
  if (!unpacked) return tl::unexpected(unpacked.error());
  std::optional<PreviousLinks> links;
  SectionReader sections(unpacked->bytes);
  if (sections.bytes("form") != kForm) sections.fail("form", fmt::format("\"{}\" is expected", kForm));
  if (sections.ok()) get_links(sections, links);
  sections.end();
  if (!sections.ok()) {
    return base::failure(base::ErrorKind::corrupt, fmt::format("{}: {}", links_path(folder), sections.trouble()));
  }
  return links;
}

Result<void> forget_links(const std::string& folder) {
  std::error_code code;
  std::filesystem::remove(links_path(folder), code);
  if (code) return base::system_failure("removing " + links_path(folder), code.value());
  return {};
}

}  // namespace tally::archive
