#include "connectors/directory/ldif_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "connectors/age.h"
#include "connectors/directory/dn.h"
#include "connectors/directory/ldif_reader.h"
#include "connectors/directory/probe.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/table_builder.h"
#include "policy/base/digest.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

using model::CoverageState;
using model::Gap;

constexpr std::size_t kChunk = 128U << 10U;
constexpr std::uint64_t kProgressEvery = 10'000;

/// Lines that begin with "dn:", by their bytes alone: the count that the reader is checked against.
class DnLineCount {
 public:
  void feed(std::string_view bytes) {
    for (char c : bytes) {
      if (at_ == 0 && (c == 'd' || c == 'D'))
        at_ = 1;
      else if (at_ == 1 && (c == 'n' || c == 'N'))
        at_ = 2;
      else if (at_ == 2 && c == ':') {
        ++count_;
        at_ = kElsewhere;
      } else
        at_ = c == '\n' ? 0 : kElsewhere;
    }
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  static constexpr int kElsewhere = 3;
  int at_ = 0;
  std::uint64_t count_ = 0;
};

class File {
 public:
  explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

/// One collection from one file.
class FileReading {
 public:
  FileReading(const LdifOptions& options, const connectors::Collection& collection)
      : options_(options),
        collection_(collection),
        scope_(options.profile.bases),
        builder_(options.profile, harvest_),
        base_seen_(options.profile.bases.size(), false) {
    for (const std::string& base : options.profile.bases) bases_.push_back(normal_dn(base));
  }

  model::Harvest run() {
    describe();
    if (prepare() && read_file()) conclude();
    harvest_.source.finished = collection_.now();
    return std::move(harvest_);
  }

 private:
  model::Coverage& coverage() { return harvest_.source.coverage; }
  void note(std::string text) { harvest_.source.notes.push_back(std::move(text)); }

  void describe() {
    model::SourceRecord& source = harvest_.source;
    source.name = options_.profile.name;
    source.kind = model::SourceKind::directory;
    source.connector = fmt::format("ldif/{}", to_string(options_.profile.dialect));
    source.location = options_.path;
    source.started = collection_.now();
    source.coverage.state = CoverageState::complete;
    as_of_ = source.started;
    if (!options_.exported_at) return;
    note("exported at: " + base::format_instant(*options_.exported_at));
    as_of_ = std::min(as_of_, *options_.exported_at);
  }

  bool prepare() {
    auto profile = Profile::create(options_.profile, as_of_);
    if (!profile) {
      coverage().lower(CoverageState::failed, Gap::Kind::rejected, profile.error().message);
      return false;
    }
    profile_ = std::move(*profile);
    harvest_.source.query =
        fmt::format("bases {}; filter {}; attributes {}", fmt::join(options_.profile.bases, " and "),
                    profile_->query().filter, fmt::join(profile_->query().attributes, " "));
    return true;
  }

  bool fail(Gap::Kind kind, std::string sentence) {
    coverage().lower(CoverageState::failed, kind, std::move(sentence));
    return false;
  }

  bool read_file() {
    const File file(options_.path);
    struct stat status {};
    if (file.fd() < 0 || ::fstat(file.fd(), &status) != 0) {
      return fail(Gap::Kind::unreachable, base::system_failure("reading the LDIF file", errno).value().message);
    }
    if (!S_ISREG(status.st_mode)) return fail(Gap::Kind::unreachable, "the LDIF path is not a regular file");
    if (static_cast<std::uint64_t>(status.st_size) > options_.max_bytes) {
      return fail(Gap::Kind::size_limit, fmt::format("the LDIF file has {} bytes, more than max_bytes = {}",
                                                     status.st_size, options_.max_bytes));
    }
    const base::Instant modified{std::chrono::seconds{status.st_mtime}};
    note("file modified: " + base::format_instant(modified));
    harvest_.source.own_powers_unread.clear();  // nobody signs in
    harvest_.source.produced = options_.exported_at.value_or(modified);
    connectors::judge_age(harvest_.source, collection_.as_of.value_or(harvest_.source.started), options_.max_age);
    if (!stream(file.fd())) return false;
    check_unchanged(file.fd(), status);
    return true;
  }

  /// A file that somebody writes to is no one moment of the directory.
  void check_unchanged(int fd, const struct stat& before) {
    struct stat after {};
    std::string changed;
    if (::fstat(fd, &after) != 0) {
      changed = "it could not be looked at again after reading";
    } else if (after.st_size != before.st_size || static_cast<std::uint64_t>(after.st_size) != harvest_.source.bytes) {
      changed = fmt::format("it had {} bytes before, {} after, and {} were read", before.st_size, after.st_size,
                            harvest_.source.bytes);
    } else if (after.st_mtim.tv_sec != before.st_mtim.tv_sec || after.st_mtim.tv_nsec != before.st_mtim.tv_nsec) {
      changed = "its time of modification moved";
    }
    if (changed.empty()) return;
    coverage().lower(CoverageState::partial, Gap::Kind::count_mismatch,
                     "the file was written to while it was read: " + changed);
  }

  bool stream(int fd) {
    base::Sha256 hash;
    std::string chunk(kChunk, '\0');
    while (true) {
      if (collection_.until && collection_.until->passed()) {
        return fail(Gap::Kind::timed_out, "the LDIF file could not be read to its end in time");
      }
      const ssize_t n = ::read(fd, chunk.data(), chunk.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0)
        return fail(Gap::Kind::unreachable, base::system_failure("reading the LDIF file", errno).value().message);
      if (n == 0) break;
      const std::string_view bytes(chunk.data(), static_cast<std::size_t>(n));
      harvest_.source.bytes += bytes.size();
      if (harvest_.source.bytes > options_.max_bytes)
        return fail(Gap::Kind::size_limit, "the LDIF file grew beyond max_bytes");
      hash.update(bytes);
      const bool marked = harvest_.source.bytes == bytes.size() && bytes.starts_with("\xEF\xBB\xBF");
      dn_lines_.feed(marked ? bytes.substr(3) : bytes);
      reader_.feed(bytes);
    }
    reader_.finish();
    harvest_.source.content = hash.finish();
    return true;
  }

  void take(const Entry& entry) {
    if (collection_.progress && reader_.records() % kProgressEvery == 0) collection_.progress(reader_.records());
    if (entry.dn().empty()) return;  // the root DSE: no entry of a tree
    if (!scope_.contains(entry.dn()) && !normal_dn(entry.dn()).empty()) {
      ++outside_;
      return;
    }
    if (!all_bases_seen_) look_for_base(entry.dn());
    profile_->decode(entry, builder_);
  }

  void look_for_base(std::string_view dn) {
    const std::string normal = normal_dn(dn);
    for (std::size_t i = 0; i < bases_.size(); ++i) base_seen_[i] = base_seen_[i] || bases_[i] == normal;
    all_bases_seen_ = std::all_of(base_seen_.begin(), base_seen_.end(), [](bool seen) { return seen; });
  }

  void conclude() {
    check_counts();
    check_file();
    check_expected_entries();
    check_population(options_.profile, harvest_);
    profile_->finish(builder_);
    const Unresolved left = builder_.finish();
    profile_->settle(harvest_);
    for (const std::string& line : left.notes) note(line);
    if (outside_ > 0) note(fmt::format("entries outside the bases, ignored: {}", outside_));
    if (left.outside_total > 0) note(fmt::format("members outside the bases, not resolved: {}", left.outside_total));
    if (left.in_bases_total == 0) return;
    note(fmt::format("members inside the bases that are not in the file: {}", left.in_bases_total));
    if (options_.profile.dialect != Dialect::active_directory) return;
    coverage().lower(
        CoverageState::partial, Gap::Kind::hidden,
        fmt::format("{} members of groups lie inside the bases but are not in the file", left.in_bases_total));
  }

  void check_counts() {
    coverage().records_read = reader_.records();
    coverage().records_counted = dn_lines_.count();
    coverage().counted_by = "lines that begin with \"dn:\"";
    if (reader_.records() == 0) {
      coverage().lower(CoverageState::failed, Gap::Kind::truncated, "the file holds no entry");
    } else if (reader_.records() != dn_lines_.count()) {
      coverage().lower(
          CoverageState::partial, Gap::Kind::count_mismatch,
          fmt::format("{} records were read, but {} lines begin with \"dn:\"", reader_.records(), dn_lines_.count()));
    }
    const auto declared = reader_.declared();
    if (!declared) return;
    note(fmt::format("entries by the exporter's own count: {}", *declared));
    if (*declared == reader_.records()) return;
    coverage().lower(CoverageState::partial, Gap::Kind::count_mismatch,
                     fmt::format("{} records were read, but the exporter counted {}", reader_.records(), *declared));
  }

  void check_file() {
    if (!reader_.cut().empty()) coverage().lower(CoverageState::partial, Gap::Kind::truncated, reader_.cut());
    for (const std::string& result : reader_.bad_results()) {
      const Gap::Kind kind = result.starts_with("3 ") ? Gap::Kind::time_limit : Gap::Kind::size_limit;
      coverage().lower(CoverageState::partial, kind, "the export itself ended with: " + result);
    }
    if (reader_.referrals() > 0) {
      coverage().lower(CoverageState::partial, Gap::Kind::referral,
                       fmt::format("the export names {} parts of the tree that live elsewhere", reader_.referrals()));
    }
  }

  void check_expected_entries() {
    for (std::size_t i = 0; i < bases_.size(); ++i) {
      if (base_seen_[i]) continue;
      coverage().lower(CoverageState::partial, Gap::Kind::hidden,
                       fmt::format("the file does not hold the base entry {}: it is not an export of the whole tree",
                                   base::displayable(options_.profile.bases[i])));
    }
    for (const std::string& canary : options_.profile.canaries) {
      if (builder_.contains(canary)) continue;
      coverage().lower(CoverageState::partial, Gap::Kind::hidden, "a canary entry is not in the file");
    }
  }

  const LdifOptions& options_;
  const connectors::Collection& collection_;
  model::Harvest harvest_;
  DnScope scope_;
  std::unique_ptr<Profile> profile_;
  TableBuilder builder_;
  LdifReader reader_{{.entry = [this](const Entry& entry) { take(entry); },
                      .reject = [this](model::Reject reject) { coverage().reject(std::move(reject)); }}};
  DnLineCount dn_lines_;
  base::Instant as_of_;
  std::vector<std::string> bases_;
  std::vector<bool> base_seen_;
  bool all_bases_seen_ = false;
  std::uint64_t outside_ = 0;
};

class LdifSource final : public connectors::Source {
 public:
  explicit LdifSource(LdifOptions options) : options_(std::move(options)) {}
  [[nodiscard]] const std::string& name() const override { return options_.profile.name; }
  [[nodiscard]] model::SourceKind kind() const override { return model::SourceKind::directory; }
  [[nodiscard]] model::Harvest collect(const connectors::Collection& collection) override {
    return FileReading(options_, collection).run();
  }

 private:
  LdifOptions options_;
};

}  // namespace

std::unique_ptr<connectors::Source> make_ldif_source(LdifOptions options) {
  return std::make_unique<LdifSource>(std::move(options));
}

}  // namespace tally::directory
