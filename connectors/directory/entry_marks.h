// EntryMarks: attributes of an account of which it only counts that they are there, or what they look like: flags,
// never values.
//
//   EntryMarks marks(kMarks);
//   marks.read(fields, row, absent_is_no);      // for each account
//   marks.finish(builder);                      // once: absent where others show it is "no"
//
// An attribute that is not there may be unset or hidden. It counts as unset where the caller knows that it would be
// seen
// (`absent_is_no`), or where some account of the source shows it; otherwise the flag stays unknown.
// Not for attributes whose values become columns.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "connectors/directory/fields.h"

namespace tally::directory {

struct Mark {
  std::string_view attribute;
  model::AccountFlag flag;
  /// Whether a value makes the flag true; absent: any does.
  bool (*counts)(std::string_view value) = nullptr;
};

class EntryMarks {
 public:
  /// `marks` outlives this. Several marks may share a flag: it is true when one of them is.
  explicit EntryMarks(std::span<const Mark> marks) : marks_(marks) {}

  void read(Fields& fields, std::uint32_t row, bool absent_is_no);
  void finish(TableBuilder& builder) const;

 private:
  std::span<const Mark> marks_;
  std::uint32_t shown_ = 0;  ///< flags of which some account showed an attribute
};

/// A text that names a password and goes on with a colon, an equals sign or an arrow and something behind it:
/// "pw: Summer2024", "Kennwort = …". Talking about passwords ("password reset by …") does not count. A guess, for a
/// person to look at.
bool looks_like_password(std::string_view text);

/// "ssha", "crypt-sha512", "argon2", "cleartext" …: how a userPassword is kept, by its prefix (RFC 2307 §5.3,
/// crypt(5)); "other" for a prefix nobody knows. Nothing of the value itself.
std::string_view password_scheme(std::string_view value);

}  // namespace tally::directory
