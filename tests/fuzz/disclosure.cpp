// Openings of personal values: a selector byte, then text. As an opening it fits no commitment that is not its own; as
// personal values, whatever is hidden of them, the opening shows the rest and says nothing of what is hidden.
#include "daemon/ledger/disclosure.h"

#include <string>

#include "daemon/ledger/entry.h"
#include "policy/base/assert.h"
#include "tests/fuzz/input.h"

namespace tally::ledger {
namespace {

void as_opening(std::string_view text) {
  for (const auto form : {CommitmentForm::whole, CommitmentForm::by_field}) {
    const auto seen = read_opening({form, base::sha256("not these")}, text);
    TALLY_ASSERT(!seen && !seen.error().message.empty());
  }
}

void as_values(std::uint8_t every, std::string_view text) {
  const Salt salt{1, 2, 3};
  const auto commitment = commit(CommitmentForm::by_field, salt, text);
  const auto names = field_names(text);
  TALLY_ASSERT(commitment.has_value() == names.has_value());
  if (!commitment) {
    TALLY_ASSERT(!commitment.error().message.empty());
    return;
  }
  TALLY_ASSERT(!canonical_json_fault(text) && opens(*commitment, salt, text));
  std::size_t asked = 0, hidden = 0;
  const auto opening = make_opening(*commitment, salt, text, [&](const std::string&) {
    const bool hide = every != 0 && asked++ % every == 0;
    hidden += hide ? 1 : 0;
    return hide;
  });
  TALLY_ASSERT(opening && !canonical_json_fault(*opening));
  const auto seen = read_opening(*commitment, *opening);
  TALLY_ASSERT(seen && seen->hidden.size() == hidden && seen->shown.size() + hidden == names->size());
  TALLY_ASSERT(!read_opening({CommitmentForm::by_field, base::sha256("not these")}, *opening));
}

}  // namespace
}  // namespace tally::ledger

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tally::fuzz::Input input(data, size);
  const std::uint8_t every = input.byte();
  const std::string_view text = input.rest();
  tally::ledger::as_opening(text);
  tally::ledger::as_values(every, text);
  return 0;
}
