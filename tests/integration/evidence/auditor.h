// An auditor's desk: the sample company audited, a pack of it, and a shell in which VERIFY.txt is done word for word.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/unit/daemon/cli/desk.h"

namespace tally {

class Auditor : public testing::Test {
 protected:
  Auditor() {
    namespace fs = std::filesystem;
    fs::create_directories(desk_.file("company"));
    for (const auto& file : fs::directory_iterator(TALLY_SOURCE_DIR "/docs/sample")) {
      if (file.is_regular_file()) fs::copy(file.path(), desk_.file("company"));
    }
    // A few epochs: the keys of ten years take seconds.
    std::ofstream(config(), std::ios::app)
        << "\n[service]\nallowed_signers = \"" << desk_.file("allowed_signers") << "\"\n\n[log]\nepochs = 24\n";
    EXPECT_EQ(desk_.keygen(), 0) << desk_.err;
    EXPECT_EQ(tallystick({"audit", "--quiet", "--as-of", "2026-11-02T08:00:00Z"}), 1) << desk_.err;
  }

  [[nodiscard]] std::string config() const { return desk_.file("company/tallystick.toml"); }
  [[nodiscard]] std::string pack() const { return desk_.file("pack"); }
  int tallystick(std::vector<std::string> words) {
    words.insert(words.end(), {"--config", config(), "--state", desk_.state()});
    return desk_.run(words);
  }
  int evidence(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"evidence", "--output", pack()});
    return tallystick(more);
  }

  static std::string slurp(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
  }
  [[nodiscard]] nlohmann::json json_of(const std::string& name) const {
    return nlohmann::json::parse(slurp(pack() + "/" + name));
  }
  static std::vector<std::string> files_below(const std::string& folder) {
    std::vector<std::string> paths;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
      if (file.is_regular_file()) paths.push_back(file.path());
    }
    return paths;
  }

  /// Runs the commands of VERIFY.txt, as it says how.
  [[nodiscard]] support::Outcome verify() const {
    const auto outcome =
        support::run_command({.argv = {"sh", "-c", "grep '^    ' VERIFY.txt | sed 's/^    //' | sh -e"},
                              .environment = {{"ALLOWED_SIGNERS", desk_.file("allowed_signers")}, {"LOG_KEY", key()}},
                              .directory = pack()},
                             std::chrono::seconds(60));
    EXPECT_TRUE(outcome);
    return outcome.value_or(support::Outcome());
  }
  [[nodiscard]] std::string key() const {
    const std::string line = slurp(desk_.state() + "/log.pub");
    return line.substr(0, line.find('\n'));
  }
  /// A shell command in the pack's folder.
  [[nodiscard]] support::Outcome shell(const std::string& command) const {
    const auto outcome =
        support::run_command({.argv = {"sh", "-ec", command}, .directory = pack()}, std::chrono::seconds(60));
    EXPECT_TRUE(outcome);
    return outcome.value_or(support::Outcome());
  }

  cli::Desk desk_;
};

}  // namespace tally
