// Effective rights: what a 389 Directory Server itself says that the account that reads may write, beside what our
// reading of its access control instructions says. Two ways to one answer: where they differ, ours is not believed.
//
//   const RightsCompared seen = compare_effective_rights(session, reading.answers_for(me, kMaxEntries), my_dn,
//   patience); for (const std::string& power : seen.powers) …        // the server lets us, and our reading does not
//   say so if (!seen.differences.empty()) …                      // nobody is cleared by that reading
//
// The server answers everybody about himself, and takes groups and roles into account that may not be read. Rights over
// a whole entry are in entryLevelRights (a: add below it, d: delete), of attributes in attributeLevelRights (w, o:
// write and delete values; W, O: one's own name). The right to act as others is not among them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/paged_search.h"
#include "connectors/directory/power_reading.h"

namespace tally::directory {

/// Entries of which the server is asked; one request each.
inline constexpr std::size_t kMaxEntriesCompared = 25;

struct RightsCompared {
  std::size_t entries = 0;               ///< of which the server told
  std::vector<std::string> powers;       ///< "write userPassword of cn=…": may, and the reading did not say so
  std::vector<std::string> differences;  ///< sentences; some of them are powers
  std::string not_told;                  ///< why the server told of none; empty when it did
};

RightsCompared compare_effective_rights(Session& session, const std::vector<PowerReading::Answer>& answers,
                                        const std::string& own_dn, const Patience& patience);

/// "cn:rsc, userPassword:none" as rights by attribute, names in small letters. What is no such list gives nothing of
/// the part that is none.
std::map<std::string, std::string, std::less<>> attribute_rights(std::string_view value);

}  // namespace tally::directory
