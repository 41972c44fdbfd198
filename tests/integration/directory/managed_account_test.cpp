// Who may read the password of a group managed service account that is an administrator, in a real Samba AD. Samba 4.17
// keeps msDS-GroupMSAMembership and gives nobody such a password, so that its readers get it is not tried here.
#include <fmt/format.h>

#include "connectors/directory/ldap_source.h"
#include "policy/access/control.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/base64.h"
#include "tests/unit/connectors/directory/descriptor.h"

namespace tally::directory {
namespace {

using model::Truth;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kBase = "DC=ad,DC=lab,DC=test";

std::string corp(std::string_view name) { return fmt::format("CN={},OU=Corp,{}", name, kBase); }

/// anna is in Servers, which will read the password of one of two service accounts; that one is an administrator.
std::string company() {
  std::string out = fmt::format("dn: OU=Corp,{}\nobjectClass: organizationalUnit\n\n", kBase);
  for (const char* login : {"anna", "bert"})
    out +=
        fmt::format("dn: {}\nobjectClass: user\nsAMAccountName: {}\nuserAccountControl: 514\n\n", corp(login), login);
  for (const char* name : {"svc-power", "svc-none", "svc-untold"})
    out += fmt::format(
        "dn: {}\nobjectClass: msDS-GroupManagedServiceAccount\nsAMAccountName: {}$\ndNSHostName: {}.ad.lab.test\n"
        "msDS-ManagedPasswordInterval: 30\nuserAccountControl: 4096\n\n",
        corp(name), name, name);
  out += fmt::format("dn: {}\nobjectClass: group\nsAMAccountName: Servers\ngroupType: -2147483646\nmember: {}\n\n",
                     corp("Servers"), corp("anna"));
  return out + fmt::format("dn: CN=Domain Admins,CN=Users,{}\nchangetype: modify\nadd: member\nmember: {}\n\n", kBase,
                           corp("svc-power"));
}

class ManagedAccount : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::SambaAd::start({.ldif = {company()}});
    ASSERT_TRUE(started) << started.error().message;
    dc_ = new support::SambaAd(std::move(*started));
    inside_ = new support::InsideNamespace(dc_->enter());
    before_ = collected();
    for (const char* name : {"svc-power", "svc-none"}) {
      const auto done = dc_->apply(fmt::format(
          "dn: {}\nchangetype: modify\nreplace: msDS-GroupMSAMembership\nmsDS-GroupMSAMembership:: {}\n\n", corp(name),
          support::base64(descriptor(
              "S-1-5-32-544", {allow(sid_of(name == std::string("svc-power") ? "Servers" : "bert"), 0xF01FF)}))));
      ASSERT_TRUE(done) << done.error().message;
    }
    after_ = collected();
    // The attribute is hidden from the reader alone.
    const auto hidden = dc_->apply(
        fmt::format("dn: {}\nchangetype: modify\nreplace: nTSecurityDescriptor\nnTSecurityDescriptor: O:DAG:DAD:"
                    "(OD;;RP;888eedd6-ce04-df40-b462-b8a50e41ba38;;{})(A;;RCRPLCLO;;;AU)(A;;GA;;;SY)(A;;GA;;;DA)\n\n",
                    corp("svc-power"), sid_of("reader")));
    ASSERT_TRUE(hidden) << hidden.error().message;
    hidden_ = collected();
  }
  static void TearDownTestSuite() {
    delete inside_;
    delete dc_;
  }

  static model::Snapshot collected() {
    std::vector<model::Harvest> all;
    all.push_back(make_ldap_source(lab::reader_of(*dc_))->collect({&lab::now, {}}));
    return model::join(std::move(all), lab::now());
  }
  static std::string sid_of(const std::string& name) {
    const model::Snapshot& s = before_;
    for (std::size_t i = 0; i < s.accounts.size(); ++i) {
      if (s.view(s.accounts.login[i]) == name) return std::string(s.view(s.accounts.sid[i]));
    }
    for (std::size_t i = 0; i < s.groups.size(); ++i) {
      if (s.view(s.groups.name[i]) == name) return std::string(s.view(s.groups.sid[i]));
    }
    throw std::runtime_error("no " + name);
  }
  static model::AccountId account(const model::Snapshot& s, std::string_view login) {
    for (std::size_t i = 0; i < s.accounts.size(); ++i) {
      if (s.view(s.accounts.login[i]) == login) return model::AccountId::at(i);
    }
    throw std::runtime_error("no such account");
  }

  static inline support::SambaAd* dc_ = nullptr;
  static inline support::InsideNamespace* inside_ = nullptr;
  static inline model::Snapshot before_, after_, hidden_;
};

TEST_F(ManagedAccount, IsInTheHandsOfWhoeverMayReadItsPassword) {
  const access::Access access = access::effective_access(after_, {});
  const access::Control control(after_, access);
  const auto anna = account(after_, "anna");
  ASSERT_EQ(control.of(anna).value, Truth::yes) << control.view(control.of(anna).basis);
  EXPECT_THAT(control.path(anna), ElementsAre("anna", "member of", "Servers", "may read the managed password of",
                                              "svc-power$", "member of", "Domain Admins"));
}

TEST_F(ManagedAccount, WithoutPowerGivesNobodyAny) {
  const access::Access access = access::effective_access(after_, {});
  const access::Control control(after_, access);
  const auto bert = account(after_, "bert");
  EXPECT_EQ(control.of(bert).value, Truth::no) << control.view(control.of(bert).basis);
}

/// Access rules may hide who it is: that is not nobody.
TEST_F(ManagedAccount, WhoseReadersAreHiddenLeavesEverybodyInDoubt) {
  const access::Access access = access::effective_access(hidden_, {});
  const access::Control control(hidden_, access);
  for (const char* login : {"anna", "bert"}) {
    const auto answer = control.of(account(hidden_, login));
    EXPECT_EQ(answer.value, Truth::unknown) << login << ": " << control.view(answer.basis);
    EXPECT_THAT(control.view(answer.basis), HasSubstr("msDS-GroupMSAMembership")) << login;
  }
}

/// The server answers "(!(msDS-GroupMSAMembership=*))" of both in the same way.
TEST_F(ManagedAccount, ThatNobodyMayReadLooksTheSame) {
  const access::Access access = access::effective_access(before_, {});
  const access::Control control(before_, access);
  const auto answer = control.of(account(before_, "anna"));
  EXPECT_EQ(answer.value, Truth::unknown);
  EXPECT_THAT(control.view(answer.basis), HasSubstr("msDS-GroupMSAMembership"));
}

}  // namespace
}  // namespace tally::directory
