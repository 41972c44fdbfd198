#include "daemon/ledger/disclosure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "daemon/ledger/base64.h"
#include "tests/unit/daemon/ledger/vectors.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using nlohmann::json;

const json& golden() {
  static const json file = [] {
    std::ifstream in(std::string(TALLY_SOURCE_DIR) + "/tests/vectors/ledger/disclosure.json");
    return json::parse(in);
  }();
  return file;
}

Salt golden_salt() {
  Salt salt;
  const std::string bytes = from_hex(golden()["salt_hex"].get<std::string>());
  std::copy(bytes.begin(), bytes.end(), salt.begin());
  return salt;
}

struct Vector {
  std::string personal, pii, whole, redacted;
  std::set<std::string> hide;
  std::vector<std::string> fields;
  [[nodiscard]] Commitment commitment() const { return *parse_commitment(pii); }
};

Vector vector_of(const json& one) {
  return {one["personal"], one["pii"], one["whole"], one["redacted"], one["hide"], one["fields"]};
}

std::vector<Vector> all_vectors() {
  std::vector<Vector> all;
  for (const json& one : golden()["vectors"]) all.push_back(vector_of(one));
  return all;
}

bool none(const std::string&) { return false; }

TEST(Disclosure, CommitsAndOpensAsTheVectorsOfAnotherImplementationDo) {
  ASSERT_EQ(all_vectors().size(), 3u);
  for (const Vector& vector : all_vectors()) {
    const auto commitment = commit(CommitmentForm::by_field, golden_salt(), vector.personal);
    ASSERT_TRUE(commitment) << commitment.error().message;
    EXPECT_EQ(format_commitment(*commitment), vector.pii);
    EXPECT_EQ(*field_names(vector.personal), vector.fields);
    EXPECT_EQ(*make_opening(*commitment, golden_salt(), vector.personal, none), vector.whole);
    const auto hidden = [&](const std::string& pointer) { return vector.hide.count(pointer) != 0; };
    EXPECT_EQ(*make_opening(*commitment, golden_salt(), vector.personal, hidden), vector.redacted);
  }
}

TEST(Disclosure, ShowsEveryFieldOfAWholeOpening) {
  for (const Vector& vector : all_vectors()) {
    const auto seen = read_opening(vector.commitment(), vector.whole);
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(seen->shown.size(), vector.fields.size());
    EXPECT_TRUE(seen->hidden.empty());
  }
}

TEST(Disclosure, ShowsSomeFieldsAndNamesTheHiddenOnes) {
  const Vector vector = all_vectors()[0];
  const auto seen = read_opening(vector.commitment(), vector.redacted);
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->hidden, std::vector<std::string>(vector.hide.begin(), vector.hide.end()));
  EXPECT_EQ(seen->shown.at("/finding/fix"), R"("Disable the account.")");
  EXPECT_EQ(json::parse(seen->shown.at("/finding/evidence/0"))["basis"], "userAccountControl=512");
}

TEST(Disclosure, SaysNothingOfWhatIsHidden) {
  const Vector vector = all_vectors()[0];
  EXPECT_THAT(vector.redacted, testing::Not(testing::HasSubstr("Dana")));
  EXPECT_THAT(vector.redacted, testing::Not(testing::HasSubstr("dweiss")));
  const Salt salt = golden_salt();
  const std::string secret = base64({reinterpret_cast<const char*>(salt.data()), salt.size()});
  EXPECT_THAT(vector.redacted, testing::Not(testing::HasSubstr(secret)))
      << "with it the hidden values could be guessed";
  EXPECT_THAT(vector.whole, testing::HasSubstr(secret));
}

TEST(Disclosure, EverythingCanBeHidden) {
  const Vector vector = all_vectors()[0];
  const auto opening = make_opening(vector.commitment(), golden_salt(), vector.personal, [](auto&) { return true; });
  const auto seen = read_opening(vector.commitment(), *opening);
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->shown.empty());
  EXPECT_EQ(seen->hidden, vector.fields);
}

/// The redacted opening of the first vector after a change.
base::Result<Disclosure> changed(void (*change)(json& opening)) {
  const Vector vector = all_vectors()[0];
  json opening = json::parse(vector.redacted);
  change(opening);
  return read_opening(vector.commitment(), opening.dump());
}

TEST(Disclosure, RefusesOtherValuesSaltsAndCommitments) {
  for (const auto change :
       {+[](json& o) { o["shown"]["/finding/fix"]["value"] = "Nothing."; },
        +[](json& o) { o["shown"]["/finding/evidence/0"]["value"]["value"] = "false"; },
        +[](json& o) { o["shown"]["/finding/fix"]["salt"] = std::string(42, 'A') + "A="; },
        +[](json& o) { o["list_salt"] = std::string(42, 'A') + "A="; },
        +[](json& o) { o["hidden"]["/finding/what"] = std::string(42, 'A') + "A="; },
        +[](json& o) { o["hidden"].erase("/finding/what"); }, +[](json& o) { o["shown"].erase("/note"); },
        +[](json& o) { o["hidden"]["/more"] = o["hidden"]["/finding/what"]; },
        +[](json& o) { std::swap(o["shown"]["/finding/fix"], o["shown"]["/finding/title"]); }}) {
    const auto seen = changed(change);
    ASSERT_FALSE(seen);
    EXPECT_EQ(seen.error().kind, ErrorKind::untrusted) << seen.error().message;
  }
}

TEST(Disclosure, RefusesWhatIsNoOpening) {
  for (const auto change :
       {+[](json& o) { o["more"] = 1; }, +[](json& o) { o.erase("hidden"); }, +[](json& o) { o["list_salt"] = "AAAA"; },
        +[](json& o) { o["hidden"]["/finding/what"] = 1; }, +[](json& o) { o["shown"]["/finding/fix"].erase("salt"); },
        +[](json& o) { o["shown"]["/finding/fix"] = "Disable the account."; },
        +[](json& o) { o["shown"]["/finding/what"] = o["shown"]["/finding/fix"]; },
        +[](json& o) { o["shown"]["/finding"] = o["shown"]["/finding/fix"]; },
        +[](json& o) {
          o["shown"]["/a"] = {{"salt", o["list_salt"]}, {"value", {{"b", 1}}}};
        },
        +[](json& o) { o["hidden"]["/a/b/c/d"] = o["list_salt"]; },
        +[](json& o) { o["hidden"]["a"] = o["list_salt"]; }}) {
    const auto seen = changed(change);
    ASSERT_FALSE(seen);
    EXPECT_EQ(seen.error().kind, ErrorKind::malformed) << seen.error().message;
  }
  const Vector vector = all_vectors()[0];
  EXPECT_FALSE(read_opening(vector.commitment(), vector.redacted + "\n")) << "one spelling";
  EXPECT_FALSE(read_opening(vector.commitment(), vector.whole.substr(0, vector.whole.size() - 1)));
}

TEST(Disclosure, TellsArraysFromObjects) {
  const auto array = commit(CommitmentForm::by_field, golden_salt(), R"({"a":["x"]})");
  ASSERT_TRUE(array);
  const auto object = commit(CommitmentForm::by_field, golden_salt(), R"({"a":{"0":"x"}})");
  ASSERT_FALSE(object) << "it would have the same fields";
  EXPECT_EQ(object.error().kind, ErrorKind::malformed);
  EXPECT_FALSE(opens(*array, golden_salt(), R"({"a":{"0":"x"}})"));
}

TEST(Disclosure, OfAnEarlierCommitmentIsOfAllOrNothing) {
  const std::string personal = vectors()["commitment"]["personal"];
  const Commitment commitment = *commit(CommitmentForm::whole, golden_salt(), personal);
  const auto all = make_opening(commitment, golden_salt(), personal, none);
  ASSERT_TRUE(all);
  EXPECT_EQ(read_opening(commitment, *all)->shown.at("/display"), R"("Jane Doe")");
  const auto some = make_opening(commitment, golden_salt(), personal, [](auto& p) { return p == "/dn"; });
  ASSERT_FALSE(some);
  EXPECT_EQ(some.error().kind, ErrorKind::unsupported);
}

TEST(Disclosure, DoesNotTakeAnOpeningOfTheOtherForm) {
  const Vector vector = all_vectors()[0];
  const Commitment other{CommitmentForm::whole, vector.commitment().digest};
  EXPECT_EQ(read_opening(other, vector.whole).error().kind, ErrorKind::untrusted);
  EXPECT_EQ(read_opening(other, vector.redacted).error().kind, ErrorKind::untrusted);
}

}  // namespace
}  // namespace tally::ledger
