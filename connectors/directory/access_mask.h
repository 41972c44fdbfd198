// Access mask: the rights that an entry of an access control list gives or denies over an object of Active Directory,
// the GUIDs that say over what of it, and the trustees that everybody is.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally::directory {

/// Access rights of directory objects ([MS-ADTS] 5.1.3.2), generic rights ([MS-DTYP] 2.4.3) as the directory maps them.
inline constexpr std::uint32_t kListContents = 0x4, kSelfWrite = 0x8, kReadProperty = 0x10, kWriteProperty = 0x20,
                               kControlAccess = 0x100;
inline constexpr std::uint32_t kWriteDac = 0x40000, kTakeOwner = 0x80000;
inline constexpr std::uint32_t kGenericAll = 0x10000000, kGenericWrite = 0x40000000, kGenericRead = 0x80000000;
inline constexpr std::uint32_t kAllOfObject = 0x000F01FF, kWriteOfObject = 0x00020028, kReadOfObject = 0x00020094;

inline constexpr std::string_view kEveryone("\x01\x01\0\0\0\0\0\x01\0\0\0\0", 12);         // S-1-1-0
inline constexpr std::string_view kAuthenticated("\x01\x01\0\0\0\0\0\x05\x0B\0\0\0", 12);  // S-1-5-11

/// A GUID as it lies in an entry ([MS-DTYP] 2.3.4.2: the first three fields little-endian).
struct Guid {
  char bytes[16];

  constexpr explicit Guid(std::string_view text) : bytes{} {
    constexpr int kOrder[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    int digits = 0;
    for (const char c : text) {
      if (c == '-') continue;
      const int value = c <= '9' ? c - '0' : c - 'a' + 10;
      char& to = bytes[kOrder[digits / 2]];
      to =
          static_cast<char>(static_cast<unsigned>(static_cast<unsigned char>(to)) << 4U | static_cast<unsigned>(value));
      ++digits;
    }
  }
  [[nodiscard]] constexpr std::string_view view() const { return {bytes, 16}; }
};

/// With what a generic right stands for.
constexpr std::uint32_t mapped(std::uint32_t mask) {
  if ((mask & kGenericAll) != 0) mask |= kAllOfObject;
  if ((mask & kGenericWrite) != 0) mask |= kWriteOfObject;
  if ((mask & kGenericRead) != 0) mask |= kReadOfObject;
  return mask;
}

}  // namespace tally::directory
