// The coverage statement of one source: what was asked, which two counts agree, what could not be seen and why, in one
// paragraph that an auditor may copy. Made of the record alone, so every format says the same.
#pragma once

#include <string>

#include "policy/model/run_report.h"

namespace tally::report {

/// "Asked for …. 1,204 records were read between … and …; counted again (…): 1,204, which agrees. …" Never empty. What
/// the source itself sent is made displayable. `incomplete`: since when the source has not been completely seen; null
/// when it is not known, or was.
std::string coverage_statement(const model::SourceRecord& source, const model::Incomplete* incomplete = nullptr);

/// For coverage_statement(): what the report has about that source.
const model::Incomplete* incomplete_of(const model::RunReport& report, const model::SourceRecord& source);

}  // namespace tally::report
