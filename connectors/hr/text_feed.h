// TextFeed: the bytes of a file in any encoding as UTF-8 without a byte-order mark.
//
//   base::Result<TextFeed> feed = TextFeed::create(raw, "windows-1252");
//   std::size_t got = feed->read(room);
//
// Strict: what is not valid in the encoding arrives as the byte 0xFF, which UTF-8 never has, so that a reader can
// refuse just that record. Text that is UTF-8 already passes as it is, unchecked. It does not guess encodings.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "connectors/hr/csv_reader.h"
#include "policy/base/result.h"

namespace tally::hr {

/// True when ICU has a converter of that name.
bool is_encoding(std::string_view name);

class TextFeed {
 public:
  /// Reads the first bytes. `malformed` when a byte-order mark (Unicode 2.13) contradicts `encoding`, `unsupported`
  /// when there is no such encoding.
  static base::Result<TextFeed> create(Bytes raw, std::string_view encoding);
  TextFeed(TextFeed&&) noexcept;
  TextFeed& operator=(TextFeed&&) noexcept;
  ~TextFeed();

  [[nodiscard]] std::size_t read(std::span<char> room);

 private:
  struct State;
  explicit TextFeed(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tally::hr
