// Fields: one entry's values read into columns. What cannot be read becomes a reject and an unknown fact, never a
// default.
//
//   Fields fields(entry, builder);
//   accounts.mail[row] = fields.text("mail");
//   accounts.created[row] = fields.time("whenCreated");
//
// Shared by the dialects; knows syntaxes, not their meaning.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "connectors/directory/entry.h"
#include "connectors/directory/table_builder.h"
#include "policy/model/fact.h"

namespace tally::directory {

class Fields {
 public:
  Fields(const Entry& entry, TableBuilder& builder) : entry_(entry), builder_(builder) {}

  /// The first value as text, empty when absent. Bytes that are not UTF-8: a reject, and their displayable form.
  base::TextId text(std::string_view attribute);
  /// The same for values that many entries share (a department), kept once.
  base::TextId shared_text(std::string_view attribute);
  /// The first value as a POSIX user or group number (RFC 2307 §2.2: 0 to 4,294,967,294), Accounts::kNoNumber when the
  /// attribute is absent, or (with a reject) not one.
  std::uint32_t posix_number(std::string_view attribute);
  /// The first value as a number; absent when the attribute is, or (with a reject) when it is no number.
  std::optional<std::int64_t> integer(std::string_view attribute);
  /// A GeneralizedTime as an exact fact: unknown when absent or unreadable (then with a reject).
  model::TimeFact time(std::string_view attribute);
  /// "attribute was not delivered …", shared.
  base::TextId not_delivered(std::string_view attribute);
  /// "attribute could not be read", shared; the reject says more.
  base::TextId unreadable(std::string_view attribute);
  /// "attribute=value", shared; for values with few distinct forms.
  base::TextId evidence(std::string_view attribute, std::string_view value);
  void reject(std::string_view attribute, std::string_view value, std::string_view expected);

  [[nodiscard]] const Entry& entry() const { return entry_; }
  [[nodiscard]] TableBuilder& builder() { return builder_; }

 private:
  const Entry& entry_;
  TableBuilder& builder_;
};

}  // namespace tally::directory
