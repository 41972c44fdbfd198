// A hostile HR feed. The first two bytes choose delimiter, encoding, limits, columns and how the bytes arrive; the rest
// is the file. The columns are those of docs/sample/hr.csv, or all that there are.
#include <algorithm>
#include <string>
#include <vector>

#include "connectors/hr/csv_reader.h"
#include "connectors/hr/csv_source.h"
#include "tests/fuzz/harvest_check.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/memory_file.h"

namespace tally::hr {
namespace {

/// One step of the reader, as it was told.
struct Told {
  CsvReader::Step step;
  std::uint64_t first_line, last_line;
  std::vector<std::string> fields;
  CsvTrouble::Kind trouble;
  std::uint64_t line, character;
  friend bool operator==(const Told&, const Told&) = default;
};

Bytes in_chunks(std::string_view text, std::size_t chunk) {
  return [text, chunk](std::span<char> room) mutable {
    const std::size_t got = text.substr(0, std::min(chunk, room.size())).copy(room.data(), room.size());
    text.remove_prefix(got);
    return got;
  };
}

enum class Header { yes, no };

std::vector<Told> read(std::string_view text, const CsvFormat& format, std::size_t chunk, Header header = Header::yes) {
  std::vector<Told> all;
  CsvReader reader(in_chunks(text, chunk), format);
  for (auto step = reader.next(); step != CsvReader::Step::end; step = reader.next()) {
    Told told{step, reader.line(), reader.last_line(), {}, {}, 0, 0};
    if (step == CsvReader::Step::record) {
      told.fields.assign(reader.fields().begin(), reader.fields().end());
      if (all.empty() && header == Header::yes) reader.expect_width(told.fields.size());
    } else {
      const CsvTrouble& trouble = reader.trouble();
      TALLY_ASSERT(!trouble.what.empty());
      told.trouble = trouble.kind;
      told.line = trouble.line;
      told.character = trouble.character;
    }
    all.push_back(std::move(told));
  }
  return all;
}

/// Length in bytes of the line of that number, with its end.
std::size_t line_length(std::string_view text, std::uint64_t number) {
  while (--number > 0) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return std::min(text.find('\n'), text.size());
}

void check_places(std::string_view text, const std::vector<Told>& all) {
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  std::uint64_t before = 0;
  for (const Told& told : all) {
    TALLY_ASSERT(told.first_line > before && told.first_line <= told.last_line && told.last_line <= lines);
    before = told.last_line;
    if (told.step == CsvReader::Step::record) continue;
    TALLY_ASSERT(told.line >= told.first_line && told.line <= told.last_line);
    TALLY_ASSERT(told.character >= 1 && told.character <= line_length(text, told.line) + 1);
  }
}

/// What was read, written down and read again, is the same.
void check_round_trip(const std::vector<Told>& all, char delimiter) {
  std::string text;
  std::vector<std::vector<std::string>> records;
  for (const Told& told : all) {
    if (told.step != CsvReader::Step::record) continue;
    records.push_back(told.fields);
    for (std::size_t i = 0; i < told.fields.size(); ++i) {
      if (i > 0) text += delimiter;
      text += '"';
      for (const char c : told.fields[i]) text += c == '"' ? "\"\"" : std::string(1, c);
      text += '"';
    }
    text += '\n';
  }
  std::vector<std::vector<std::string>> again;
  for (Told& told : read(text, {.delimiter = delimiter}, text.size() + 1, Header::no)) {
    TALLY_ASSERT(told.step == CsvReader::Step::record);
    again.push_back(std::move(told.fields));
  }
  TALLY_ASSERT(again == records);
}

/// Whatever HR may give beside the columns of the sample.
void map_all(ColumnMapping& columns) {
  columns.display_name = "Name";
  columns.login = "Login";
  columns.department = "Department";
  columns.title = "Job";
  columns.employment_type = "Contract";
  columns.cost_center = "Cost";
  columns.sponsor_id = "Sponsor";
  columns.previous_last_day = "Before";
  columns.moved = "Moved";
  columns.leave_from = "Away";
  columns.leave_until = "Back";
  columns.training_valid_until = "Trained";
  columns.screening_done = "Screened";
  columns.nda_signed = "Nda";
}

CsvOptions options(std::uint8_t choice, bool all_columns, const std::string& path) {
  CsvOptions out;
  out.path = path;
  out.delimiter = ",;\t|"[choice & 3U];
  out.encoding = std::vector<const char*>{"UTF-8", "windows-1252", "UTF-16", "Shift_JIS"}[choice >> 2U & 3U];
  if ((choice & 16U) != 0) out.date_format = "%d.%m.%Y";
  if ((choice & 32U) != 0) out.rows_at_least = 3;
  if ((choice & 64U) != 0) out.time_zone = "Europe/Berlin";
  out.columns = {.employee_id = "Personnel No",
                 .given_name = "Given Name",
                 .family_name = "Family Name",
                 .display_name = "",
                 .mail = "Mail",
                 .login = "",
                 .status = "Status",
                 .first_day = "First Day",
                 .last_day = "Last Day",
                 .department = "",
                 .title = "",
                 .manager_id = "Manager",
                 .employment_type = "",
                 .location = "Site",
                 .time_zone = "",
                 .cost_center = "",
                 .sponsor_id = "",
                 .previous_last_day = "",
                 .moved = "",
                 .leave_from = "",
                 .leave_until = "",
                 .training_valid_until = "",
                 .screening_done = "",
                 .nda_signed = "",
                 .last_working_day = "",
                 .leaving_entered = ""};
  if ((choice & 128U) != 0) out.columns.time_zone = "Zone";
  if (all_columns) map_all(out.columns);
  out.location_time_zones = {{"Berlin", "Europe/Berlin"}, {"Lagos", "Africa/Lagos"}};
  out.status_words = {{"Active", model::Employment::active}, {"Left", model::Employment::left}};
  return out;
}

void check_source(const CsvOptions& settings, std::string_view text, const std::vector<Told>& told) {
  static const base::Instant now = *base::parse_instant("2026-11-02T08:00:00Z");
  const model::Harvest harvest = make_csv_source(settings)->collect({[] { return now; }, {}});
  const model::Coverage& coverage = harvest.source.coverage;
  // In an encoding that is not UTF-8 any two bytes may be a line end.
  fuzz::HarvestCheck(harvest, text.size() + 1).run();
  TALLY_ASSERT(harvest.source.content == base::sha256(text) && harvest.source.bytes == text.size());
  TALLY_ASSERT(harvest.people.size() <= coverage.records_read);
  if (coverage.state != model::CoverageState::failed) TALLY_ASSERT(harvest.people.size() > 0);
  const bool plain = settings.encoding == "UTF-8" && text.find("\xEF\xBB\xBF") != 0 && text.find("\xFF\xFE") != 0 &&
                     text.find("\xFE\xFF") != 0;
  if (!plain || coverage.records_read == 0) return;
  TALLY_ASSERT(coverage.records_read + 1 == told.size());
  if (coverage.state == model::CoverageState::complete) {
    TALLY_ASSERT(
        std::all_of(told.begin(), told.end(), [](const Told& t) { return t.step == CsvReader::Step::record; }));
  }
}

}  // namespace
}  // namespace tally::hr

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::hr;
  static const tally::fuzz::MemoryFile file;
  tally::fuzz::Input input(data, size);
  const std::uint8_t choice = input.byte(), arrival = input.byte();
  const CsvOptions settings = options(choice, (arrival & 16U) != 0, file.path());
  const std::string_view text = input.rest();
  CsvFormat format{.delimiter = settings.delimiter};
  const std::vector<Told> told = read(text, format, text.size() + 1);
  check_places(text, told);
  check_round_trip(told, settings.delimiter);
  TALLY_ASSERT(read(text, format, 1 + arrival % 16U) == told);
  format.max_record_bytes = 16;
  const std::vector<Told> narrow = read(text, format, text.size() + 1);
  check_places(text, narrow);
  TALLY_ASSERT(read(text, format, 1 + arrival % 16U) == narrow);
  file.write(text);
  check_source(settings, text, told);
  return 0;
}
