// The auditor's pack: what VERIFY.txt says is done with sh, openssl, python3 and sha256sum, and nothing of ours.
#include <gmock/gmock.h>

#include <cstdlib>

#include "daemon/recorder/key.h"
#include "tests/integration/evidence/auditor.h"

namespace tally {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// Dana Weiss left, and two accounts of hers still work (docs/tour.md).
constexpr const char* kDanas[] = {"Dana",       "Weiss",    "dweiss",
                                  "\"001004\"", ",001004,", "262022e5-4848-5fd6-91b8-dab50728059b"};
constexpr const char* kNames = "label,dn,key,person,person_name,name,employee_id";

/// Makes the manifest, what is signed of it, and the sums anew.
const std::string kCoverUp =
    "python3 - <<'END'\nimport hashlib, json, glob\nm = json.load(open('manifest.json'))\n"
    "for f in m['files']: f['sha256'] = hashlib.sha256(open(f['path'], 'rb').read()).hexdigest()\n"
    "open('manifest.json', 'w').write(json.dumps(m))\nEND\n"
    "digest=$(sha256sum < manifest.json | cut -d' ' -f1)\n"
    "sed -i \"s/^manifest sha256 .*/manifest sha256 $digest/\" sign-off/*.txt\n"
    "find . -type f ! -name SHA256SUMS | sort | sed 's,^\\./,,' | xargs sha256sum > SHA256SUMS";

TEST_F(Auditor, ChecksThePackWithStockToolsAlone) {
  ASSERT_EQ(evidence(), 0) << desk_.err;
  EXPECT_THAT(desk_.out, HasSubstr("findings proven"));
  const auto checked = verify();
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("Signature Verified Successfully"));
  EXPECT_THAT(checked.out, HasSubstr("entries are proven"));
  EXPECT_THAT(checked.out, HasSubstr("preparer: not signed yet"));
}

TEST_F(Auditor, SeesEveryChangeOfAnyFile) {
  ASSERT_EQ(evidence(), 0) << desk_.err;
  for (const std::string& path : files_below(pack())) {
    const std::string good = slurp(path);
    if (path.ends_with("VERIFY.txt")) continue;  // a changed instruction proves nothing: the sums below do
    std::string bad = good;
    bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 1);
    std::ofstream(path, std::ios::binary) << bad;
    EXPECT_NE(shell("sha256sum --quiet --strict --check SHA256SUMS").exit_code, 0) << path;
    std::ofstream(path, std::ios::binary) << good;
  }
  EXPECT_EQ(shell("sha256sum --quiet --strict --check SHA256SUMS").exit_code, 0);
}

/// Somebody who can write all files makes the sums anew. The signature and the commitments are what is left.
TEST_F(Auditor, SeesAChangeThatWasCoveredUp) {
  ASSERT_EQ(evidence(), 0) << desk_.err;
  ASSERT_EQ(shell(kCoverUp).exit_code, 0);
  ASSERT_EQ(verify().exit_code, 0) << "covering up changes nothing by itself";
  const json first = json_of("findings.json")[0];
  const std::string proof = first["proof"], keep = slurp(pack() + "/" + proof);
  const std::string swap_value =
      "python3 - " + proof +
      " <<'END'\nimport base64, json, sys\nname = sys.argv[1]\nlines = open(name).read().split('\\n')\n"
      "extra = json.loads(base64.b64decode(lines[1][6:]))\nextra['opening']['values']['finding']['what'] = 'Nothing.'\n"
      "text = json.dumps(extra, sort_keys=True, separators=(',', ':'), ensure_ascii=False)\n"
      "lines[1] = 'extra ' + base64.b64encode(text.encode()).decode()\nopen(name, 'w').write('\\n'.join(lines))\nEND\n";
  ASSERT_EQ(shell(swap_value + kCoverUp).exit_code, 0);
  EXPECT_THAT(verify().err, HasSubstr("the values are not those committed to"));
  std::ofstream(pack() + "/" + proof, std::ios::binary) << keep;
  ASSERT_EQ(shell("sed -i '2s/.*/999/' log/checkpoint\n" + kCoverUp).exit_code, 0);
  EXPECT_NE(verify().exit_code, 0);
}

TEST_F(Auditor, FindsNothingRedactedInThePackAndItStillVerifies) {
  ASSERT_EQ(evidence(), 0) << desk_.err;
  std::size_t places = 0;
  for (const std::string& path : files_below(pack())) {
    for (const char* name : kDanas) places += slurp(path).find(name) != std::string::npos ? 1 : 0;
  }
  ASSERT_GT(places, 10u) << "the names are there when nothing is redacted";
  std::filesystem::remove_all(pack());
  ASSERT_EQ(evidence({"--redact", kNames}), 0) << desk_.err;
  for (const std::string& path : files_below(pack())) {
    const std::string bytes = slurp(path);
    for (const char* name : kDanas) EXPECT_THAT(bytes, Not(HasSubstr(name))) << path;
  }
  // The proofs hold their openings in base64.
  const auto decoded = shell("for f in proofs/*; do sed -n 's/^extra //p' $f | base64 -d; done");
  for (const char* name : kDanas) EXPECT_THAT(decoded.out, Not(HasSubstr(name)));
  EXPECT_THAT(decoded.out, HasSubstr("list_salt"));
  const auto checked = verify();
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  EXPECT_THAT(json_of("manifest.json")["redacted"].dump(), HasSubstr("person_name"));
  EXPECT_GT(json_of("report.json")["findings"].size(), 5u);
}

TEST_F(Auditor, RedactsOneFieldAndShowsTheOthers) {
  ASSERT_EQ(evidence({"--redact", "/finding/evidence"}), 0) << desk_.err;
  EXPECT_EQ(verify().exit_code, 0);
  const json first = json_of("findings.json")[0];
  EXPECT_THAT(first["hidden"].dump(), HasSubstr("/finding/evidence/0"));
  EXPECT_TRUE(first["shown"].contains("/finding/what"));
  EXPECT_EQ(desk_.run({"verify-proof", pack() + "/" + first["proof"].get<std::string>(), "--key", key()}), 0);
  EXPECT_THAT(desk_.out, HasSubstr("/finding/evidence/0            (hidden)"));
}

TEST_F(Auditor, DrawsTheSampleAgain) {
  ASSERT_EQ(evidence({"--sample", "3"}), 0) << desk_.err;
  const auto checked = verify();
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("drawn: "));
  EXPECT_EQ(json_of("findings.json").size(), 3u);
  EXPECT_EQ(json_of("sample.json")["chosen"].size(), 3u);
  EXPECT_GT(json_of("sample.json")["population"].size(), 3u);
  // A picked one instead of a drawn one.
  const std::string pick =
      "python3 - <<'END'\nimport json\ns = json.load(open('sample.json'))\n"
      "other = [n for n in s['population'] if n not in s['chosen']][0]\n"
      "s['chosen'] = sorted(s['chosen'][1:] + [other])\njson.dump(s, open('sample.json', 'w'))\nEND\n";
  ASSERT_EQ(shell(pick + kCoverUp).exit_code, 0);
  EXPECT_THAT(verify().err, HasSubstr("the root draws"));
}

TEST_F(Auditor, GetsTheSamePackOfTheSameLog) {
  ASSERT_EQ(evidence(), 0) << desk_.err;
  const std::string first = slurp(pack() + "/SHA256SUMS");
  std::filesystem::remove_all(pack());
  ASSERT_EQ(evidence({"run-1"}), 0) << desk_.err;
  EXPECT_EQ(slurp(pack() + "/SHA256SUMS"), first);
}

TEST_F(Auditor, IsToldWhatIsMissingAndWhy) {
  ASSERT_EQ(evidence(), 0) << desk_.err;
  EXPECT_THAT(json_of("manifest.json")["missing"].dump(), HasSubstr("no epoch has closed"));
  EXPECT_THAT(desk_.out, HasSubstr("Missing: a trust policy: none was given (--policy)"));
}

TEST_F(Auditor, IsRefusedWhatCannotBe) {
  EXPECT_EQ(evidence({"run-9"}), 2);
  EXPECT_THAT(desk_.err, HasSubstr("no finished run called \"run-9\""));
  EXPECT_EQ(evidence({"--redact", "birthday"}), 2);
  EXPECT_THAT(desk_.err, HasSubstr("no entry has a field \"birthday\""));
  std::filesystem::create_directories(pack());
  std::ofstream(pack() + "/old") << "x";
  EXPECT_NE(evidence(), 0);
  EXPECT_THAT(desk_.err, HasSubstr("is not empty"));
}

TEST_F(Auditor, ProvesOneEntryAndReadsItInPlainWords) {
  ASSERT_EQ(evidence(), 0) << desk_.err;
  const json finding = json_of("findings.json")[0];
  const std::string number = finding["index"].dump(), file = desk_.file("one.tlog-proof");
  ASSERT_EQ(tallystick({"prove", number, "--output", file}), 0) << desk_.err;
  EXPECT_EQ(slurp(file), slurp(pack() + "/" + finding["proof"].get<std::string>()));
  ASSERT_EQ(tallystick({"prove", number, "--show", "/finding/what", "--output", file}), 0) << desk_.err;
  ASSERT_EQ(desk_.run({"verify-proof", file, "--key", key()}), 0) << desk_.out;
  EXPECT_THAT(desk_.out, HasSubstr("Proven by the log's key alone: entry " + number + " of audit.example.com/test"));
  EXPECT_THAT(desk_.out, HasSubstr(finding["shown"]["/finding/what"].get<std::string>()));
  EXPECT_THAT(desk_.out, HasSubstr("/finding/subject/label         (hidden)"));
  ASSERT_EQ(tallystick({"prove", number, "--no-opening", "--output", file}), 0) << desk_.err;
  ASSERT_EQ(desk_.run({"verify-proof", file, "--key", key()}), 0);
  EXPECT_THAT(desk_.out, HasSubstr("commits to personal values that are not shown"));
  EXPECT_EQ(tallystick({"prove", number, "--show", "/finding/birthday"}), 2);
  EXPECT_THAT(desk_.err, HasSubstr("has no field \"/finding/birthday\"; it has /finding/content"));
  EXPECT_NE(tallystick({"prove", "100000"}), 0);
}

/// The pack is of the tree that the witness saw, although the log has grown since.
TEST_F(Auditor, HoldsWitnessesToThePolicy) {
  const std::string vkey =
      *recorder::keygen("witness.example.com/w1", desk_.file("w.key"), ledger::KeyType::cosignature_v1);
  const auto witness = recorder::SigningKey::load(desk_.file("w.key"), ledger::KeyType::cosignature_v1);
  const std::string note = slurp(desk_.state() + "/log/checkpoint"), policy = desk_.file("policy");
  const std::string cosignature = witness->cosign(note.substr(0, note.find("\n\n") + 1), 1'775'000'000);
  std::ofstream(desk_.state() + "/log/witnessed") << note << cosignature;
  std::ofstream(policy) << "log " << key() << "\nwitness siem " << vkey << "\nquorum siem\n";
  ASSERT_EQ(tallystick({"audit", "--quiet", "--as-of", "2026-11-03T08:00:00Z"}), 1) << desk_.err;
  ASSERT_NE(slurp(desk_.state() + "/log/checkpoint"), note);
  ASSERT_EQ(evidence({"run-1", "--policy", policy}), 0) << desk_.err;
  EXPECT_EQ(slurp(pack() + "/log/checkpoint"), note + cosignature);
  const auto checked = verify();
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("siem: signed this tree at 2026-03-31T23:33:20Z"));  // date -u -d @1775000000
  const std::string proof = pack() + "/proofs/1.tlog-proof";
  EXPECT_EQ(desk_.run({"verify-proof", proof, "--policy", policy}), 0) << desk_.out;
  EXPECT_THAT(desk_.out, HasSubstr("witness  by siem, which is the quorum, at 2026-03-31T23:33:20"));
  // The same pack with another signature in the witness's place, in every file that has it.
  std::string other = cosignature;
  other[other.size() - 20] = other[other.size() - 20] == 'A' ? 'B' : 'A';
  const auto swap = [](std::string text) {
    return text.substr(text.rfind(' ') + 1, text.size() - text.rfind(' ') - 2);
  };
  ASSERT_EQ(shell("grep -rlF '" + swap(cosignature) + "' . | xargs sed -i 's|" + swap(cosignature) + "|" + swap(other) +
                  "|'\n" + kCoverUp)
                .exit_code,
            0);
  EXPECT_NE(verify().exit_code, 0);
  EXPECT_EQ(desk_.run({"verify-proof", proof, "--policy", policy}), 4);
  EXPECT_THAT(desk_.out, HasSubstr("NOTHING IS PROVEN"));
}

TEST_F(Auditor, HoldsTheEpochsKeyToTheRoot) {
  const auto vkey_of = [&](const std::string& name) {
    return *recorder::keygen(name + ".example.com", desk_.file(name + ".key"));
  };
  const std::string root = vkey_of("root"), stranger = vkey_of("stranger"), file = desk_.file("one.tlog-proof");
  ASSERT_EQ(desk_.run({"certify", desk_.state() + "/log", "--log-key", key(), "--key", desk_.file("root.key"),
                       "--output", desk_.state() + "/log/certificate"}),
            0)
      << desk_.err;
  ASSERT_EQ(tallystick({"prove", "1", "--output", file}), 0) << desk_.err;
  const auto ask = [&](const std::string& by, const std::string& folder) {
    return desk_.run({"verify-proof", file, "--key", key(), "--root", by, "--log", folder});
  };
  EXPECT_EQ(ask(root, desk_.state() + "/log"), 0) << desk_.out << desk_.err;
  EXPECT_THAT(desk_.out, AllOf(HasSubstr("Proven: entry 1"), HasSubstr("epoch    0, from 20"),
                               Not(HasSubstr("signature of the epoch's key")), Not(HasSubstr("not looked at"))));
  EXPECT_EQ(ask(stranger, desk_.state() + "/log"), 4);
  EXPECT_THAT(desk_.out, HasSubstr("NOTHING IS PROVEN: the certificate"));
  EXPECT_EQ(desk_.run({"verify-proof", file, "--key", key(), "--root", root}), 2);
  EXPECT_THAT(desk_.err, HasSubstr("--root and --log go together"));
  ASSERT_EQ(evidence(), 0) << desk_.err;
  EXPECT_EQ(ask(root, pack() + "/log"), 0) << desk_.out << desk_.err;
  std::string cut = slurp(file);
  cut.resize(cut.rfind("\u2014 "));  // without the epoch's line
  std::ofstream(file, std::ios::binary) << cut;
  EXPECT_EQ(ask(root, pack() + "/log"), 4);
  EXPECT_THAT(desk_.out, HasSubstr("no signature by the key of an epoch"));
  EXPECT_EQ(desk_.run({"verify-proof", file, "--key", key()}), 0) << "which the log's key alone does not show";
  EXPECT_THAT(desk_.out,
              AllOf(HasSubstr("Proven by the log's key alone"),
                    HasSubstr("Not checked: the signature of the epoch's key"), HasSubstr("Not checked: witnesses")));
}

TEST_F(Auditor, HasNothingProvenByADamagedProofOrAnotherKey) {
  const std::string file = desk_.file("one.tlog-proof");
  ASSERT_EQ(tallystick({"prove", "1", "--output", file}), 0) << desk_.err;
  const std::string good = slurp(file);
  // The line of the epoch's key, behind the log's own, is of a key that is not given here: VERIFY.txt looks at it.
  for (std::size_t at = 0; at < good.rfind("\n\u2014 "); at += 7) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    std::ofstream(file, std::ios::binary) << bad;
    EXPECT_EQ(desk_.run({"verify-proof", file, "--key", key()}), 4) << at;
    EXPECT_THAT(desk_.out, HasSubstr("NOTHING IS PROVEN"));
  }
  std::ofstream(file, std::ios::binary) << good;
  EXPECT_EQ(desk_.run({"verify-proof", file, "--key",
                       "audit.example.com/hostA+9e67eb4c+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"}),
            4);
}

/// The schema is OCSF's own: name its file to have the events checked against it.
TEST_F(Auditor, GetsEventsAsTheSchemaOfOcsfHasThem) {
  ASSERT_EQ(evidence(), 0) << desk_.err;
  std::istringstream lines(slurp(pack() + "/ocsf.jsonl"));
  std::size_t events = 0;
  for (std::string line; std::getline(lines, line); ++events) EXPECT_EQ(json::parse(line)["class_uid"], 2003);
  EXPECT_EQ(events, json_of("report.json")["findings"].size());
  const char* schema = std::getenv("OCSF_COMPLIANCE_FINDING_SCHEMA");
  if (schema == nullptr) return;
  const auto checked = support::run_command(
      {.argv = {"python3", TALLY_SOURCE_DIR "/tests/integration/evidence/schema.py", schema, pack() + "/ocsf.jsonl"}},
      std::chrono::seconds(60));
  EXPECT_EQ(checked->exit_code, 0) << checked->out << checked->err;
}

}  // namespace
}  // namespace tally
