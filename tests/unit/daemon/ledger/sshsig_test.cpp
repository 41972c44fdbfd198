#include "daemon/ledger/sshsig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "daemon/ledger/allowed_signers.h"
#include "daemon/ledger/base64.h"
#include "daemon/ledger/event_sign_off.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

std::string golden(const char* name) {
  static const nlohmann::json file = [] {
    std::ifstream in(std::string(TALLY_SOURCE_DIR) + "/tests/vectors/ledger/sshsig.json");
    return nlohmann::json::parse(in);
  }();
  return file[name];
}

const base::Instant kNow = *base::parse_instant("2026-11-22T12:00:00Z");

TEST(SshSignature, OfSshKeygenVerifies) {
  for (const char* name : {"sha512", "sha256"}) {
    const auto signature = SshSignature::parse(golden(name));
    ASSERT_TRUE(signature) << signature.error().message;
    EXPECT_EQ(signature->hash, name);
    EXPECT_EQ(signature->key.fingerprint(), golden("fingerprint"));
    EXPECT_EQ(signature->armored(), golden(name));
    EXPECT_TRUE(signature->verify(golden("statement"), kSignOffNamespace));
  }
}

TEST(SshSignature, IsOfItsTextAndForItsPurposeAlone) {
  const auto signature = *SshSignature::parse(golden("sha512"));
  EXPECT_EQ(signature.verify(golden("statement") + "\n", kSignOffNamespace).error().kind, ErrorKind::untrusted);
  const auto other = signature.verify(golden("statement"), "file");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::untrusted);
  EXPECT_THAT(other.error().message, HasSubstr("\"tallystick-manifest\", not for \"file\""));
  const auto for_files = *SshSignature::parse(golden("other_namespace"));
  EXPECT_TRUE(for_files.verify(golden("statement"), "file"));
  EXPECT_FALSE(for_files.verify(golden("statement"), kSignOffNamespace));
}

TEST(SshSignature, OfAnotherKindOfKeyIsUnsupportedAndNamed) {
  const auto signature = SshSignature::parse(golden("ecdsa"));
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(signature.error().message, HasSubstr("ecdsa-sha2-nistp256"));
}

TEST(SshSignature, WithAnyFlippedBitIsRefused) {
  const auto good = *SshSignature::parse(golden("sha512"));
  const std::string blob = good.blob();
  for (std::size_t bit = 0; bit < 8 * blob.size(); ++bit) {
    std::string bad = blob;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    const auto signature = SshSignature::from_blob(bad);
    EXPECT_FALSE(signature && signature->key == good.key && signature->verify(golden("statement"), kSignOffNamespace))
        << "bit " << bit;
  }
}

TEST(SshSignature, IsReadStrictly) {
  const std::string good = golden("sha512");
  const std::string blob = SshSignature::parse(good)->blob();
  for (const std::string& bad : {good + "\n", " " + good, good.substr(0, good.size() - 1), std::string(),
                                 std::string("-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n"),
                                 std::string(good).replace(99, 1, "\n"), good + good}) {
    const auto signature = SshSignature::parse(bad);
    ASSERT_FALSE(signature) << bad;
    EXPECT_EQ(signature.error().kind, ErrorKind::malformed);
  }
  for (std::size_t size = 0; size < blob.size(); ++size) EXPECT_FALSE(SshSignature::from_blob(blob.substr(0, size)));
  EXPECT_FALSE(SshSignature::from_blob(blob + std::string(1, '\0'))) << "a byte too many";
  EXPECT_EQ(SshSignature::from_blob(std::string(blob).replace(9, 1, "\2")).error().kind, ErrorKind::unsupported);
}

std::string line(const std::string& options = "") {
  return "anna@example.com " + options + golden("public_key") + " her laptop\n";
}

base::Result<std::string> signer_in(const std::string& text) {
  const auto signers = AllowedSigners::parse(text);
  if (!signers) return tl::unexpected(signers.error());
  return signers->signer(SshSignature::parse(golden("sha512"))->key, kSignOffNamespace, kNow);
}

TEST(AllowedSigners, SaysWhoseKeyItIs) {
  EXPECT_EQ(signer_in("# who may\n\n" + line()), "anna@example.com");
  EXPECT_EQ(signer_in(line("namespaces=\"file,tallystick-manifest\" ")), "anna@example.com");
  EXPECT_EQ(
      signer_in(line("namespaces=\"tallystick-manifest\",valid-after=\"20260101Z\",valid-before=\"202612312359Z\" ")),
      "anna@example.com");
  EXPECT_EQ(signer_in("bob@example.com " + golden("ecdsa_public_key") + "\n" + line()), "anna@example.com");
}

TEST(AllowedSigners, GivesNobodyWhoMayNot) {
  for (const std::string& text :
       {std::string(), std::string("# nobody\n"), line("namespaces=\"file\" "), line("valid-before=\"20260101Z\" "),
        line("valid-after=\"20270101Z\" "), "bob@example.com " + golden("ecdsa_public_key") + "\n"}) {
    const auto who = signer_in(text);
    ASSERT_FALSE(who) << text;
    EXPECT_EQ(who.error().kind, ErrorKind::denied);
  }
  const auto two = signer_in(line() + "eve@example.com " + golden("public_key") + "\n");
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().kind, ErrorKind::conflict);
}

TEST(AllowedSigners, NamesTheLineThatItCannotRead) {
  for (const std::string& bad :
       {std::string("anna@example.com"), std::string("*@example.com ssh-ed25519 AAAA"),
        std::string("a,b ssh-ed25519 AAAA"), line("cert-authority "), line("namespaces=x "),
        line("valid-after=\"20260101\" "), line("valid-after=\"20261301Z\" "), std::string("a ssh-ed25519 AAAA"),
        std::string("a ssh-ed25519 A"), line("namespaces=\"file\" verify-required "), line("namespaces=\"tally*\" "),
        std::string("a namespaces=\"file ssh-ed25519 AAAA")}) {
    const auto signers = AllowedSigners::parse("# first\n" + bad);
    ASSERT_FALSE(signers) << bad;
    EXPECT_EQ(signers.error().kind, ErrorKind::malformed);
    EXPECT_THAT(signers.error().message, testing::StartsWith("line 2: "));
  }
}

}  // namespace
}  // namespace tally::ledger
