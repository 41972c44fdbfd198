// Suggestions: who may be the owner of an account that is nobody's, or several people's. For a person to confirm.
//
//   for (const Suggestion& s : links.suggestions.row(account.index())) s.person, s.score, text.view(s.why)
//
// Everybody in HR is compared with every such account, but only as far as the two have something in common: both are
// filed under keys (the number, the address, a family name with a first letter …), and who shares no key shares no
// sign. A key that more than kMaxBlock people have is passed over: it tells nobody apart. So the cost is linear in
// people plus accounts, whatever strangers write into names.
//
// Not here: how much two look alike (likeness.h).
#pragma once

#include "policy/correlation/correlation.h"

namespace tally::correlation {

inline constexpr std::size_t kMaxBlock = 64;
/// With so many people at most an account is compared, those of the rarest keys first.
inline constexpr std::size_t kMaxCompared = 256;

/// By account; empty rows for accounts that have an owner, and for all when settings.suggestions is 0. Most likely
/// first; those alike by employee number, then by name, so that the order of reading does not matter. Never anybody
/// whom a decision excludes. `text` takes the reasons.
model::SparseRows<Suggestion> suggestions(const model::Snapshot& snapshot, const Correlation& links,
                                          const Settings& settings, base::TextPool& text);

/// True for an account that suggestions are made for.
bool is_open(Owner owner);

}  // namespace tally::correlation
