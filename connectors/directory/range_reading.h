// RangeReading: how far an attribute is read that a server sends in ranges (MS-ADTS 3.1.1.3.1.3.3). RangedEntry: an
// entry with such an attribute, kept until the rest of it came.
//
//   auto reading = RangeReading::of(entry, "member");        // nothing: it came whole
//   while (…) step = reading->take(answer to a base-scope read of reading->asked(), values);
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/directory/entry.h"

namespace tally::directory {

/// Requests for ranges of one collection: 1,500 values each, so a hundred million. Beyond it a server sends them
/// without end.
inline constexpr std::uint64_t kMaxRangeRequests = 70'000;

/// What came of one more range.
enum class RangeStep : std::uint8_t {
  complete,  ///< that was the final one
  more,      ///< ask again
  refused,   ///< no range, or not the one asked for: do not ask again
};

class RangeReading {
 public:
  /// Nothing when the attribute is not there or came to its end.
  static std::optional<RangeReading> of(const Entry& entry, std::string_view attribute);

  [[nodiscard]] const std::string& attribute() const { return attribute_; }
  /// The first value that did not come yet; 0 when nothing that came can be trusted.
  [[nodiscard]] std::uint64_t next() const { return next_; }
  /// What to ask for: "member;range=1500-*".
  [[nodiscard]] std::string asked() const;
  /// The answer to that. `values`: those in it, unless refused; they die with the answer.
  RangeStep take(const Entry& answer, std::span<const std::string_view>& values);
  /// After a refusal nothing more is to be asked.
  [[nodiscard]] bool refused() const { return refused_; }

 private:
  RangeReading(std::string_view attribute, std::uint64_t next) : attribute_(attribute), next_(next) {}

  std::string attribute_;
  std::uint64_t next_ = 0;
  bool refused_ = false;
};

/// A copy of an entry of which the server sent the first values of `member` alone.
class RangedEntry {
 public:
  /// Nothing when its members came whole, or not from the first on.
  static std::optional<RangedEntry> of(const Entry& entry);

  [[nodiscard]] const std::string& dn() const { return dn_; }
  [[nodiscard]] std::string asked() const { return reading_.asked(); }
  RangeStep take(const Entry& answer);
  /// With all its members as `member` once the last range came; before that as it was sent. Views into this.
  void fill(Entry& entry) const;

 private:
  RangedEntry(const Entry& entry, RangeReading reading);

  std::string dn_;
  std::vector<std::pair<std::string, std::vector<std::string>>> attributes_;  ///< as sent
  RangeReading reading_;
  std::vector<std::string> rest_;
  bool complete_ = false;
};

}  // namespace tally::directory
