#include "daemon/evidence/sample.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace tally::evidence {
namespace {

constexpr std::string_view kContext("tallystick-sample/v1\0", 21);

}  // namespace

std::vector<std::uint64_t> draw(const std::vector<std::uint64_t>& numbers, const base::Digest& root,
                                std::uint64_t count) {
  base::Sha256 sha;
  std::vector<std::pair<base::Digest, std::uint64_t>> lots;
  for (const std::uint64_t number : numbers) {
    lots.emplace_back(sha.update(kContext).update(root.view()).update(std::to_string(number)).finish(), number);
  }
  std::sort(lots.begin(), lots.end());
  if (lots.size() > count) lots.resize(count);
  std::vector<std::uint64_t> drawn;
  for (const auto& [digest, number] : lots) drawn.push_back(number);
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

}  // namespace tally::evidence
