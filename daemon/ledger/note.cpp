#include "daemon/ledger/note.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "daemon/ledger/base64.h"
#include "policy/base/digest.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

constexpr std::string_view kSignaturePrefix = "\u2014 ";
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kTimestampBytes = 8;

std::string quoted(std::string_view text) { return '"' + base::displayable(text.substr(0, 80)) + '"'; }

bool has_control(std::string_view text, bool allow_line_feed) {
  return std::any_of(text.begin(), text.end(),
                     [&](char c) { return static_cast<unsigned char>(c) < 0x20 && !(allow_line_feed && c == '\n'); });
}

/// Code points with the Unicode property White_Space above ASCII, as UTF-8.
constexpr std::string_view kWideSpaces[] = {"\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
                                            "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
                                            "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift & 0xff));
  return out;
}

std::uint64_t read_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

Result<NoteSignature> parse_signature_line(std::string_view line) {
  const auto bad = [&](std::string_view why) {
    return failure(ErrorKind::malformed, fmt::format("signature line {}: {}", quoted(line), why));
  };
  if (!line.starts_with(kSignaturePrefix)) return bad("does not start with an em dash and a space");
  line.remove_prefix(kSignaturePrefix.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return bad("has no signature");
  const std::string_view name = line.substr(0, space);
  if (!is_key_name(name)) return bad("has a malformed key name");
  const auto bytes = parse_base64(line.substr(space + 1));
  if (!bytes) return bad("is not strict base64");
  if (bytes->size() < 5) return bad("is too short to hold a key id and a signature");
  return NoteSignature{std::string(name), static_cast<std::uint32_t>(read_big_endian({bytes->data(), 4})),
                       bytes->substr(4)};
}

/// The verified signer, or nothing when the signature is wrong for this key.
std::optional<Signer> check_signature(const VerifierKey& key, const NoteSignature& signature, std::string_view text) {
  std::string_view blob = signature.blob;
  Signer signer{key, {}};
  if (key.type == KeyType::cosignature_v1) {
    if (blob.size() != kTimestampBytes + kSignatureBytes) return std::nullopt;
    signer.timestamp = read_big_endian(blob.substr(0, kTimestampBytes));
    if (*signer.timestamp >> 63 != 0) return std::nullopt;  // tlog-cosignature: at most 2^63 - 1
    blob.remove_prefix(kTimestampBytes);
  }
  if (blob.size() != kSignatureBytes) return std::nullopt;
  const std::string message = signed_message(key.type, text, signer.timestamp.value_or(0));
  const auto* sig = reinterpret_cast<const unsigned char*>(blob.data());
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  if (crypto_sign_verify_detached(sig, bytes, message.size(), key.bytes.data()) != 0) return std::nullopt;
  return signer;
}

}  // namespace

bool is_key_name(std::string_view name) {
  if (name.empty() || !base::is_utf8(name) || has_control(name, false)) return false;
  if (name.find_first_of(" +\x7f") != std::string_view::npos) return false;
  return std::none_of(std::begin(kWideSpaces), std::end(kWideSpaces),
                      [&](std::string_view space) { return name.find(space) != std::string_view::npos; });
}

std::uint32_t VerifierKey::id() const {
  base::Sha256 sha;
  const char type_byte = static_cast<char>(type);
  sha.update(name).update("\n").update({&type_byte, 1});
  sha.update({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return static_cast<std::uint32_t>(read_big_endian(sha.finish().view().substr(0, 4)));
}

std::string VerifierKey::format() const {
  std::string typed(1, static_cast<char>(type));
  typed.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return fmt::format("{}+{:08x}+{}", name, id(), base64(typed));
}

Result<VerifierKey> VerifierKey::parse(std::string_view vkey) {
  const auto bad = [&](std::string_view why) {
    return failure(ErrorKind::malformed, fmt::format("verifier key {}: {}", quoted(vkey), why));
  };
  const std::size_t first = vkey.find('+');  // base64 may hold '+' too: only the first two separate
  const std::size_t second = first == std::string_view::npos ? first : vkey.find('+', first + 1);
  if (second == std::string_view::npos) return bad("expected <name>+<key id>+<base64>");
  VerifierKey key;
  key.name = vkey.substr(0, first);
  if (!is_key_name(key.name)) return bad("the name is empty or holds spaces or control characters");
  const auto typed = parse_base64(vkey.substr(second + 1));
  if (!typed || typed->empty()) return bad("the key is not strict base64");
  const auto type = static_cast<unsigned char>(typed->front());
  if (type != static_cast<unsigned char>(KeyType::ed25519) &&
      type != static_cast<unsigned char>(KeyType::cosignature_v1)) {
    return failure(ErrorKind::unsupported, fmt::format("verifier key {}: signature type 0x{:02x} is not one of 0x01 "
                                                       "(Ed25519) and 0x04 (cosignature/v1)",
                                                       quoted(vkey), type));
  }
  key.type = static_cast<KeyType>(type);
  if (typed->size() != 1 + key.bytes.size()) return bad("an Ed25519 key has 32 bytes");
  std::memcpy(key.bytes.data(), typed->data() + 1, key.bytes.size());
  if (key.format() != vkey) return bad("the key id does not belong to this name and key");
  return key;
}

Result<Note> Note::parse(std::string_view bytes) {
  const auto bad = [](std::string_view why) {
    return failure(ErrorKind::malformed, fmt::format("signed note: {}", why));
  };
  if (bytes.size() > kMaxNoteBytes) return bad("longer than 64 KiB");
  if (!base::is_utf8(bytes)) return bad("not UTF-8");
  if (has_control(bytes, true)) return bad("holds control characters");
  const std::size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos) return bad("no empty line between text and signatures");
  Note note{std::string(bytes.substr(0, split + 1)), {}};
  bytes.remove_prefix(split + 2);
  if (bytes.empty() || bytes.back() != '\n') return bad("no signature, or the last line does not end");
  while (!bytes.empty()) {
    if (note.signatures.size() == kMaxSignatures) return bad("more than 100 signatures");
    const std::size_t end = bytes.find('\n');
    auto signature = parse_signature_line(bytes.substr(0, end));
    if (!signature) return tl::unexpected(signature.error());
    note.signatures.push_back(std::move(*signature));
    bytes.remove_prefix(end + 1);
  }
  return note;
}

std::string Note::format() const {
  std::string out = text + "\n";
  for (const NoteSignature& signature : signatures) out += format_signature_line(signature);
  return out;
}

Result<NoteCheck> Note::verify(std::span<const VerifierKey> keys) const {
  NoteCheck check;
  std::vector<bool> known(signatures.size(), false);
  for (const VerifierKey& key : keys) {
    bool signed_by_key = false;
    for (std::size_t i = 0; i < signatures.size(); ++i) {
      if (signatures[i].name != key.name || signatures[i].id != key.id()) continue;
      known[i] = true;
      const auto signer = check_signature(key, signatures[i], text);
      if (!signer) return failure(ErrorKind::untrusted, fmt::format("the signature of {} is wrong", quoted(key.name)));
      if (!signed_by_key) check.signers.push_back(*signer);
      signed_by_key = true;
    }
  }
  check.unknown = static_cast<std::size_t>(std::count(known.begin(), known.end(), false));
  if (check.signers.empty()) return failure(ErrorKind::untrusted, "no signature of a trusted key");
  return check;
}

std::string format_signature_line(const NoteSignature& signature) {
  return fmt::format("{}{} {}\n", kSignaturePrefix, signature.name,
                     base64(big_endian(signature.id, 4) + signature.blob));
}

std::string signed_message(KeyType type, std::string_view text, std::uint64_t timestamp) {
  if (type == KeyType::ed25519) return std::string(text);
  return fmt::format("cosignature/v1\ntime {}\n{}", timestamp, text);
}

}  // namespace tally::ledger
