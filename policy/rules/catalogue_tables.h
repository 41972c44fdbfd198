// The catalogue's parts, one for each kind of facts. Inner to this library.
#pragma once

#include "policy/rules/catalogue.h"

namespace tally::rules {

inline constexpr cel::Type kBool = cel::Type::boolean();
inline constexpr cel::Type kInt = cel::Type::integer();
inline constexpr cel::Type kText = cel::Type::string();
inline constexpr cel::Type kTime = cel::Type::timestamp();
inline constexpr cel::Type kTexts = cel::Type::list_of(cel::Kind::string);

inline constexpr std::string_view kComputed = "(computed)";

std::span<const FactInfo> account_facts();
std::span<const FactInfo> person_facts();
std::span<const FactInfo> group_facts();
std::span<const FactInfo> membership_facts();
std::span<const FactInfo> source_facts();
std::span<const FactInfo> run_facts();

}  // namespace tally::rules
