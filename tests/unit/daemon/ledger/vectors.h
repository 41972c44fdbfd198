// The golden values of vectors.json and epochs.json in tests/vectors/ledger, and small conversions that only tests
// need.
#pragma once

#include <sodium.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "daemon/ledger/note.h"
#include "policy/base/digest.h"

namespace tally::ledger {

inline nlohmann::json read_vectors(const std::string& name) {
  std::ifstream file(std::string(TALLY_SOURCE_DIR) + "/tests/vectors/ledger/" + name);
  return nlohmann::json::parse(file);
}

inline const nlohmann::json& vectors() {
  static const nlohmann::json json = read_vectors("vectors.json");
  return json;
}

/// Of epochs.json, which Python makes.
inline const nlohmann::json& epoch_vectors() {
  static const nlohmann::json json = read_vectors("epochs.json");
  return json;
}

inline std::string from_hex(std::string_view hex) {
  std::string bytes(hex.size() / 2, '\0');
  std::size_t length = 0;
  sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), hex.data(), hex.size(), nullptr, &length,
                 nullptr);
  bytes.resize(length);
  return bytes;
}

inline base::Digest digest_of(std::string_view bytes) {
  base::Digest digest;
  std::memcpy(digest.bytes.data(), bytes.data(), digest.bytes.size());
  return digest;
}

/// A signer with a given seed: the library under test has no private keys.
struct TestSigner {
  VerifierKey key;
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};

  TestSigner(std::string name, KeyType type, std::string_view seed) : key{std::move(name), type, {}} {
    crypto_sign_seed_keypair(key.bytes.data(), secret.data(), reinterpret_cast<const unsigned char*>(seed.data()));
  }
  [[nodiscard]] NoteSignature sign(std::string_view text, std::uint64_t time = 0) const {
    const std::string message = signed_message(key.type, text, time);
    std::string blob;
    if (key.type == KeyType::cosignature_v1) {
      for (int shift = 56; shift >= 0; shift -= 8) blob.push_back(static_cast<char>(time >> shift & 0xff));
    }
    std::string signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                         reinterpret_cast<const unsigned char*>(message.data()), message.size(), secret.data());
    return {key.name, key.id(), blob + signature};
  }
};

inline TestSigner log_signer() {
  return {"audit.example.com/hostA", KeyType::ed25519,
          from_hex(vectors()["golden"]["log_seed_hex"].get<std::string>())};
}
inline TestSigner witness_signer() {
  return {"witness.example.com/w1", KeyType::cosignature_v1,
          from_hex(vectors()["golden"]["witness_seed_hex"].get<std::string>())};
}

}  // namespace tally::ledger
