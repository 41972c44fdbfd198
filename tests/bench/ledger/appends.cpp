// Durable appends beside a raw write and fdatasync of the same bytes to a file on the same disk.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "daemon/recorder/key.h"
#include "daemon/recorder/recorder.h"
#include "tests/bench/ledger/bench_ledger.h"

namespace tally::bench {
namespace {

constexpr std::uint64_t kBatch = 1000;
const base::Instant kTime = *base::parse_instant("2026-03-31T22:00:00Z");

/// An entry about a finding as the audit writes it; the personal values as big as usual.
recorder::Draft make_draft(std::uint64_t i, bool personal) {
  recorder::Draft draft{"finding_opened",
                        base::add(kTime, std::chrono::seconds(i / 1000)),
                        fmt::format(R"({{"control":"AC-2.3","key":"{:016x}","rule":"LVR-001","run":"r-{}",)"
                                    R"("severity":"high","source":"corp-ad"}})",
                                    i * 0x9E3779B97F4A7C15U, i / 5000),
                        {},
                        {}};
  if (!personal) return draft;
  draft.personal = fmt::format(R"({{"dn":"uid=jdoe{0},ou=people,dc=example,dc=com","employee_id":"E{0}",)"
                               R"("name":"Jane Doe {0}"}})",
                               i);
  draft.subject_key = fmt::format("E{}", i);
  return draft;
}

std::vector<recorder::Draft> make_drafts(std::uint64_t first, std::uint64_t count, bool personal) {
  std::vector<recorder::Draft> drafts;
  drafts.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) drafts.push_back(make_draft(first + i, personal));
  return drafts;
}

/// Appends to one file, each time made durable.
class RawFile {
 public:
  explicit RawFile(const std::string& path) : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600)) {
    if (fd_ < 0) stop(path + ": " + std::strerror(errno));
  }
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;
  ~RawFile() { ::close(fd_); }
  void append(const std::string& bytes) {
    if (::write(fd_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) || ::fdatasync(fd_) != 0) {
      stop("the raw file: " + std::string(std::strerror(errno)));
    }
  }

 private:
  int fd_;
};

struct Log {
  std::string vkey, wal;
  recorder::Recorder recorder;
};

Log make_log(const std::string& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::string key = folder + "/log.key";
  const auto vkey = recorder::keygen("audit.example.com/bench", key);
  if (!vkey) stop(vkey.error().message);
  auto log = recorder::Recorder::open({folder + "/root", key, recorder::Clock::fixed(kTime), {}, nullptr});
  if (!log) stop(log.error().message);
  return {*vkey, folder + "/root/state/wal", std::move(*log)};
}

/// One append of ours and one raw write of as many bytes as our write-ahead log grew by.
void append_both(Log& log, RawFile& raw, const std::vector<recorder::Draft>& drafts, double& ours, double& limit) {
  const auto before = std::filesystem::file_size(log.wal);
  ours += seconds([&] {
    if (auto receipt = log.recorder.append(drafts); !receipt) stop(receipt.error().message);
  });
  const std::string bytes(std::filesystem::file_size(log.wal) - before, 'x');
  limit += seconds([&] { raw.append(bytes); });
}

double publish(Log& log) {
  return seconds([&] {
    if (auto note = log.recorder.publish(); !note) stop(note.error().message);
  });
}

std::uintmax_t bytes_below(const std::string& folder) {
  std::uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.is_regular_file()) bytes += file.file_size();
  }
  return bytes;
}

void measure_singles(const Plan& plan, bool personal) {
  Log log = make_log(plan.folder + "/singles");
  RawFile raw(plan.folder + "/raw");
  double ours = 0, limit = 0;
  for (std::uint64_t i = 0; i < plan.singles; ++i) append_both(log, raw, make_drafts(i, 1, personal), ours, limit);
  print_row(fmt::format("{} appends of one entry{}", plan.singles, personal ? " with personal values" : ""), {ours},
            {limit}, static_cast<double>(plan.singles));
}

/// Appends in batches; gives the log, published.
Log measure_batches(const Plan& plan, std::uint64_t entries, bool personal) {
  Log log = make_log(plan.folder + (personal ? "/personal" : "/batched"));
  RawFile raw(plan.folder + "/raw");
  double ours = 0, limit = 0, published = 0;
  for (std::uint64_t first = 0; first < entries; first += kBatch) {
    const auto drafts = make_drafts(first, std::min(kBatch, entries - first), personal);
    append_both(log, raw, drafts, ours, limit);
    if (first / kBatch % 100 == 99) published += publish(log);  // about once a second at the goal's speed
  }
  published += publish(log);
  const char* with = personal ? " with personal values" : "";
  print_row(fmt::format("{} entries{}, {} at a time", entries, with, kBatch), {ours}, {limit},
            static_cast<double>(entries));
  print_row(fmt::format("the same, published"), {ours + published}, {limit}, static_cast<double>(entries));
  return log;
}

}  // namespace

std::string measure_appends(const Plan& plan) {
  measure_singles(plan, false);
  measure_singles(plan, true);
  measure_batches(plan, std::max<std::uint64_t>(plan.entries / 10, 1), true);
  const Log log = measure_batches(plan, plan.entries, false);
  const auto bytes = bytes_below(plan.folder + "/batched/root/log");
  const auto bundles = bytes_below(plan.folder + "/batched/root/log/tile/entries");
  fmt::print(stderr, "bytes an entry in log/: {:.1f}, of which {:.1f} are the entry and its length\n",
             static_cast<double>(bytes) / static_cast<double>(log.recorder.size()),
             static_cast<double>(bundles) / static_cast<double>(log.recorder.size()));
  return log.vkey;
}

}  // namespace tally::bench
