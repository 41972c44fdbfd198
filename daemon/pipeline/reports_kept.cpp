// Reports that somebody wrote into the state folder (quickstart does).
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "daemon/pipeline/state_folder.h"
#include "daemon/pipeline/traces.h"

namespace tally::pipeline {
namespace {

namespace fs = std::filesystem;

/// The forms in which reports are written.
bool is_report(const fs::path& path) {
  const std::string ending = path.extension().string();
  return ending == ".html" || ending == ".csv" || ending == ".json" || ending == ".jsonl" || ending == ".txt";
}

/// HTML writes some characters otherwise.
std::string without_entities(std::string text) {
  for (const auto& [entity, plain] : {std::pair("&#39;", "'"), std::pair("&quot;", "\""), std::pair("&lt;", "<"),
                                      std::pair("&gt;", ">"), std::pair("&amp;", "&")}) {
    for (std::size_t at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1)) {
      text.replace(at, std::string_view(entity).size(), plain);
    }
  }
  return text;
}

bool names_them(const fs::path& path, const Identifiers& words) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return words.in(text) || (path.extension() == ".html" && words.in(without_entities(text)));
}

}  // namespace

std::vector<std::string> reports_with(const std::string& state, const Identifiers& words) {
  std::vector<std::string> found;
  std::error_code code;
  for (fs::recursive_directory_iterator entry(state, code), end; !code && entry != end; entry.increment(code)) {
    const std::string path = entry->path().string();
    if (path == log_path(state) || path == snapshots_path(state)) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file(code) && !entry->is_symlink(code) && is_report(entry->path()) &&
               names_them(entry->path(), words)) {
      found.push_back(path);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace tally::pipeline
