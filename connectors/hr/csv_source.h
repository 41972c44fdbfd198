// The HR source "csv": people out of one CSV file, with its coverage.
//
//   std::unique_ptr<connectors::Source> hr = make_csv_source(options);
//   model::Harvest harvest = hr->collect({clock, {}});
//
// failed:   the file is missing, empty, too large, has no rows or no usable row, or a mapped column is not there.
// doubtful: it ends in mid-record, reading broke off, or it has fewer rows than `rows_at_least`: nothing about absence
//           can be believed.
// partial:  rows were refused, the two counts differ, or it was written to while it was read.
//
// KNOWN GAP: a file cut exactly between two records, or inside the last field of its last record, looks whole. That is
// what `rows_at_least` and the comparison with the run before are for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connectors/hr/options.h"
#include "connectors/source.h"

namespace tally::hr {

/// What is wrong with the settings, a sentence each; empty when they can be used. A source with such settings collects
/// nothing and says these sentences.
[[nodiscard]] std::vector<std::string> problems(const CsvOptions& options);

[[nodiscard]] std::unique_ptr<connectors::Source> make_csv_source(CsvOptions options);

}  // namespace tally::hr
