// The value syntaxes of directories, read strictly: numbers, FILETIME, GeneralizedTime, days since 1970,
// userAccountControl.
//
//   large_integer("133485408000000000")          // a number, or nothing: never a default
//   filetime(133485408000000000)                 // 2024-01-01T00:00:00Z
//   generalized_time("20240131120000.5+0100")    // 2024-01-31T11:00:00.5Z
//
// Pure functions. What an attribute's value means for an account is decided in active_directory.cpp and openldap.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/base/time.h"
#include "policy/model/account.h"

namespace tally::directory {

/// A decimal integer as LDAP writes it (RFC 4517 §3.3.16): an optional minus, no plus, no leading zero, no space, 64
/// bits.
std::optional<std::int64_t> large_integer(std::string_view text);

/// "No such date" in accountExpires (MS-ADA1 2.2 accountExpires: 0 or this).
inline constexpr std::int64_t kFiletimeNever = 0x7FFFFFFFFFFFFFFF;
/// 100-nanosecond steps since 1601-01-01 UTC (MS-DTYP 2.3.3), cut to microseconds. Nothing when not positive,
/// kFiletimeNever, or past the year 9999 (no clock gave that: it is damage or a private sentinel, and neither is a
/// date).
std::optional<base::Instant> filetime(std::int64_t steps);
/// AD intervals (lockoutDuration, maxPwdAge): negative 100-nanosecond steps. Nothing when zero or the smallest value:
/// for ever.
std::optional<base::Duration> filetime_interval(std::int64_t steps);

/// RFC 4517 §3.3.13: YYYYMMDDHH[MM[SS]], a fraction (of the last unit given) after . or , and Z or ±HH[MM]. Fractions
/// beyond a microsecond are cut; second 60 is taken as the next minute. A value without Z or offset is refused: its
/// zone is unknown.
std::optional<base::Instant> generalized_time(std::string_view text);

/// shadowExpire: days since 1970-01-01, the account is dead from the start of that day (shadow(5)), UTC.
std::optional<base::Instant> days_since_1970(std::int64_t days);

/// userAccountControl (MS-ADTS 2.2.16) and msDS-User-Account-Control-Computed (same bits, computed ones only).
enum UserAccountControl : std::uint32_t {
  kUacDisabled = 0x2,
  kUacLockout = 0x10,  ///< only in the computed attribute
  kUacInterdomainTrust = 0x800,
};
/// A 32-bit value; LDAP shows bit 31 as a minus sign, so negative 32-bit numbers are right too.
std::optional<std::uint32_t> account_control(std::string_view text);
/// The AccountFlag bits that a userAccountControl sets, and all that it can tell.
std::uint32_t flags_of_account_control(std::uint32_t control);
inline constexpr std::uint32_t kFlagsOfAccountControl =
    model::kPasswordNotRequired | model::kPreauthNotRequired | model::kDesKeysOnly | model::kReversiblePassword |
    model::kPasswordNeverExpires | model::kSmartcardRequired | model::kTrustedForDelegation |
    model::kTrustedToAuthForDelegation | model::kNotDelegated;

}  // namespace tally::directory
