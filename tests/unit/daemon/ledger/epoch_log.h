// A log in memory with epochs, for verify(): whoever makes it has all keys and may use them wrongly.
#pragma once

#include "daemon/ledger/base64.h"
#include "daemon/ledger/entry.h"
#include "daemon/ledger/epochs.h"
#include "tests/unit/daemon/ledger/memory_log.h"

namespace tally::ledger {

inline constexpr const char* kOrigin = "audit.example.com/hostA";
inline const base::Instant kStart = *base::parse_instant("2026-03-31T22:00:00Z");

inline TestSigner epoch_signer(std::uint64_t epoch, char seed = 'e') {
  std::string bytes(32, seed);
  bytes[0] = static_cast<char>(epoch);
  return {fmt::format("{}/epoch/{}", kOrigin, epoch), KeyType::ed25519, bytes};
}
inline TestSigner root_signer(char seed = 'r') { return {"root.example.com", KeyType::ed25519, std::string(32, seed)}; }

/// A log of 5 epochs, of which the first three have ended; whoever makes it has all keys and may use them wrongly.
struct EpochLog {
  std::vector<std::string> entries;
  std::map<std::string, std::string> files;
  std::string keys;
  EpochPlan plan{5, std::chrono::seconds(3600), kStart, {}};

  EpochLog() {
    for (std::uint64_t epoch = 0; epoch < plan.count; ++epoch) {
      const PublicKey& key = epoch_signer(epoch).key.bytes;
      keys.append(reinterpret_cast<const char*>(key.data()), key.size());
    }
    // RFC 6962 section 2.1 by hand: ((0 1) (2 3)) 4
    std::vector<base::Digest> leaves;
    for (std::size_t i = 0; i < 5; ++i) leaves.push_back(base::sha256(std::string(1, '\0') + keys.substr(32 * i, 32)));
    plan.root = plain_root(leaves, 0, leaves.size());
    add("genesis", kStart,
        fmt::format(R"({{"epochs":{{"count":5,"period":3600,"root":"{}","start":1774994400}},"origin":"{}"}})",
                    base64(plan.root.view()), kOrigin));
    files["epoch/keys"] = keys;
    files["certificate"] = certificate(root_signer());
  }
  void add(std::string_view type, base::Instant time, const std::string& fields = "{}") {
    entries.push_back(*make_leaf({type, time, {}, {}}, fields));
  }
  [[nodiscard]] static std::string signed_by(const Checkpoint& checkpoint, const std::vector<TestSigner>& signers) {
    Note note{checkpoint.format(), {}};
    for (const TestSigner& signer : signers) note.signatures.push_back(signer.sign(note.text));
    return note.format();
  }
  [[nodiscard]] std::string certificate(const TestSigner& root) const {
    const std::string text = Certificate{log_signer().key, plan}.format();
    return Note{text, {root.sign(text)}}.format();
  }
  /// The entry, and the checkpoint behind it by the log's key and this one.
  void close(std::uint64_t epoch, const TestSigner& by, std::chrono::seconds early = {}) {
    add("epoch_closed", plan.end_of(epoch) - early,
        fmt::format(R"({{"boot_id":"","epoch":{},"mono_ms":0,"size":{}}})", epoch, entries.size()));
    files[closing_path(epoch)] = signed_by(checkpoint_of(entries), {log_signer(), by});
  }
  void close_three() {
    for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
      add("run_started", plan.end_of(epoch) - std::chrono::seconds(1));
      close(epoch, epoch_signer(epoch));
    }
    add("run_started", plan.end_of(2));
  }
  [[nodiscard]] VerifyReport verify(const std::vector<TestSigner>& newest, bool with_root = true,
                                    const std::optional<Verified>& verified = {}) const {
    MemoryLog log = make_log(entries);
    for (const auto& [path, bytes] : files) log.files[path] = bytes;
    log.files["checkpoint"] = signed_by(checkpoint_of(entries), newest);
    VerifyOptions options{{log_signer().key}};
    if (with_root) options.root = root_signer().key;
    options.verified = verified;
    return ledger::verify(log, options);
  }
  [[nodiscard]] VerifyReport verify() const { return verify({log_signer(), epoch_signer(3)}); }
};

}  // namespace tally::ledger
