#include "connectors/hr/csv_source.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "connectors/age.h"
#include "connectors/hr/columns.h"
#include "connectors/hr/csv_file.h"
#include "connectors/hr/csv_reader.h"
#include "connectors/hr/date_format.h"
#include "connectors/hr/duplicates.h"
#include "connectors/hr/line_end_count.h"
#include "connectors/hr/people_decoder.h"
#include "connectors/hr/text_feed.h"

namespace tally::hr {
namespace {

using model::CoverageState;
using model::Gap;

constexpr std::uint64_t kProgressStep = 16'384;  // often enough to look alive, too seldom to cost

/// The harvest of one collection while it grows.
class Collecting {
 public:
  Collecting(const CsvOptions& options, const connectors::Collection& collection, model::Harvest& harvest)
      : options_(options), collection_(collection), harvest_(harvest), coverage_(harvest.source.coverage) {}

  void run();

 private:
  void read_file(CsvFile& file);
  void describe_header(std::span<const std::string_view> names);
  void read_rows(CsvReader& reader, PeopleDecoder& decoder);
  void refuse(const CsvReader& reader);
  void judge_counts(const CsvReader& reader, const LineEndCount& count, std::uint64_t refused);
  void judge_file(const CsvFile::Seen& seen);

  const CsvOptions& options_;
  const connectors::Collection& collection_;
  model::Harvest& harvest_;
  model::Coverage& coverage_;
  std::uint64_t refused_ = 0;
  bool quotes_unpaired_ = false;
};

void Collecting::run() {
  for (std::string& problem : problems(options_)) {
    coverage_.lower(CoverageState::failed, Gap::Kind::unreachable, std::move(problem));
  }
  if (coverage_.state == CoverageState::failed) return;
  auto file = CsvFile::open(options_.path, options_.max_bytes);
  if (!file) {
    const bool limit = file.error().kind == base::ErrorKind::limit;
    coverage_.lower(CoverageState::failed, limit ? Gap::Kind::size_limit : Gap::Kind::unreachable,
                    file.error().message);
    return;
  }
  read_file(*file);
  judge_file(file->finish());
}

void Collecting::read_file(CsvFile& file) {
  auto feed = TextFeed::create([&file](std::span<char> room) { return file.read(room); }, options_.encoding);
  if (!feed) {
    coverage_.lower(CoverageState::failed, Gap::Kind::rejected, feed.error().message);
    return;
  }
  LineEndCount count;
  const auto text = [&](std::span<char> room) {
    const std::size_t got = feed->read(room);
    count.update(std::string_view(room.data(), got));
    return got;
  };
  CsvReader reader(text, {.delimiter = options_.delimiter});
  const CsvReader::Step header = reader.next();
  if (header == CsvReader::Step::end) {
    coverage_.lower(CoverageState::failed, Gap::Kind::truncated, "the file is empty");
    return;
  }
  if (header == CsvReader::Step::refused) {
    coverage_.lower(CoverageState::failed, Gap::Kind::rejected,
                    fmt::format("the header cannot be read: {}", reader.trouble().in_words()));
    return;
  }
  Columns columns = Columns::find(options_.columns, reader.fields());
  for (std::string& trouble : columns.troubles) {
    coverage_.lower(CoverageState::failed, Gap::Kind::missing_column, std::move(trouble));
  }
  if (coverage_.state == CoverageState::failed) return;
  describe_header(reader.fields());
  reader.expect_width(reader.fields().size());
  const std::string id_column = columns.name_of(Fact::employee_id);
  PeopleDecoder decoder(options_, *DateFormat::compile(options_.date_format), std::move(columns), harvest_);
  read_rows(reader, decoder);
  decoder.describe(harvest_.source.shape);
  settle_duplicates(harvest_, id_column, collection_.as_of.value_or(harvest_.source.started));
  judge_counts(reader, count, refused_ + decoder.refused());
  if (decoder.empty_rows() > 0) {
    harvest_.source.notes.push_back(fmt::format("rows with nothing in any field: {}", decoder.empty_rows()));
  }
}

/// Mapped columns were found in it, so it is a header and no row of people.
void Collecting::describe_header(std::span<const std::string_view> names) {
  base::Sha256 hash;
  for (const std::string_view name : names) hash.update(fmt::format("{}:", name.size())).update(name);
  harvest_.source.shape = {{"columns", fmt::to_string(names.size())},
                           {"delimiter", options_.delimiter == '\t' ? "tab" : std::string(1, options_.delimiter)},
                           {"header", hash.finish().hex().substr(0, 16)}};
}

void Collecting::read_rows(CsvReader& reader, PeopleDecoder& decoder) {
  for (auto step = reader.next(); step != CsvReader::Step::end; step = reader.next()) {
    ++coverage_.records_read;
    if (step == CsvReader::Step::record) {
      decoder.row(reader.line(), reader.fields());
    } else {
      refuse(reader);
    }
    if (coverage_.records_read % kProgressStep != 0) continue;
    if (collection_.progress) collection_.progress(coverage_.records_read);
    if (collection_.until && collection_.until->passed()) {
      coverage_.lower(CoverageState::doubtful, Gap::Kind::timed_out, "the feed could not be read to its end in time");
      return;
    }
  }
}

/// A record whose fields cannot be told apart. Its text is not kept: it may hold columns that nobody mapped.
void Collecting::refuse(const CsvReader& reader) {
  const CsvTrouble& trouble = reader.trouble();
  ++refused_;
  quotes_unpaired_ = quotes_unpaired_ || trouble.quoting();
  std::string reason = trouble.in_words();
  if (trouble.kind == CsvTrouble::Kind::ill_formed) {
    reason += fmt::format(" (encoding = {}; is that right? spreadsheets often write windows-1252)", options_.encoding);
  }
  coverage_.reject({reader.line(), "", "", reason + "; the record is refused", true});
  if (trouble.truncated()) {
    coverage_.lower(
        CoverageState::doubtful, Gap::Kind::truncated,
        fmt::format("the file ends in the middle of a record ({}), so nobody knows how many rows are missing",
                    trouble.in_words()));
  }
}

void Collecting::judge_counts(const CsvReader& reader, const LineEndCount& count, std::uint64_t refused) {
  const std::uint64_t read = coverage_.records_read;
  if (quotes_unpaired_) {
    coverage_.counted_by = "not counted a second time: the quotes of a refused row do not pair up";
  } else {
    coverage_.counted_by = "line ends outside quotes, by the parity of the quotes before them, without the header";
    coverage_.records_counted = count.records(reader.blank_lines()) - 1;
    if (*coverage_.records_counted != read) {
      coverage_.lower(CoverageState::partial, Gap::Kind::count_mismatch,
                      fmt::format("{} rows were read, but the file has {} line ends outside quotes", read,
                                  *coverage_.records_counted));
    }
  }
  if (read == 0) {
    coverage_.lower(CoverageState::failed, Gap::Kind::truncated, "the file has a header and no rows");
  } else if (harvest_.people.size() == 0) {
    coverage_.lower(CoverageState::failed, Gap::Kind::rejected,
                    fmt::format("not one of the {} rows could be used", read));
  } else if (refused > 0) {
    coverage_.lower(CoverageState::partial, Gap::Kind::rejected,
                    fmt::format("{} of {} rows were refused", refused, read));
  }
  if (options_.rows_at_least && read < *options_.rows_at_least) {
    coverage_.lower(CoverageState::doubtful, Gap::Kind::envelope,
                    fmt::format("the file has {} rows; rows_at_least is {}", read, *options_.rows_at_least));
  }
}

void Collecting::judge_file(const CsvFile::Seen& seen) {
  harvest_.source.content = seen.content;
  harvest_.source.bytes = seen.bytes;
  harvest_.source.notes.push_back("file modified: " + base::format_instant(seen.modified));
  harvest_.source.produced = seen.modified;
  connectors::judge_age(harvest_.source, collection_.as_of.value_or(harvest_.source.started), options_.max_age);
  if (seen.error) {
    const bool limit = seen.error->kind == base::ErrorKind::limit;
    coverage_.lower(CoverageState::doubtful, limit ? Gap::Kind::size_limit : Gap::Kind::truncated,
                    seen.error->message + "; what follows was not read");
  }
  if (!seen.changed.empty()) {
    coverage_.lower(CoverageState::partial, Gap::Kind::count_mismatch,
                    "the file was written to while it was read: " + seen.changed);
  }
}

class CsvSource final : public connectors::Source {
 public:
  explicit CsvSource(CsvOptions options) : options_(std::move(options)) {}

  [[nodiscard]] const std::string& name() const override { return options_.name; }
  [[nodiscard]] model::SourceKind kind() const override { return model::SourceKind::hr; }

  [[nodiscard]] model::Harvest collect(const connectors::Collection& collection) override {
    model::Harvest harvest;
    harvest.source.name = options_.name;
    harvest.source.kind = model::SourceKind::hr;
    harvest.source.connector = "csv";
    harvest.source.location = options_.path;
    harvest.source.query = in_words(options_.columns);
    harvest.source.coverage.state = CoverageState::complete;
    harvest.source.notes.push_back("encoding: " + options_.encoding);
    harvest.source.started = collection.now();
    Collecting(options_, collection, harvest).run();
    harvest.source.finished = collection.now();
    return harvest;
  }

 private:
  CsvOptions options_;
};

}  // namespace

std::vector<std::string> problems(const CsvOptions& options) {
  std::vector<std::string> out;
  if (options.path.empty()) out.emplace_back("path is empty");
  if (std::string_view(",;\t|").find(options.delimiter) == std::string_view::npos) {
    out.emplace_back("delimiter must be one of , ; tab |");
  }
  if (!is_encoding(options.encoding)) {
    out.push_back(fmt::format("encoding: there is no encoding named \"{}\"", options.encoding));
  }
  if (!DateFormat::compile(options.date_format)) {
    out.push_back(fmt::format("date_format \"{}\" must have %Y, %m and %d once each and nothing else with %",
                              options.date_format));
  }
  if (trimmed(options.columns.employee_id).empty()) out.emplace_back("columns.employee_id is not mapped");
  if (!options.columns.status.empty() && options.status_words.empty()) {
    out.emplace_back("columns.status is mapped, but status_words is empty");
  }
  const auto check_zone = [&out](const std::string& setting, const std::string& zone) {
    if (base::find_zone(zone) == nullptr)
      out.push_back(fmt::format("{}: there is no time zone named \"{}\"", setting, zone));
  };
  if (!options.time_zone.empty()) check_zone("time_zone", options.time_zone);
  for (const auto& [location, zone] : options.location_time_zones) {
    check_zone(fmt::format("location_time_zones, \"{}\"", location), zone);
  }
  if (!options.location_time_zones.empty() && options.columns.location.empty()) {
    out.emplace_back("location_time_zones is set, but columns.location is not mapped");
  }
  return out;
}

std::unique_ptr<connectors::Source> make_csv_source(CsvOptions options) {
  return std::make_unique<CsvSource>(std::move(options));
}

}  // namespace tally::hr
