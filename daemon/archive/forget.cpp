#include "daemon/archive/forget.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include "daemon/archive/links_archive.h"

namespace tally::archive {
namespace {

namespace fs = std::filesystem;
using base::Result;
using correlation::PreviousLinks;

void each_text(const base::TextPool& pool, const std::function<void(std::string_view)>& visit) {
  for (std::size_t i = 0; i < pool.size(); ++i) visit(pool.view(base::TextId::at(i)));
}

Result<void> remove_file(const std::string& path) {
  std::error_code code;
  fs::remove(path, code);
  if (code) return base::system_failure("removing " + path, code.value());
  return {};
}

}  // namespace

void each_text(const KeptRun& run, const std::function<void(std::string_view text)>& visit) {
  const Circumstances& around = run.circumstances;
  each_text(run.snapshot.text, visit);
  if (around.links) each_text(around.links->text, visit);
  visit(around.config_text);
  for (const model::LinkDecision& one : around.decisions) {
    for (const std::string* text : {&one.account_key, &one.employee_id, &one.author, &one.reason}) visit(*text);
  }
  for (const model::Exemption& one : around.exemptions) {
    for (const std::string* text : {&one.subject_key, &one.reason, &one.asked_by, &one.approved_by}) visit(*text);
  }
  for (const model::AcknowledgedFinding& one : around.acknowledged) visit(one.subject_key);
  for (const model::SourceRecord& source : run.snapshot.sources) {
    for (const model::Reject& reject : source.coverage.rejects) visit(reject.value);
  }
}

PreviousLinks without(const PreviousLinks& links, const std::string& employee_id,
                      const std::set<std::string>& account_keys) {
  PreviousLinks out;
  out.complete = links.complete;
  const auto moved = [&](base::TextId id) { return id.valid() ? out.text.intern(links.text.view(id)) : id; };
  for (PreviousLinks::Account account : links.accounts) {
    const bool theirs = !employee_id.empty() && links.text.view(account.employee_id) == employee_id;
    if (theirs || account_keys.contains(std::string(links.text.view(account.key)))) continue;
    for (base::TextId* id : {&account.key, &account.source, &account.login, &account.mail, &account.employee_id}) {
      *id = moved(*id);
    }
    out.accounts.push_back(account);
  }
  for (PreviousLinks::Person person : links.people) {
    if (!employee_id.empty() && links.text.view(person.employee_id) == employee_id) continue;
    for (base::TextId* id : {&person.employee_id, &person.mail, &person.login}) *id = moved(*id);
    out.people.push_back(person);
  }
  return out;
}

Result<void> remove_run(const std::string& folder, std::string_view run) {
  return remove_file(archive_path(folder, run));
}

Result<void> remove_unfinished(const std::string& folder) {
  std::vector<std::string> unfinished;
  std::error_code code;
  const std::string links = links_path(folder);
  for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
    const std::string path = entry->path().string();
    if (entry->path().extension() != ".tsa" && path != links) unfinished.push_back(path);
  }
  for (const std::string& path : unfinished) {
    if (auto removed = remove_file(path); !removed) return removed;
  }
  return {};
}

}  // namespace tally::archive
