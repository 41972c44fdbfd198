#include "daemon/control/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::control {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr std::string_view kGood =
    R"({"v":1,"command":"audit","arguments":{"fail_on":"high"},"config":"/etc/t.toml","width":100,"colour":true})";

std::string with(std::string_view from, std::string_view to) {
  std::string text(kGood);
  return text.replace(text.find(from), from.size(), to);
}

void refused(const std::string& text) {
  const auto request = parse_request(text);
  ASSERT_FALSE(request) << text.substr(0, 200);
  EXPECT_EQ(request.error().kind, base::ErrorKind::malformed);
}

TEST(Request, IsReadAsItIsSpecified) {
  const auto request = parse_request(kGood);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->command, "audit");
  EXPECT_THAT(request->arguments, ElementsAre(Pair("fail_on", "high")));
  EXPECT_EQ(request->config, "/etc/t.toml");
  EXPECT_EQ(request->width, 100u);
  EXPECT_TRUE(request->colour);
}

TEST(Request, ComesBackAsItWasSent) {
  const Request sent{"offboard", {{"id", "00\"1\n004"}}, "/tmp/ä.toml", 77, false};
  const std::string line = encode(sent);
  EXPECT_EQ(line.find('\n'), std::string::npos) << "one line";
  const auto read = parse_request(line);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->arguments, sent.arguments);
  EXPECT_EQ(read->config, sent.config);
  EXPECT_EQ(read->width, 77u);
}

TEST(Request, IsRefusedWhenItIsNotExactlyOne) {
  for (const char* text : {"", " ", "null", "1", "[]", "{}", "\"audit\"", "{\"v\":1}", "\xff\xfe", "{\"v\":1,"})
    refused(text);
  refused(std::string(kGood) + "x");
  refused(std::string(kGood) + std::string(kGood));
  refused(with("\"v\":1", "\"v\":2"));
  refused(with("\"v\":1", "\"v\":\"1\""));
  refused(with("\"width\":100", "\"width\":-1"));
  refused(with("\"width\":100", "\"width\":1e2"));
  refused(with("\"colour\":true", "\"colour\":1"));
  refused(with("\"colour\":true", "\"color\":true"));
  refused(with("\"colour\":true", "\"colour\":true,\"uid\":0"));
  refused(with("\"high\"", "[\"high\"]"));
  refused(with("\"high\"", "7"));
  refused(with("{\"fail_on\":\"high\"}", "[]"));
}

TEST(Request, IsRefusedWhenAMemberComesTwice) {
  refused(with("\"v\":1", "\"v\":1,\"v\":1"));
  refused(with("\"fail_on\":\"high\"", "\"fail_on\":\"high\",\"fail_on\":\"low\""));
}

TEST(Request, IsRefusedBeforeTheParserCouldChokeOnIt) {
  refused(std::string(kMaxRequestBytes, '['));
  refused(with("\"high\"", std::string(8000, '[') + std::string(8000, ']')));
  refused(std::string(kMaxRequestBytes + 1, ' '));
  refused(with("high", std::string(kMaxRequestBytes, 'x')));
  std::string many;
  for (int i = 0; i < 17; ++i) many += (many.empty() ? "\"a" : ",\"a") + std::to_string(i) + "\":\"\"";
  refused(with("\"fail_on\":\"high\"", many));
}

TEST(Request, BracketsInTextAreText) { EXPECT_TRUE(parse_request(with("high", "[[[[{{{{\\\"]]]]"))); }

TEST(Request, WidthBeyondAnyTerminalIsCut) {
  const auto request = parse_request(with("\"width\":100", "\"width\":18446744073709551615"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->width, 1000u);
}

TEST(Answer, ComesBackAsItWasSent) {
  for (const Answer& sent : {Answer{Answer::Kind::progress, "reading", 0}, Answer{Answer::Kind::note, "read", 0},
                             Answer{Answer::Kind::err, "denied", 0}, Answer{Answer::Kind::out, "a\nb\t\x1b", 0},
                             Answer{Answer::Kind::end, "", 5}}) {
    const auto read = parse_answer(encode(sent));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->kind, sent.kind);
    EXPECT_EQ(read->text, sent.text);
    EXPECT_EQ(read->code, sent.code);
  }
}

TEST(Answer, IsRefusedWhenItIsNoAnswer) {
  for (const char* text : {"", "{}", "{\"end\":256}", "{\"end\":-1}", "{\"end\":\"0\"}", "{\"out\":1}",
                           "{\"shell\":\"x\"}", "{\"out\":\"a\",\"end\":0}"}) {
    EXPECT_FALSE(parse_answer(text)) << text;
  }
}

TEST(Answer, OfAFullPieceFitsEvenWhenEveryByteIsEscaped) {
  EXPECT_LE(encode({Answer::Kind::out, std::string(kPieceBytes, '\x01'), 0}).size(), kMaxAnswerBytes);
}

TEST(Pieces, CutNoCharacter) {
  std::string text(kPieceBytes - 1, 'a');
  text += "€";  // three bytes, of which one would fit
  text += "b";
  const auto cut = pieces(text);
  ASSERT_EQ(cut.size(), 2u);
  EXPECT_EQ(cut[0].size(), kPieceBytes - 1);
  EXPECT_EQ(cut[1], "€b");
  EXPECT_TRUE(pieces("").empty());
}

}  // namespace
}  // namespace tally::control
