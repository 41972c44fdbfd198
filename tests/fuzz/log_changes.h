// Changes to a log's files, made by the bytes of a fuzz input: what somebody with write access could do.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/fuzz/input.h"

namespace tally::fuzz {

using Files = std::map<std::string, std::string>;

inline constexpr int kMaxChanges = 8;

/// One change to one file: bytes overwritten, inserted or cut, the file removed, copied over another or renamed.
inline void change(Files& files, Input& input) {
  if (files.empty()) return;
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files) names.push_back(name);
  const std::string& name = names[input.byte() % names.size()];
  const std::uint8_t what = input.byte();
  std::string& bytes = files[name];
  const std::size_t at = bytes.empty() ? 0 : input.word() % (bytes.size() + 1);
  switch (what % 8U) {
    case 0:
      if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << input.byte() % 8U));
      break;
    case 1: bytes.replace(at, std::min<std::size_t>(input.byte(), bytes.size() - at), input.take(what / 8U)); break;
    case 2: bytes.insert(at, input.take(input.byte())); break;
    case 3: bytes.resize(at); break;
    case 4: files.erase(name); break;
    case 5: files[names[input.byte() % names.size()]] = std::string(bytes); break;
    case 6: files[std::string(input.take(input.byte() % 32U))] = std::string(bytes); break;
    default: bytes = input.take(input.word()); break;
  }
}

inline void change_all(Files& files, Input& input) {
  for (int i = 0; i < kMaxChanges && !input.empty(); ++i) change(files, input);
}

}  // namespace tally::fuzz
