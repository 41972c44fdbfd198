#include "daemon/verifier/input.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace tally::verifier {

using base::Result;

Result<std::string> read_input(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::system_failure("reading " + path, errno == 0 ? ENOENT : errno);
  std::string bytes(kMaxInputBytes + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) return base::system_failure("reading " + path, EIO);
  if (bytes.size() > kMaxInputBytes) {
    return base::failure(base::ErrorKind::limit, fmt::format("{}: longer than {} bytes", path, kMaxInputBytes));
  }
  return bytes;
}

Result<ledger::VerifierKey> key_of(const std::string& text_or_file) {
  std::error_code ignored;
  if (!std::filesystem::exists(text_or_file, ignored)) return ledger::VerifierKey::parse(text_or_file);
  const auto bytes = read_input(text_or_file);
  if (!bytes) return tl::unexpected(bytes.error());
  return ledger::VerifierKey::parse(std::string_view(*bytes).substr(0, bytes->find('\n')));
}

Result<ledger::Checkpoint> kept_checkpoint(std::string_view bytes, const ledger::VerifierKey& key) {
  const auto note = ledger::Note::parse(bytes);
  if (!note) return tl::unexpected(note.error());
  if (const auto signers = note->verify({&key, 1}); !signers) return tl::unexpected(signers.error());
  return ledger::Checkpoint::parse(note->text);
}

}  // namespace tally::verifier
