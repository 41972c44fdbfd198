// LdifReader: entries out of LDIF (RFC 2849), pushed in pieces of any size.
//
//   LdifReader reader({.entry = [&](const Entry& e) { … }, .reject = [&](model::Reject r) { … }});
//   while (read some bytes) reader.feed(bytes);
//   reader.finish();
//
// Reads folded lines, base64 (strict, RFC 4648 §4), comments, CRLF, a UTF-8 byte-order mark, and what ldapsearch and
// ldbsearch write around the entries (their count and result). A record that cannot be read as a whole is one reject
// with its line; the next record is read again. Change records and "attribute:< URL" are refused: nothing is ever
// fetched. Not a decoder: values stay bytes. The Entry and its views last during the callback.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/entry.h"
#include "policy/model/coverage.h"

namespace tally::directory {

class LdifReader {
 public:
  static constexpr std::size_t kMaxLine = 64U << 20U;     ///< one unfolded line: a large photo or certificate list fits
  static constexpr std::size_t kMaxRecord = 512U << 20U;  ///< one entry: a group of a few million members fits

  struct Handler {
    std::function<void(const Entry&)> entry;
    std::function<void(model::Reject)> reject;
  };

  explicit LdifReader(Handler handler) : handler_(std::move(handler)) {}

  void feed(std::string_view bytes);
  /// Once, at the end of the input.
  void finish();

  [[nodiscard]] std::uint64_t records() const { return records_; }  ///< records with a dn, refused ones included
  /// Why the input looks cut: it ends within a line, or a record lacks the blank line after it that every exporter
  /// writes. Empty when it does not. (A cut exactly between two records cannot be seen here.)
  [[nodiscard]] const std::string& cut() const { return cut_; }
  /// "# numEntries: 12" (ldapsearch), "# returned 12 records" (ldbsearch); several searches in one file add up.
  [[nodiscard]] std::optional<std::uint64_t> declared() const { return declared_; }
  /// Results other than success, as ldapsearch writes them: "4 Size limit exceeded".
  [[nodiscard]] const std::vector<std::string>& bad_results() const { return bad_results_; }
  [[nodiscard]] std::uint64_t referrals() const {
    return referrals_;
  }  ///< search references that ldapsearch wrote down

 private:
  struct Line {
    std::uint64_t number = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  void physical_line(std::string_view line);
  void begin_line(std::string_view line);
  void continue_line(std::string_view rest);
  void comment(std::string_view text);
  void end_record();
  void read_record();
  bool read_trailer(std::string_view first);
  bool read_line(const Line& line, bool is_dn);
  bool value_of(const Line& line, std::string_view rest, std::string_view& value);
  void refuse(std::uint64_t line, std::string_view text, std::string reason);
  [[nodiscard]] std::string_view text_of(const Line& line) const;

  Handler handler_;
  std::string partial_;  ///< the beginning of a line whose end has not come
  std::string record_;   ///< the unfolded lines of the record
  std::vector<Line> lines_;
  Entry entry_;
  std::uint64_t line_ = 0;  ///< physical lines begun
  std::uint64_t records_ = 0;
  std::uint64_t referrals_ = 0;
  std::optional<std::uint64_t> declared_;
  std::vector<std::string> bad_results_;
  std::string cut_;
  bool in_comment_ = false;  ///< a folded line continues a comment
  bool skipping_ = false;    ///< the record is refused already: to the next blank line
  bool at_start_ = true;     ///< no byte of the input was looked at
};

/// RFC 4648 §4 with padding, nothing else: no spaces, no missing padding, unused bits zero. Decodes `text` where it
/// stands (3 bytes never need more room than 4) and gives the length; nothing when malformed.
std::optional<std::size_t> decode_base64_in_place(char* text, std::size_t size);

}  // namespace tally::directory
