#include "connectors/hr/csv_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "connectors/hr/line_end_count.h"
#include "policy/base/utf8.h"

namespace tally::hr {
namespace {

using Fields = std::vector<std::string>;
using Kind = CsvTrouble::Kind;

/// Hands out `text` in pieces of `piece` bytes.
Bytes in_pieces(std::string text, std::size_t piece) {
  return [text = std::move(text), piece, at = std::size_t{0}](std::span<char> room) mutable {
    const std::size_t n = std::min({room.size(), piece, text.size() - at});
    std::copy_n(text.data() + at, n, room.data());
    at += n;
    return n;
  };
}

struct Seen {
  std::uint64_t line = 0, last_line = 0;
  Fields fields;
  std::optional<CsvTrouble> trouble;
};

std::vector<Seen> read_all(CsvReader& reader) {
  std::vector<Seen> out;
  for (auto step = reader.next(); step != CsvReader::Step::end; step = reader.next()) {
    Seen seen{reader.line(), reader.last_line(), {}, {}};
    if (step == CsvReader::Step::record) {
      seen.fields.assign(reader.fields().begin(), reader.fields().end());
    } else {
      seen.trouble = reader.trouble();
    }
    out.push_back(std::move(seen));
  }
  return out;
}

std::vector<Seen> read_text(const std::string& text, CsvFormat format = {}, std::size_t width = 0,
                            std::size_t piece = 1 << 20) {
  CsvReader reader(in_pieces(text, piece), format);
  reader.expect_width(width);
  return read_all(reader);
}

CsvTrouble only_trouble(const std::string& text, std::size_t width = 0) {
  std::vector<CsvTrouble> troubles;
  for (const Seen& seen : read_text(text, {}, width)) {
    if (seen.trouble) troubles.push_back(*seen.trouble);
  }
  EXPECT_EQ(troubles.size(), 1U) << text;
  return troubles.empty() ? CsvTrouble{} : troubles.front();
}

TEST(CsvReader, ReadsPlainRecordsWithTheirLines) {
  const auto seen = read_text("id,name\n0042,Ada\n0043,Grace\n");
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[1].fields, (Fields{"0042", "Ada"}));
  EXPECT_EQ(seen[2].fields, (Fields{"0043", "Grace"}));
  EXPECT_EQ(seen[2].line, 3U);
}

TEST(CsvReader, TakesQuotesOffAndMakesDoubledQuotesOne) {
  const auto seen = read_text(R"("a","b ""c"" d","","""")"
                              "\n");
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].fields, (Fields{"a", "b \"c\" d", "", "\""}));
}

TEST(CsvReader, KeepsDelimitersAndEveryKindOfLineEndInsideQuotes) {
  const auto seen = read_text("\"a,b\",\"1\n2\",\"1\r\n2\",\"1\r2\"\nnext,x,y,z\n");
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].fields, (Fields{"a,b", "1\n2", "1\r\n2", "1\r2"}));
  EXPECT_EQ(seen[0].line, 1U);
  EXPECT_EQ(seen[0].last_line, 3U);  // two LF inside; a CR alone ends no line
  EXPECT_EQ(seen[1].line, 4U);
}

TEST(CsvReader, TreatsCrLfAndLfAlikeOutsideQuotes) {
  const auto seen = read_text("a,b\r\nc,d\n");
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].fields, (Fields{"a", "b"}));
  EXPECT_EQ(seen[1].fields, (Fields{"c", "d"}));
}

TEST(CsvReader, KeepsEmptyFieldsAlsoTheLast) {
  EXPECT_EQ(read_text(",,\n").at(0).fields, (Fields{"", "", ""}));
  EXPECT_EQ(read_text("a,").at(0).fields, (Fields{"a", ""}));
}

TEST(CsvReader, CountsLinesBesideDoubledQuotes) { EXPECT_EQ(read_text("\"\n\"\"\n\"\n").at(0).last_line, 3U); }

TEST(CsvReader, DoesNotTrimFields) { EXPECT_EQ(read_text(" a , b\n").at(0).fields, (Fields{" a ", " b"})); }

TEST(CsvReader, AcceptsALastRecordWithoutLineEnd) {
  EXPECT_EQ(read_text("a,b\nc,d", {}, 2).at(1).fields, (Fields{"c", "d"}));
  EXPECT_EQ(read_text("a,b\nc,d\r", {}, 2).at(1).fields, (Fields{"c", "d"}));
  EXPECT_EQ(read_text("a,b\nc,\"d\"", {}, 2).at(1).fields, (Fields{"c", "d"}));
}

TEST(CsvReader, PassesOverEmptyLinesAndCountsThem) {
  CsvReader reader(in_pieces("\na,b\n\r\n\nc,d\n\n", 3));
  const auto seen = read_all(reader);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].line, 2U);
  EXPECT_EQ(seen[1].line, 5U);
  EXPECT_EQ(reader.blank_lines(), 4U);
}

TEST(CsvReader, UsesTheDelimiterItIsGiven) {
  EXPECT_EQ(read_text("a;b,c;\"d;e\"\n", {.delimiter = ';'}).at(0).fields, (Fields{"a", "b,c", "d;e"}));
  EXPECT_EQ(read_text("a\tb\n", {.delimiter = '\t'}).at(0).fields, (Fields{"a", "b"}));
}

TEST(CsvReader, RefusesAQuoteInsideAnUnquotedField) {
  const CsvTrouble trouble = only_trouble("a,b\nc,Pe\"ter\ne,f\n");
  EXPECT_EQ(trouble.kind, Kind::stray_quote);
  EXPECT_EQ(trouble.line, 2U);
  EXPECT_EQ(trouble.character, 5U);
  EXPECT_EQ(trouble.in_words(), "line 2, character 5: a quote inside an unquoted field");
}

TEST(CsvReader, RefusesTextBehindAClosingQuote) {
  const CsvTrouble trouble = only_trouble("a,b\n\"c\"x,d\n");
  EXPECT_EQ(trouble.kind, Kind::text_after_quote);
  EXPECT_EQ(trouble.line, 2U);
  EXPECT_EQ(trouble.character, 4U);
}

TEST(CsvReader, RefusesABareCarriageReturnOutsideQuotes) {
  const CsvTrouble trouble = only_trouble("a,b\nc\rd,e\n");
  EXPECT_EQ(trouble.kind, Kind::bare_return);
  EXPECT_EQ(trouble.line, 2U);
  EXPECT_EQ(trouble.character, 2U);
}

TEST(CsvReader, RefusesNulBytesAlsoInsideQuotes) {
  using namespace std::string_literals;
  const CsvTrouble plain = only_trouble("a,b\nc,d\0e\n"s);
  EXPECT_EQ(plain.kind, Kind::nul_byte);
  EXPECT_EQ(plain.line, 2U);
  EXPECT_EQ(plain.character, 4U);
  EXPECT_EQ(only_trouble("\"a\0\",b\n"s).kind, Kind::nul_byte);
  EXPECT_EQ(only_trouble("\0"s).kind, Kind::nul_byte);
}

TEST(CsvReader, RefusesBytesThatAreNotUtf8AndCountsCharactersNotBytes) {
  const CsvTrouble trouble = only_trouble(
      "a,b\nJürgen,Stra\xDF"
      "e\n");
  EXPECT_EQ(trouble.kind, Kind::ill_formed);
  EXPECT_EQ(trouble.line, 2U);
  EXPECT_EQ(trouble.character, 12U);  // J ü r g e n , S t r a are eleven
}

TEST(CsvReader, RefusesARecordOfAnotherWidth) {
  const CsvTrouble fewer = only_trouble("a,b,c\nd,e\nf,g,h\n", 3);
  EXPECT_EQ(fewer.kind, Kind::wrong_width);
  EXPECT_EQ(fewer.what, "2 fields where 3 are expected");
  EXPECT_EQ(only_trouble("a,b,c\nd,e,f,g", 3).kind, Kind::wrong_width);
}

TEST(CsvReader, KnowsALastRecordThatIsCut) {
  EXPECT_TRUE(only_trouble("a,b,c\nd,e", 3).truncated());
  EXPECT_EQ(only_trouble("a,b,c\nd,e", 3).kind, Kind::cut_short);
  EXPECT_EQ(only_trouble("a,b,c\nd,e,f\xC3", 3).kind, Kind::cut_short);
  EXPECT_FALSE(only_trouble("a,b,c\nd,e\n", 3).truncated());
}

TEST(CsvReader, SaysWhereTheQuoteOpenedThatNobodyCloses) {
  const CsvTrouble trouble = only_trouble("a,b\nc,\"d\ne,f\ng,h\n");
  EXPECT_EQ(trouble.kind, Kind::open_quote);
  EXPECT_TRUE(trouble.truncated());
  EXPECT_EQ(trouble.line, 2U);
  EXPECT_EQ(trouble.character, 3U);
}

TEST(CsvReader, GoesOnAtTheNextLineAfterARefusedRecord) {
  const auto seen = read_text("a,b\n\"x\ny\"z,\"\nc,d\n");
  ASSERT_EQ(seen.size(), 3U);
  ASSERT_TRUE(seen[1].trouble);
  EXPECT_EQ(seen[1].line, 2U);
  EXPECT_EQ(seen[1].last_line, 3U);
  EXPECT_EQ(seen[1].trouble->line, 3U);
  EXPECT_EQ(seen[1].trouble->character, 3U);
  EXPECT_EQ(seen[2].fields, (Fields{"c", "d"}));
  EXPECT_EQ(seen[2].line, 4U);
}

TEST(CsvReader, RefusesARecordLongerThanTheLimitAndTakesOneOfExactlyTheLimit) {
  const std::string ten = "12345,7890";
  for (const std::size_t piece : {1U, 3U, 1000U}) {
    EXPECT_EQ(read_text(ten + "\r\nx,y\n", {.max_record_bytes = 10}, 2, piece).at(0).fields, (Fields{"12345", "7890"}));
    const auto seen = read_text(ten + "1\r\nx,y\n", {.max_record_bytes = 10}, 2, piece);
    ASSERT_EQ(seen.size(), 2U);
    ASSERT_TRUE(seen[0].trouble);
    EXPECT_EQ(seen[0].trouble->kind, Kind::too_long);
    EXPECT_EQ(seen[1].fields, (Fields{"x", "y"}));
    EXPECT_EQ(seen[1].line, 2U);
  }
}

TEST(CsvReader, DoesNotLetAForgottenQuoteSwallowTheFile) {
  std::string text = "a,\"b\n";
  for (int i = 0; i < 100; ++i) text += "ccccc,ddddd\n";
  const auto seen = read_text(text, {.max_record_bytes = 50});
  ASSERT_GT(seen.size(), 90U);
  EXPECT_EQ(seen[0].trouble->kind, Kind::too_long);
  EXPECT_EQ(seen.back().line, 101U);
}

TEST(CsvReader, ReadsARecordThatIsLongerThanItsBuffer) {
  const std::string big(700'000, 'x');
  const auto seen = read_text("\"" + big + "\n\"\"\",y\nz,z\n", {}, 2, 65'536);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].fields.at(0).size(), big.size() + 2);
  EXPECT_EQ(seen[1].line, 3U);
}

TEST(CsvReader, HasNothingToSayAboutAnEmptyText) { EXPECT_TRUE(read_text("").empty()); }

// The judge: RFC 4180 read letter by letter, by somebody who does not care about speed and only knows good documents.
std::vector<Fields> read_naively(const std::string& text) {
  std::vector<Fields> records;
  Fields record;
  std::string field;
  bool quoted = false, any = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    any = true;
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += '"';
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      record.push_back(std::exchange(field, {}));
    } else if (c == '\n') {
      record.push_back(std::exchange(field, {}));
      records.push_back(std::exchange(record, {}));
      any = false;
    } else if (c != '\r') {
      field += c;
    }
  }
  if (any) {
    record.push_back(field);
    records.push_back(record);
  }
  return records;
}

std::string random_document(std::mt19937& random) {
  const auto below = [&random](unsigned n) { return static_cast<unsigned>(random() % n); };
  static constexpr const char* kPieces[] = {"a",  "0042", "é",  "日本", " ", "\"", ",",
                                            "\n", "\r\n", "\r", "x y",  ";", "\t"};
  std::string text;
  const unsigned records = below(20), width = 2 + below(4);
  for (unsigned r = 0; r < records; ++r) {
    for (unsigned f = 0; f < width; ++f) {
      std::string field;
      for (unsigned n = below(5); n > 0; --n) field += kPieces[below(std::size(kPieces))];
      const bool must = field.find_first_of("\",\r\n") != std::string::npos;
      if (must || below(4) == 0) {
        std::string escaped;
        for (const char c : field) escaped += c == '"' ? std::string("\"\"") : std::string(1, c);
        field = "\"" + escaped + "\"";
      }
      text += (f == 0 ? "" : ",") + field;
    }
    const bool last = r + 1 == records;
    if (!last || below(3) != 0) text += below(2) == 0 ? "\n" : "\r\n";
  }
  return text;
}

TEST(CsvReader, AgreesWithANaiveReaderOnRandomDocumentsInPiecesOfAnySize) {
  std::mt19937 random(4180);
  for (int round = 0; round < 3000; ++round) {
    const std::string text = random_document(random);
    const auto expected = read_naively(text);
    const std::size_t piece = 1 + random() % 40;
    const auto seen = read_text(text, {}, 0, piece);
    ASSERT_EQ(seen.size(), expected.size()) << "round " << round << ": " << text;
    for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i].fields, expected[i]) << "round " << round;
    LineEndCount count;
    for (std::size_t at = 0; at < text.size(); at += piece) count.update(std::string_view(text).substr(at, piece));
    ASSERT_EQ(count.records(0), expected.size()) << "round " << round << ": " << text;
  }
}

TEST(CsvReader, SaysTheSameHoweverTheBytesArrive) {
  std::mt19937 random(99);
  static constexpr char kAlphabet[] = "ab,,\"\"\n\n\r\xC3\xA9";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::size_t n = random() % 80; n > 0; --n) text += kAlphabet[random() % (sizeof kAlphabet - 1)];
    const auto whole = read_text(text, {.max_record_bytes = 12}, 2);
    const auto bytewise = read_text(text, {.max_record_bytes = 12}, 2, 1);
    ASSERT_EQ(whole.size(), bytewise.size()) << base::displayable(text);
    for (std::size_t i = 0; i < whole.size(); ++i) {
      ASSERT_EQ(whole[i].line, bytewise[i].line);
      ASSERT_EQ(whole[i].last_line, bytewise[i].last_line);
      ASSERT_EQ(whole[i].fields, bytewise[i].fields);
      ASSERT_EQ(whole[i].trouble.has_value(), bytewise[i].trouble.has_value()) << base::displayable(text);
      if (whole[i].trouble) {
        ASSERT_EQ(whole[i].trouble->in_words(), bytewise[i].trouble->in_words()) << base::displayable(text);
      }
    }
  }
}

TEST(CsvReader, AccountsForEveryLineOfRandomBytes) {
  std::mt19937 random(2026);
  static constexpr char kLikely[] = ",\"\n\r,\"\n;a0";
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::size_t n = random() % 300; n > 0; --n) {
      text += random() % 3 == 0 ? static_cast<char>(random() % 256) : kLikely[random() % (sizeof kLikely - 1)];
    }
    CsvReader reader(in_pieces(text, 1 + random() % 50), {.max_record_bytes = 64});
    reader.expect_width(random() % 4);
    std::uint64_t lines = 0;
    std::uint64_t after = 1;
    for (const Seen& seen : read_all(reader)) {
      ASSERT_GE(seen.line, after) << base::displayable(text);
      ASSERT_GE(seen.last_line, seen.line);
      after = seen.last_line + 1;
      lines += seen.last_line - seen.line + 1;
    }
    const bool tail = !text.empty() && text.back() != '\n';
    const auto feeds = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    ASSERT_EQ(lines + reader.blank_lines(), feeds + (tail ? 1 : 0)) << base::displayable(text);
  }
}

TEST(LineEndCount, CountsOnlyLineEndsOutsideQuotesAcrossBlocks) {
  LineEndCount count;
  count.update("h\n\"" + std::string(100, '\n'));
  count.update(std::string(61, '\n') + "\"\n\n" + std::string(70, 'x') + "\n");
  count.update("last");
  EXPECT_EQ(count.records(1), 4U);  // h, the quoted one, the x, last; one of the line ends is an empty line
}

TEST(LineEndCount, IsZeroForNothing) { EXPECT_EQ(LineEndCount().records(0), 0U); }

}  // namespace
}  // namespace tally::hr
