// A desk at which the command line is used: a folder, and what a command printed.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "daemon/cli/command.h"

namespace tally::cli {

class Desk {
 public:
  Desk() {
    std::string pattern = std::filesystem::temp_directory_path() / "tally-cli-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  ~Desk() { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string file(const std::string& name) const { return folder_ + "/" + name; }
  [[nodiscard]] std::string state() const { return file("state"); }

  /// Runs `tallystick WORDS…`; out and err hold what it printed.
  int run(const std::vector<std::string>& words) {
    std::vector<const char*> argv{"tallystick"};
    for (const std::string& word : words) argv.push_back(word.c_str());
    std::ostringstream to_out, to_err;
    Streams io{to_out, to_err};
    const int code = cli::run(static_cast<int>(argv.size()), argv.data(), io);
    out = to_out.str();
    err = to_err.str();
    return code;
  }

  /// A command with the sample company's configuration and this desk's state.
  int with_sample(std::vector<std::string> words) {
    words.insert(words.end(), {"--config", TALLY_SOURCE_DIR "/docs/sample/tallystick.toml", "--state", state()});
    return run(words);
  }
  int keygen() {
    std::filesystem::create_directories(state());
    return run({"keygen", "--origin", "audit.example.com/test", "--output", state() + "/log.key"});
  }
  int audit(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"audit", "--quiet", "--as-of", "2026-11-02T08:00:00Z"});
    return with_sample(more);
  }

  std::string out, err;

 private:
  std::string folder_;
};

inline std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace tally::cli
