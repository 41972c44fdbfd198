#include "daemon/evidence/pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "daemon/evidence/closed_epoch.h"
#include "daemon/evidence/instructions.h"
#include "daemon/evidence/pack_folder.h"
#include "daemon/evidence/pinned_log.h"
#include "daemon/evidence/proof_tree.h"
#include "daemon/evidence/run_entries.h"
#include "daemon/evidence/sample.h"
#include "daemon/ledger/event_sign_off.h"
#include "daemon/ledger/exhibit.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/recorder/layout.h"
#include "daemon/report/render.h"
#include "daemon/store/store.h"

namespace tally::evidence {
namespace {

using Json = nlohmann::ordered_json;
using base::ErrorKind;
using base::failure;
using base::Result;
using model::FindingRecord;
using model::RecordedEntry;

constexpr std::size_t kMaxKeysBytes = std::size_t{64} << 20;  ///< two million epoch keys

/// Findings of the run by the entry that says each last, ascending.
std::map<std::uint64_t, const FindingRecord*> findings_of(const model::RunReport& report) {
  std::map<std::uint64_t, const FindingRecord*> all;
  for (const auto* list : {&report.open, &report.exempt, &report.resolved}) {
    for (const FindingRecord& record : *list) all.emplace(record.log_index, &record);
  }
  return all;
}

class Packing {
 public:
  Packing(PackOptions options, PackFolder folder, ledger::TileReader& log, std::string checkpoint,
          ledger::Checkpoint tree, recorder::LogReader reader)
      : options_(std::move(options)),
        folder_(std::move(folder)),
        files_(log),
        log_(log, std::move(checkpoint)),
        tree_(std::move(tree)),
        reader_(std::move(reader)) {}

  Result<PackReport> write();

 private:
  Result<void> read_run();
  Result<void> choose_tree();
  void count_pruned(const ledger::PrunedBy& by);
  Result<void> write_reports();
  Result<void> write_proofs();
  Result<void> write_log_files();
  Result<void> write_epoch();
  Result<void> write_manifest();
  Result<Json> exhibit(const RecordedEntry& entry);
  Result<std::string> opening_of(const RecordedEntry& entry, const ledger::Entry& parsed);
  Result<RecordedEntry> entry_at(std::uint64_t index);
  Result<std::vector<std::uint64_t>> chosen();
  void miss(std::string what, std::string why) { missing_.push_back({std::move(what), std::move(why)}); }

  struct Missing {
    std::string what, why;
  };
  /// Findings whose entries are gone.
  struct Pruned {
    std::uint64_t open = 0, fixed = 0, exempt = 0;
    [[nodiscard]] std::uint64_t all() const { return open + fixed + exempt; }
  };

  PackOptions options_;
  PackFolder folder_;
  ledger::TileReader& files_;
  PinnedLog log_;            ///< all proofs but the epoch's are of this tree
  ledger::Checkpoint tree_;  ///< its checkpoint
  recorder::LogReader reader_;
  RunEntries run_;
  model::RunReport report_;
  std::map<std::uint64_t, const FindingRecord*> findings_;
  std::vector<Missing> missing_;
  InstructionsFor told_;
  std::uint64_t proven_ = 0;
  Pruned pruned_;
};

Result<void> Packing::read_run() {
  Redaction& redaction = options_.redaction;
  auto run = find_run(reader_, tree_.size, options_.run, [&](const RecordedEntry& entry) {
    if (!redaction.empty() && !entry.personal.empty()) redaction.learn(entry.personal);
  });
  if (!run) return tl::unexpected(run.error());
  run_ = std::move(*run);
  if (auto chosen = choose_tree(); !chosen) return chosen;
  if (const auto unused = redaction.unused(); !unused.empty()) {
    return failure(ErrorKind::malformed, fmt::format("no entry has a field \"{}\"", unused.front()));
  }
  redaction.look_for_names();
  auto store = store::Store::in_memory();
  if (!store) return tl::unexpected(store.error());
  const recorder::LogReader::Mask mask = [&](const RecordedEntry& e) { return redaction.mask(e.leaf, e.personal); };
  for (std::uint64_t at = 0; at <= run_.finished();) {
    const auto receipt = reader_.read(at, std::min(run_.finished() + 1, at + kEntriesAtOnce),
                                      redaction.empty() ? recorder::LogReader::Mask() : mask);
    if (!receipt) return tl::unexpected(receipt.error());
    at = receipt->end();
    if (auto projected = store->project(*receipt); !projected) return projected;
  }
  auto report = store->report();
  if (!report) return tl::unexpected(report.error());
  if (!*report) return failure(ErrorKind::corrupt, "the log ends a run that it does not begin");
  report_ = std::move(**report);
  report_.log_key = options_.log_key;
  if (const auto& pruned = reader_.pruned()) count_pruned(*pruned);
  findings_ = findings_of(report_);
  return {};
}

/// What the run's end counted, and the reports have not.
void Packing::count_pruned(const ledger::PrunedBy& by) {
  miss(fmt::format("entries {} to {}", ledger::kFirstPrunable, by.what.minimum - 1),
       fmt::format("they were pruned under the policy sha256:{} (entry {}). Their hashes are in the log",
                   by.what.policy.hex(), by.entry));
  const auto lacking = [](std::uint64_t counted, std::size_t there) { return counted - std::min(counted, there); };
  const model::RunSummary& run = report_.summary;
  pruned_ = {lacking(std::accumulate(std::begin(run.open), std::end(run.open), std::uint64_t{0}), report_.open.size()),
             lacking(run.resolved, report_.resolved.size()), lacking(run.exempt, report_.exempt.size())};
  if (pruned_.all() == 0) return;
  miss(fmt::format("{} findings of the run", pruned_.all()),
       "their entries were pruned, so they are in no report any more; the run's end counts them");
}

/// The tree that witnesses have seen, when the run had ended by then.
Result<void> Packing::choose_tree() {
  auto checkpoint = proof_tree(log_, run_.finished());
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  auto tree = open_tree(*checkpoint, options_.log_key);
  if (!tree) return tl::unexpected(tree.error());
  tree_ = std::move(*tree);
  log_ = PinnedLog(files_, std::move(*checkpoint));
  return {};
}

Result<void> Packing::write_reports() {
  struct Row {
    const char *path, *what;
    std::string bytes;
  };
  for (const Row& row : {Row{"report.html", "the report for people", report::render_html(report_)},
                         Row{"report.csv", "the report as a table", report::render_csv(report_)},
                         Row{"report.json", "everything in the report", report::render_json(report_)},
                         Row{"ocsf.jsonl", "the findings as OCSF 1.8.0 events", report::render_ocsf(report_)}}) {
    if (auto added = folder_.add(row.path, row.what, row.bytes); !added) return added;
  }
  return {};
}

Result<RecordedEntry> Packing::entry_at(std::uint64_t index) {
  if (auto there = reader_.check_there(index); !there) return tl::unexpected(there.error());
  const auto receipt = reader_.read(index, index + 1);
  if (!receipt) return tl::unexpected(receipt.error());
  return receipt->entries().front();
}

/// What is shown of the entry's personal values; empty: nothing.
Result<std::string> Packing::opening_of(const RecordedEntry& entry, const ledger::Entry& parsed) {
  if (!parsed.commitment) return std::string();
  const std::string what = fmt::format("personal values of entry {}", entry.index);
  const auto opening = reader_.opening(entry);
  if (!opening) return tl::unexpected(opening.error());
  if (!*opening) {
    miss(what, "they were erased: that the entry was written is still proven");
    return std::string();
  }
  ledger::Salt salt;
  std::copy((*opening)->salt.begin(), (*opening)->salt.end(), salt.begin());
  const auto hidden = options_.redaction.hidden((*opening)->personal);
  auto made = ledger::make_opening(*parsed.commitment, salt, (*opening)->personal,
                                   [&](const std::string& pointer) { return hidden.count(pointer) != 0; });
  if (!made && made.error().kind == ErrorKind::unsupported) {
    miss(what, "an earlier version committed to them as a whole, and some of them are redacted");
    return std::string();
  }
  return made;
}

/// Writes the proof of one entry and gives what it shows.
Result<Json> Packing::exhibit(const RecordedEntry& entry) {
  const auto parsed = ledger::Entry::parse(entry.leaf);
  if (!parsed) return tl::unexpected(parsed.error());
  const auto opening = opening_of(entry, *parsed);
  if (!opening) return tl::unexpected(opening.error());
  const auto proof = ledger::make_exhibit(log_, entry.index, entry.leaf, *opening);
  if (!proof) return tl::unexpected(proof.error());
  const std::string path = fmt::format("proofs/{}.tlog-proof", entry.index);
  auto added = folder_.add(path, fmt::format("the proof of entry {}, {}", entry.index, parsed->type), proof->format());
  if (!added) return tl::unexpected(added.error());
  Json shown = Json::object(), hidden = Json::array();
  if (!opening->empty()) {
    const auto disclosure = ledger::read_opening(*parsed->commitment, *opening);
    if (!disclosure) return tl::unexpected(disclosure.error());
    for (const auto& [pointer, value] : disclosure->shown) shown[pointer] = Json::parse(value);
    hidden = disclosure->hidden;
  }
  return Json{{"index", entry.index},
              {"proof", path},
              {"entry", Json::parse(entry.leaf)},
              {"shown", std::move(shown)},
              {"hidden", std::move(hidden)}};
}

/// The findings that are proven: all of them, or a sample.
Result<std::vector<std::uint64_t>> Packing::chosen() {
  std::vector<std::uint64_t> numbers;
  for (const auto& [index, record] : findings_) numbers.push_back(index);
  if (!options_.sample) return numbers;
  auto drawn = draw(numbers, tree_.root, *options_.sample);
  const Json sample = {
      {"seed", tree_.root.hex()}, {"size", *options_.sample}, {"population", numbers}, {"chosen", drawn}};
  if (auto added = folder_.add("sample.json", "which findings were drawn, and of which", sample.dump(1) + "\n");
      !added) {
    return tl::unexpected(added.error());
  }
  if (drawn.size() < numbers.size()) {
    miss(fmt::format("proofs of {} findings", numbers.size() - drawn.size()), "they were not drawn: see sample.json");
  }
  return drawn;
}

Result<void> Packing::write_proofs() {
  for (const RecordedEntry& entry : run_.entries) {
    if (auto written = exhibit(entry); !written) return tl::unexpected(written.error());
  }
  const auto indexes = chosen();
  if (!indexes) return tl::unexpected(indexes.error());
  Json rows = Json::array();
  for (const std::uint64_t index : *indexes) {
    const auto entry = entry_at(index);
    if (!entry) return tl::unexpected(entry.error());
    auto row = exhibit(*entry);
    if (!row) return tl::unexpected(row.error());
    (*row)["standing"] = model::to_string(findings_.at(index)->standing);
    rows.push_back(std::move(*row));
  }
  proven_ = indexes->size();
  return folder_.add("findings.json", "the proven findings, as their entries and openings say them",
                     rows.dump(1) + "\n");
}

Result<void> Packing::write_epoch() {
  auto epoch = closed_epoch(files_, run_.finished());
  if (!epoch) return tl::unexpected(epoch.error());
  if (!*epoch) {
    miss("a timestamp", "no epoch has closed since the run ended, or the log has none");
    return {};
  }
  told_.epoch = "log/" + (*epoch)->path;
  if (auto added = folder_.add(told_.epoch, "the checkpoint of the epoch that closed over the run", (*epoch)->note);
      !added) {
    return added;
  }
  PinnedLog then(files_, (*epoch)->note);
  const auto proof = ledger::make_exhibit(then, run_.finished(), run_.entries.back().leaf, "");
  if (!proof) return tl::unexpected(proof.error());
  const std::string path = fmt::format("proofs/{}.epoch.tlog-proof", run_.finished());
  if (auto added = folder_.add(path, "the proof of the run's end in that epoch's tree", proof->format()); !added) {
    return added;
  }
  if ((*epoch)->token.empty()) {
    miss("a timestamp", "no timestamp authority has answered for that epoch yet");
    return {};
  }
  told_.timestamp = told_.epoch + ".tsr";
  return folder_.add(told_.timestamp, "the timestamp of that checkpoint (RFC 3161)", (*epoch)->token);
}

Result<void> Packing::write_log_files() {
  if (auto added = folder_.add("log/checkpoint", "the signed tree that all proofs lead to", log_.checkpoint());
      !added) {
    return added;
  }
  if (auto added = folder_.add("keys/log.vkey", "the log's key: compare it with the one that you were given elsewhere",
                               options_.log_key + "\n");
      !added) {
    return added;
  }
  struct Row {
    const char *path, *what, *otherwise;
    std::size_t most;
    bool InstructionsFor::*told;
  };
  for (const Row& row :
       {Row{"certificate", "the log's certificate, signed by its offline root", "the log has none",
            ledger::kMaxNoteBytes, &InstructionsFor::has_certificate},
        Row{"epoch/keys", "the keys of all epochs", "the log has none", kMaxKeysBytes,
            &InstructionsFor::has_epoch_keys},
        Row{"witnessed", "the newest checkpoint that enough witnesses signed",
            "no witness has signed yet, or none is asked", ledger::kMaxNoteBytes, &InstructionsFor::is_witnessed}}) {
    const auto bytes = files_.read(row.path, row.most);
    if (!bytes && bytes.error().kind != ErrorKind::not_found) return tl::unexpected(bytes.error());
    if (!bytes) {
      miss(row.what, row.otherwise);
      continue;
    }
    told_.*row.told = true;
    if (auto added = folder_.add(std::string("log/") + row.path, row.what, *bytes); !added) return added;
  }
  if (options_.policy.empty()) {
    miss("a trust policy", "none was given (--policy)");
  } else if (auto added = folder_.add("policy", "whose signatures are required", options_.policy); !added) {
    return added;
  }
  return write_epoch();
}

Result<void> Packing::write_manifest() {
  Json entries = Json::array(), files = Json::array(), missing = Json::array();
  for (const RecordedEntry& entry : run_.entries) {
    entries.push_back({{"index", entry.index}, {"entry", Json::parse(entry.leaf)}});
  }
  for (const PackFolder::File& file : folder_.files()) {
    files.push_back({{"path", file.path}, {"what", file.what}, {"sha256", file.sha256.hex()}, {"bytes", file.bytes}});
  }
  for (const Missing& one : missing_) missing.push_back({{"what", one.what}, {"why", one.why}});
  const Json manifest = {
      {"schema", "tallystick-manifest/1"},
      {"run", run_.run},
      {"log", {{"origin", tree_.origin}, {"key", options_.log_key}, {"size", tree_.size}, {"root", tree_.root.hex()}}},
      {"findings",
       {{"open", report_.open.size()},
        {"exempt", report_.exempt.size()},
        {"fixed", report_.resolved.size()},
        {"proven", proven_},
        {"pruned", {{"open", pruned_.open}, {"fixed", pruned_.fixed}, {"exempt", pruned_.exempt}}}}},
      {"redacted", options_.redaction.chosen()},
      {"entries", std::move(entries)},
      {"files", std::move(files)},
      {"missing", std::move(missing)}};
  const std::string bytes = manifest.dump(1) + "\n";
  if (auto added = folder_.add("manifest.json", "this", bytes); !added) return added;
  for (const char* role : {"preparer", "reviewer"}) {
    const std::string statement = ledger::sign_off_statement(tree_.origin, run_.run, base::sha256(bytes), role);
    if (auto added = folder_.add(fmt::format("sign-off/{}.txt", role), "what is signed", statement); !added) {
      return added;
    }
  }
  return folder_.add("SHA256SUMS", "", folder_.sums());
}

Result<PackReport> Packing::write() {
  if (auto read = read_run(); !read) return tl::unexpected(read.error());
  told_.is_sampled = options_.sample.has_value();
  told_.run = run_.run;
  told_.has_policy = !options_.policy.empty();
  for (const auto step : {&Packing::write_reports, &Packing::write_proofs, &Packing::write_log_files}) {
    if (auto done = (this->*step)(); !done) return tl::unexpected(done.error());
  }
  if (auto added = folder_.add("VERIFY.txt", "how to check all of this", instructions(told_)); !added) {
    return tl::unexpected(added.error());
  }
  if (auto done = write_manifest(); !done) return tl::unexpected(done.error());
  PackReport out{run_.run, folder_.files().size(), findings_.size(), proven_, pruned_.all(), {}};
  for (const Missing& one : missing_) out.missing.push_back(fmt::format("{}: {}", one.what, one.why));
  return out;
}

}  // namespace

Result<PackReport> write_pack(PackOptions options) {
  auto log = ledger::LogDirectory::open(recorder::Layout(options.state).log());
  if (!log) return tl::unexpected(log.error());
  auto checkpoint = (*log)->read("checkpoint", ledger::kMaxNoteBytes);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  auto tree = open_tree(*checkpoint, options.log_key);
  if (!tree) return tl::unexpected(tree.error());
  // After the checkpoint: the reader knows at least as many entries.
  auto reader = recorder::LogReader::open(options.state);
  if (!reader) return tl::unexpected(reader.error());
  auto folder = PackFolder::create(options.folder);
  if (!folder) return tl::unexpected(folder.error());
  return Packing(std::move(options), std::move(*folder), **log, std::move(*checkpoint), std::move(*tree),
                 std::move(*reader))
      .write();
}

}  // namespace tally::evidence
