// Object reader: a collector's file as a stream of objects, never as a whole: {"data":[…],"meta":{…}}, in any order.
//
//   auto file = read_objects(bytes, nullptr);                          // a survey: the meta, and how many objects
//   auto file = read_objects(bytes, [&](Object& object) { … });        // each object of `data`, in its order
//
// Strict JSON (RFC 8259) in UTF-8. Memory: one object. Not a judge: what a version or a type means is the source's
// business.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "connectors/bloodhound/object.h"
#include "policy/base/result.h"

namespace tally::bloodhound {

/// Bytes of one file, in pieces.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;
  /// At most `size` bytes to `to`; 0: the end.
  virtual base::Result<std::size_t> read(char* to, std::size_t size) = 0;
};

/// What a file says of itself.
struct Meta {
  std::uint64_t methods = 0;  ///< bits, see CollectionMethod; 0: the collector does not say
  std::string type;           ///< "users"
  std::uint64_t count = 0;    ///< objects, as the collector counted them
  std::int64_t version = 0;
};

/// Bits of Meta::methods (SharpHoundCommon, CollectionMethod).
enum CollectionMethod : std::uint64_t { kGroup = 1U << 0U, kAcl = 1U << 6U, kObjectProps = 1U << 9U };

struct ReadFile {
  std::optional<Meta> meta;   ///< absent: the file has none
  bool has_data = false;      ///< there is a list `data`
  std::uint64_t objects = 0;  ///< elements of `data`, counted while reading
};

inline constexpr std::size_t kMaxDepth = 64;                     ///< the format itself needs 6
inline constexpr std::uint64_t kMaxValueBytes = 4ULL << 20U;     ///< one text, number or name
inline constexpr std::uint64_t kMaxObjectBytes = 512ULL << 20U;  ///< a group of five million members

/// Reads to the end. Errors: malformed with line and column, limit, and those of `bytes`; what came before was handed
/// over.
base::Result<ReadFile> read_objects(ByteSource& bytes, const std::function<void(Object&)>& each);

}  // namespace tally::bloodhound
