#include "daemon/recorder/key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "daemon/ledger/base64.h"
#include "daemon/recorder/file_operations.h"
#include "policy/base/assert.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using base::Secret;

constexpr std::string_view kPrefix = "PRIVATE+KEY+";

Result<void> check_mode(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return base::system_failure(path, errno);
  if ((info.st_mode & 077) == 0) return {};
  return failure(ErrorKind::denied,
                 fmt::format("{}: group or others can open this private key (mode {:04o}): chmod 600 {}", path,
                             info.st_mode & 07777u, path));
}

}  // namespace

Result<std::string> keygen(std::string_view origin, const std::string& path, ledger::KeyType type) {
  if (sodium_init() < 0) return failure(ErrorKind::unavailable, "no source of random numbers");
  if (!ledger::is_key_name(origin)) {
    return failure(ErrorKind::malformed, fmt::format("the name \"{}\" must be like audit.example.com/host: not empty, "
                                                     "without spaces and without '+'",
                                                     origin));
  }
  std::string typed(1 + crypto_sign_SEEDBYTES, static_cast<char>(type));
  randombytes_buf(typed.data() + 1, crypto_sign_SEEDBYTES);
  ledger::VerifierKey verifier{std::string(origin), type, {}};
  unsigned char pair[crypto_sign_SECRETKEYBYTES];
  crypto_sign_seed_keypair(verifier.bytes.data(), pair, reinterpret_cast<const unsigned char*>(typed.data()) + 1);
  sodium_memzero(pair, sizeof pair);
  const Secret encoded(ledger::base64(typed));
  sodium_memzero(typed.data(), typed.size());
  const Secret line(fmt::format("{}{}+{:08x}+{}\n", kPrefix, origin, verifier.id(), encoded.reveal()));

  if (exists(path)) return failure(ErrorKind::conflict, path + ": exists, and a key is never overwritten");
  auto file = open_file(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (!file) return tl::unexpected(file.error());
  const auto folder = open_file(std::filesystem::weakly_canonical(path).parent_path(), O_RDONLY | O_DIRECTORY);
  if (!folder) return tl::unexpected(folder.error());
  FileOperations& files = FileOperations::system();
  int error = files.write(file->get(), line.reveal());
  if (error == 0) error = files.sync(file->get());
  if (error == 0) error = files.sync(folder->get());  // the name too: the public key is told to others
  if (error != 0) {
    ::unlink(path.c_str());  // half a key would only be in the way
    return base::system_failure(path, error);
  }
  return verifier.format();
}

Result<SigningKey> SigningKey::load(const std::string& path, ledger::KeyType type) {
  if (auto mode = check_mode(path); !mode) return tl::unexpected(mode.error());
  auto bytes = read_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  if (!bytes->empty() && bytes->back() == '\n') bytes->pop_back();
  const Secret text(std::move(*bytes));
  auto key = parse(text, type);
  if (!key) return tl::unexpected(key.error().within(path));
  return key;
}

Result<SigningKey> SigningKey::parse(const Secret& skey, ledger::KeyType type) {
  if (sodium_init() < 0) return failure(ErrorKind::unavailable, "no source of random numbers");
  const auto bad = [](std::string_view why) {  // never quotes the key
    return failure(ErrorKind::malformed, fmt::format("private key: {}", why));
  };
  std::string_view text = skey.reveal();
  if (!text.starts_with(kPrefix)) return bad("does not start with PRIVATE+KEY+");
  text.remove_prefix(kPrefix.size());
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return bad("expected PRIVATE+KEY+<name>+<key id>+<base64>");
  const std::string name(text.substr(0, first));
  if (!ledger::is_key_name(name)) return bad("the name is malformed");
  auto decoded = ledger::parse_base64(text.substr(second + 1));
  if (!decoded) return bad("the key is not strict base64");
  const Secret typed(std::move(*decoded));
  if (typed.reveal().size() != 1 + crypto_sign_SEEDBYTES) return bad("not an Ed25519 key");
  if (typed.reveal()[0] != static_cast<char>(type)) {
    return bad(type == ledger::KeyType::ed25519 ? "of another type than a log's (0x01)"
                                                : "of another type than a witness's (0x04)");
  }
  GuardedBytes seed(crypto_sign_SEEDBYTES);
  std::memcpy(seed.data(), typed.reveal().data() + 1, seed.size());
  SigningKey key = from_seed(name, seed, type);
  if (fmt::format("{:08x}", key.verifier().id()) != text.substr(first + 1, second - first - 1)) {
    return bad("the key id does not belong to this name and key");
  }
  return key;
}

SigningKey SigningKey::from_seed(std::string name, const GuardedBytes& seed, ledger::KeyType type) {
  ledger::VerifierKey verifier{std::move(name), type, {}};
  GuardedBytes pair(crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair(verifier.bytes.data(), pair.data(), seed.data());
  pair.seal();
  return {std::move(verifier), std::move(pair)};
}

std::string SigningKey::sign(std::string_view text) const {
  TALLY_ASSERT(verifier_.type == ledger::KeyType::ed25519);
  return ledger::format_signature_line({verifier_.name, verifier_.id(), signature_of(text)});
}

std::string SigningKey::cosign(std::string_view text, std::uint64_t time) const {
  TALLY_ASSERT(verifier_.type == ledger::KeyType::cosignature_v1);
  std::string blob;
  for (int shift = 56; shift >= 0; shift -= 8) blob.push_back(static_cast<char>(time >> shift & 0xff));
  blob += signature_of(ledger::signed_message(verifier_.type, text, time));
  return ledger::format_signature_line({verifier_.name, verifier_.id(), std::move(blob)});
}

std::string SigningKey::signature_of(std::string_view message) const {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                       reinterpret_cast<const unsigned char*>(message.data()), message.size(), pair_.data());
  return signature;
}

}  // namespace tally::recorder
