// A collector's file as a stream: what is read of it, and every way in which it is not what it should be.
#include "connectors/bloodhound/object_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace tally::bloodhound {
namespace {

using testing::HasSubstr;

class Text final : public ByteSource {
 public:
  explicit Text(std::string text, std::size_t piece = 1000) : text_(std::move(text)), piece_(piece) {}
  base::Result<std::size_t> read(char* to, std::size_t size) override {
    const std::size_t n = std::min({size, piece_, text_.size() - at_});
    std::memcpy(to, text_.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  std::string text_;
  std::size_t piece_, at_ = 0;
};

std::vector<Object> objects_of(const std::string& text, std::size_t piece = 1000) {
  std::vector<Object> out;
  Text bytes(text, piece);
  const auto read = read_objects(bytes, [&](Object& object) { out.push_back(object); });
  EXPECT_TRUE(read) << read.error().message;
  return out;
}

std::string error_of(const std::string& text) {
  Text bytes(text);
  const auto read = read_objects(bytes, nullptr);
  return read ? "" : read.error().message;
}

constexpr const char* kFile =
    "\xEF\xBB\xBF{\"data\":[\n"
    "{\"Properties\":{\"enabled\":true,\"pwdlastset\":-1,\"title\":null,\"spn\":[\"a\",\"b\",3],\"odd\":{\"x\":1}},\n"
    "\"ObjectIdentifier\":\"S-1-5-21-1-2-3-500\",\"PrimaryGroupSID\":\"S-1-5-21-1-2-3-513\",\"IsDeleted\":true,\n"
    "\"Members\":[{\"ObjectIdentifier\":\"S-1-5-21-1-2-3-501\",\"ObjectType\":\"User\"}],\n"
    "\"Aces\":[{\"PrincipalSID\":\"X-S-1-5-32-544\",\"RightName\":\"Owns\",\"IsInherited\":false}],\n"
    "\"AllowedToAct\":[{},{}],\"Sessions\":{\"Results\":[{\"UserSID\":\"S-1\",\"Members\":[{}]}]}},\n"
    "{\"ObjectIdentifier\":\"second\",\"IsACLProtected\":true,\n"
    "\"Links\":[{\"GUID\":\"A-1\",\"IsEnforced\":true},{\"IsEnforced\":false,\"GUID\":\"A-2\"}]}],\"meta\":{"
    "\"methods\":65,\"type\":\"users\",\"count\":2,\"version\":6}}";

TEST(ObjectReader, KeepsWhatAnAuditAsksForAndSkipsTheRest) {
  for (const std::size_t piece : {1U, 7U, 1000U}) {
    const auto all = objects_of(kFile, piece);
    ASSERT_EQ(all.size(), 2U);
    const Object& one = all[0];
    EXPECT_EQ(one.id, "S-1-5-21-1-2-3-500");
    EXPECT_EQ(one.primary_group, "S-1-5-21-1-2-3-513");
    EXPECT_TRUE(one.deleted && one.members_told && one.aces_told && one.act_told);
    EXPECT_EQ(one.may_act, 2U);
    EXPECT_EQ(one.members, (std::vector<std::string>{"S-1-5-21-1-2-3-501"}));
    ASSERT_EQ(one.aces.size(), 1U);
    EXPECT_EQ(one.aces[0].right, "Owns");
    EXPECT_EQ(one.find("PwdLastSet")->text, "-1");
    EXPECT_EQ(one.find("enabled")->kind, Property::Kind::boolean);
    EXPECT_EQ(one.find("title"), nullptr) << "null is no value";
    EXPECT_EQ(one.find("spn")->list, (std::vector<std::string>{"a", "b", "3"}));
    EXPECT_EQ(one.find("odd")->kind, Property::Kind::other);
    EXPECT_TRUE(one.troubles.empty());
    EXPECT_EQ(one.line, 2U);
    EXPECT_EQ(all[1].id, "second");
    EXPECT_FALSE(all[1].members_told || all[1].aces_told);
    EXPECT_TRUE(all[1].list_protected && !one.list_protected);
    ASSERT_EQ(all[1].links.size(), 2U);
    EXPECT_TRUE(all[1].links[0].policy == "A-1" && all[1].links[0].enforced);
    EXPECT_TRUE(all[1].links[1].policy == "A-2" && !all[1].links[1].enforced);
  }
}

TEST(ObjectReader, TellsTheMetaWhereverItStandsAndCountsForItself) {
  for (const std::string text :
       {"{\"meta\":{\"type\":\"groups\",\"count\":7,\"version\":5,\"methods\":3},\"data\":[{},{}]}",
        "{\"data\":[{},{}],\"meta\":{\"type\":\"groups\",\"count\":7,\"version\":5,\"methods\":3}}"}) {
    Text bytes(text);
    const auto read = read_objects(bytes, nullptr);
    ASSERT_TRUE(read);
    ASSERT_TRUE(read->meta);
    EXPECT_EQ(read->meta->type, "groups");
    EXPECT_EQ(read->meta->count, 7U);
    EXPECT_EQ(read->meta->version, 5);
    EXPECT_EQ(read->meta->methods, 3U);
    EXPECT_EQ(read->objects, 2U);
    EXPECT_TRUE(read->has_data);
  }
}

TEST(ObjectReader, SaysWhereAFileIsNoJson) {
  EXPECT_EQ(error_of("{\"data\":[\n{\"a\":tru }]}"), "line 2, column 9: what stands here is no JSON");
  EXPECT_THAT(error_of("{\"data\":[{\"a\":\"\xC3\x28\"}]}"), HasSubstr("is no JSON")) << "not UTF-8";
  EXPECT_THAT(error_of("{\"data\":[]}x"), HasSubstr("line 1, column 12: what stands here"));
  EXPECT_THAT(error_of("{\"data\":[{\"a\":1"), HasSubstr("the file ends in the middle"));
  EXPECT_THAT(error_of(""), HasSubstr("the file ends in the middle"));
  EXPECT_THAT(error_of("[1,2]"), HasSubstr("no JSON object"));
  EXPECT_THAT(error_of("17"), HasSubstr("no JSON object"));
  EXPECT_THAT(error_of("{\"data\":[{\"a\":1}"), HasSubstr("line 1, column "));
}

TEST(ObjectReader, EndsAtItsLimits) {
  EXPECT_THAT(error_of("{\"data\":" + std::string(1'000'000, '[')), HasSubstr("more than 64 levels"));
  EXPECT_EQ(error_of("{\"data\":" + std::string(62, '[') + std::string(62, ']') + "}"), "");
  EXPECT_THAT(error_of("{\"data\":[{\"a\":\"" + std::string(50U << 20U, 'x') + "\"}]}"),
              HasSubstr("a value is longer than 4 MiB"));
  EXPECT_EQ(error_of("{\"data\":[{\"a\":\"" + std::string(4'000'000, 'x') + "\"}]}"), "");
  EXPECT_THAT(error_of("{\"data\":[" + std::string(5U << 20U, ' ') + "]}"), HasSubstr("longer than 4 MiB"));
}

TEST(ObjectReader, NamesPartsOfAnotherTypeThanTheFormatHas) {
  const auto trouble = [](const std::string& inside) {
    const auto all = objects_of("{\"data\":[" + inside + "]}");
    return all.size() == 1 && !all[0].troubles.empty() ? all[0].troubles[0] : "";
  };
  EXPECT_EQ(trouble("{\"Members\":\"x\"}"), "Members is no list");
  EXPECT_EQ(trouble("{\"Members\":{}}"), "Members is no list");
  EXPECT_EQ(trouble("{\"Members\":[[]]}"), "Members has a list for an element");
  EXPECT_EQ(trouble("{\"Aces\":[17]}"), "Aces has a single value for an element");
  EXPECT_EQ(trouble("{\"Properties\":[]}"), "Properties is no object");
  EXPECT_EQ(trouble("{\"Properties\":1}"), "Properties is no object");
  EXPECT_EQ(trouble("{\"ObjectIdentifier\":5}"), "ObjectIdentifier is no text");
  EXPECT_EQ(trouble("{\"ObjectIdentifier\":{}}"), "ObjectIdentifier is no single value");
  EXPECT_EQ(trouble("{\"IsDeleted\":\"no\"}"), "IsDeleted is no truth value");
  EXPECT_EQ(trouble("[]"), "it is a list, no object");
  EXPECT_EQ(trouble("17"), "it is a single value, no object");
  EXPECT_EQ(trouble("{\"Members\":null,\"Aces\":null,\"PrimaryGroupSID\":null}"), "");
}

TEST(SidIn, TakesTheDomainsNameAway) {
  EXPECT_EQ(sid_in("CORP.EXAMPLE-S-1-5-32-544"), "S-1-5-32-544");
  EXPECT_EQ(sid_in("S-1-5-21-1-2-3-500"), "S-1-5-21-1-2-3-500");
  EXPECT_EQ(sid_in("2F1B7D7E-9A53-4F5B-8E0B-3C6F1D2A4B5C"), "");
  EXPECT_EQ(sid_in("CN=S-1-5-32-544"), "");
  EXPECT_EQ(sid_in("S-1-5-32-544,x"), "");
}

}  // namespace
}  // namespace tally::bloodhound
