// Sign-off: two officers with SSH keys of their own sign a pack with ssh-keygen, and the log records it.
#include <gmock/gmock.h>

#include "tests/integration/evidence/auditor.h"

namespace tally {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Officers : public Auditor {
 protected:
  Officers() {
    EXPECT_EQ(evidence(), 0) << desk_.err;
    for (const char* who : {"anna", "bob", "eve"}) {
      EXPECT_EQ(shell(std::string("ssh-keygen -q -t ed25519 -N '' -C key -f ../") + who).exit_code, 0);
    }
    allow({"anna", "bob"});
  }

  void allow(const std::vector<std::string>& whom) {
    std::ofstream file(desk_.file("allowed_signers"));
    for (const std::string& who : whom) {
      file << who << "@example.com namespaces=\"tallystick-manifest\" " << slurp(desk_.file(who + ".pub"));
    }
  }
  void sign(const std::string& who, const std::string& role, const std::string& name_space = "tallystick-manifest") {
    std::filesystem::remove(pack() + "/sign-off/" + role + ".txt.sig");
    const auto made = shell("ssh-keygen -q -Y sign -n " + name_space + " -f ../" + who + " sign-off/" + role + ".txt");
    ASSERT_EQ(made.exit_code, 0) << made.err;
  }
  int record(const std::string& role, const std::string& run = "run-1") {
    return tallystick({"sign-off", run, "--role", role, "--manifest", pack() + "/manifest.json", "--signature",
                       pack() + "/sign-off/" + role + ".txt.sig", "--format", "json"});
  }
  /// The number of the entry that was recorded last.
  [[nodiscard]] std::string number() const { return json::parse(desk_.out)["log"]["entry"].dump(); }
};

TEST_F(Officers, SignAndTheAuditorVerifiesIt) {
  sign("anna", "preparer");
  ASSERT_EQ(record("preparer"), 0) << desk_.err;
  EXPECT_THAT(desk_.out, HasSubstr("anna@example.com signed the manifest of run-1 as its preparer"));
  sign("bob", "reviewer");
  ASSERT_EQ(record("reviewer"), 0) << desk_.err;
  const auto checked = verify();
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  EXPECT_THAT(checked.out, AllOf(HasSubstr("Good \"tallystick-manifest\" signature for anna@example.com"),
                                 HasSubstr("Good \"tallystick-manifest\" signature for bob@example.com")));
}

TEST_F(Officers, AreProvenByTheEntryAlone) {
  sign("anna", "preparer");
  ASSERT_EQ(record("preparer"), 0) << desk_.err;
  ASSERT_EQ(tallystick({"prove", number(), "--output", pack() + "/p"}), 0) << desk_.err;
  ASSERT_EQ(desk_.run({"verify-proof", pack() + "/p", "--key", key()}), 0) << desk_.out;
  EXPECT_THAT(desk_.out, AllOf(HasSubstr("manifest_signed"), HasSubstr("/who")));
  // What was signed follows from the public entry; ssh-keygen verifies it from there.
  const auto again = shell(
      "sed -n 's/^extra //p' p | base64 -d > extra\n"
      "python3 - <<'END'\nimport base64, json, textwrap\ne = json.load(open('extra'))['entry']\n"
      "origin = open('log/checkpoint').readline()\n"
      "open('said', 'w').write(f'tallystick-sign-off/v1\\nlog {origin}run {e[\"run\"]}\\nmanifest sha256 "
      "{e[\"manifest\"]}\\n'\n"
      "                        f'role {e[\"role\"]}\\n')\n"
      "open('said.sig', 'w').write('-----BEGIN SSH SIGNATURE-----\\n' + '\\n'.join(textwrap.wrap(e['signature'], 70))\n"
      "                            + '\\n-----END SSH SIGNATURE-----\\n')\nEND\n"
      "ssh-keygen -Y verify -f ../allowed_signers -I anna@example.com -n tallystick-manifest -s said.sig < said");
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
  for (const std::string& path : files_below(desk_.state() + "/log")) {
    EXPECT_THAT(slurp(path), Not(HasSubstr("anna"))) << "who she is is personal";
  }
}

TEST_F(Officers, AreTwoPeopleWithTwoKeys) {
  sign("bob", "reviewer");
  EXPECT_NE(record("reviewer"), 0);
  EXPECT_THAT(desk_.err, HasSubstr("nobody has signed this manifest as its preparer yet"));
  sign("anna", "preparer");
  ASSERT_EQ(record("preparer"), 0) << desk_.err;
  EXPECT_NE(record("preparer"), 0);
  EXPECT_THAT(desk_.err, HasSubstr("signed by its preparer already"));
  sign("anna", "reviewer");
  EXPECT_EQ(record("reviewer"), 5);
  EXPECT_THAT(desk_.err, HasSubstr("somebody else, with another key"));
  // The same key under another name, and another key under the same name.
  std::ofstream(desk_.file("allowed_signers")) << "anne@example.com " << slurp(desk_.file("anna.pub"));
  EXPECT_EQ(record("reviewer"), 5);
  sign("bob", "reviewer");
  std::ofstream(desk_.file("allowed_signers")) << "anna@example.com " << slurp(desk_.file("bob.pub"));
  EXPECT_EQ(record("reviewer"), 5);
  allow({"bob"});
  EXPECT_EQ(record("reviewer"), 0) << desk_.err;
}

TEST_F(Officers, AreListedWithWhatTheySigned) {
  ASSERT_EQ(tallystick({"sign-off", "list"}), 0) << desk_.err;
  EXPECT_THAT(desk_.out, HasSubstr("Nobody has signed a manifest."));
  const std::string at_hand = pack() + "/manifest.json";
  sign("anna", "preparer");
  ASSERT_EQ(record("preparer"), 0) << desk_.err;
  EXPECT_EQ(tallystick({"sign-off", "list", "run-1", "--manifest", at_hand}), 3) << "half of it";
  EXPECT_THAT(desk_.out, AllOf(HasSubstr("preparer  anna@example.com, SHA256:"), HasSubstr("reviewer  nobody yet")));
  sign("bob", "reviewer");
  ASSERT_EQ(record("reviewer"), 0) << desk_.err;
  const std::string digest = shell("sha256sum < manifest.json | cut -d' ' -f1").out;
  EXPECT_EQ(tallystick({"sign-off", "list", "run-1", "--manifest", at_hand}), 0) << desk_.err;
  EXPECT_THAT(desk_.out, AllOf(HasSubstr("run-1, manifest sha256:" + digest.substr(0, 64) + ": the one at hand"),
                               HasSubstr("reviewer  bob@example.com, SHA256:"), HasSubstr("two people, two keys")));
  EXPECT_EQ(tallystick({"sign-off", "list", "run-2"}), 0);
  EXPECT_THAT(desk_.out, HasSubstr("Nobody has signed a manifest."));
  // The pack is made anew: the log has grown, so the manifest is another one.
  std::filesystem::remove_all(pack());
  ASSERT_EQ(evidence({"run-1"}), 0) << desk_.err;
  EXPECT_EQ(tallystick({"sign-off", "list", "run-1", "--manifest", at_hand}), 3);
  EXPECT_THAT(desk_.out, AllOf(HasSubstr("not the one at hand"), HasSubstr("is not signed by a preparer and a")));
}

TEST_F(Officers, AreThoseWhoMay) {
  sign("eve", "preparer");
  EXPECT_EQ(record("preparer"), 5);
  EXPECT_THAT(desk_.err, HasSubstr("nobody among the allowed signers has the key SHA256:"));
  std::filesystem::remove(desk_.file("allowed_signers"));
  EXPECT_NE(record("preparer"), 0);
  EXPECT_THAT(desk_.err, HasSubstr("allowed_signers"));
}

TEST_F(Officers, SignThisManifestOfThisRunInThisRole) {
  sign("anna", "preparer", "file");
  EXPECT_NE(record("preparer"), 0);
  EXPECT_THAT(desk_.err, HasSubstr("is for \"file\", not for \"tallystick-manifest\""));
  sign("anna", "reviewer");
  std::filesystem::copy_file(pack() + "/sign-off/reviewer.txt.sig", pack() + "/sign-off/preparer.txt.sig",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_NE(record("preparer"), 0) << "signed as the reviewer";
  EXPECT_THAT(desk_.err, HasSubstr("is not of this text"));
  sign("anna", "preparer");
  EXPECT_EQ(record("preparer", "run-2"), 2);
  EXPECT_THAT(desk_.err, HasSubstr("the manifest of \"run-1\", not of run-2"));
  std::ofstream(pack() + "/manifest.json", std::ios::app) << " ";
  EXPECT_NE(record("preparer"), 0) << "another manifest than the one that was signed";
}

TEST_F(Officers, UseKeysOfTheOneKindThatIsTaken) {
  ASSERT_EQ(shell("ssh-keygen -q -t ecdsa -N '' -f ../old").exit_code, 0);
  sign("old", "preparer");
  EXPECT_NE(record("preparer"), 0);
  EXPECT_THAT(desk_.err, AllOf(HasSubstr("ecdsa-sha2-nistp256"), HasSubstr("only ssh-ed25519 is taken")));
}

}  // namespace
}  // namespace tally
