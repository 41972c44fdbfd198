// docs/facts.md, made of the catalogue.
//
//   std::fputs(facts_page().c_str(), stdout);   // tallystick policy facts --page > docs/facts.md
#pragma once

#include <string>

namespace tally::rules {

/// Markdown: a table for each kind of facts.
std::string facts_page();

}  // namespace tally::rules
