// A sample that nobody picked: the numbers whose SHA-256 under the signed root come first.
//
//   draw({5, 6, 9, 12}, root, 2)      // two of them, the same two for everybody who has that root
//
// SHA-256("tallystick-sample/v1" 00 ‖ root ‖ number in decimal), the smallest digests. Whoever chooses the moment of
// the checkpoint chooses the root: an auditor who wants to rule that out names the checkpoint.
#pragma once

#include <cstdint>
#include <vector>

#include "policy/base/digest.h"

namespace tally::evidence {

/// At most `count` of `numbers`, ascending.
std::vector<std::uint64_t> draw(const std::vector<std::uint64_t>& numbers, const base::Digest& root,
                                std::uint64_t count);

}  // namespace tally::evidence
