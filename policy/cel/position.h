// Position: where something stands in a text. Not an offset: for people and editors.
#pragma once

namespace tally::cel {

struct Position {
  int line = 1;    ///< from 1
  int column = 1;  ///< from 1, in characters (code points), as editors count
  friend constexpr bool operator==(const Position&, const Position&) = default;
};

}  // namespace tally::cel
