// Token groups: the server's own expansion of an account's groups (tokenGroups, MS-ADTS 3.1.1.4.5.19), compared with
// ours.
//
//   TokenGroups check(harvest, [&](const std::string& dn, const EachEntry& each) { return read_entry(…); });
//   check.run();     // a note; doubtful coverage where the server puts an account into a group and we do not
//
// A group whose entry or whose members are hidden from us is still in the token. Accounts in groups of power come
// first, then others, evenly spread: not all, for each costs a request. What we find and the server does not is counted
// and no more: tokens leave distribution groups out. After TableBuilder::finish(). Sends nothing itself.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/directory/entry.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

class TokenGroups {
 public:
  /// Asks for tokenGroups of one entry. False: no more can be asked.
  using Ask = std::function<bool(const std::string& dn, const std::function<void(const Entry&)>& each)>;

  /// Accounts in groups of power, and others, that are asked about: some milliseconds each.
  static constexpr std::size_t kMaxPrivileged = 1'000;
  static constexpr std::size_t kMaxOthers = 100;
  /// Differences that are told one by one.
  static constexpr std::size_t kMaxTold = 10;

  TokenGroups(model::Harvest& harvest, Ask ask);
  /// True when the server told it of every account that was asked about.
  bool run();

 private:
  [[nodiscard]] std::vector<bool> groups_of(std::size_t account) const;
  [[nodiscard]] std::vector<bool> lead_to_power() const;
  [[nodiscard]] std::vector<std::size_t> chosen() const;
  void compare(std::size_t account, const Entry& entry);
  [[nodiscard]] bool ought_to_be_here(std::string_view sid) const;
  void differs(std::size_t account, const std::string& sid, std::string_view why);

  model::Harvest& harvest_;
  Ask ask_;
  std::unordered_map<std::string_view, std::size_t> by_sid_;  ///< groups
  std::uint64_t compared_ = 0, differences_ = 0, ours_alone_ = 0;
};

}  // namespace tally::directory
