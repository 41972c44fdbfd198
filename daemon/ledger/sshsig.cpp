#include "daemon/ledger/sshsig.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <cstring>
#include <optional>

#include "daemon/ledger/base64.h"
#include "policy/base/digest.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view kEnd = "-----END SSH SIGNATURE-----\n";
constexpr std::string_view kMagic = "SSHSIG";
constexpr std::string_view kEd25519 = "ssh-ed25519";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kLineLength = 70;  ///< of ssh-keygen

tl::unexpected<base::Error> bad(std::string_view why) {
  return failure(ErrorKind::malformed, fmt::format("the SSH signature {}", why));
}

/// RFC 4251 §5: a length in 32 bits, big-endian, and so many bytes.
std::string text(std::string_view bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(size >> shift & 0xff));
  return out.append(bytes);
}

std::optional<std::uint32_t> take_number(std::string_view& bytes) {
  if (bytes.size() < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  bytes.remove_prefix(4);
  return value;
}

std::optional<std::string_view> take_text(std::string_view& bytes) {
  const auto size = take_number(bytes);
  if (!size || *size > bytes.size()) return std::nullopt;
  const std::string_view out = bytes.substr(0, *size);
  bytes.remove_prefix(*size);
  return out;
}

/// A type's name and one value of that size; nothing behind it.
template <std::size_t n>
Result<std::array<std::uint8_t, n>> typed(std::string_view bytes, std::string_view what) {
  const auto type = take_text(bytes);
  if (!type) return bad(fmt::format("has a {} that is cut off", what));
  if (*type != kEd25519) {
    return failure(ErrorKind::unsupported,
                   fmt::format("the {} is of the type {}: only ssh-ed25519 is taken (`ssh-keygen -t ed25519`)", what,
                               base::displayable(*type)));
  }
  const auto value = take_text(bytes);
  if (!value || value->size() != n || !bytes.empty()) return bad(fmt::format("has a {} of a wrong length", what));
  std::array<std::uint8_t, n> out;
  std::memcpy(out.data(), value->data(), n);
  return out;
}

template <std::size_t n>
std::string_view view(const std::array<std::uint8_t, n>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), n};
}

std::string sha512(std::string_view message) {
  std::string digest(64, '\0');
  EVP_Digest(message.data(), message.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha512(),
             nullptr);
  return digest;
}

}  // namespace

Result<SshKey> SshKey::from_blob(std::string_view blob) {
  const auto bytes = typed<32>(blob, "key");
  if (!bytes) return tl::unexpected(bytes.error());
  return SshKey{*bytes};
}

std::string SshKey::blob() const { return text(kEd25519) + text(view(bytes)); }

std::string SshKey::fingerprint() const {
  std::string digest = base64(base::sha256(blob()).view());
  digest.resize(digest.find('='));
  return "SHA256:" + digest;
}

Result<SshSignature> SshSignature::parse(std::string_view armored) {
  if (armored.size() > kMaxSshSignatureBytes) return bad("is longer than 8 KiB");
  if (!armored.starts_with(kBegin) || !armored.ends_with(kEnd) || armored.size() < kBegin.size() + kEnd.size()) {
    return bad("does not stand between the lines -----BEGIN SSH SIGNATURE----- and -----END SSH SIGNATURE-----");
  }
  armored.remove_prefix(kBegin.size());
  armored.remove_suffix(kEnd.size());
  std::string joined;
  for (const char c : armored) {
    if (c != '\n') joined += c;
  }
  const auto blob = parse_base64(joined);
  if (!blob) return bad("is not strict base64");
  auto signature = from_blob(*blob);
  // One spelling, that of ssh-keygen: lines of 70 characters.
  if (signature && signature->armored() != std::string(kBegin) + std::string(armored) + std::string(kEnd)) {
    return bad("is not in lines of 70 characters, as ssh-keygen writes them");
  }
  return signature;
}

Result<SshSignature> SshSignature::from_blob(std::string_view blob) {
  if (!blob.starts_with(kMagic)) return bad("does not begin with SSHSIG");
  blob.remove_prefix(kMagic.size());
  const auto version = take_number(blob);
  if (!version) return bad("is cut off");
  if (*version != kVersion) {
    return failure(ErrorKind::unsupported, fmt::format("the SSH signature is of version {}, expected 1", *version));
  }
  const auto key_blob = take_text(blob), name_space = take_text(blob), reserved = take_text(blob),
             hash = take_text(blob), bytes = take_text(blob);
  if (!key_blob || !name_space || !reserved || !hash || !bytes) return bad("is cut off");
  if (!blob.empty() || !reserved->empty()) return bad("has bytes that mean nothing");
  if (name_space->empty()) return bad("has no namespace");
  if (*hash != "sha512" && *hash != "sha256") {
    return failure(
        ErrorKind::unsupported,
        fmt::format("the SSH signature is of a {} hash: sha512 or sha256 is expected", base::displayable(*hash)));
  }
  const auto key = SshKey::from_blob(*key_blob);
  if (!key) return tl::unexpected(key.error());
  const auto signature = typed<64>(*bytes, "signature");
  if (!signature) return tl::unexpected(signature.error());
  return SshSignature{*key, std::string(*name_space), std::string(*hash), *signature};
}

std::string SshSignature::blob() const {
  return std::string(kMagic) + std::string("\0\0\0\1", 4) + text(key.blob()) + text(name_space) + text("") +
         text(hash) + text(text(kEd25519) + text(view(bytes)));
}

std::string SshSignature::armored() const {
  const std::string encoded = base64(blob());
  std::string out(kBegin);
  for (std::size_t at = 0; at < encoded.size(); at += kLineLength) out += encoded.substr(at, kLineLength) + "\n";
  return out.append(kEnd);
}

Result<void> SshSignature::verify(std::string_view message, std::string_view expected) const {
  if (name_space != expected) {
    return failure(ErrorKind::untrusted,
                   fmt::format("the SSH signature is for \"{}\", not for \"{}\": sign with `ssh-keygen -Y sign -n {}`",
                               base::displayable(name_space), expected, expected));
  }
  const std::string digest = hash == "sha512" ? sha512(message) : std::string(base::sha256(message).view());
  const std::string signed_bytes = std::string(kMagic) + text(name_space) + text("") + text(hash) + text(digest);
  if (crypto_sign_verify_detached(bytes.data(), reinterpret_cast<const unsigned char*>(signed_bytes.data()),
                                  signed_bytes.size(), key.bytes.data()) != 0) {
    return failure(ErrorKind::untrusted, fmt::format("the SSH signature by {} is not of this text", key.fingerprint()));
  }
  return {};
}

}  // namespace tally::ledger
