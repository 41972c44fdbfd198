// A log of any size and of any history, and what it sends to witnesses: computed the slow and plain way.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/checkpoint.h"
#include "tests/unit/daemon/ledger/memory_log.h"

namespace tally::witness {

inline std::vector<base::Digest> leaves_of(std::uint64_t size, std::string_view history) {
  std::vector<base::Digest> leaves;
  for (std::uint64_t i = 0; i < size; ++i) {
    leaves.push_back(base::sha256(std::string(1, '\0') + fmt::format("{} {}", history, i)));
  }
  return leaves;
}

inline ledger::Checkpoint tree_of(std::uint64_t size, std::string_view history = "") {
  const auto leaves = leaves_of(size, history);
  return {"audit.example.com/hostA",
          size,
          size == 0 ? base::sha256(history) : ledger::plain_root(leaves, 0, leaves.size()),
          {}};
}

inline std::string signed_note(std::uint64_t size, std::string_view history = "") {
  const std::string text = tree_of(size, history).format();
  return ledger::Note{text, {ledger::log_signer().sign(text)}}.format();
}

/// RFC 6962 §2.1.2, word for word: SUBPROOF(m, D[begin:end], whole).
inline void plain_proof(const std::vector<base::Digest>& leaves, std::size_t m, std::size_t begin, std::size_t end,
                        bool whole, std::vector<base::Digest>& proof) {
  if (m == end - begin) {
    if (!whole) proof.push_back(ledger::plain_root(leaves, begin, end));
    return;
  }
  std::size_t k = 1;
  while (2 * k < end - begin) k *= 2;
  if (m <= k) {
    plain_proof(leaves, m, begin, begin + k, whole, proof);
    proof.push_back(ledger::plain_root(leaves, begin + k, end));
  } else {
    plain_proof(leaves, m - k, begin + k, end, false, proof);
    proof.push_back(ledger::plain_root(leaves, begin, begin + k));
  }
}

/// The body of add-checkpoint.
inline std::string request(std::uint64_t old_size, std::uint64_t size, std::string_view history = "") {
  std::vector<base::Digest> proof;
  if (old_size != 0) plain_proof(leaves_of(size, history), old_size, 0, size, true, proof);
  std::string body = fmt::format("old {}\n", old_size);
  for (const base::Digest& hash : proof) body += ledger::base64(hash.view()) + "\n";
  return body + "\n" + signed_note(size, history);
}

}  // namespace tally::witness
