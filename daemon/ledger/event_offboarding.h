// The entry of an offboarding check: the answer, the rules violated and how completely every source was seen are
// public; who was asked about, who asked, the accounts and the words are personal (docs/spec/ledger.md).
//
//   EventText text = encode(check);       // for recorder::Draft
//
// Nothing reads it back: the store passes over it, the log keeps it, and a check is asked again, not looked up.
#pragma once

#include "daemon/ledger/event.h"
#include "policy/model/offboarding.h"

namespace tally::ledger {

namespace entry_type {
inline constexpr std::string_view kOffboardingChecked = "offboarding_checked";
}  // namespace entry_type

/// The place in the log is not part of it: the entry is what gets one.
EventText encode(const model::OffboardingCheck& check);

}  // namespace tally::ledger
