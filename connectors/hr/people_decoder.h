// PeopleDecoder: rows of an HR file into model::People, and what is wrong with them into rejects. Pure.
//
//   PeopleDecoder decoder(options, *dates, columns, harvest);
//   decoder.row(reader.line(), reader.fields());
//
// A row without an employee id is refused whole. A status, date or zone that cannot be read makes that fact unknown and
// the person stays. Duplicates are settled afterwards (duplicates.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/hr/columns.h"
#include "connectors/hr/date_format.h"
#include "connectors/hr/day_facts.h"
#include "connectors/hr/options.h"
#include "connectors/hr/zone_table.h"
#include "policy/model/snapshot.h"

namespace tally::hr {

class PeopleDecoder {
 public:
  /// Years from here on mean "no end": 9999-12-31 and its kin.
  static constexpr int kFirstOpenEndedYear = 9000;
  /// Years up to here are the zero of some other program (1900 of spreadsheets, 0001 of databases), not a day of
  /// anybody.
  static constexpr int kLastPlaceholderYear = 1900;

  /// `harvest` must outlive the decoder; its people, text and coverage grow.
  PeopleDecoder(const CsvOptions& options, DateFormat dates, Columns columns, model::Harvest& harvest);

  /// `fields` is as wide as the header was.
  void row(std::uint64_t line, std::span<const std::string_view> fields);

  /// Rows refused whole, and rows with nothing in any field (they say nothing about anybody and are no loss).
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  [[nodiscard]] std::uint64_t empty_rows() const { return empty_rows_; }
  /// What the rows looked like, for SourceRecord::shape: whether numbers have leading zeros or letters, whether words
  /// of the status are not mapped, whether text was read in a wrong encoding before it came here.
  void describe(std::map<std::string, std::string>& shape) const;

 private:
  struct Row {
    std::uint64_t line = 0;
    std::span<const std::string_view> fields;
    std::size_t person = 0;
  };
  struct Day {
    enum class Kind : std::uint8_t { given, open_ended, refused };
    Kind kind = Kind::refused;
    base::LocalDate day;
    base::TextId basis;  ///< of an open end, or the reason why refused
  };
  /// What a year of 9000 or later means in a column.
  enum class FarYear : std::uint8_t { open_ended, placeholder, day };
  /// A day beside the first and the last one of an employment.
  struct FurtherDay {
    Fact fact;
    std::vector<model::TimeFact> model::People::*column;
    FarYear far;
    base::TextId absent;
    std::optional<DayFacts> facts;  ///< when the column is mapped
  };
  struct StatusWord {
    model::Employment status = model::Employment::unknown;
    base::TextId basis;
  };

  [[nodiscard]] std::string_view field(Fact fact, const Row& row) const;
  void refuse_row(std::uint64_t line, std::span<const std::string_view> fields);
  void texts(const Row& row);
  void status(const Row& row);
  void days(const Row& row);
  void further_days(const Row& row);
  Day read_day(Fact fact, const Row& row, base::TextId absent, FarYear far);
  model::TimeFact day_fact(const Day& day, DayFacts& facts, Fact fact, const Row& row, ZoneTable::Index zone);
  base::TextId refuse_field(Fact fact, const Row& row, std::string_view what);

  DateFormat dates_;
  Columns columns_;
  model::Harvest& harvest_;
  ZoneTable zones_;
  DayFacts first_days_, last_days_;
  std::vector<FurtherDay> further_;
  base::TextId first_day_absent_, last_day_absent_, status_absent_;  ///< the basis when there is nothing to read
  WordMap<model::Employment> status_words_;                          ///< lower-case, trimmed
  WordMap<StatusWord> statuses_seen_;                                ///< as written
  std::uint64_t refused_ = 0;
  std::uint64_t empty_rows_ = 0;
  bool leading_zeros_ = false, letters_ = false, mojibake_ = false, unmapped_words_ = false;
};

}  // namespace tally::hr
