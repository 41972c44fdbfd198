#include "daemon/pipeline/find_account.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/pipeline/look_up.h"
#include "policy/base/diagnostic.h"
#include "policy/correlation/fold.h"
#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/subject.h"

namespace tally::pipeline {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using model::SourceKind;
using model::Subject;
using model::SubjectKind;

constexpr std::string_view kKey = "account/";

/// The place of the directory among the sources.
Result<std::size_t> directory_named(const Commission& commission, std::string_view name) {
  std::vector<std::string_view> directories;
  for (std::size_t i = 0; i < commission.sources.size(); ++i) {
    if (commission.sources[i]->kind() != SourceKind::directory) continue;
    if (commission.sources[i]->name() == name) return i;
    directories.push_back(commission.sources[i]->name());
  }
  const std::string_view near = base::nearest_word(name, directories);
  return failure(ErrorKind::not_found, fmt::format("no directory is called \"{}\"{}", name,
                                                   near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
}

/// The accounts of that login there, now. Kind `unavailable` when there may be others.
Result<std::vector<Subject>> accounts_called(const Commission& commission, std::size_t directory,
                                             const std::string& login) {
  const OffboardingQuestion question{.sources = commission.sources.subspan(directory, 1),
                                     .owner = commission.owner,
                                     .rules = commission.rules,
                                     .correlation = commission.correlation,
                                     .keeping = commission.keeping,
                                     .clock = commission.clock,
                                     .employee_id = {},
                                     .asked_by = {},
                                     .deadline = kAccountDeadline,
                                     .stop = commission.stop};
  const model::PersonKeys keys{.logins = {correlation::fold(login)}};
  std::vector<model::Harvest> harvests =
      ask_directories(question, keys, connectors::Deadline::after(kAccountDeadline, commission.stop));
  const model::Snapshot snapshot = model::join(std::move(harvests), commission.clock());
  std::vector<Subject> found;
  for (std::size_t row = 0; row < snapshot.accounts.size(); ++row) {
    const std::string_view its_login = snapshot.view(snapshot.accounts.login[row]);
    if (correlation::fold(its_login) != keys.logins.front()) continue;
    Subject& subject = found.emplace_back();
    subject.kind = SubjectKind::account;
    subject.label = its_login;
    subject.source = commission.sources[directory]->name();
    subject.dn = snapshot.view(snapshot.accounts.dn[row]);
    evaluation::write_key(snapshot, SubjectKind::account, row, subject.key);
  }
  for (const model::SourceRecord& source : snapshot.sources) {
    if (!evaluation::hides_records(source.coverage)) continue;
    return failure(
        ErrorKind::unavailable,
        fmt::format("{} was not completely seen ({}), so it may have another {}: name the account by its key",
                    source.name, source.coverage.in_words(), login));
  }
  return found;
}

Result<Subject> only_one(std::vector<Subject> found, const std::string& directory, const std::string& login) {
  if (found.empty()) return failure(ErrorKind::not_found, fmt::format("{} has no account {}", directory, login));
  if (found.size() == 1) return std::move(found.front());
  std::sort(found.begin(), found.end(), [](const Subject& a, const Subject& b) { return a.key < b.key; });
  std::string choices;
  for (const Subject& one : found) choices += fmt::format("\n  {}  {}", one.key, one.dn);
  return failure(ErrorKind::conflict, fmt::format("{} has {} accounts {}; name the one you mean by its key:{}",
                                                  directory, found.size(), login, choices));
}

/// The account of a key that no finding was ever about: what the key itself says.
Subject named_by_key(const std::string& key, std::string_view source, std::string_view id) {
  Subject subject;
  subject.kind = SubjectKind::account;
  subject.key = key;
  subject.label = id;
  subject.source = source;
  return subject;
}

}  // namespace

Result<Subject> find_account(const Commission& commission, const std::string& named) {
  const bool by_key = named.starts_with(kKey);
  const std::string_view rest = std::string_view(named).substr(by_key ? kKey.size() : 0);
  const std::size_t slash = rest.find('/');
  const std::string_view source = rest.substr(0, slash);
  const std::string_view id = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  if (source.empty() || id.empty()) {
    return failure(ErrorKind::malformed,
                   fmt::format("\"{}\" names no account: SOURCE/LOGIN or account/SOURCE/ID is expected", named));
  }
  const auto directory = directory_named(commission, source);
  if (!directory) return tl::unexpected(directory.error());
  if (!by_key) {
    auto found = accounts_called(commission, *directory, std::string(id));
    if (!found) return tl::unexpected(found.error());
    return only_one(std::move(*found), std::string(source), std::string(id));
  }
  auto known = commission.keeping.lock()->store.subject_of(named);
  if (!known) return tl::unexpected(known.error());
  return *known ? std::move(**known) : named_by_key(named, source, id);
}

}  // namespace tally::pipeline
