// Change sequence numbers of OpenLDAP: "20261123054758.129688Z#000000#001#000000" is of server "001". Those of one
// server compare by their bytes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/directory/probe.h"

namespace tally::directory {

/// By server, in order.
using SequenceNumbers = std::vector<std::pair<std::string, std::string>>;

/// Those of a cookie or of contextCSN; empty when it has none that can be read.
SequenceNumbers sequence_numbers(std::string_view text);
/// Whether a cookie with those numbers covers a change with that entryCSN.
bool covers(const SequenceNumbers& numbers, std::string_view entry_csn);
/// contextCSN of the naming context that holds the base, its values in a row; empty: there is none to be read.
std::string context_csn(Session& session, const ServerState& server, const std::string& base, const Patience& patience);

}  // namespace tally::directory
