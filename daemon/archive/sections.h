// Sections: an archive's bytes as named pieces, one behind the other.
//
//   SectionWriter sections(file);
//   sections.values("accounts.dn", accounts.dn);
//
//   SectionReader sections(bytes);
//   sections.values("accounts.dn", limits, accounts.dn);
//   if (!sections.ok()) return sections.error();
//
// Each piece is its name's length (4 bytes), the name, the piece's length (8 bytes) and the piece. They are read in the
// order in which they were written; the first that is not as expected stops everything. Inner to this library.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/archive/archive_file.h"
#include "daemon/archive/wire.h"

namespace tally::archive {

class SectionWriter {
 public:
  explicit SectionWriter(ArchiveWriter& file) : file_(file) {}

  void bytes(std::string_view name, std::string_view piece) {
    begin(name, piece.size());
    file_.put(piece);
  }
  template <class Value>
  void values(std::string_view name, const std::vector<Value>& column) {
    begin(name, column.size() * Wire<Value>::kBytes);
    constexpr std::size_t kAtOnce = 4096;
    std::vector<char> room(kAtOnce * Wire<Value>::kBytes);
    for (std::size_t at = 0; at < column.size(); at += kAtOnce) {
      const std::size_t count = std::min(kAtOnce, column.size() - at);
      for (std::size_t i = 0; i < count; ++i) Wire<Value>::put(column[at + i], &room[i * Wire<Value>::kBytes]);
      file_.put({room.data(), count * Wire<Value>::kBytes});
    }
  }

 private:
  void begin(std::string_view name, std::size_t size) {
    char number[8];
    Wire<std::uint32_t>::put(static_cast<std::uint32_t>(name.size()), number);
    file_.put({number, 4});
    file_.put(name);
    Wire<std::uint64_t>::put(size, number);
    file_.put({number, 8});
  }

  ArchiveWriter& file_;
};

class SectionReader {
 public:
  explicit SectionReader(std::string_view bytes) : left_(bytes) {}

  [[nodiscard]] bool ok() const { return trouble_.empty(); }
  /// What was not as expected, and where.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  void fail(std::string_view section, std::string_view why) {
    if (ok()) trouble_ = fmt::format("{}: {}", section, why);
  }

  /// The piece of that name, which must come next; "" after a trouble.
  std::string_view bytes(std::string_view name) {
    const std::string_view found = take(name, number<std::uint32_t>(name));
    if (ok() && found != name) fail(name, "another section stands here");
    const std::string_view piece = take(name, number<std::uint64_t>(name));
    return ok() ? piece : std::string_view();
  }
  template <class Value>
  void values(std::string_view name, const Limits& limits, std::vector<Value>& column) {
    const std::string_view piece = bytes(name);
    if (piece.size() % Wire<Value>::kBytes != 0) fail(name, "it ends in mid-value");
    if (!ok()) return;
    column.resize(piece.size() / Wire<Value>::kBytes);
    for (std::size_t i = 0; i < column.size() && ok(); ++i) {
      if (!Wire<Value>::get(piece.data() + i * Wire<Value>::kBytes, limits, column[i])) {
        fail(name, fmt::format("value {} is out of range", i));
      }
    }
  }
  void end() {
    if (!left_.empty()) fail("the end", "something follows it");
  }

 private:
  std::string_view take(std::string_view name, std::uint64_t size) {
    if (size > left_.size()) fail(name, "it ends too early");
    if (!ok()) return {};
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  template <class Number>
  Number number(std::string_view name) {
    const std::string_view piece = take(name, sizeof(Number));
    Number value = 0;
    if (ok()) Wire<Number>::get(piece.data(), {}, value);
    return value;
  }

  std::string_view left_;
  std::string trouble_;
};

}  // namespace tally::archive
