// DnIndex: from a DN in any spelling to the row of the entry that has it; a flat hash table that stores no DN.
//
//   index.insert("cn=Jane,dc=corp", Node{NodeKind::account, 7});
//   std::optional<Node> found = index.find("CN=jane, DC=corp");
//
// A slot is 8 bytes: half a hash and the node. A hit is always checked against the stored DN, so a collision costs time
// but never links the wrong entry. Not for concurrent use.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::directory {

enum class NodeKind : std::uint8_t { account, group, other };

struct Node {
  NodeKind kind = NodeKind::account;
  std::uint32_t row = 0;  ///< below 2^30
  friend bool operator==(const Node&, const Node&) = default;
};

class DnIndex {
 public:
  /// Gives the DN that a node was inserted with.
  using DnOf = std::function<std::string_view(Node)>;

  explicit DnIndex(DnOf dn_of) : dn_of_(std::move(dn_of)) {}

  enum class Inserted : std::uint8_t { yes, duplicate, malformed };
  /// `dn_of(node)` must give `dn` from the next call on.
  Inserted insert(std::string_view dn, Node node);
  [[nodiscard]] std::optional<Node> find(std::string_view dn) const;
  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] std::size_t bytes() const { return slots_.capacity() * sizeof(Slot); }
  void clear();

 private:
  struct Slot {
    std::uint32_t tag = 0;   ///< half of the hash; its low bits are the slot's place
    std::uint32_t node = 0;  ///< packed node + 1; 0 is free
  };
  [[nodiscard]] std::size_t probe(std::string_view dn, std::string_view key) const;
  void grow();

  DnOf dn_of_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  mutable std::string key_;        ///< scratch: the normal form asked for
  mutable std::string candidate_;  ///< scratch: the normal form of a stored DN
};

}  // namespace tally::directory
