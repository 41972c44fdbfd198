// Signed notes (C2SP signed-note v1.0.0): a text, an empty line, and signature lines by named keys.
//
//   auto key = VerifierKey::parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
//   auto note = Note::parse(bytes);
//   auto check = note->verify({*key});        // which keys signed; unknown signers are ignored
//
// No private keys here: signing is the recorder's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/result.h"

namespace tally::ledger {

/// The list of signature types is open; these two can be verified (C2SP signed-note, tlog-cosignature).
enum class KeyType : std::uint8_t { ed25519 = 0x01, cosignature_v1 = 0x04 };

using PublicKey = std::array<std::uint8_t, 32>;
/// More signature lines than this are refused (the specification asks for at least 16, Go's x/mod stops at 100).
inline constexpr std::size_t kMaxSignatures = 100;
/// Longest note read; a checkpoint with 100 signatures stays well below.
inline constexpr std::size_t kMaxNoteBytes = 64 * 1024;

/// A key that may have signed a note: "<name>+<8 hex key id>+<base64(type || public key)>", the "vkey".
struct VerifierKey {
  std::string name;
  KeyType type = KeyType::ed25519;
  PublicKey bytes{};

  /// Strict: name rules, lower-case id that fits the key, strict base64, known type. Kind `malformed`/`unsupported`.
  static base::Result<VerifierKey> parse(std::string_view vkey);
  [[nodiscard]] std::string format() const;
  /// First four bytes, big-endian, of SHA-256(name || LF || type || public key).
  [[nodiscard]] std::uint32_t id() const;
  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

/// Non-empty UTF-8 without Unicode white space, control characters and '+'.
bool is_key_name(std::string_view name);

struct NoteSignature {
  std::string name;
  std::uint32_t id = 0;
  std::string blob;  ///< what follows the key id: 64 bytes for Ed25519, 8 + 64 for a cosignature
};

/// A signature that was verified.
struct Signer {
  VerifierKey key;
  std::optional<std::uint64_t> timestamp;  ///< POSIX seconds, of a cosignature
};

struct NoteCheck {
  std::vector<Signer> signers;  ///< in the order of the keys given, each once; never empty
  std::size_t unknown = 0;      ///< signature lines of keys not given: not looked at
};

struct Note {
  std::string text;  ///< ends in LF; exactly the signed bytes
  std::vector<NoteSignature> signatures;

  /// Kind `malformed` with the reason. Trailing bytes, CR, control characters, ill-formed UTF-8 are refused.
  static base::Result<Note> parse(std::string_view bytes);
  [[nodiscard]] std::string format() const;
  /// Kind `untrusted` when a given key's signature is wrong, or when none of the keys has signed.
  [[nodiscard]] base::Result<NoteCheck> verify(std::span<const VerifierKey> keys) const;
};

/// "— <name> <base64(id || blob)>\n".
std::string format_signature_line(const NoteSignature& signature);
/// What a key of this type signs for a note text; `timestamp` counts for cosignatures only.
std::string signed_message(KeyType type, std::string_view text, std::uint64_t timestamp);

}  // namespace tally::ledger
