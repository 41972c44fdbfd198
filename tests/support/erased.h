// What is left of a person in a state folder: every file of it, unpacked, in the spellings that a file may have.
//
//   EXPECT_THAT(files_naming(state, {"Dana Weiss", "dweiss"}), IsEmpty());
#pragma once

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string>
#include <vector>

#include "daemon/archive/archive_file.h"

namespace tally::support {

inline std::string small(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// As it is, in UTF-16 both ways round, and with everything but letters and digits as %XX.
inline std::vector<std::string> spellings(const std::string& word) {
  std::string little, big, percent;
  for (const char c : small(word)) {
    little += {c, '\0'};
    big += {'\0', c};
    constexpr const char* kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    percent += std::isalnum(byte) != 0 ? std::string(1, c) : std::string{'%', kHex[byte / 16], kHex[byte % 16]};
  }
  return {small(word), little, big, percent};
}

inline std::string unpacked(const std::filesystem::path& path) {
  if (path.extension() == ".tsa" || path.extension() == ".tsi") {
    if (auto archive = archive::read_archive(path)) return std::move(archive->bytes);
  }
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// "store.db: dweiss", for each file and word.
inline std::vector<std::string> files_naming(const std::string& folder, const std::vector<std::string>& words) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string bytes = small(unpacked(entry.path())), name = small(entry.path().filename());
    for (const std::string& word : words) {
      for (const std::string& spelling : spellings(word)) {
        if (bytes.find(spelling) == std::string::npos && name.find(spelling) == std::string::npos) continue;
        found.push_back(entry.path().lexically_relative(folder).string() + ": " + word);
        break;
      }
    }
  }
  return found;
}

}  // namespace tally::support
