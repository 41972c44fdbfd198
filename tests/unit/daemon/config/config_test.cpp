#include "daemon/config/config.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace tally::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A folder with a configuration and the files that it names.
class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "tally-config-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  void write(const std::string& name, const std::string& bytes, mode_t mode = 0600) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << bytes;
    ::chmod((path_ + "/" + name).c_str(), mode);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file() const { return path_ + "/tallystick.toml"; }
  [[nodiscard]] tl::expected<Config, base::Diagnostics> read(const std::string& text) const {
    return parse(text, file());
  }
  /// "line:column message | hint" of every trouble.
  [[nodiscard]] std::vector<std::string> troubles(const std::string& text) const {
    std::vector<std::string> out;
    const auto config = read(text);
    if (config) return out;
    for (const base::Diagnostic& d : config.error()) {
      EXPECT_EQ(d.file, file());
      out.push_back(fmt::format("{}:{} {}{}{}", d.line, d.column, d.message, d.hint.empty() ? "" : " | ", d.hint));
    }
    return out;
  }

 private:
  std::string path_;
};

/// Lines 1 to 2, 3 to 9, and 10 to 14; tests add at the end.
const std::string kHead = "state = \"state\"\nlog_key = \"log.key\"\n";
const std::string kHr =
    "[[hr]]\nname = \"hr\"\npath = \"hr.csv\"\n[hr.columns]\nemployee_id = \"id\"\nlast_day = \"last\"\n\n";
const std::string kDirectory =
    "[[directory]]\nname = \"ad\"\ntype = \"active-directory\"\nldif = \"ad.ldif\"\nbases = [\"DC=x\"]\n";
const std::string kAll = kHead + kHr + kDirectory;

TEST(Config, TakesTheLeastThatMakesSense) {
  Folder folder;
  const auto config = folder.read(kAll);
  ASSERT_TRUE(config) << base::to_string(config.error()[0]);
  EXPECT_EQ(config->file, folder.file());
  EXPECT_EQ(config->digest, base::sha256(kAll));
  ASSERT_EQ(config->hr.size(), 1u);
  EXPECT_EQ(config->hr[0].delimiter, ',');
  EXPECT_EQ(config->hr[0].encoding, "UTF-8");
  EXPECT_EQ(config->hr[0].date_format, "%Y-%m-%d");
  EXPECT_FALSE(config->hr[0].rows_at_least);
  EXPECT_EQ(config->hr[0].max_bytes, 4294967296u);
  EXPECT_TRUE(config->shipped_rules);
  EXPECT_THAT(config->packs, IsEmpty());
  EXPECT_EQ(config->correlation.max_unmatched_share, 0.3);
  EXPECT_EQ(config->correlation.unmatched_floor, 20u);
  ASSERT_EQ(config->correlation.rules.size(), 2u);
  EXPECT_EQ(config->correlation.rules[0].by, correlation::MatchBy::employee_number);
  EXPECT_EQ(config->correlation.rules[1].by, correlation::MatchBy::mail);
  const auto& file = std::get<directory::LdifOptions>(config->directories.at(0));
  EXPECT_EQ(file.profile.name, "ad");
  EXPECT_EQ(file.profile.dialect, directory::Dialect::active_directory);
  EXPECT_EQ(file.profile.logon_time_sync_days, 14);
  EXPECT_FALSE(file.exported_at);
}

TEST(Config, CountsRelativePathsFromItsOwnFolder) {
  Folder folder;
  const auto config = folder.read("state = \"../state\"\nlog_key = \"/keys/log.key\"\n" + kHr + kDirectory +
                                  "[rules]\npacks = [\"packs/own.toml\"]\nshipped = false\n");
  ASSERT_TRUE(config);
  const std::string above = std::filesystem::path(folder.path()).parent_path().string();
  EXPECT_EQ(config->state, above + "/state");
  EXPECT_EQ(config->log_key, "/keys/log.key");
  EXPECT_EQ(config->hr[0].path, folder.path() + "/hr.csv");
  EXPECT_EQ(std::get<directory::LdifOptions>(config->directories[0]).path, folder.path() + "/ad.ldif");
  EXPECT_THAT(config->packs, ElementsAre(folder.path() + "/packs/own.toml"));
  EXPECT_FALSE(config->shipped_rules);
}

TEST(Config, ReadsAServerWithItsPassword) {
  Folder folder;
  folder.write("password", "s3cret \n second line");
  const auto config = folder.read(kHead + kHr + R"([[directory]]
name = "ldap"
type = "openldap"
uri = "ldaps://ldap.example.com"
security = "ldaps"
bind_dn = "cn=reader"
password_file = "password"
bases = ["dc=x"]
page_size = 0
total_deadline = "2h"
connect_deadline = "1500ms"
privileged_groups = [{ group = "admins", tier = "1" }]
sign_ins_recorded_since = 2025-01-01T01:00:00+01:00
)");
  ASSERT_TRUE(config) << base::to_string(config.error()[0]);
  const auto& server = std::get<directory::LdapOptions>(config->directories.at(0));
  EXPECT_EQ(server.password.reveal(), "s3cret ") << "the first line as it is";
  EXPECT_EQ(server.security, directory::Security::ldaps);
  EXPECT_EQ(server.page_size, 0);
  EXPECT_EQ(server.total_deadline, std::chrono::hours(2));
  EXPECT_EQ(server.connect_deadline, std::chrono::milliseconds(1500));
  EXPECT_EQ(server.request_deadline, std::chrono::seconds(60));
  ASSERT_EQ(server.profile.privileged_groups.size(), 1u);
  EXPECT_EQ(server.profile.privileged_groups[0].tier, model::Tier::tier1);
  EXPECT_EQ(server.profile.sign_ins_recorded_since, base::parse_instant("2025-01-01T00:00:00Z"));
}

TEST(Config, KeepsThePlaceOfRuleParameters) {
  Folder folder;
  const auto config =
      folder.read(kAll + "[rules.LVR-001]\ngrace = \"2d\"\n  enabled = false\nnames = [\"a\", \"b\"]\n");
  ASSERT_TRUE(config);
  ASSERT_EQ(config->overrides.size(), 3u);
  const auto find = [&](std::string_view name) {
    for (const rules::Override& one : config->overrides) {
      if (one.parameter == name) return one;
    }
    return rules::Override{};
  };
  const rules::Override grace = find("grace");
  EXPECT_EQ(grace.rule, "LVR-001");
  EXPECT_EQ(grace.value, rules::Setting(std::string("2d")));
  EXPECT_EQ(grace.file, folder.file());
  EXPECT_EQ(grace.line, 16);
  EXPECT_EQ(grace.column, 9);
  EXPECT_EQ(find("enabled").value, rules::Setting(false));
  EXPECT_EQ(find("enabled").line, 17);
  EXPECT_EQ(find("enabled").column, 13);
  EXPECT_EQ(find("names").value, rules::Setting(std::vector<std::string>{"a", "b"}));
}

TEST(Config, SuggestsTheSettingThatWasMeant) {
  Folder folder;
  EXPECT_THAT(
      folder.troubles("organization = \"A\"\n" + kAll),
      ElementsAre("1:1 unknown setting \"organization\" in the configuration | did you mean \"organisation\"?"));
  EXPECT_THAT(folder.troubles(kAll + "  page_sice = 3\n"),
              ElementsAre("15:3 unknown setting \"page_sice\" in [[directory]] | did you mean \"page_size\"?"));
  EXPECT_THAT(folder.troubles(kAll + "[correlation]\nzzzzzz = 1\n"),
              ElementsAre("16:1 unknown setting \"zzzzzz\" in [correlation]"));
}

TEST(Config, NamesWhatIsMissing) {
  Folder folder;
  EXPECT_THAT(folder.troubles(kHead + "[[hr]]\npath = \"x\"\n[hr.columns]\nemployee_id = \"i\"\nlast_day = \"l\"\n" +
                              kDirectory),
              ElementsAre("3:1 [[hr]] lacks the setting \"name\" | Name of the source in reports and in the log."));
  const auto nothing = folder.troubles("");
  ASSERT_EQ(nothing.size(), 4u);
  for (const char* key : {"state", "log_key", "hr", "directory"}) {
    EXPECT_THAT(nothing, ::testing::Contains(HasSubstr(fmt::format("lacks the setting \"{}\"", key))));
  }
  EXPECT_THAT(folder.troubles("state = \"\"\nlog_key = \"k\"\n" + kHr + kDirectory),
              ElementsAre(HasSubstr("1:9 \"state\" is empty")));
}

struct Wrong {
  const char* line;  ///< line 15, within [[directory]], or a section of its own
  const char* said;
};

TEST(Config, ChecksTheKindOfEveryValue) {
  Folder folder;
  const Wrong cases[] = {
      {"page_size = \"many\"", "15:13 found text, expected a whole number"},
      {"page_size = 1.5", "15:13 found a number, expected a whole number"},
      {"page_size = 100001", "15:13 100001 is out of range | between 0 and 100000"},
      {"page_size = -1", "15:13 -1 is out of range | between 0 and 100000"},
      {"account_filter = 7", "15:18 found a whole number, expected text"},
      {"allow_plaintext = \"yes\"", "15:19 found text, expected true or false"},
      {"canaries = \"cn=x\"", "15:12 found text, expected a list of texts"},
      {"canaries = [\"cn=x\", 7]", "15:21 found a whole number, expected text"},
      {"bind = \"kerberos\"", "15:8 \"kerberos\" is not a choice here | one of simple, external, gssapi, anonymous"},
      {"total_deadline = \"5 parsecs\"",
       "15:18 \"5 parsecs\" is no length of time | such as \"30s\", \"5m\", \"2h\" or \"45d\""},
      {"total_deadline = \"0s\"", "15:18 \"0s\" is no length of time | such as \"30s\", \"5m\", \"2h\" or \"45d\""},
      {"total_deadline = 30", "15:18 found a whole number, expected a length of time such as \"30s\""},
      {"exported_at = 2026-01-01", "15:15 no time with an offset | such as 2026-01-31T00:00:00Z"},
      {"exported_at = 2026-01-01T00:00:00", "15:15 no time with an offset | such as 2026-01-31T00:00:00Z"},
      {"[correlation]\nmax_unmatched_share = 1.1", "16:23 out of range | a number from 0 to 1"},
      {"[correlation]\nmax_unmatched_share = nan", "16:23 out of range | a number from 0 to 1"},
      {"[correlation]\nunmatched_floor = 0", "16:19 0 is out of range | between 1 and 1000000"},
      {"[correlation]\nnon_human_patterns = [\"ok\", \"svc-(\"]",
       "16:29 \"svc-(\" is not a regular expression: missing ): svc-( | RE2 syntax is expected"},
      {"[rules]\nshiped = true",
       "16:10 unknown setting \"shiped\" in [rules] | packs, shipped, or a table [rules.<rule id>] with parameters"},
      {"[rules.LVR-001]\ngrace = 1.5",
       "16:9 no value for a parameter | true, false, a whole number, a text, or a list of texts"},
      {"[[correlation.registered]]\nlogin = \"x\"\nsource = \"adx\"",
       "17:10 no source is called \"adx\" | did you mean \"ad\"?"},
      {"[[correlation.persona]]\nkind = \"admin\"\npattern = \"adm-(.+\"",
       "17:11 \"adm-(.+\" is not a regular expression: missing ): adm-(.+ | RE2 syntax is expected"},
      {"[[correlation.persona]]\nkind = \"admin\"\npattern = \"a.*\"\nsource = \"adx\"",
       "18:10 no source is called \"adx\" | did you mean \"ad\"?"},
      {"[[correlation.persona]]\nkind = \"admin\"",
       "15:1 every account would be this persona | give it a prefix, suffix, pattern or under"},
      {"[[correlation.persona]]\nkind = \"primary\"\npattern = \"a.*\"",
       "16:8 \"primary\" is what accounts without a persona are | \"admin\", \"test\" or another word"},
      {"[correlation]\nlogin_patterns = [\"{g}{family}\", \"{name}\"]",
       "16:34 {name} is no part of a name: {given}, {family}, {g}, {f}, or a number of letters as in {family:6} are | "
       "such as \"{given}.{family}\" or \"{g}{family:7}\""},
      {"[correlation]\nsuggestions = 101", "16:15 101 is out of range | between 0 and 100"},
      {"[correlation.weights]\nnam = 1",
       "16:1 unknown setting \"nam\" in [correlation.weights] | did you mean \"name\"?"},
  };
  for (const Wrong& wrong : cases) {
    EXPECT_THAT(folder.troubles(kAll + wrong.line + "\n"), ElementsAre(wrong.said)) << wrong.line;
  }
}

TEST(Config, ChecksTheHrFeed) {
  Folder folder;
  const auto said = [&](const std::string& columns, const std::string& rest) {
    return folder.troubles(kHead + "[[hr]]\nname = \"hr\"\npath = \"hr.csv\"\n" + rest +
                           "\n[hr.columns]\nemployee_id = \"id\"\n" + columns + "\n" + kDirectory);
  };
  EXPECT_THAT(said("", ""), ElementsAre(HasSubstr("3:1 HR source \"hr\" maps neither status nor last_day")));
  EXPECT_THAT(said("status = \"S\"", ""), ElementsAre(HasSubstr("status_words is empty")));
  EXPECT_THAT(said("last_day = \"L\"", "encoding = \"utf-99\""),
              ElementsAre(HasSubstr("no encoding named \"utf-99\"")));
  EXPECT_THAT(said("last_day = \"L\"", "date_format = \"%d.%m\""), ElementsAre(HasSubstr("date_format \"%d.%m\"")));
  EXPECT_THAT(said("last_day = \"L\"", "time_zone = \"Europe/Bonn\""),
              ElementsAre("6:13 no time zone of the tz database | such as \"Europe/Berlin\""));
  EXPECT_THAT(said("last_day = \"L\"", "delimiter = \"::\""),
              ElementsAre("6:13 not a delimiter | one of \",\" \";\" \"\\t\" \"|\""));
  EXPECT_THAT(said("status = \"S\"", "[hr.status_words]\nGone = \"fired\""),
              ::testing::Contains("7:8 no employment status | one of pre-hire, active, on-leave, suspended, left"));
}

TEST(Config, ChecksThatUriLdifAndSecurityAgree) {
  Folder folder;
  folder.write("pw", "x");
  const auto said = [&](const std::string& lines) {
    return folder.troubles(kHead + kHr +
                           "[[directory]]\nname = \"d\"\ntype = \"openldap\"\nbases = [\"dc=x\"]\nbind_dn = "
                           "\"cn=r\"\npassword_file = \"pw\"\n" +
                           lines);
  };
  EXPECT_THAT(said("uri = \"ldap://h\"\n"), IsEmpty());
  EXPECT_THAT(said("uri = \"ldap://h\"\nldif = \"x\"\n"),
              ElementsAre(HasSubstr("10:1 directory \"d\" needs exactly one of uri")));
  EXPECT_THAT(said(""), ElementsAre(HasSubstr("needs exactly one of uri")));
  EXPECT_THAT(said("uri = \"ldaps://h\"\n"), ElementsAre(HasSubstr("uri and security disagree")));
  EXPECT_THAT(said("uri = \"ldap://h\"\nsecurity = \"ldaps\"\n"), ElementsAre(HasSubstr("uri and security disagree")));
  EXPECT_THAT(said("uri = \"ldap://h\"\nfailover_uris = [\"ldap://i\", \"ldaps://j\"]\n"),
              ElementsAre(HasSubstr("uri and security disagree")));
  EXPECT_THAT(folder.troubles(kHead + kHr +
                              "[[directory]]\nname = \"d\"\ntype = \"openldap\"\nbases = []\nuri = \"ldap://h\"\n"),
              ElementsAre(HasSubstr("has no bases"), HasSubstr("but has none"), HasSubstr("no bind_dn")));
}

TEST(Config, AsksOfEachKindOfDirectoryOnlyWhatItHas) {
  Folder folder;
  folder.write("pw", "x");
  const auto said = [&](const std::string& type, const std::string& lines) {
    return folder.troubles(kHead + kHr + "[[directory]]\nname = \"d\"\ntype = \"" + type +
                           "\"\nuri = \"ldap://h\"\nbases = [\"dc=x\"]\nbind_dn = \"cn=r\"\npassword_file = \"pw\"\n" +
                           lines);
  };
  const std::string controllers = "domain_controllers = [\"ldap://i\"]\n", changes = "changes = true\n";
  const auto no_controllers = Contains(HasSubstr("domain_controllers is for type = \"active-directory\" alone"));
  const auto no_changes =
      Contains(HasSubstr("asks for changes, which directories of type \"generic\" are not followed"));
  for (const std::string type : {"openldap", "389ds", "generic"}) EXPECT_THAT(said(type, controllers), no_controllers);
  EXPECT_THAT(said("active-directory", controllers), IsEmpty());
  const std::string policy = "default_password_policy = ";
  EXPECT_THAT(said("389ds", policy + "\"cn=default,dc=x\"\n"),
              ElementsAre(HasSubstr("default_password_policy is for OpenLDAP alone")));
  for (const char* right : {"\"cn=default,dc=x\"\n", "\"none\"\n"})
    EXPECT_THAT(said("openldap", policy + right), IsEmpty());
  EXPECT_THAT(said("openldap", policy + "\"default\"\n"),
              ElementsAre(HasSubstr("default_password_policy is no DN: default")));
  EXPECT_THAT(said("generic", changes), no_changes);
  for (const std::string type : {"openldap", "389ds", "active-directory"}) EXPECT_THAT(said(type, changes), IsEmpty());
}

TEST(Config, ReadsPasswordsFromPrivateFilesOnly) {
  Folder folder;
  const auto said = [&](const std::string& name) {
    return folder.troubles(kHead + kHr +
                           "[[directory]]\nname = \"d\"\ntype = \"openldap\"\nbases = [\"dc=x\"]\nuri = \"ldap://h\"\n"
                           "bind_dn = \"cn=r\"\npassword_file = \"" +
                           name + "\"\n");
  };
  folder.write("good", "x\r\n");
  folder.write("open", "x", 0644);
  folder.write("group", "x", 0640);
  folder.write("empty", "");
  folder.write("blank", "\nx");
  folder.write("long", std::string(5000, 'x'));
  EXPECT_THAT(said("good"), IsEmpty());
  for (const char* name : {"open", "group"}) {
    EXPECT_THAT(said(name), ElementsAre(HasSubstr("can be read by others: chmod 600 it")));
  }
  for (const char* name : {"empty", "blank"}) EXPECT_THAT(said(name), ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(said("long"), ElementsAre(HasSubstr("is longer than 1023 bytes")));
  EXPECT_THAT(said("none"), ElementsAre(HasSubstr("none: No such file")));
  ASSERT_EQ(::mkfifo((folder.path() + "/pipe").c_str(), 0600), 0);
  EXPECT_THAT(said("pipe"), ElementsAre(HasSubstr("is empty"))) << "and nobody waits for a writer";
}

TEST(Config, GivesEachSourceItsOwnName) {
  Folder folder;
  EXPECT_THAT(
      folder.troubles(kAll + "[[directory]]\nname = \"hr\"\ntype = \"openldap\"\nldif = \"x\"\nbases = [\"dc=x\"]\n"),
      ElementsAre("16:8 two sources are called \"hr\" | give each its own name"));
  EXPECT_THAT(
      folder.troubles(kAll + "[[directory]]\nname = \"a/b\"\ntype = \"openldap\"\nldif = \"x\"\nbases = [\"dc=x\"]\n"),
      ElementsAre(HasSubstr("16:8 not a name of a source")));
}

TEST(Config, ReportsEverythingAtOnceInTheOrderOfTheFile) {
  Folder folder;
  EXPECT_THAT(
      folder.troubles("stat = \"x\"\n" + kAll + "page_size = \"x\"\n[correlation]\nnon_human_patterns = [\"(\"]\n"),
      ElementsAre(HasSubstr("1:1 unknown setting \"stat\""), HasSubstr("16:13 found text"), HasSubstr("18:23 ")));
}

TEST(Config, ToldWhereTomlBreaks) {
  Folder folder;
  const auto said = folder.troubles("state = \"x\"\nlog_key = = 3\n");
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], ::testing::StartsWith("2:11 "));
  EXPECT_THAT(said[0], HasSubstr("TOML 1.0 is expected"));
  EXPECT_THAT(folder.troubles("a = \"\xFF\"\n"), ::testing::SizeIs(1));
  EXPECT_THAT(folder.troubles(std::string(1000, '[')), ::testing::SizeIs(1));
}

TEST(Config, SaysWhenItsFileCannotBeRead) {
  Folder folder;
  const auto none = load(folder.path() + "/none.toml");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error()[0].message, HasSubstr("No such file"));
  const auto directory = load(folder.path());
  ASSERT_FALSE(directory);
  folder.write("tallystick.toml", kAll);
  EXPECT_TRUE(load(folder.file()));
  std::filesystem::resize_file(folder.file(), kMaxBytes + 1);
  EXPECT_THAT(load(folder.file()).error()[0].message, HasSubstr("larger than"));
}

TEST(Config, OfTheSampleCompanyIsRight) {
  const auto config = load(TALLY_SOURCE_DIR "/docs/sample/tallystick.toml");
  ASSERT_TRUE(config) << base::to_string(config.error()[0]);
  EXPECT_EQ(config->directories.size(), 2u);
}

TEST(SettingsPage, IsFresh) {
  std::ifstream file(TALLY_SOURCE_DIR "/docs/settings.md", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), settings_page()) << "mend it: tallystick check-config --settings-page > docs/settings.md";
}

}  // namespace
}  // namespace tally::config
