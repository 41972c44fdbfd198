#include "daemon/ledger/note.h"

#include <gtest/gtest.h>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/checkpoint.h"
#include "tests/unit/daemon/ledger/vectors.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;

std::string golden(const char* name) { return vectors()["golden"][name].get<std::string>(); }

TEST(Base64, HasOneTextForEachValue) {
  EXPECT_EQ(base64("\x01"), "AQ==");
  EXPECT_EQ(parse_base64("AQ=="), "\x01");
  EXPECT_EQ(parse_base64(""), "");
  for (const char* loose : {"AR==", "AQ=", "AQ", "AQ==\n", " AQ==", "A Q==", "AQ==AQ==", "AQ_-", "A", "====", "AQB="}) {
    EXPECT_FALSE(parse_base64(loose)) << loose;
  }
}

TEST(Base64, ReadsNoByteOutsideItsAlphabet) {
  // Found by flipping bits: libsodium 1.0.18 takes some bytes above 0x7f for letters.
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t position = 0; position < 4; ++position) {
      std::string text = "AAAA";
      text[position] = static_cast<char>(byte);
      if (byte == '=' && position == 3) continue;  // padding
      EXPECT_EQ(parse_base64(text).has_value(), alphabet.find(static_cast<char>(byte)) != std::string::npos) << byte;
    }
  }
}

TEST(Note, VerifiesTheExampleOfTheSpecification) {
  const auto& vector = vectors()["signed_note"];
  const auto key = VerifierKey::parse(vector["vkey"].get<std::string>());
  ASSERT_TRUE(key);
  EXPECT_EQ(key->id(), 0x530d903au);
  EXPECT_EQ(key->format(), vector["vkey"].get<std::string>());
  // The vector's base64 is the key id and the signature, as on the note's line.
  const std::string text = vector["text"];
  const auto note = Note::parse(text + "\n\u2014 example.com/foo " + vector["signature"].get<std::string>() + "\n");
  ASSERT_TRUE(note) << note.error().message;
  EXPECT_TRUE(note->verify({&*key, 1}));
}

TEST(Note, WritesAndVerifiesTheGoldenCheckpointWithItsCosignature) {
  const auto note = Note::parse(golden("checkpoint"));
  ASSERT_TRUE(note) << note.error().message;
  EXPECT_EQ(note->format(), golden("checkpoint"));
  const std::vector<VerifierKey> keys{*VerifierKey::parse(golden("log_vkey")),
                                      *VerifierKey::parse(golden("witness_vkey"))};
  const auto check = note->verify(keys);
  ASSERT_TRUE(check) << check.error().message;
  ASSERT_EQ(check->signers.size(), 2u);
  EXPECT_EQ(check->signers[0].timestamp, std::nullopt);
  EXPECT_EQ(check->signers[1].timestamp, 1800000000u);
  EXPECT_EQ(format_signature_line(log_signer().sign(note->text)), golden("log_signature_line"));
  EXPECT_EQ(format_signature_line(witness_signer().sign(note->text, 1800000000)), golden("witness_signature_line"));
  EXPECT_EQ(log_signer().key.format(), golden("log_vkey"));
}

TEST(Note, IgnoresSignersItDoesNotKnowButNeedsOneItDoes) {
  const auto note = *Note::parse(golden("checkpoint"));
  const auto log = *VerifierKey::parse(golden("log_vkey"));
  const auto check = note.verify({&log, 1});
  ASSERT_TRUE(check);
  EXPECT_EQ(check->unknown, 1u);
  const auto stranger = TestSigner("audit.example.com/hostB", KeyType::ed25519, std::string(32, 'x')).key;
  EXPECT_EQ(note.verify({&stranger, 1}).error().kind, ErrorKind::untrusted);
  EXPECT_EQ(note.verify({}).error().kind, ErrorKind::untrusted);
}

TEST(Note, IsRejectedWhenOneKnownSignatureIsWrongThoughAnotherVerifies) {
  auto note = *Note::parse(golden("checkpoint"));
  note.signatures[1].blob.back() ^= 1;
  const std::vector<VerifierKey> keys{*VerifierKey::parse(golden("log_vkey")),
                                      *VerifierKey::parse(golden("witness_vkey"))};
  EXPECT_EQ(note.verify(keys).error().kind, ErrorKind::untrusted);
  note = *Note::parse(golden("checkpoint"));
  note.signatures.push_back(note.signatures[0]);
  note.signatures.back().blob.front() ^= 1;
  EXPECT_EQ(note.verify(keys).error().kind, ErrorKind::untrusted);
}

TEST(Note, RefusesAMalleatedSignature) {
  // S + L verifies with careless implementations (RFC 8032 §5.1.7). L, little-endian:
  const std::string order = from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  auto note = *Note::parse(golden("checkpoint"));
  std::string& blob = note.signatures[0].blob;
  int carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const int sum = static_cast<unsigned char>(blob[32 + i]) + static_cast<unsigned char>(order[i]) + carry;
    blob[32 + i] = static_cast<char>(sum & 0xff);
    carry = sum >> 8;
  }
  const auto log = *VerifierKey::parse(golden("log_vkey"));
  EXPECT_EQ(note.verify({&log, 1}).error().kind, ErrorKind::untrusted);
}

TEST(Note, SplitsTextFromSignaturesAtTheLastEmptyLine) {
  const auto signer = log_signer();
  const std::string text = "one\n\ntwo\n";
  const auto note = Note::parse(Note{text, {signer.sign(text)}}.format());
  ASSERT_TRUE(note);
  EXPECT_EQ(note->text, text);
  EXPECT_TRUE(note->verify({&signer.key, 1}));
}

TEST(Note, IsReadStrictly) {
  const std::string good = golden("checkpoint");
  const std::string line = golden("log_signature_line");
  const std::string body = "text\n\n";
  ASSERT_TRUE(Note::parse(body + line));
  EXPECT_FALSE(Note::parse(""));
  EXPECT_FALSE(Note::parse("text\n"));
  EXPECT_FALSE(Note::parse(body));                                    // no signature
  EXPECT_FALSE(Note::parse(body + line.substr(0, line.size() - 1)));  // last line does not end
  EXPECT_FALSE(Note::parse(body + line + "x"));
  EXPECT_FALSE(Note::parse(body + line + "\n"));
  EXPECT_FALSE(Note::parse("te\rxt\n\n" + line));
  EXPECT_FALSE(Note::parse(std::string("te\0xt\n\n", 7) + line));
  EXPECT_FALSE(Note::parse("te\xff\n\n" + line));
  EXPECT_FALSE(Note::parse(body + "-" + line.substr(3)));  // a hyphen for the em dash
  EXPECT_FALSE(Note::parse(body + line.substr(0, line.size() - 1) + " \n"));
  std::string spaced = line;
  spaced.insert(spaced.find(' ', 4), " ");
  EXPECT_FALSE(Note::parse(body + spaced));
  std::string trailing_bits = line;
  trailing_bits[trailing_bits.size() - 3] = 'J';  // …0QI= becomes …0QJ=
  EXPECT_FALSE(Note::parse(body + trailing_bits));
}

TEST(Note, HoldsAHundredSignaturesAndNoMore) {
  const NoteSignature signature = log_signer().sign("text\n");
  Note note{"text\n", std::vector<NoteSignature>(100, signature)};
  EXPECT_TRUE(Note::parse(note.format()));
  note.signatures.push_back(signature);
  EXPECT_FALSE(Note::parse(note.format()));
}

TEST(VerifierKey, SplitsAtTheFirstTwoPlusSigns) {
  for (unsigned i = 0; i < 64; ++i) {  // some of these keys have '+' in their base64
    const auto key = TestSigner("n", KeyType::ed25519, std::string(32, static_cast<char>(i))).key;
    const auto parsed = VerifierKey::parse(key.format());
    ASSERT_TRUE(parsed) << key.format();
    EXPECT_EQ(*parsed, key);
  }
}

TEST(VerifierKey, IsRefusedWhenIdNameOrTypeDoNotFit) {
  const std::string good = golden("log_vkey");
  EXPECT_EQ(VerifierKey::parse("x" + good).error().kind, ErrorKind::malformed);  // the id covers the name
  std::string upper = good;
  upper[good.find('+') + 3] = 'E';
  EXPECT_FALSE(VerifierKey::parse(upper));
  EXPECT_FALSE(VerifierKey::parse("a b+9e67eb4c+AQOhB7"));
  EXPECT_FALSE(VerifierKey::parse("name"));
  EXPECT_FALSE(VerifierKey::parse(good + "\n"));
  const std::string ecdsa = "n+00000000+" + base64("\x02" + std::string(32, 'k'));
  EXPECT_EQ(VerifierKey::parse(ecdsa).error().kind, ErrorKind::unsupported);
}

TEST(VerifierKey, TellsKeysOfOneNameApartByTheKeyWhenIdsCollide) {
  // 32-bit ids collide (ledger.md §2). A line with our name and id that our key did not make is a wrong signature.
  const auto signer = log_signer();
  auto forged = TestSigner(signer.key.name, KeyType::ed25519, std::string(32, 'f')).sign("text\n");
  forged.id = signer.key.id();
  const Note note{"text\n", {signer.sign("text\n"), forged}};
  EXPECT_EQ(note.verify({&signer.key, 1}).error().kind, ErrorKind::untrusted);
}

TEST(KeyName, HasNoSpaceOfAnyKindAndNoPlus) {
  EXPECT_TRUE(is_key_name("audit.example.com/hôtel"));
  for (const char* bad : {"", "a b", "a+b", "a\tb", "a\u00a0b", "a\u3000b", "a\u2028b", "a\xff"})
    EXPECT_FALSE(is_key_name(bad));
}

TEST(Checkpoint, ReadsAndWritesTheGoldenOne) {
  const auto checkpoint = Checkpoint::parse(Note::parse(golden("checkpoint"))->text);
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->origin, "audit.example.com/hostA");
  EXPECT_EQ(checkpoint->size, 3u);
  EXPECT_EQ(base64(checkpoint->root.view()), golden("root_base64"));
  EXPECT_EQ(checkpoint->format(), Note::parse(golden("checkpoint"))->text);
}

TEST(Checkpoint, IsReadStrictly) {
  const std::string root = golden("root_base64") + "\n";
  EXPECT_TRUE(Checkpoint::parse("o\n0\n" + root));
  EXPECT_TRUE(Checkpoint::parse("o\n18446744073709551615\n" + root));
  EXPECT_EQ(Checkpoint::parse("o\n3\n" + root + "ext 1\next 2\n")->extensions.size(), 2u);
  for (const std::string& bad :
       {"\n3\n" + root, "o\n03\n" + root, "o\n+3\n" + root, "o\n-3\n" + root, "o\n\n" + root, "o\n3 \n" + root,
        "o\n18446744073709551616\n" + root, "o\n3\n" + root + "\n", "o\n3\n" + root + "cut",
        std::string("o\n3\nAAAA\n"), std::string("o\n3\n"), "o\n3\n" + root.substr(0, root.size() - 1)}) {
    EXPECT_FALSE(Checkpoint::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace tally::ledger
