// FollowedDirectory: a real slapd that tells changes, with or without a session log, and a replica of it.
#pragma once

#include <fmt/format.h>

#include "connectors/directory/ldap_source.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/integration/directory/told_harvest.h"
#include "tests/support/work_folder.h"

namespace tally::directory::lab {

inline std::string unit(std::string_view dn, std::string_view ou) {
  return fmt::format("dn: {},dc=example,dc=test\nobjectClass: organizationalUnit\nou: {}\n\n", dn, ou);
}

inline std::string person(int number, std::string_view below) {
  return fmt::format(
      "dn: uid=p{0},{1},dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: p{0}\ncn: Person {0}\nsn: {0}\n"
      "employeeNumber: {0}\nuserPassword: secret{0}\n\n",
      number, below);
}

inline std::string group(std::string_view name, std::string_view member) {
  return fmt::format("dn: cn={0},ou=groups,dc=example,dc=test\nobjectClass: groupOfNames\ncn: {0}\nmember: {1}\n\n",
                     name, member);
}

inline std::string company() {
  std::string out = unit("ou=policies", "policies") +
                    "dn: cn=default,ou=policies,dc=example,dc=test\nobjectClass: pwdPolicy\nobjectClass: device\n"
                    "cn: default\npwdAttribute: userPassword\npwdLockout: TRUE\npwdMaxFailure: 2\n"
                    "pwdLockoutDuration: 1\n\n" +
                    unit("ou=people", "people") + unit("ou=groups", "groups") + unit("ou=left", "left");
  for (int i = 0; i < 40; ++i) out += person(i, "ou=people");
  return out + group("sales", "uid=p1,ou=people,dc=example,dc=test") +
         group("admins", "uid=p2,ou=people,dc=example,dc=test");
}

inline std::string with_sync(std::string_view session_log) {
  return fmt::format(
      "dn: olcOverlay=syncprov,olcDatabase={{1}}mdb,cn=config\nchangetype: add\nobjectClass: olcOverlayConfig\n"
      "objectClass: olcSyncProvConfig\nolcOverlay: syncprov\n{}\n"
      "dn: olcDatabase={{1}}mdb,cn=config\nchangetype: modify\nreplace: olcLastBind\nolcLastBind: TRUE\n\n",
      session_log);
}

enum class Log : std::uint8_t { kept, none };

class FollowedDirectory : public testing::TestWithParam<Log> {
 protected:
  void SetUp() override {
    auto folder = support::WorkFolder::create("replicas");
    ASSERT_TRUE(folder) << folder.error().message;
    folder_.emplace(std::move(*folder));
    start({.data = {company()}, .config_changes = {with_sync(log())}});
  }
  static std::string log() { return GetParam() == Log::kept ? "olcSpSessionlog: 10000\n" : ""; }
  void start(const support::SlapdOptions& options) {
    auto server = support::Slapd::start(options);
    ASSERT_TRUE(server) << server.error().message;
    server_.emplace(std::move(*server));
  }
  void apply(const std::string& change) {
    const auto done = server_->apply(change);
    ASSERT_TRUE(done) << done.error().message << "\n" << change;
  }
  [[nodiscard]] std::string replica() const { return folder_->path() / "replicas/lab.tsr"; }
  [[nodiscard]] LdapOptions options() const {
    LdapOptions o = reader_of(*server_);
    o.replica = replica();
    return o;
  }
  static model::Harvest collect(LdapOptions o, base::Instant when = now()) {
    return make_ldap_source(std::move(o))->collect({[when] { return when; }, {}});
  }
  /// By changes, or why not: what the notes say of it.
  static std::string way(const model::Harvest& harvest) {
    std::string out;
    for (const std::string& note : harvest.source.notes) {
      if (note.starts_with("changes: ")) out += note + "\n";
    }
    return out;
  }
  /// Both ways, now; what the one by changes said of itself.
  std::string expect_same(std::string_view after) {
    const base::Instant when = now();
    const model::Harvest followed = collect(options(), when);
    const model::Harvest full = collect(reader_of(*server_), when);
    EXPECT_EQ(full.source.coverage.state, model::CoverageState::complete) << full.source.coverage.in_words();
    EXPECT_EQ(followed.source.coverage.state, model::CoverageState::complete) << followed.source.coverage.in_words();
    EXPECT_EQ(told_but_the_reader(followed, "cn=reader,"), told_but_the_reader(full, "cn=reader,"))
        << "after " << after << "\n"
        << way(followed);
    return way(followed);
  }
  void follow(std::string_view after) {
    EXPECT_THAT(expect_same(after), testing::HasSubstr("changes: followed by RFC 4533"));
  }
  /// Binds once, and fails when the password is wrong.
  void sign_in(int number, std::string_view password) {
    LdapOptions o = reader_of(*server_);
    o.bind_dn = fmt::format("uid=p{},ou=people,dc=example,dc=test", number);
    o.password = base::Secret(std::string(password));
    refusal(o);
  }

  std::optional<support::WorkFolder> folder_;
  std::optional<support::Slapd> server_;
};

}  // namespace tally::directory::lab
