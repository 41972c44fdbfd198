#include "daemon/verifier/verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "daemon/verifier/remembered.h"
#include "daemon/verifier/report_text.h"
#include "tests/unit/daemon/ledger/memory_log.h"

namespace tally::verifier {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A folder with a log of 300 entries in log/, and what the last run said.
class Verifier : public testing::Test {
 protected:
  Verifier() {
    std::string pattern = testing::TempDir() + "verifier-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    write(300);
  }
  ~Verifier() override { std::filesystem::remove_all(folder_); }

  void write(std::size_t entries) {
    auto log = ledger::make_log(ledger::entry_texts(entries));
    for (const auto& [path, bytes] : log.files) {
      const std::string file = this->file("log/" + path);
      std::filesystem::create_directories(std::filesystem::path(file).parent_path());
      std::ofstream(file, std::ios::binary) << bytes;
    }
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ + "/" + name; }
  int run(std::vector<std::string> words) {
    std::ostringstream out, err;
    const int code = verifier::run("tallystick-verify", words, now_, out, err);
    said_ = out.str();
    complained_ = err.str();
    return code;
  }
  int verify(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {file("log"), "--key", ledger::log_signer().key.format()});
    return run(std::move(more));
  }
  /// Changes a byte of an entry before the 256th.
  void damage_the_beginning() const {
    std::fstream bundle(file("log/tile/entries/000"), std::ios::in | std::ios::out | std::ios::binary);
    bundle.seekp(5000);
    bundle.put('!');
  }

  base::Instant now_ = *base::parse_instant("2027-01-15T08:00:00Z");
  std::string folder_, said_, complained_;
};

TEST_F(Verifier, TellsTheOptionsAndRefusesWhatItDoesNotKnow) {
  EXPECT_EQ(run({"--help"}), 0);
  for (const char* option : {"--key VKEY", "--root VKEY", "--tsa-ca FILE", "--seen CHECKPOINT", "--remember FILE"})
    EXPECT_THAT(said_, HasSubstr(option));
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {"log"},
                                                {"log", "more", "--key", "k"},
                                                {"log", "--key"},
                                                {"log", "--kye", "k"},
                                                {"log", "--key", "a", "--key", "b"},
                                                {file("log"), "--key", "nonsense"},
                                                {"--key", "k"}}) {
    EXPECT_EQ(run(words), 2);
    EXPECT_THAT(complained_, testing::StartsWith("tallystick-verify: "));
    EXPECT_EQ(said_, "");
  }
}

TEST_F(Verifier, GivesItsVerdictAsExitCode) {
  EXPECT_EQ(verify(), 0) << said_;
  EXPECT_THAT(said_, HasSubstr("300 checked again"));
  EXPECT_THAT(said_, Not(HasSubstr("verified earlier")));
  std::ofstream(file("key")) << ledger::log_signer().key.format() << "\nnot looked at\n";
  EXPECT_EQ(run({file("log"), "--key=" + file("key")}), 0);
  damage_the_beginning();
  EXPECT_EQ(verify(), 4);
  EXPECT_THAT(said_, HasSubstr("First bad entry: "));
}

TEST_F(Verifier, RemembersHowFarItCameAndSaysWhatItDidNotRead) {
  EXPECT_EQ(verify({"--remember", file("verified")}), 0) << said_ << complained_;
  EXPECT_THAT(said_, HasSubstr("300 checked again"));
  write(700);
  EXPECT_EQ(verify({"--remember", file("verified")}), 0) << said_;
  EXPECT_THAT(said_, HasSubstr("444 checked again"));
  EXPECT_THAT(said_, HasSubstr("256 entries were verified earlier"));
  EXPECT_THAT(said_, HasSubstr("Nor by this: that the files of the entries before 256"));
  damage_the_beginning();
  EXPECT_EQ(verify({"--remember", file("verified")}), 0) << "the price of reading less, which is said";
  EXPECT_THAT(said_, HasSubstr("512 entries were verified earlier"));
  EXPECT_EQ(verify(), 4);
}

TEST_F(Verifier, RemembersNothingOfALogThatDoesNotVerify) {
  damage_the_beginning();
  EXPECT_EQ(verify({"--remember", file("verified")}), 4);
  EXPECT_FALSE(std::filesystem::exists(file("verified")));
}

TEST_F(Verifier, ReadsEverythingWhenWhatIsRememberedDoesNotFit) {
  const auto note = ledger::make_log(ledger::entry_texts(300)).files["checkpoint"];
  ASSERT_TRUE(remember(file("verified"), {{"key " + ledger::witness_signer().key.format()}, 0, note}));
  EXPECT_EQ(verify({"--remember", file("verified")}), 0);
  EXPECT_THAT(said_, HasSubstr("under other keys"));
  EXPECT_THAT(said_, HasSubstr("300 checked again"));
  std::ofstream(file("seen")) << ledger::make_log(ledger::entry_texts(10)).files["checkpoint"];
  EXPECT_EQ(verify({"--remember", file("verified"), "--seen", file("seen")}), 0);
  EXPECT_THAT(said_, HasSubstr("300 checked again"));
  std::ofstream(file("verified")) << "something else\n";
  EXPECT_EQ(verify({"--remember", file("verified")}), 2);
  EXPECT_THAT(complained_, HasSubstr("no file that --remember wrote"));
}

TEST_F(Verifier, FindsALogThatIsNotTheRememberedOne) {
  auto entries = ledger::entry_texts(280);
  entries[20].replace(entries[20].find("20"), 2, "99");
  const auto note = ledger::make_log(entries).files["checkpoint"];
  ASSERT_TRUE(remember(file("verified"), {{"key " + ledger::log_signer().key.format()}, 0, note}));
  write(280);
  write(300);
  EXPECT_EQ(verify({"--remember", file("verified")}), 4);
  EXPECT_THAT(said_, HasSubstr("the first 280 entries are not those that were seen before"));
}

TEST_F(Verifier, TakesTheKeyFromAPolicyThatNamesOneLog) {
  const std::string ours = "log " + ledger::log_signer().key.format() + "\n";
  const auto with = [&](const std::string& policy) {
    std::ofstream(file("policy")) << policy;
    return run({file("log"), "--policy", file("policy")});
  };
  EXPECT_EQ(with(ours + "quorum none\n"), 0) << complained_;
  EXPECT_THAT(said_, HasSubstr("The log verifies: audit.example.com/hostA"));
  EXPECT_EQ(with("quorum none\n"), 2);
  EXPECT_THAT(complained_, HasSubstr("--key is missing: the policy names 0 logs"));
  const ledger::TestSigner other("audit.example.com/hostB", ledger::KeyType::ed25519, std::string(32, 'b'));
  EXPECT_EQ(with(ours + "log " + other.key.format() + "\nquorum none\n"), 2);
  EXPECT_THAT(complained_, HasSubstr("the policy names 2 logs"));
  EXPECT_EQ(with("log " + other.key.format() + "\nquorum none\n"), 4) << "another log's";
}

TEST_F(Verifier, SaysItAsOneObjectToPrograms) {
  EXPECT_EQ(verify({"--json"}), 0) << complained_;
  auto json = nlohmann::json::parse(said_);
  EXPECT_EQ(json["verdict"], "verifies");
  EXPECT_EQ(json["size"], 300);
  EXPECT_TRUE(json["pruned"].is_null() && json["witness"].is_null() && json["problems"].empty());
  EXPECT_EQ(verify({"--json=yes"}), 2);
  damage_the_beginning();
  EXPECT_EQ(verify({"--json"}), 4);
  json = nlohmann::json::parse(said_);
  EXPECT_EQ(json["verdict"], "broken");
  EXPECT_EQ(json["exit_code"], 4);
  EXPECT_EQ(json["problems"][0]["path"], "tile/entries/000");
  const auto first_bad = json["first_bad_entry"];
  EXPECT_EQ(verify(), 4);
  EXPECT_THAT(said_, HasSubstr("First bad entry: " + first_bad.dump()));
}

/// Every figure and every sentence of the object, by its path in it.
void collect(const nlohmann::json& json, const std::string& path, std::map<std::string, std::string>& values) {
  if (json.is_structured()) {
    for (const auto& [key, value] : json.items()) collect(value, path + "/" + key, values);
  } else if (json.is_string()) {
    values[path] = json;
  } else if (json.is_number()) {
    values[path] = json.dump();
  }
}

TEST(JsonReport, SaysNothingButWhatTheTextSays) {
  ledger::VerifyReport report;
  report.origin = "audit.example.com/hostA";
  report.size = report.last_good_size = 9101;
  report.root = base::sha256("root");
  report.first_checked = 512;
  report.entries_checked = 8589;
  report.bytes_checked = 77777;
  report.epochs_closed = 33;
  report.epochs_by_seal_alone = 4;
  report.certified = true;
  report.witnessed_size = 9090;
  report.witness_time = *base::parse_instant("2027-01-15T08:00:00Z");
  report.first_time = *base::parse_instant("2026-01-15T08:00:00Z");
  report.last_time = *base::parse_instant("2027-01-14T08:00:00Z");
  report.pruned = {{8888, {1024, 0, base::sha256("policy"), {}}}, 768};
  report.stale = "the newest witness time is old";
  report.notes = {"3 files hold entries beyond the signed size"};
  const auto compare = [&](int exit_code, const std::string& verdict, std::size_t at_least) {
    std::ostringstream text, object;
    print(report, text);
    print_json(report, exit_code, {}, object);
    const auto json = nlohmann::json::parse(object.str());
    EXPECT_EQ(json["verdict"], verdict);
    EXPECT_EQ(json["exit_code"], exit_code);
    std::map<std::string, std::string> values;
    collect(json, "", values);
    for (const char* own : {"/schema", "/verdict", "/exit_code"}) values.erase(own);
    EXPECT_GE(values.size(), at_least);
    for (const auto& [path, value] : values) EXPECT_THAT(text.str(), HasSubstr(value)) << path;
    return json;
  };
  const auto stale = compare(6, "stale", 20);
  EXPECT_EQ(stale["witness"]["time"], "2027-01-15T08:00:00Z");
  EXPECT_EQ(stale["epochs"]["certified"], true);
  report.stale.clear();
  compare(0, "verifies", 19);
  report = {};
  report.problems = {{"tile/0/000", 17, "does not fit the entries"}};
  report.first_bad_index = 17;
  report.last_good_size = 16;
  std::ostringstream text, object;
  print(report, text);
  print_json(report, 4, {"a note of the command"}, object);
  const auto json = nlohmann::json::parse(object.str());
  EXPECT_EQ(json["verdict"], "broken");
  EXPECT_EQ(json["problems"][0]["entry"], 17);
  EXPECT_EQ(json["last_good_size"], 16);
  EXPECT_EQ(json["notes"][0], "a note of the command");
  EXPECT_THAT(text.str(), HasSubstr("tile/0/000: does not fit the entries (entry 17)"));
}

TEST(Remembered, IsReadAsItIsWritten) {
  const Remembered what{{"key a", "root b"}, 12, "origin\n1\nhash\n\n— x y\n"};
  EXPECT_EQ(what.format(), "tallystick-verified/v1\nkey a\nroot b\nepochs 12\n\norigin\n1\nhash\n\n— x y\n");
  const auto again = Remembered::parse(what.format());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->trusted, what.trusted);
  EXPECT_EQ(again->epochs_closed, 12u);
  EXPECT_EQ(again->note, what.note);
  for (const char* bad :
       {"", "tallystick-verified/v2\n\nx", "tallystick-verified/v1\nkey a", "tallystick-verified/v1\nkey a\n",
        "tallystick-verified/v1\nkey a\n\nx", "tallystick-verified/v1\nepochs x\n\nx"}) {
    EXPECT_FALSE(Remembered::parse(bad)) << bad;
  }
}

TEST(Progress, TellsRateAndTimeLeft) {
  EXPECT_EQ(progress_text(340'000, 1'000'000, 330'000),
            "verifying: 340,000 of 1,000,000 entries, 330,000 a second, 2 s left");
  EXPECT_EQ(progress_text(256, 100'000, 0), "verifying: 256 of 100,000 entries");
  EXPECT_EQ(progress_text(1'000'000, 100'000'000, 1'000'000),
            "verifying: 1,000,000 of 100,000,000 entries, 1,000,000 a second, 1 min 39 s left");
}

/// The log is cosigned by the witness of the golden vectors at the moment that now_ is, and asked about under a policy.
class VerifierWithWitness : public Verifier {
 protected:
  VerifierWithWitness() {
    const std::string text = ledger::checkpoint_of(ledger::entry_texts(300)).format();
    write("log/checkpoint",
          ledger::Note{text, {ledger::log_signer().sign(text), ledger::witness_signer().sign(text, 1800000000)}}
              .format());
    write("policy", "witness w " + ledger::witness_signer().key.format() + "\nquorum w\n");
  }
  using Verifier::write;
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(file(name), std::ios::binary) << bytes;
  }
};

TEST_F(VerifierWithWitness, SaysHowFarAndWhenTheLogWasWitnessed) {
  EXPECT_EQ(verify({"--policy", file("policy"), "--max-age", "1h"}), 0) << said_ << complained_;
  EXPECT_THAT(said_, HasSubstr("witness  300 entries at 2027-01-15T08:00:00Z"));
}

TEST_F(VerifierWithWitness, AnswersStaleWithACodeOfItsOwn) {
  now_ += std::chrono::hours(2);
  EXPECT_EQ(verify({"--policy", file("policy"), "--max-age", "1h"}), 6) << complained_;
  EXPECT_THAT(said_, HasSubstr("STALE, POSSIBLY TRUNCATED: audit.example.com/hostA"));
  EXPECT_THAT(said_, HasSubstr("2 h ago; at most 1 h are allowed"));
  EXPECT_EQ(verify({"--policy", file("policy"), "--max-age", "3h"}), 0);
  EXPECT_EQ(verify({"--policy", file("policy")}), 0) << "nobody asked how old it is";
}

TEST_F(VerifierWithWitness, FailsALogWithoutTheQuorum) {
  const std::string text = ledger::checkpoint_of(ledger::entry_texts(300)).format();
  write("log/checkpoint", ledger::Note{text, {ledger::log_signer().sign(text)}}.format());
  EXPECT_EQ(verify({"--policy", file("policy")}), 4);
  EXPECT_THAT(said_, HasSubstr("the quorum of the policy is not met"));
}

TEST_F(VerifierWithWitness, RefusesPoliciesAndAgesThatItCannotRead) {
  write("wrong", "witnes w x\nquorum w\n");
  EXPECT_EQ(verify({"--policy", file("wrong")}), 2);
  EXPECT_THAT(complained_, HasSubstr("wrong:1: "));
  EXPECT_THAT(complained_, HasSubstr("wrong:2: "));
  EXPECT_EQ(verify({"--policy", file("missing")}), 2);
  EXPECT_EQ(verify({"--max-age", "1h"}), 2);
  EXPECT_THAT(complained_, HasSubstr("needs --policy"));
  for (const char* age : {"", "h", "1", "0h", "-1h", "1w", "1.5h", "01h", "1000001d", "1h "}) {
    EXPECT_EQ(verify({"--policy", file("policy"), "--max-age", age}), 2) << age;
  }
}

}  // namespace
}  // namespace tally::verifier
