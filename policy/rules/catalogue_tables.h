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
inline constexpr std::string_view kGroups = "Unknown when the directory did not show all of its groups.";
inline constexpr std::string_view kHidden =
    "Unknown where rights hide the attribute, or may, or the export left it out.";

std::span<const FactInfo> account_facts();
std::span<const FactInfo> account_power_facts();  ///< of account.*, what does not stand in its own entry
std::span<const FactInfo> person_facts();
std::span<const FactInfo> group_facts();
std::span<const FactInfo> membership_facts();
std::span<const FactInfo> source_facts();
std::span<const FactInfo> run_facts();

}  // namespace tally::rules
