// What we may write in a real 389 Directory Server, by our reading of its access rules and by the server's own word
// (Get Effective Rights): where they agree, where our reading cannot tell, where it is wrong, and where it is refused.
#include <fmt/format.h>

#include "connectors/directory/effective_rights.h"
#include "connectors/directory/examination.h"
#include "connectors/directory/ldap_source.h"
#include "connectors/directory/own_rights_check.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/ds389.h"

namespace tally::directory {
namespace {

using model::Truth;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kSuffix = "dc=example,dc=test";
const std::string kPeople = "ou=people," + kSuffix;
const std::string kWheel = "cn=wheel,ou=groups," + kSuffix;

std::string person(std::string_view uid) { return fmt::format("uid={},{}", uid, kPeople); }

/// adm is in wheel; ida is nobody.
std::string company() {
  std::string out = fmt::format(
      "dn: ou=people,{0}\nobjectClass: organizationalUnit\nou: people\n\ndn: ou=groups,{0}\nobjectClass: "
      "organizationalUnit\nou: groups\n\n",
      kSuffix);
  for (const char* uid : {"adm", "ida"})
    out += fmt::format("dn: {}\nobjectClass: inetOrgPerson\nuid: {}\ncn: x\nsn: x\nuserPassword: secret-{}\n\n",
                       person(uid), uid, uid);
  return out + fmt::format("dn: {}\nobjectClass: groupOfNames\ncn: wheel\nmember: {}\n\n", kWheel, person("adm"));
}

const std::string kReader = "userdn=\"ldap:///uid=reader,dc=example,dc=test\"";

std::string aci(std::string_view targets, std::string_view name, std::string_view permissions) {
  return fmt::format("{}(version 3.0; acl \"{}\"; {} {};)", targets, name, permissions, kReader);
}

class Ds389OwnRights : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::Ds389::start({.data = {company()}});
    ASSERT_TRUE(started) << started.error().message;
    server_ = new support::Ds389(std::move(*started));
    const auto shown = server_->apply("dn: cn=config\nchangetype: modify\nadd: aci\naci: " +
                                      aci("(targetattr=\"objectClass || aci || nsslapd-rootdn\")"
                                          "(target=\"ldap:///cn=config\")",
                                          "settings", "allow (read, search, compare)") +
                                      "\n\n");
    ASSERT_TRUE(shown) << shown.error().message;
  }
  static void TearDownTestSuite() { delete server_; }

  /// An instruction that is there as long as this is.
  class Given {
   public:
    Given(std::string entry, std::string value) : entry_(std::move(entry)), value_(std::move(value)) { change("add"); }
    ~Given() { change("delete"); }

   private:
    void change(const char* how) {
      const auto done =
          server_->apply(fmt::format("dn: {}\nchangetype: modify\n{}: aci\naci: {}\n\n", entry_, how, value_));
      EXPECT_TRUE(done) << done.error().message;
    }
    std::string entry_, value_;
  };

  static LdapOptions options() {
    LdapOptions o = lab::reader_of(*server_);
    o.profile.privileged_groups = {{kWheel, model::Tier::tier1}};
    return o;
  }
  static model::SourceRecord audited() {
    const LdapOptions o = options();
    return make_ldap_source(options_for_server(o, o.uri))->collect({&lab::now, {}}).source;
  }
  /// The server's last word: the account that reads really tries.
  static bool we_write(const std::string& entry, std::string_view change) {
    const auto outcome =
        support::run_command({.argv = {"ldapmodify", "-x", "-H", server_->uri(), "-D", server_->reader_dn(), "-w",
                                       server_->reader_password()},
                              .environment = {{"LDAPNOINIT", "1"}},
                              .input = fmt::format("dn: {}\nchangetype: modify\n{}\n\n", entry, change)},
                             std::chrono::seconds(20));
    EXPECT_TRUE(outcome);
    return outcome && outcome->exit_code == 0;
  }
  static std::string checked(const model::SourceRecord& source) {
    for (const std::string& note : source.notes) {
      if (note.starts_with("effective-rights: ")) return note;
    }
    return {};
  }

  static support::Ds389* server_;
};
support::Ds389* Ds389OwnRights::server_ = nullptr;

TEST_F(Ds389OwnRights, AreWhatTheServerSaysWhereWeMayOnlyRead) {
  const model::SourceRecord source = audited();
  EXPECT_THAT(source.own_powers, IsEmpty());
  EXPECT_EQ(source.own_powers_unread, "");
  EXPECT_EQ(source.controls_unread, "");
  // The suffix, cn=config, adm and ida, wheel: each asked at least once.
  EXPECT_THAT(checked(source), HasSubstr("does not contradict our reading"));
  EXPECT_THAT(source.notes, Contains("own-rights: nothing beyond reading"));
}

TEST_F(Ds389OwnRights, CannotBeToldWhereAFilterSaysForWhichEntriesWeHaveThem) {
  const Given nobody(kPeople,
                     aci("(targetattr=\"userPassword\")(targetfilter=\"(uid=nobody)\")", "filtered", "allow (write)"));
  const model::SourceRecord source = audited();
  EXPECT_THAT(source.own_powers, IsEmpty());
  EXPECT_EQ(source.own_powers_unread, "aci \"filtered\" cannot be evaluated here");
}

TEST_F(Ds389OwnRights, OverEntriesThatMeanNoPowerAreMoreThanAnAuditNeedsToo) {
  const Given ordinary(kPeople, aci("(targetattr=\"mail || cn\")", "ordinary", "allow (write)"));
  ASSERT_TRUE(we_write(person("ida"), "replace: cn\ncn: y"));
  EXPECT_THAT(audited().own_powers,
              ElementsAre(AllOf(HasSubstr("may write cn, mail (aci \"ordinary\" of " + kPeople))));
}

TEST_F(Ds389OwnRights, OverEntriesThatNameUsAreFound) {
  const Given named(kPeople,
                    "(targetattr=\"cn\")(version 3.0; acl \"named\"; allow (write) userattr=\"manager#USERDN\";)");
  EXPECT_THAT(audited().own_powers, IsEmpty()) << "nobody names us";
  EXPECT_EQ(audited().own_powers_unread, "");
  const auto change = [](const char* how) {
    EXPECT_TRUE(server_->apply(fmt::format("dn: {}\nchangetype: modify\n{}: manager\nmanager: {}\n\n", person("ida"),
                                           how, server_->reader_dn())));
  };
  change("add");
  ASSERT_TRUE(we_write(person("ida"), "replace: cn\ncn: z"));
  EXPECT_THAT(audited().own_powers, ElementsAre(HasSubstr("may write cn (aci \"named\" of " + kPeople)));
  change("delete");
}

TEST_F(Ds389OwnRights, ThatOnlyTheServerSeesAreAFindingAllTheSame) {
  const Given adm(kPeople,
                  aci("(targetattr=\"userPassword\")(targetfilter=\"(uid=adm)\")", "filtered", "allow (write)"));
  const std::string said = "may reset the password of " + person("adm") +
                           " (the server says that we may write userPassword of it; our reading of its aci cannot "
                           "tell: aci \"filtered\" cannot be evaluated here)";
  EXPECT_THAT(audited().own_powers, ElementsAre(said));
  EXPECT_THAT(examine(options(), lab::now()).own_powers, ElementsAre(said)) << "doctor says the same";
}

TEST_F(Ds389OwnRights, ThatContradictOurReadingMakeItDoubtfulForEverybody) {
  // An instruction that does not show: the account may write by it, and may not read it.
  const Given right(kPeople, aci("(targetattr=\"userPassword\")", "help", "allow (write)"));
  const Given hidden(kPeople, aci("(targetattr=\"aci\")", "hidden", "deny (read, search, compare)"));
  const model::SourceRecord source = audited();
  EXPECT_THAT(source.own_powers, Contains("may reset the password of " + person("adm") +
                                          " (the server says that we may write userPassword of it; our reading of its "
                                          "aci says not)"));
  for (const std::string& unread : {source.controls_unread, source.own_powers_unread})
    EXPECT_THAT(unread, AllOf(HasSubstr("our reading of access rules is not the server's own"),
                              HasSubstr("(such as: we may write userPassword, our reading says not)")));
  EXPECT_THAT(source.controls_unread, Not(HasSubstr("uid="))) << "the reason is in the manifest, which names nobody";
  EXPECT_THAT(checked(source), HasSubstr("is another than our reading"));
}

TEST_F(Ds389OwnRights, ToReadPasswordsAreMoreThanAnAuditNeeds) {
  const Given hashes(kPeople, aci("(targetattr=\"userPassword\")", "hashes", "allow (read)"));
  EXPECT_THAT(audited().own_powers,
              Contains("may read userPassword of " + person("ida") + " (effective rights, as the server tells them)"));
}

class Ds389OwnRightsAsked : public Ds389OwnRights {
 protected:
  void SetUp() override {
    auto session = lab::open(options());
    ASSERT_TRUE(session) << session.error().message;
    session_.emplace(std::move(*session));
  }

  OwnRightsCheck check(Permission ours, bool any_connection) {
    const OwnRules rules{[ours](const Requester&, const Target&, std::string_view) { return ours; }, any_connection};
    return check_own_rights(*session_, {server_->reader_dn()},
                            {{model::ControlledKind::account, {person("ida")}, {{"userPassword", 1}}}}, rules,
                            patience_);
  }

  Patience patience_{std::chrono::seconds(20), connectors::Deadline::after(std::chrono::seconds(60))};
  std::optional<Session> session_;
};

TEST_F(Ds389OwnRightsAsked, AreNotToldOfOthers) {
  const auto own = effective_rights(*session_, kWheel, {"member", "userPassword"}, server_->reader_dn(), patience_);
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_TRUE(own->may_read("member"));
  EXPECT_EQ(own->write("member"), MayWrite::no);
  const auto others = effective_rights(*session_, kWheel, {"member"}, person("ida"), patience_);
  ASSERT_FALSE(others);
  EXPECT_EQ(others.error().kind, base::ErrorKind::denied) << others.error().message;
}

TEST_F(Ds389OwnRightsAsked, ThatTheServerDeniesAndOurReadingGivesAreADifference) {
  const Permission yes{Truth::yes, false, "aci \"misread\"", {}};
  EXPECT_THAT(check(yes, false).doubt, HasSubstr("we may not write userPassword, our reading says we may"));
  EXPECT_EQ(check(yes, true).doubt, "") << "another connection may give it";
}

TEST_F(Ds389OwnRightsAsked, ThatTheServerRefusesAreSaidNotToBeCompared) {
  const OwnRules no{[](const Requester&, const Target&, std::string_view) {
    return Permission{Truth::unknown, false, {}, "a macro"};
  }};
  const OwnRightsCheck refused =
      check_own_rights(*session_, {person("ida")},
                       {{model::ControlledKind::group, {kWheel}, {{"member", model::kAddMember}}}}, no, patience_);
  EXPECT_THAT(refused.not_made, HasSubstr("insufficientAccessRights"));
  EXPECT_EQ(refused.entries, 0U);
}

TEST(Ds389OwnRightsElsewhere, OfAServerThatDoesNotKnowTheControlAreSaidNotToBeCompared) {
  auto server = support::Slapd::start({});
  ASSERT_TRUE(server) << server.error().message;
  LdapOptions o = lab::reader_of(*server);
  o.profile.dialect = Dialect::ds389;
  EXPECT_EQ(examine(o, lab::now()).own_rights_checked,
            "our own rights could not be compared with the server's word: the server does not know the control "
            "1.3.6.1.4.1.42.2.27.9.5.2");
}

}  // namespace
}  // namespace tally::directory
