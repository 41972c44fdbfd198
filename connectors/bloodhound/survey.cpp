#include "connectors/bloodhound/survey.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/base/utf8.h"

namespace tally::bloodhound {
namespace {

using model::CoverageState;
using model::Gap;

constexpr std::int64_t kVersion = 6;
constexpr std::array<std::string_view, 4> kNeeded = {"domains", "groups", "users", "computers"};

/// Another source's bytes, until a deadline.
class TimedBytes final : public ByteSource {
 public:
  TimedBytes(ByteSource& bytes, const std::optional<connectors::Deadline>& until) : bytes_(bytes), until_(until) {}
  base::Result<std::size_t> read(char* to, std::size_t size) override {
    if (until_ && until_->passed())
      return base::failure(base::ErrorKind::timed_out, "it could not be read to its end in time");
    return bytes_.read(to, size);
  }

 private:
  ByteSource& bytes_;
  const std::optional<connectors::Deadline>& until_;
};

void check_methods(const std::string& name, const Meta& meta, model::Coverage& coverage) {
  if (meta.methods == 0) return;  // this collector does not say
  const bool accounts = meta.type == "users" || meta.type == "computers";
  if (accounts && (meta.methods & kObjectProps) == 0) {
    coverage.lower(CoverageState::partial, Gap::Kind::missing_column,
                   name + " was collected without properties (method ObjectProps)");
  }
  if (meta.type == "groups" && (meta.methods & kGroup) == 0) {
    coverage.lower(CoverageState::partial, Gap::Kind::missing_column,
                   name + " was collected without members (method Group)");
  }
}

void check_files(const CollectionFiles& files, const std::vector<SurveyedFile>& found, model::SourceRecord& source) {
  model::Coverage& coverage = source.coverage;
  for (const std::string_view type : kNeeded) {
    if (std::any_of(found.begin(), found.end(), [&](const SurveyedFile& file) { return file.meta.type == type; }))
      continue;
    coverage.lower(CoverageState::partial, Gap::Kind::hidden, fmt::format("there is no file of {}", type));
  }
  std::uint64_t counted = 0;
  for (const SurveyedFile& file : found) {
    const std::string name = base::displayable(files.name(file.index));
    if (std::find(kTypesRead.begin(), kTypesRead.end(), file.meta.type) == kTypesRead.end()) {
      source.notes.push_back(fmt::format("not asked: {} ({})", name, base::displayable(file.meta.type)));
      continue;
    }
    counted += file.meta.count;
    if (file.meta.count != file.objects) {
      coverage.lower(CoverageState::partial, Gap::Kind::count_mismatch,
                     fmt::format("{} holds {} objects, but its meta counts {}", name, file.objects, file.meta.count));
    }
    check_methods(name, file.meta, coverage);
  }
  coverage.records_counted = counted;
  coverage.counted_by = "meta.count of each file";
}

}  // namespace

Gap::Kind gap_kind(const base::Error& error) {
  switch (error.kind) {
    case base::ErrorKind::limit: return Gap::Kind::size_limit;
    case base::ErrorKind::malformed: return Gap::Kind::truncated;
    case base::ErrorKind::unsupported: return Gap::Kind::rejected;
    case base::ErrorKind::timed_out: return Gap::Kind::timed_out;
    default: return Gap::Kind::unreachable;
  }
}

base::Result<ReadFile> read_file(const CollectionFiles& files, std::size_t index,
                                 const std::optional<connectors::Deadline>& until,
                                 const std::function<void(Object&)>& each) {
  const auto bytes = files.read(index);
  if (!bytes) return tl::unexpected(bytes.error());
  TimedBytes timed(**bytes, until);
  return read_objects(timed, each);
}

std::optional<std::vector<SurveyedFile>> survey(const CollectionFiles& files,
                                                const std::optional<connectors::Deadline>& until,
                                                model::SourceRecord& source) {
  std::vector<SurveyedFile> found;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string name = base::displayable(files.name(i));
    const auto read = read_file(files, i, until, nullptr);
    if (!read) {
      source.coverage.lower(CoverageState::partial, gap_kind(read.error()),
                            fmt::format("{}: {}; nothing of it is used", name, read.error().message));
      continue;
    }
    if (!read->meta || !read->has_data || read->meta->type.empty()) {
      source.coverage.lower(CoverageState::partial, Gap::Kind::rejected,
                            name + " has no meta with a type, or no list data: it is no file of a collector");
      continue;
    }
    if (read->meta->version != kVersion) {
      source.coverage.lower(
          CoverageState::failed, Gap::Kind::rejected,
          fmt::format("{} has the format version {}; version {} is read, which SharpHound writes from 2.0.2 on", name,
                      read->meta->version, kVersion));
      return std::nullopt;
    }
    found.push_back({i, read->objects, *read->meta});
  }
  check_files(files, found, source);
  return found;
}

}  // namespace tally::bloodhound
