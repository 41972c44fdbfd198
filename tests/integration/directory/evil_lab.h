// What the tests with an EvilServer share: how it is asked, with what patience, and what must hold whatever it does.
#pragma once

#include <atomic>

#include "connectors/directory/ldap_source.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/integration/directory/evil_tree.h"
#include "tests/support/certificates.h"

namespace tally::directory::lab {

using model::CoverageState;
using model::Gap;
using support::EvilOptions;
using support::EvilServer;
using support::ldap_done;
using support::ldap_entry;
using support::ldap_message;
using support::ldap_result;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::Field;
using testing::HasSubstr;

inline constexpr auto kRequest = 700ms;
inline constexpr auto kTotal = 2500ms;
inline constexpr auto kGrace = 1000ms;

inline support::Certificates& certificates() {
  static support::Certificates all;
  return all;
}

inline support::Certificates::Files good_certificate() {
  static const auto files = certificates().issue({});
  return files;
}

/// With a certificate, so that the test may ask for any security.
inline EvilOptions with_tls(EvilOptions o) {
  o.certificate = good_certificate().certificate;
  o.key = good_certificate().key;
  return o;
}

inline LdapOptions to(const EvilServer& server, Security security = Security::none) {
  LdapOptions o;
  o.profile.name = "evil";
  o.profile.bases = {"dc=t"};
  o.uri = server.uri();
  o.security = security;
  o.bind_dn = "cn=reader,dc=t";
  o.password = base::Secret(std::string("secret"));
  o.ca_file = certificates().ca_file();
  o.allow_plaintext = true;
  o.page_size = 10;
  o.connect_deadline = kRequest;
  o.request_deadline = kRequest;
  o.total_deadline = kTotal;
  return o;
}

struct Collected {
  model::Harvest harvest;
  std::chrono::steady_clock::duration took{};
  [[nodiscard]] const model::Coverage& coverage() const { return harvest.source.coverage; }
  [[nodiscard]] bool complete() const { return coverage().state == CoverageState::complete; }
};

inline Collected collect(LdapOptions options) {
  const auto source = make_ldap_source(std::move(options));
  const auto begin = std::chrono::steady_clock::now();
  Collected out;
  out.harvest = source->collect({&now, {}});
  out.took = std::chrono::steady_clock::now() - begin;
  return out;
}

inline auto gap(Gap::Kind kind, const std::string& words) {
  return Contains(AllOf(Field(&Gap::kind, kind), Field(&Gap::sentence, HasSubstr(words))));
}

/// What holds whatever the server did: in time, and either everything was seen or it says why not.
inline void expect_honest(const Collected& c, const EvilServer& server, const std::string& when) {
  EXPECT_LT(c.took, kTotal + kGrace) << when;
  if (c.complete()) {
    EXPECT_EQ(c.harvest.accounts.size(), 30U) << when;
    EXPECT_EQ(c.harvest.groups.size(), 1U) << when;
  } else {
    EXPECT_FALSE(c.coverage().gaps.empty()) << when;
    EXPECT_THAT(c.coverage().gaps, Each(Field(&Gap::sentence, testing::Not(testing::IsEmpty())))) << when;
  }
  EXPECT_TRUE(server.all_closed()) << when;
}

inline Collected collect_with(Twist twist, Security security = Security::none, Tree tree = {}) {
  EvilServer server(with_tls({.script = tree.script(std::move(twist)), .tls = security == Security::ldaps}));
  Collected out = collect(to(server, security));
  EXPECT_LT(out.took, kTotal + kGrace);
  EXPECT_TRUE(server.all_closed());
  return out;
}

}  // namespace tally::directory::lab
