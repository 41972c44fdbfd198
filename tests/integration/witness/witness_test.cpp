// A log's client and the built tallystick-witness, on loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "daemon/recorder/witness_client.h"
#include "tests/integration/witness/canned_server.h"
#include "tests/integration/witness/witness_process.h"
#include "tests/support/stalling_server.h"
#include "tests/unit/daemon/ledger/memory_log.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using ledger::MemoryLog;
using recorder::WitnessClient;
using recorder::WitnessRound;
using recorder::WitnessSays;
using ::testing::HasSubstr;
using ::testing::SizeIs;

MemoryLog log_of(std::size_t size, const std::string& history = "") {
  auto entries = ledger::entry_texts(size);
  if (!history.empty()) entries.back().replace(entries.back().find("run_started"), 11, history);
  return ledger::make_log(entries);
}

WitnessRound submit(WitnessClient& client, MemoryLog& log, std::chrono::milliseconds within = 20s) {
  const auto round = client.submit(log, log.files["checkpoint"], within);
  EXPECT_TRUE(round) << (round ? "" : round.error().message);
  return round ? *round : WitnessRound();
}

/// What the one witness of the policy says to a client that knows nothing yet.
recorder::WitnessAnswer says(const ledger::TrustPolicy& policy, MemoryLog log) {
  auto client = WitnessClient::create(policy);
  return submit(*client, log).answers.at(0);
}

/// PyNaCl's verdict on notes: how many there are, or what is wrong.
std::string independently(const WitnessProcess& witness, const std::vector<std::string>& notes) {
  std::vector<std::string> argv{"/usr/bin/python3", TALLY_SOURCE_DIR "/tests/integration/witness/check_cosignatures.py",
                                witness.key().format()};
  for (std::size_t i = 0; i < notes.size(); ++i) {
    argv.push_back(*support::write_file(witness.folder() / ("note" + std::to_string(i)), notes[i]));
  }
  const auto seen = support::run_command({.argv = argv}, 60s);
  return seen ? seen->out + seen->err : seen.error().message;
}

TEST(Witness, CosignsALogAsItGrowsAndAnIndependentProgramAgrees) {
  WitnessProcess witness;
  ASSERT_NO_FATAL_FAILURE(witness.start());
  auto client = WitnessClient::create(witness.policy());
  std::vector<std::string> notes;
  for (const std::size_t size : {1u, 2u, 100u, 256u, 257u, 257u, 700u}) {
    MemoryLog log = log_of(size);
    const WitnessRound round = submit(*client, log);
    EXPECT_TRUE(round.quorum) << round.answers[0].sentence;
    const auto note = ledger::Note::parse(round.note);
    ASSERT_TRUE(note);
    const std::vector<ledger::VerifierKey> keys{ledger::log_signer().key, witness.key()};
    const auto check = note->verify(keys);
    ASSERT_TRUE(check) << check.error().message;
    EXPECT_THAT(check->signers, SizeIs(2));
    notes.push_back(round.note);
  }
  EXPECT_EQ(independently(witness, notes), "7\n");
  notes[3][notes[3].find("256\n")] = '3';
  EXPECT_THAT(independently(witness, notes), HasSubstr("BadSignatureError"));

  ASSERT_NO_FATAL_FAILURE(witness.kill());
  ASSERT_NO_FATAL_FAILURE(witness.start());
  MemoryLog larger = log_of(800);
  auto restarted = WitnessClient::create(witness.policy());
  EXPECT_TRUE(submit(*restarted, larger).quorum) << "a client without a memory learns the size by a 409";
  EXPECT_EQ(witness.stop(), 0);
}

TEST(Witness, RaisesTheAlarmWhenALogIsSetBackOrForked) {
  WitnessProcess witness;
  ASSERT_NO_FATAL_FAILURE(witness.start());
  ASSERT_EQ(says(witness.policy(), log_of(300)).says, WitnessSays::cosigned);

  const auto back = says(witness.policy(), log_of(200));
  EXPECT_EQ(back.says, WitnessSays::is_ahead);
  EXPECT_THAT(back.sentence, HasSubstr("cosigned 300 entries, and this log has 200"));

  const auto same_size = says(witness.policy(), log_of(300, "other_event"));
  EXPECT_EQ(same_size.says, WitnessSays::contradicts);
  EXPECT_THAT(same_size.sentence, HasSubstr("another root of this size was cosigned before"));
  EXPECT_THAT(witness.journal(), HasSubstr("TS-2104"));

  auto grown_from_fork = ledger::entry_texts(400);
  grown_from_fork[7].replace(grown_from_fork[7].find("run_started"), 11, "other_event");
  EXPECT_EQ(says(witness.policy(), ledger::make_log(grown_from_fork)).says, WitnessSays::contradicts);
  EXPECT_EQ(says(witness.policy(), log_of(400)).says, WitnessSays::cosigned) << "the right one goes on";
}

TEST(Witness, DoesNotCosignForKeysAndLogsThatItDoesNotKnow) {
  WitnessProcess witness;
  ASSERT_NO_FATAL_FAILURE(witness.start());
  MemoryLog log = log_of(5);
  const std::string text = ledger::checkpoint_of(ledger::entry_texts(5)).format();
  const ledger::TestSigner impostor("audit.example.com/hostA", ledger::KeyType::ed25519, std::string(32, 'x'));
  log.files["checkpoint"] = ledger::Note{text, {impostor.sign(text)}}.format();
  const auto wrong_key = says(witness.policy(), log);
  EXPECT_EQ(wrong_key.says, WitnessSays::not_ours);
  EXPECT_THAT(wrong_key.sentence, HasSubstr("by another key"));

  const std::string elsewhere = "audit.example.com/hostB" + text.substr(text.find('\n'));
  const ledger::TestSigner other("audit.example.com/hostB", ledger::KeyType::ed25519, std::string(32, 'x'));
  log.files["checkpoint"] = ledger::Note{elsewhere, {other.sign(elsewhere)}}.format();
  EXPECT_THAT(says(witness.policy(), log).sentence, HasSubstr("does not know the log audit.example.com/hostB"));

  EXPECT_EQ(says(witness.policy(), log_of(5)).says, WitnessSays::cosigned) << "nothing of that was remembered";
}

TEST(Witness, IsNotBelievedUnderAKeyThatThePolicyDoesNotName) {
  WitnessProcess witness;
  ASSERT_NO_FATAL_FAILURE(witness.start());
  const ledger::TestSigner other("witness.example.com/w1", ledger::KeyType::cosignature_v1, std::string(32, 'y'));
  const auto answer =
      says(policy_of("witness w1 " + other.key.format() + " " + witness.url() + "\nquorum w1\n"), log_of(5));
  EXPECT_EQ(answer.says, WitnessSays::unbelieved);
}

TEST(WitnessClient, TakesTheQuorumFromThoseWhoAnswerAndEndsInTime) {
  WitnessProcess one("w1");
  WitnessProcess two("w2");
  ASSERT_NO_FATAL_FAILURE(one.start());
  ASSERT_NO_FATAL_FAILURE(two.start());
  const auto silent = support::StallingServer::start(support::Stall::silent);
  const auto slow = support::StallingServer::start(support::Stall::byte_a_second);
  const auto line = [](const std::string& name, int port) {
    const ledger::TestSigner key(name, ledger::KeyType::cosignature_v1, std::string(31, 'k') + name.back());
    return fmt::format("witness {} {} http://127.0.0.1:{}\n", name, key.key.format(), port);
  };
  auto client = WitnessClient::create(policy_of(one.policy_line() + line("w3", silent->port()) + two.policy_line() +
                                                line("w4", slow->port()) + "group g 2 w1 w2 w3 w4\nquorum g\n"));
  MemoryLog log = log_of(300);
  const auto begun = std::chrono::steady_clock::now();
  const WitnessRound round = submit(*client, log, 3s);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
  ASSERT_THAT(round.answers, SizeIs(4));
  EXPECT_EQ(round.answers[0].says, WitnessSays::cosigned) << round.answers[0].sentence;
  EXPECT_EQ(round.answers[1].sentence, "witness w3: did not answer in time");
  EXPECT_EQ(round.answers[2].says, WitnessSays::cosigned) << round.answers[2].sentence;
  EXPECT_EQ(round.answers[3].says, WitnessSays::unreachable);
  EXPECT_TRUE(round.quorum);
  EXPECT_THAT(ledger::Note::parse(round.note)->signatures, SizeIs(3));
}

TEST(WitnessClient, FollowsNoRedirectAndReadsNoEndlessAnswer) {
  const std::string key = ledger::witness_signer().key.format();
  const CannedServer target("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  const CannedServer redirect("HTTP/1.1 307 Temporary Redirect\r\nLocation: " + target.url() +
                              "/\r\nContent-Length: 0\r\n\r\n");
  const auto moved = says(policy_of("witness w " + key + " " + redirect.url() + "\nquorum w\n"), log_of(5));
  EXPECT_EQ(moved.says, WitnessSays::refused);
  EXPECT_EQ(target.asked(), 0);

  const CannedServer endless("HTTP/1.1 200 OK\r\n\r\n" + std::string(recorder::kMaxWitnessReplyBytes + 1, 'x'));
  const auto long_answer = says(policy_of("witness w " + key + " " + endless.url() + "\nquorum w\n"), log_of(5));
  EXPECT_EQ(long_answer.sentence, "witness w: its answer is longer than 65536 bytes");
}

TEST(WitnessClient, AsksOnceMoreAndNoMoreWhenASizeIsTold) {
  const CannedServer indecisive(
      "HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 2\r\n\r\n3\n");
  const std::string key = ledger::witness_signer().key.format();
  const auto answer = says(policy_of("witness w " + key + " " + indecisive.url() + "\nquorum w\n"), log_of(5));
  EXPECT_EQ(answer.says, WitnessSays::refused);
  EXPECT_EQ(indecisive.asked(), 2);
}

TEST(WitnessClient, SpeaksHttpsOnlyToWhomACertificateVouchesFor) {
  const auto folder = support::WorkFolder::create("tls");
  const std::string pem = folder->path() / "server.pem";
  const auto made =
      support::run_command({.argv = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                     "-nodes", "-subj", "/CN=witness", "-addext", "subjectAltName=IP:127.0.0.1",
                                     "-days", "2", "-keyout", pem, "-out", pem + ".cert"}},
                           60s);
  ASSERT_TRUE(made && made->exit_code == 0) << made->err;
  ASSERT_TRUE(support::write_file(pem, support::read_file(pem) + support::read_file(pem + ".cert")));
  auto server = support::Process::start(
      {.argv = {"/usr/bin/python3", TALLY_SOURCE_DIR "/tests/integration/witness/tls_server.py", pem}});
  ASSERT_TRUE(server);
  for (int i = 0; i < 4000 && !server->out().ends_with('\n') && server->running(); ++i)
    std::this_thread::sleep_for(5ms);
  const std::string port = server->out().substr(0, server->out().find('\n'));
  const auto ask = [&](const std::string& host, const std::string& ca_file) {
    MemoryLog log = log_of(5);
    auto client = WitnessClient::create(policy_of("witness w " + ledger::witness_signer().key.format() + " https://" +
                                                  host + ":" + port + "\nquorum w\n"),
                                        ca_file);
    return submit(*client, log).answers.at(0);
  };
  EXPECT_EQ(ask("127.0.0.1", pem + ".cert").says, WitnessSays::not_ours) << "its 404 was read";
  EXPECT_EQ(ask("127.0.0.1", "").says, WitnessSays::unreachable) << "the system does not know that certificate";
  EXPECT_THAT(ask("127.0.0.1", "").sentence, HasSubstr("certificate"));
  EXPECT_EQ(ask("localhost", pem + ".cert").says, WitnessSays::unreachable) << "it is for another name";
}

}  // namespace
}  // namespace tally::integration
