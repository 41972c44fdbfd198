// Entry: one directory entry as views into the buffer it arrived in (a BER message, or an LDIF record). Nothing is
// copied.
//
//   entry.start(dn, line);
//   entry.attribute("member;range=0-1499");
//   entry.value("CN=Jane,DC=corp,DC=example");
//   for (std::string_view mail : entry.values("mail")) …
//
// One Entry is reused for all entries of a search: start() forgets the last one and keeps the memory.
// Not a copy that may be kept: the views die with the buffer they point into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally::directory {

/// ASCII letters alone.
std::string in_small_letters(std::string_view text);

/// What equal_ignoring_case() comes to for texts of one size.
bool same_letters(std::string_view a, std::string_view b);
/// ASCII letters compare without case; other bytes as they are (attribute names, object classes, DN types).
inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && same_letters(a, b);  // sizes here: of most pairs that are compared, they differ
}

/// The values first to last of an attribute of which the server sent a part (MS-ADTS 3.1.1.3.1.3.3).
struct ValueRange {
  std::uint64_t first = 0;
  std::optional<std::uint64_t> last;  ///< absent: "*", the final range
  std::span<const std::string_view> values;
};

class Entry {
 public:
  /// Begins an entry without attributes. `line` is the 1-based line of its dn in a file, 0 for a live directory.
  void start(std::string_view dn, std::uint64_t line = 0);
  /// Begins an attribute; `name` as delivered, options included (";binary", ";range=0-1499"). A name that comes again
  /// (LDIF allows that) continues in its own slice; values() then gives the first slice: see merge().
  void attribute(std::string_view name);
  /// A value of the attribute begun last; asks for one.
  void value(std::string_view bytes);
  /// Joins slices of one name that came apart, so that lookups see all values. For LDIF; LDAP never repeats a name.
  void merge();

  [[nodiscard]] std::string_view dn() const { return dn_; }
  [[nodiscard]] std::uint64_t line() const { return line_; }

  /// All values of the attribute of that name (ASCII case ignored, ";binary" ignored, no other option), empty when
  /// absent.
  [[nodiscard]] std::span<const std::string_view> values(std::string_view name) const;
  /// The first value, or nothing when the attribute is absent or has no value.
  [[nodiscard]] std::optional<std::string_view> first(std::string_view name) const;
  /// True when the attribute was delivered, even without values.
  [[nodiscard]] bool has(std::string_view name) const;
  /// True when some value equals `value` without ASCII case.
  [[nodiscard]] bool has_value(std::string_view name, std::string_view value) const;
  /// The part that came as "name;range=A-B"; nothing when the attribute did not come in ranges. A range that cannot be
  /// read counts as range 0 to 0 without values: more is missing.
  [[nodiscard]] std::optional<ValueRange> range(std::string_view name) const;

  struct Attribute {
    std::string_view name;
    std::uint32_t tag = 0;  ///< equal for names that a lookup may take for one another: most need no comparing
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  [[nodiscard]] std::span<const Attribute> attributes() const { return attributes_; }
  [[nodiscard]] std::span<const std::string_view> values_of(const Attribute& a) const {
    return std::span<const std::string_view>(values_).subspan(a.begin, a.end - a.begin);
  }

 private:
  [[nodiscard]] const Attribute* find(std::string_view name) const;

  std::string_view dn_;
  std::uint64_t line_ = 0;
  std::vector<Attribute> attributes_;
  std::vector<std::string_view> values_;
};

}  // namespace tally::directory
