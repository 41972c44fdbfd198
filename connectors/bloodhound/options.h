// Settings of a directory that is read from the files of a BloodHound collector.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "connectors/directory/options.h"
#include "policy/base/time.h"

namespace tally::bloodhound {

struct Options {
  directory::ProfileOptions profile;         ///< of the dialect active_directory
  std::string path;                          ///< a .zip, a folder of .json files, or one such file
  std::uint64_t max_bytes = 16ULL << 30;     ///< of all files together, unpacked
  std::optional<base::Instant> exported_at;  ///< when it was collected; absent: facts are judged as of the audit
  /// How many digits an employee number has. Collectors write digits as a number, without the zeros before it, which
  /// this puts back; 0: such numbers are not used.
  std::uint32_t employee_number_digits = 0;
  /// Collected longer ago than this (by exported_at, else by the oldest file's last change) is doubtful; zero: however
  /// old.
  std::chrono::milliseconds max_age = std::chrono::hours{24} * 180;
};

}  // namespace tally::bloodhound
