// Trust policies (C2SP tlog-policy). A refusal says where and why; what is accepted has one verdict for each set of
// signers: another signer or a later time never makes it worse, and the witness time is one of the signers' own.
#include <algorithm>

#include "daemon/ledger/trust_policy.h"
#include "policy/base/assert.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally;
  fuzz::Input input(data, size);
  const std::uint16_t who = input.word();
  const std::uint8_t when = input.byte();
  const std::string_view text = input.rest();
  const auto policy = ledger::TrustPolicy::parse(text, "p");
  if (!policy) {
    const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
    TALLY_ASSERT(!policy.error().empty());
    for (const base::Diagnostic& said : policy.error()) {
      TALLY_ASSERT(!said.message.empty() && said.line >= 0 && said.line <= lines);
    }
    return 0;
  }
  std::vector<ledger::Signer> signers;
  const auto keys = policy->witness_keys();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if ((who >> (i % 16) & 1) != 0) signers.push_back({keys[i], (i * 7 + when) % 11});
  }
  const auto time = policy->witness_time(signers);
  TALLY_ASSERT(!time ||
               std::any_of(signers.begin(), signers.end(), [&](const auto& s) { return s.timestamp == time; }));
  TALLY_ASSERT(policy->needs_witnesses() ? !policy->met({}) : policy->met({}));
  for (std::size_t i = 0; i < signers.size(); ++i) {
    auto better = signers;
    better[i].timestamp = *better[i].timestamp + 1;
    TALLY_ASSERT(policy->witness_time(better) >= time);
    better.erase(better.begin() + static_cast<std::ptrdiff_t>(i));
    TALLY_ASSERT(policy->witness_time(better) <= time);
  }
  std::vector<ledger::Signer> all;
  for (const auto& key : keys) all.push_back({key, 5});
  TALLY_ASSERT(policy->met(all));
  return 0;
}
