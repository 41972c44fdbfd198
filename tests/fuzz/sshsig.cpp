// SSH signatures and the lists of who may sign, one a selector byte: what is accepted is exactly what would be written,
// and is of no text that nobody signed.
#include "daemon/ledger/sshsig.h"

#include "daemon/ledger/allowed_signers.h"
#include "policy/base/assert.h"
#include "tests/fuzz/input.h"

namespace tally::ledger {
namespace {

void check(const base::Result<SshSignature>& signature) {
  if (!signature) {
    TALLY_ASSERT(!signature.error().message.empty());
    return;
  }
  TALLY_ASSERT(!signature->verify("a text that nobody signed", signature->name_space));
  TALLY_ASSERT(!signature->verify("a text that nobody signed", signature->name_space + "x"));
  TALLY_ASSERT(signature->key.fingerprint().starts_with("SHA256:"));
  const auto again = SshKey::from_blob(signature->key.blob());
  TALLY_ASSERT(again && *again == signature->key);
}

void signers(std::string_view text) {
  const auto list = AllowedSigners::parse(text);
  if (!list) {
    TALLY_ASSERT(!list.error().message.empty());
    return;
  }
  const auto who = list->signer(SshKey{{1, 2, 3}}, "tallystick-manifest", base::Instant());
  TALLY_ASSERT(who ? !who->empty() : !who.error().message.empty());
}

}  // namespace
}  // namespace tally::ledger

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::ledger;
  tally::fuzz::Input input(data, size);
  const std::uint8_t which = input.byte();
  const std::string_view text = input.rest();
  if (which % 3U == 0) {
    const auto signature = SshSignature::parse(text);
    if (signature) TALLY_ASSERT(signature->armored() == text);
    check(signature);
  } else if (which % 3U == 1) {
    const auto signature = SshSignature::from_blob(text);
    if (signature) TALLY_ASSERT(signature->blob() == text);
    check(signature);
  } else {
    signers(text);
  }
  return 0;
}
