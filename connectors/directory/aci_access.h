// All access control instructions of a 389 Directory Server that are seen, and what they let somebody do.
//
//   AciAccess access;
//   access.add("dc=example,dc=com", value_of_aci);
//   Permission p = access.of(requester, target, "userPassword");      // or kAddEntries, kDeleteEntries, kProxy
//
// An instruction holds for the entry that carries it and everything below. Whatever is denied is denied, whoever allows
// it elsewhere; what nobody allows is denied too. The Directory Manager stands above all of it and is not asked about
// here. One that cannot be read makes every answer about entries at and below it unknown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/aci.h"

namespace tally::directory {

class AciAccess {
 public:
  /// In the place of an attribute: rights over the whole entry.
  static constexpr std::string_view kAddEntries = "(add)", kDeleteEntries = "(delete)", kProxy = "(proxy)";

  void add(std::string_view holder_dn, std::string_view value);
  [[nodiscard]] Permission of(const Requester& requester, const Target& target, std::string_view attribute) const;
  /// Everybody whom some instruction names, each once.
  [[nodiscard]] std::vector<Named> named() const;
  /// Entries that some instruction is about.
  [[nodiscard]] std::vector<Named> places() const;
  /// Attributes that some instruction is about.
  [[nodiscard]] std::vector<std::string> attributes() const;
  /// Attributes of an entry by whose values some bind rule lets people in (userattr).
  [[nodiscard]] std::vector<std::string> naming() const;
  /// Some bind rule asks for the address, the time or the encryption of the connection.
  [[nodiscard]] bool asks_for_connection() const;
  [[nodiscard]] std::size_t size() const { return all_.size(); }

 private:
  struct Unreadable {
    std::string holder, why;
  };
  std::vector<Aci> all_;
  std::vector<Unreadable> unreadable_;
};

}  // namespace tally::directory
