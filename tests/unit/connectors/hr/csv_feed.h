// A CSV feed in a folder of its own, for the tests of what is read and of how completely.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/hr/csv_source.h"

namespace tally::hr {

using base::Bounds;
using model::CoverageState;
using model::Employment;
using model::Gap;
using model::TimeState;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

inline base::Instant utc(std::string_view text) { return base::parse_instant(text).value(); }

class Csv : public ::testing::Test {
 protected:
  Csv() {
    folder_ = std::filesystem::temp_directory_path() / ("tally-hr-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    options_.path = (folder_ / "hr.csv").string();
    options_.columns.employee_id = "id";
    options_.columns.family_name = "name";
    options_.columns.status = "status";
    options_.columns.first_day = "first_day";
    options_.columns.last_day = "last_day";
    options_.time_zone = "Europe/Berlin";
    options_.status_words = {{"active", Employment::active}, {"Terminated", Employment::left}};
  }
  ~Csv() override { std::filesystem::remove_all(folder_); }

  void write(std::string_view text) const { std::ofstream(options_.path, std::ios::binary) << text; }
  model::Harvest collect() {
    base::Instant now = utc("2026-04-01T08:00:00Z");
    const auto clock = [now]() mutable {
      now += std::chrono::seconds(1);
      return now;
    };
    return make_csv_source(options_)->collect({clock, progress_});
  }
  model::Harvest collect(std::string_view text) {
    write(text);
    return collect();
  }
  /// One row under the usual header.
  model::Harvest collect_row(const std::string& row) {
    return collect("id,name,status,first_day,last_day\n" + row + "\n");
  }

  std::filesystem::path folder_;
  CsvOptions options_;
  std::function<void(std::uint64_t)> progress_;
};

inline std::string all_texts(const model::Harvest& harvest) {
  std::string out;
  for (std::uint32_t i = 0; i < harvest.text.size(); ++i) out += std::string(harvest.text.view(base::TextId(i))) + "|";
  for (const auto& reject : harvest.source.coverage.rejects) {
    out += reject.column + "|" + reject.value + "|" + reject.reason + "|";
  }
  for (const auto& gap : harvest.source.coverage.gaps) out += gap.sentence + "|";
  for (const auto& note : harvest.source.notes) out += note + "|";
  return out + harvest.source.query;
}

inline std::string_view text(const model::Harvest& harvest, base::TextId id) { return harvest.text.view(id); }

inline std::vector<Gap::Kind> gaps(const model::Harvest& harvest) {
  std::vector<Gap::Kind> kinds;
  for (const Gap& gap : harvest.source.coverage.gaps) kinds.push_back(gap.kind);
  return kinds;
}

}  // namespace tally::hr
