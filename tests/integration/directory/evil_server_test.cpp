// Servers that stall, dribble, hang up or strip TLS: every collection ends by its deadline plus a second, says why it
// saw less than everything, and calls nothing complete that is not. The truth is the Tree's: 30 people and a group.
#include "tests/integration/directory/evil_lab.h"

namespace tally::directory {
namespace {

using namespace lab;

TEST(HonestServer, IsComplete) {
  for (const Security security : {Security::none, Security::starttls, Security::ldaps}) {
    const Collected c = collect_with(nullptr, security);
    EXPECT_TRUE(c.complete()) << c.coverage().in_words();
    EXPECT_EQ(c.harvest.accounts.size(), 30U);
    EXPECT_EQ(c.coverage().records_read, 31U);
    EXPECT_EQ(c.coverage().records_counted, 31U);
  }
}

/// Each request of the first connection is answered in that way; the last number is one that nobody asks any more.
void interrupt_every_request(Then how, Security security) {
  for (int at = 1; at < 40; ++at) {
    std::atomic<bool> reached = false;
    EvilServer server(with_tls({.script = Tree{}.script([&](const Asked& asked, Reply honest) {
                                  if (asked.connection != 1 || asked.number != at) return honest;
                                  if (asked.operation == Asked::unbind) return honest;
                                  reached = true;
                                  // Half of the answer, so that it stops in the midst of a message.
                                  return Reply{honest.bytes.substr(0, honest.bytes.size() / 2), how};
                                }),
                                .tls = security == Security::ldaps}));
    const Collected c = collect(to(server, security));
    expect_honest(c, server, fmt::format("request {}, {}", at, static_cast<int>(how)));
    if (!reached) {
      EXPECT_TRUE(c.complete());
      return;
    }
    EXPECT_FALSE(c.complete() && at < 8) << "bind, two of the server itself, base, four pages: all are needed";
  }
}

TEST(EveryRequest, MayBeTheOneAfterWhichTheServerFallsSilent) { interrupt_every_request(Then::stall, Security::none); }
TEST(EveryRequest, MayBeTheOneAfterWhichTheServerHangsUp) { interrupt_every_request(Then::close, Security::none); }
TEST(EveryRequest, MayBeTheOneAtWhichTheConnectionIsReset) { interrupt_every_request(Then::reset, Security::none); }
TEST(EveryRequest, MayBeAnsweredAByteASecond) { interrupt_every_request(Then::drip, Security::none); }
TEST(EveryRequest, MayBeAnsweredAByteASecondInsideTls) { interrupt_every_request(Then::drip, Security::ldaps); }
TEST(EveryRequest, MayBeAnsweredAByteASecondAfterStartTls) { interrupt_every_request(Then::drip, Security::starttls); }
TEST(EveryRequest, MayBeTheLastOneInsideTls) { interrupt_every_request(Then::close, Security::ldaps); }

TEST(Silence, AfterTheConnectionEndsAtTheConnectDeadline) {
  for (const Then how : {Then::stall, Then::drip}) {
    for (const Security security : {Security::none, Security::starttls, Security::ldaps}) {
      EvilServer server(
          {.script = Tree{}.script(), .on_connect = how, .tls = security == Security::ldaps, .drip_every = 50ms});
      const Collected c = collect(to(server, security));
      EXPECT_LT(c.took, kRequest + kGrace) << static_cast<int>(security);
      EXPECT_EQ(c.coverage().state, CoverageState::failed);
      EXPECT_FALSE(c.coverage().gaps.empty());
      EXPECT_EQ(server.passwords(), 0);
    }
  }
}

TEST(Silence, OfTheSecondCountIsNoAgreement) {
  for (const Then how : {Then::stall, Then::close, Then::reset, Then::drip}) {
    const Collected c = collect_with([&](const Asked& asked, Reply honest) {
      return is_count(asked) ? Reply{honest.bytes.substr(0, 50), how} : honest;
    });
    EXPECT_EQ(c.coverage().state, CoverageState::partial);
    EXPECT_FALSE(c.coverage().records_counted);
    EXPECT_THAT(c.coverage().gaps, Contains(Field(&Gap::sentence, HasSubstr("could not be counted a second time"))));
    EXPECT_EQ(c.harvest.accounts.size(), 30U) << "what was read stays";
  }
}

TEST(ConnectionCut, AfterEveryNumberOfBytesIsNeverTakenForTheEnd) {
  std::size_t all = 0;
  {
    EvilServer server({.script = Tree{}.script()});
    ASSERT_TRUE(collect(to(server)).complete());
    all = server.most_sent();
  }
  ASSERT_GT(all, 1000U);
  for (std::size_t n = 0; n < all; n += n < 200 ? 1 : 7) {
    EvilServer server({.script = Tree{}.script(), .close_after = n});
    const Collected c = collect(to(server));
    expect_honest(c, server, fmt::format("after {} bytes of {}", n, all));
  }
}

/// StartTLS is answered so, and whatever follows as usual.
Collected with_start_tls_answer(const std::function<Reply(const Asked&)>& answer, EvilServer*& server,
                                std::unique_ptr<EvilServer>& keep) {
  keep = std::make_unique<EvilServer>(with_tls({.script = Tree{}.script([&](const Asked& asked, Reply honest) {
    return asked.operation == Asked::extended ? answer(asked) : honest;
  })}));
  server = keep.get();
  return collect(to(*keep, Security::starttls));
}

TEST(StripTls, NeverGetsAPassword) {
  const std::string granted(1, '\0');
  const auto success = [](const Asked& asked) { return ldap_message(asked.id, ldap_result(0x78, 0)); };
  const std::vector<std::pair<const char*, std::function<Reply(const Asked&)>>> ways = {
      {"refused",
       [](const Asked& asked) { return Reply{ldap_message(asked.id, ldap_result(0x78, 2, "no TLS here"))}; }},
      {"granted, then clear text", [&](const Asked& asked) { return Reply{success(asked)}; }},
      {"granted, with answers in clear behind it",
       [&](const Asked& asked) {
         return Reply{success(asked) + ldap_message(asked.id + 1, ldap_result(0x61, 0)), Then::listen_on};
       }},
      {"granted, with answers in clear injected before the handshake",
       [&](const Asked& asked) {
         return Reply{success(asked) + ldap_message(asked.id + 1, ldap_result(0x61, 0)), Then::start_tls};
       }},
      {"answered as a bind", [](const Asked& asked) { return Reply{ldap_message(asked.id, ldap_result(0x61, 0))}; }},
      {"referred elsewhere",
       [](const Asked& asked) {
         return Reply{ldap_message(asked.id, ldap_result(0x78, 10, "", {"ldap://127.0.0.1:1/"}))};
       }},
      {"silence",
       [](const Asked&) {
         return Reply{"", Then::stall};
       }},
  };
  for (const auto& [name, answer] : ways) {
    EvilServer* server = nullptr;
    std::unique_ptr<EvilServer> keep;
    const Collected c = with_start_tls_answer(answer, server, keep);
    EXPECT_LT(c.took, 2 * kRequest + kGrace) << name;
    EXPECT_EQ(c.coverage().state, CoverageState::failed) << name;
    EXPECT_EQ(c.coverage().gaps.size(), 1U) << name;
    EXPECT_EQ(server->passwords(), 0) << name;
    EXPECT_TRUE(server->all_closed()) << name;
  }
}

}  // namespace
}  // namespace tally::directory
