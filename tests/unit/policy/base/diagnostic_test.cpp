#include "policy/base/diagnostic.h"

#include <gtest/gtest.h>

namespace tally::base {
namespace {

TEST(ADiagnostic, ReadsLikeACompilersMessage) {
  const std::string message = "unknown key \"bind-dn\"";
  EXPECT_EQ(to_string(Diagnostic{"a.toml", 12, 3, message, "did you mean \"bind_dn\"?"}),
            "a.toml:12:3: unknown key \"bind-dn\" (did you mean \"bind_dn\"?)");
  EXPECT_EQ(to_string(Diagnostic{"a.toml", 12, 0, message, ""}), "a.toml:12: unknown key \"bind-dn\"");
  EXPECT_EQ(to_string(Diagnostic{"a.toml", 0, 3, message, ""}), "a.toml: unknown key \"bind-dn\"");
  EXPECT_EQ(to_string(Diagnostic{"", 0, 0, message, ""}), message);
}

TEST(ADiagnostic, StaysOnOneLineWhateverItQuotes) {
  EXPECT_EQ(to_string(Diagnostic{"a.toml", 1, 1, "found \"a\nb\x1b[2J\"", ""}),
            "a.toml:1:1: found \"a\\x0Ab\\x1B[2J\"");
}

TEST(TheNearestWord, IsAtMostAThirdAway) {
  const std::vector<std::string_view> keys = {"bind_dn", "base_dn", "uri", "page_size"};
  EXPECT_EQ(nearest_word("bind-dn", keys), "bind_dn");
  EXPECT_EQ(nearest_word("pagesize", keys), "page_size");
  EXPECT_EQ(nearest_word("url", keys), "uri");
  EXPECT_EQ(nearest_word("uri", keys), "uri");
  EXPECT_EQ(nearest_word("xri", {"ura"}), "");  // two of three letters differ
  EXPECT_EQ(nearest_word("password", keys), "");
  EXPECT_EQ(nearest_word("", keys), "");
  EXPECT_EQ(nearest_word("uri", {}), "");
}

TEST(TheNearestWord, IsFoundAtOnceForAWordOfMegabytes) {
  const std::vector<std::string_view> keys(1000, "bind_dn");
  EXPECT_EQ(nearest_word(std::string(8'000'000, 'x'), keys), "");
}

}  // namespace
}  // namespace tally::base
