#include "daemon/verifier/input.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "daemon/ledger/lines.h"
#include "policy/base/diagnostic.h"

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

Result<ledger::VerifierKey> log_key_of(const std::string& text, const std::optional<ledger::TrustPolicy>& policy) {
  using base::failure, base::ErrorKind;
  if (!text.empty()) {
    auto key = key_of(text);
    return key ? key : failure(ErrorKind::malformed, "--key: " + key.error().message);
  }
  if (!policy) return failure(ErrorKind::malformed, "--key is missing: a log is checked against a key that you trust");
  if (policy->logs().size() != 1) {
    return failure(ErrorKind::malformed,
                   fmt::format("--key is missing: the policy names {} logs, so it does not say whose log this is",
                               policy->logs().size()));
  }
  return policy->logs().front().key;
}

Result<ledger::Checkpoint> kept_checkpoint(std::string_view bytes, const ledger::VerifierKey& key) {
  const auto note = ledger::Note::parse(bytes);
  if (!note) return tl::unexpected(note.error());
  if (const auto signers = note->verify({&key, 1}); !signers) return tl::unexpected(signers.error());
  return ledger::Checkpoint::parse(note->text);
}

Result<ledger::TrustPolicy> policy_of(const std::string& path) {
  const auto bytes = read_input(path);
  if (!bytes) return tl::unexpected(bytes.error());
  auto policy = ledger::TrustPolicy::parse(*bytes, path);
  if (policy) return std::move(*policy);
  std::string wrong;
  for (const base::Diagnostic& one : policy.error()) wrong += (wrong.empty() ? "" : "; ") + base::to_string(one);
  return base::failure(base::ErrorKind::malformed, wrong);
}

std::optional<base::Duration> parse_age(std::string_view text) {
  constexpr std::uint64_t kMost = 1'000'000;  // of any unit: 2,700 years of days
  const auto number = text.empty() ? std::nullopt : ledger::parse_decimal(text.substr(0, text.size() - 1));
  if (!number || *number == 0 || *number > kMost) return std::nullopt;
  const auto count = static_cast<std::int64_t>(*number);
  switch (text.back()) {
    case 's': return std::chrono::seconds(count);
    case 'm': return std::chrono::minutes(count);
    case 'h': return std::chrono::hours(count);
    case 'd': return std::chrono::hours(24 * count);
    default: return std::nullopt;
  }
}

}  // namespace tally::verifier
