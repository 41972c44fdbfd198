// RFC 2849 as exporters write it, as people break it, and as bytes that were never LDIF.
#include "connectors/directory/ldif_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

namespace tally::directory {
namespace {

struct Read {
  std::vector<std::string> entries;  ///< "line dn|name=value,value|…"
  std::vector<model::Reject> rejects;
  std::uint64_t records = 0;
  std::string cut;
  std::optional<std::uint64_t> declared;
  std::vector<std::string> bad_results;
  std::uint64_t referrals = 0;
};

Read read(std::string_view text, std::size_t piece = 1U << 20U) {
  Read out;
  LdifReader reader({[&](const Entry& e) {
                       std::string line = fmt::format("{} {}", e.line(), e.dn());
                       for (const auto& a : e.attributes()) {
                         line += fmt::format("|{}", a.name);
                         for (std::string_view v : e.values_of(a)) line += fmt::format("={}", v);
                       }
                       out.entries.push_back(line);
                     },
                     [&](model::Reject r) { out.rejects.push_back(std::move(r)); }});
  for (std::size_t at = 0; at < text.size(); at += piece) reader.feed(text.substr(at, piece));
  reader.finish();
  out.records = reader.records();
  out.cut = reader.cut();
  out.declared = reader.declared();
  out.bad_results = reader.bad_results();
  out.referrals = reader.referrals();
  return out;
}

using Entries = std::vector<std::string>;

constexpr std::string_view kTwo =
    "version: 1\n\n# a comment\n  that is folded\ndn: uid=jane,dc=t\nuid: jane\ndescription: one lo\n ng line\ncn:: "
    "SsO2cmc=\nmail:\n"
    "uid: j2\n\ndn:: dWlkPWpvaG4sZGM9dA==\nuid:john\n\n";

TEST(LdifReader, ReadsFoldedLinesBase64AndComments) {
  const Read r = read(kTwo);
  EXPECT_EQ(r.entries, (Entries{"5 uid=jane,dc=t|uid=jane=j2|description=one long line|cn=J\xC3\xB6rg|mail",
                                "13 uid=john,dc=t|uid=john"}));
  EXPECT_TRUE(r.rejects.empty());
  EXPECT_EQ(r.records, 2U);
  EXPECT_EQ(r.cut, "");
}

TEST(LdifReader, GivesTheSameWhateverThePiecesAre) {
  for (std::size_t piece = 1; piece < 40; ++piece) EXPECT_EQ(read(kTwo, piece).entries, read(kTwo).entries) << piece;
}

TEST(LdifReader, ReadsLineEndsOfOtherSystemsAndAByteOrderMark) {
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "dn: dc=t\r\ndc: t\r\n\r\n")
                .entries,
            Entries{"1 dc=t|dc=t"});
  EXPECT_EQ(read("version: 1\ndn: dc=t\ndc: t\n\n").entries, Entries{"2 dc=t|dc=t"});
}

TEST(LdifReader, RefusesUtf16) {
  const Read r =
      read(std::string_view("\xFF\xFE"
                            "d\0n\0:\0 \0a\0\n\0",
                            14));
  EXPECT_TRUE(r.entries.empty());
  ASSERT_FALSE(r.rejects.empty());
  EXPECT_NE(r.rejects[0].reason.find("UTF-16"), std::string::npos);
}

/// A broken record between two good ones: one reject, both neighbours read.
void expect_refused(std::string_view record, std::uint64_t line, std::string_view reason) {
  const Read r = read(fmt::format("dn: dc=a\ndc: a\n\n{}\n\ndn: dc=b\ndc: b\n\n", record));
  EXPECT_EQ(r.entries.size(), 2U) << record;
  ASSERT_EQ(r.rejects.size(), 1U) << record;
  EXPECT_EQ(r.rejects[0].line, line) << record;
  EXPECT_TRUE(r.rejects[0].whole_record);
  EXPECT_NE(r.rejects[0].reason.find(reason), std::string::npos) << r.rejects[0].reason;
}

TEST(LdifReader, RefusesRecordsItMayNotOrCannotRead) {
  expect_refused("dn: cn=x\nchangetype: add\ncn: x", 5, "change record");
  expect_refused("dn: cn=x\ncontrol: 1.2.3\nchangetype: delete", 5, "change record");
  expect_refused("dn: cn=x\njpegPhoto:< file:///etc/passwd", 5, "never fetched");
  expect_refused("dn: cn=x\ncn: x\nnonsense", 6, "attribute: value");
  expect_refused("dn: cn=x\n: x", 5, "attribute: value");
  expect_refused("cn: x\nsn: y", 4, "begins with \"dn:\"");
  expect_refused(" folded nothing", 4, "nothing before it");
  for (const char* bad :
       {"A", "AA", "AAA", "AA=A", "=AAA", "A===", "AAB=", "AB==", "AA ==", "A-_A", "AAAA=", "AAA=AAAA"}) {
    expect_refused(fmt::format("dn: cn=x\ncn:: {}", bad), 5, "broken base64");
  }
  EXPECT_EQ(read("version: 2\ndn: dc=a\ndc: a\n\n").rejects.size(), 1U);
}

TEST(LdifReader, StartsANewRecordWhereABlankLineIsMissing) {
  const Read r = read("dn: dc=a\ndc: a\ndn: dc=b\ndc: b\n\n");
  EXPECT_EQ(r.entries, (Entries{"1 dc=a|dc=a", "3 dc=b|dc=b"}));
  ASSERT_EQ(r.rejects.size(), 1U);
  EXPECT_EQ(r.rejects[0].line, 3U);
}

TEST(LdifReader, SeesThatAFileWasCut) {
  EXPECT_EQ(read("dn: dc=a\ndc: a\n\n").cut, "");
  EXPECT_EQ(read("dn: dc=a\ndc: a\n").cut, "the file does not end with a blank line, as exports do");
  EXPECT_EQ(read("dn: dc=a\ndc: a").cut, "the file ends in the middle of a line");
  EXPECT_EQ(read("").cut, "");
  const Read tail = read("dn: dc=a\ndc:: YWJ");
  EXPECT_TRUE(tail.entries.empty());
  EXPECT_EQ(tail.rejects.size(), 1U);
  EXPECT_NE(tail.cut, "");
}

TEST(LdifReader, ReadsWhatLdapsearchWritesAroundTheEntries) {
  const Read r = read(
      "# extended LDIF\n#\ndn: dc=a\ndc: a\n\n# search reference\nref: ldap://other/dc=b??sub\n\n"
      "# search result\nsearch: 2\nresult: 4 Size limit exceeded\n\n# numResponses: 3\n# numEntries: 1\n# "
      "numReferences: 1\n");
  EXPECT_EQ(r.entries, Entries{"3 dc=a|dc=a"});
  EXPECT_TRUE(r.rejects.empty());
  EXPECT_EQ(r.declared, 1U);
  EXPECT_EQ(r.bad_results, std::vector<std::string>{"4 Size limit exceeded"});
  EXPECT_EQ(r.referrals, 1U);
  EXPECT_TRUE(read("search: 2\nresult: 0 Success\n\n").bad_results.empty());
  EXPECT_EQ(read("# returned 12 records\n").declared, 12U);
}

TEST(LdifReader, RefusesALineLongerThanItsLimit) {
  const std::string part(1U << 20U, 'x');
  std::vector<std::string> dns;
  std::size_t rejects = 0;
  LdifReader reader({[&](const Entry& e) { dns.emplace_back(e.dn()); }, [&](model::Reject) { ++rejects; }});
  reader.feed("dn: dc=a\ncn: ");
  for (std::size_t i = 0; i <= LdifReader::kMaxLine / part.size(); ++i) reader.feed(part);
  reader.feed("\n\ndn: dc=b\ndc: b\n\n");
  reader.finish();
  EXPECT_EQ(dns, std::vector<std::string>{"dc=b"});
  EXPECT_EQ(rejects, 1U);
}

TEST(LdifReader, JoinsWhatComesApartInTheOrderOfItsFirstLine) {
  EXPECT_EQ(read("dn: cn=a\nz: 1\nm: 2\nZ: 3\nb:\nm: 4\nz: 5\n\n").entries, (Entries{"1 cn=a|z=1=3=5|m=2=4|b"}));
}

TEST(LdifReader, TakesAnEntryOfHalfAMillionAttributes) {
  // By comparing all pairs of names this would take minutes, more than a test has.
  std::string text = "dn: cn=a\n";
  for (int i = 0; i < 500'000; ++i) text += fmt::format("a{}: x\n", i % 400'000);
  const Read r = read(text + "\n");
  ASSERT_EQ(r.entries.size(), 1U);
  EXPECT_TRUE(r.entries[0].starts_with("1 cn=a|a0=x=x|a1=x=x|"));
  EXPECT_TRUE(r.entries[0].ends_with("|a399999=x"));
}

TEST(LdifReader, SurvivesRandomBytes) {
  std::mt19937 random(7);
  const std::string_view alphabet(
      "dn: =\n\n\r #<,;\\AB=\0\xff\xc3"
      "version:1search:ref",
      40);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const std::size_t size = random() % 200;
    for (std::size_t i = 0; i < size; ++i) {
      text += round % 2 == 0 ? alphabet[random() % alphabet.size()] : static_cast<char>(random() % 256);
    }
    const Read whole = read(text);
    EXPECT_EQ(read(text, 1 + random() % 7).entries, whole.entries);
  }
}

TEST(LdifReader, SurvivesEveryPossibleCut) {
  for (std::size_t size = 0; size < kTwo.size(); ++size) {
    const Read r = read(kTwo.substr(0, size));
    EXPECT_LE(r.entries.size(), 2U);
    // Only the ends of records look whole: after the version, after the first entry, and where nothing began.
    EXPECT_TRUE(!r.cut.empty() || size == 0 || kTwo[size - 1] == '\n') << size;
  }
}

TEST(Base64, IsStrict) {
  std::string text = "Zm9vYg==";  // RFC 4648 §10
  ASSERT_EQ(decode_base64_in_place(text.data(), text.size()), 4U);
  EXPECT_EQ(text.substr(0, 4), "foob");
  EXPECT_EQ(decode_base64_in_place(text.data(), 0), 0U);
}

}  // namespace
}  // namespace tally::directory
