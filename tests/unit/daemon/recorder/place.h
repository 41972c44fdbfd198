// A folder with a key and room for a log, and drafts to record in it.
#pragma once

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/verify.h"
#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/key.h"
#include "daemon/recorder/recorder.h"

namespace tally::recorder {

namespace fs = std::filesystem;
inline const base::Instant kTime = *base::parse_instant("2026-03-31T22:00:00Z");
inline constexpr const char* kOrigin = "audit.example.com/hostA";

/// A folder with a key and room for a log; gone when the test ends.
class Place {
 public:
  Place() {
    std::string pattern = fs::temp_directory_path() / "tally-recorder-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
    vkey_ = *keygen(kOrigin, key());
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { fs::remove_all(path_); }
  [[nodiscard]] std::string root() const { return path_ + "/log-root"; }
  [[nodiscard]] std::string key() const { return path_ + "/log.key"; }
  [[nodiscard]] base::Result<Recorder> open(FileOperations* files = nullptr) const {
    return Recorder::open({root(), key(), Clock::fixed(kTime), {}, files});
  }
  [[nodiscard]] ledger::VerifyReport verify() const {
    auto log = ledger::LogDirectory::open(root() + "/log");
    return ledger::verify(**log, {{*ledger::VerifierKey::parse(vkey_)}, {}});
  }
  [[nodiscard]] std::string trouble() const {
    const auto report = verify();
    return report.ok() ? "" : report.problems[0].path + ": " + report.problems[0].message;
  }

 private:
  std::string path_, vkey_;
};

inline Draft plain(std::size_t i) { return {"run_started", kTime, fmt::format(R"({{"seq":{}}})", i), "", ""}; }
inline Draft about(const std::string& person) {
  return {"finding_opened", kTime, R"({"rule":"LVR-001"})", fmt::format(R"({{"name":"{}"}})", person), person};
}
inline std::vector<Draft> plains(std::size_t n) {
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < n; ++i) drafts.push_back(plain(i));
  return drafts;
}

inline std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
inline void spill(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

}  // namespace tally::recorder
